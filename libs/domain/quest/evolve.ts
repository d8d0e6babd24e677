/** Applies an entry to a quest. Total: an entry that does not fit (a second draft, an end without a beginning) does nothing. */
import type {
  QuestAbandoned,
  QuestAmended,
  QuestDrafted,
  QuestEntry,
  QuestHostsAccepted,
  QuestHostsRemoved,
  QuestRemovalAccepted,
} from './entries.js';
import { REMEMBERED_BATCHES, type QuestState } from './state.js';

/** The quest after one more entry of its stream; null until it was drafted. Never throws; the same object where nothing changes. */
export function evolveQuest(state: QuestState | null, entry: QuestEntry): QuestState | null {
  if (state === null) return entry.kind === 'QuestDrafted' ? drafted(entry) : null;
  // what was taken out before the abandonment is out of it
  if (entry.kind === 'QuestHostsRemoved') return removed(state, entry);
  if (state.abandoned !== null)
    return entry.kind === 'QuestHostsEnded' && state.ending ? { ...state, ending: false } : state;
  switch (entry.kind) {
    case 'QuestDrafted':
    // Listed hosts count for nothing until they are accepted.
    case 'QuestHostsListed':
    case 'QuestHostsEnded':
      return state;
    case 'QuestHostsAccepted':
      return batchAccepted(state, entry);
    case 'QuestHostsEmbarked':
      return state.embarking.includes(entry.batch)
        ? { ...state, embarking: state.embarking.filter((batch) => batch !== entry.batch) }
        : state;
    case 'QuestLaborsAccepted':
      // a draft that was never accepted is no quest
      if (state.embarkedAt === null || state.adopting.includes(entry.adoption)) return state;
      return { ...state, adopting: [...state.adopting, entry.adoption] };
    case 'QuestLaborsAdopted':
      return state.adopting.includes(entry.adoption)
        ? { ...state, adopting: state.adopting.filter((adoption) => adoption !== entry.adoption) }
        : state;
    case 'QuestRemovalAccepted':
      return removalAccepted(state, entry);
    case 'QuestAmended':
      return amended(state, entry);
    case 'QuestAbandoned':
      return state.embarkedAt === null ? state : abandoned(state, entry);
  }
}

function drafted(entry: QuestDrafted): QuestState {
  const { quest, type, creator, principal = null, description, target, references } = entry;
  return {
    quest,
    type,
    creator,
    principal,
    description,
    target,
    references,
    embarkedAt: null,
    hosts: 0,
    embarking: [],
    batches: [],
    adopting: [],
    removing: [],
    removes: false,
    abandoned: null,
    ending: false,
  };
}

function batchAccepted(state: QuestState, { batch, hosts, recordedAt }: QuestHostsAccepted): QuestState {
  if (state.batches.includes(batch) || state.embarking.includes(batch)) return state;
  return {
    ...state,
    embarkedAt: state.embarkedAt ?? recordedAt,
    hosts: state.hosts + hosts,
    embarking: [...state.embarking, batch],
    batches: [...state.batches, batch].slice(-REMEMBERED_BATCHES),
  };
}

function removalAccepted(state: QuestState, { removal, named }: QuestRemovalAccepted): QuestState {
  if (state.embarkedAt === null || state.removing.includes(removal)) return state;
  return { ...state, hosts: state.hosts - named, removing: [...state.removing, removal], removes: true };
}

function removed(state: QuestState, { removal }: QuestHostsRemoved): QuestState {
  if (!state.removing.includes(removal)) return state;
  return { ...state, removing: state.removing.filter((each) => each !== removal) };
}

function abandoned(state: QuestState, entry: QuestAbandoned): QuestState {
  const { by, principal = null, recordedAt: at, reason } = entry;
  return { ...state, embarking: [], adopting: [], abandoned: { by, principal, at, reason }, ending: true };
}

function amended(state: QuestState, entry: QuestAmended): QuestState {
  return {
    ...state,
    creator: entry.creator === undefined ? state.creator : entry.creator,
    description: entry.description ?? state.description,
    target: entry.target === undefined ? state.target : entry.target,
    references: entry.references ?? state.references,
  };
}
