/** Judging what concerns the host itself (rules 18, 22, 23 and 25): its attributes, its retirement, its inventories, the end of a quest, its coming into one and leaving it, the redaction of an event. */
import { attributesAfter } from './attributes.js';
import type {
  EventRedacted,
  HostCommandLogged,
  HostRetired,
  InventoryLogged,
  LaborsClaimed,
  QuestEnded,
  QuestLaborsEnded,
  QuestLeft,
} from './entries.js';
import { parseEventId } from './ids.js';
import { inventoriesAfter } from './inventories.js';
import { laborsClaimed, questLeft, type ChainsMoved } from './moved.js';
import { originOf } from './origin.js';
import type { HostEffect, HostState, Origin } from './state.js';
import { allWaived, questWaived, waivedBy } from './waived.js';

export interface Commanded {
  readonly after: HostState;
  readonly effects: readonly HostEffect[];
}

/** What changes nothing leaves the given state. */
export function hostCommanded(state: HostState, entry: HostCommandLogged): Commanded {
  switch (entry.kind) {
    case 'HostAttributesSet': {
      const change = attributesAfter(state.attributes, entry);
      return { after: change.kind === 'changed' ? { ...state, attributes: change.attributes } : state, effects: [] };
    }
    case 'HostRetired':
      return state.retired === null ? retired(state, entry) : { after: state, effects: [] };
  }
}

/** Rule 23: what inventories say opens and closes nothing. A host that would have too many attributes is in the inventory all the same. */
export function inventoried(state: HostState, entry: InventoryLogged): Commanded {
  const { inventory } = entry;
  const inventories = inventoriesAfter(state.inventories, { kind: entry.kind, inventory });
  const change = entry.kind === 'HostImported' ? attributesAfter(state.attributes, entry) : null;
  const attributes = change?.kind === 'changed' ? change.attributes : state.attributes;
  return { after: { ...state, attributes, inventories }, effects: [] };
}

/** Each open labor is waived, the oldest first, as by a waive of its own with this reason (rule 14). */
function retired(state: HostState, entry: HostRetired): Commanded {
  const origin = originOf(entry, entry.reason);
  const { by, principal, at } = origin;
  return {
    after: { ...allWaived(state), retired: { by, principal, at, reason: entry.reason } },
    effects: state.open.map((labor) => waivedBy(origin, labor)),
  };
}

/** Rule 22. By `QuestEnded` a host that has not had the quest's event is named by the quest from now on, without a labor. */
export function questEnded(state: HostState, entry: QuestEnded | QuestLaborsEnded): Commanded {
  const { kind, quest, reason } = entry;
  const origin = originOf(entry, reason);
  const ended = state.open.filter((labor) => labor.quest === quest);
  return {
    after: questWaived(state, quest),
    effects: [
      ...(kind === 'QuestEnded' ? [{ kind: 'joined', quest, origin } as const] : []),
      ...ended.map((labor) => waivedBy(origin, labor)),
    ],
  };
}

/** Rule 22: what leaves stays open; what is closed in the quest stays in it. */
export function hostTakenOut(state: HostState, entry: QuestLeft): Commanded {
  const { quest } = entry;
  const origin = originOf(entry, entry.reason);
  const { state: after, labors } = questLeft(state, quest);
  return { after, effects: [...movedBy(origin, labors), { kind: 'left', quest, origin }] };
}

/** Rule 18: the quest names the host, whether or not it has such a labor. */
export function hostClaimed(state: HostState, entry: LaborsClaimed): Commanded {
  const { quest } = entry;
  const origin = originOf(entry, null);
  const { state: after, labors } = laborsClaimed(state, entry);
  return { after, effects: [{ kind: 'joined', quest, origin }, ...movedBy(origin, labors)] };
}

function movedBy(origin: Origin, labors: ChainsMoved['labors']): readonly HostEffect[] {
  return labors.map(({ labor, from }) => ({ kind: 'moved', labor, from, origin }));
}

/** Rule 25. The state holds nothing of what an event said; which labors show it, only their documents know. */
export function eventRedacted(state: HostState, entry: EventRedacted): Commanded {
  const { event, host, reason } = entry;
  const named = parseEventId(event);
  const isEarlier = named?.host === host && named.revision <= state.revision;
  return { after: state, effects: isEarlier ? [{ kind: 'redacted', event, origin: originOf(entry, reason) }] : [] };
}
