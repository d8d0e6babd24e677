/** A quest as the API shows it (rules 20 and 21): in answers, and where changes are sent. */
import type { ParkedBody, ParkRecord, QuestBody, Tally } from '#contracts';
import type { QuestView } from './reading.js';

export function presentQuest(quest: QuestView): QuestBody {
  const { id, type, creator, principal, description, target, references, state, ...rest } = quest;
  const { embarkedAt, adopting, removing, abandoned, completedAt, overdue, hosts } = rest;
  return {
    id,
    type,
    creator,
    principal,
    description,
    target,
    references,
    state,
    embarkedAt,
    ...(adopting ? { adopting } : {}),
    ...(removing ? { removing } : {}),
    ...(abandoned === null ? {} : { abandoned }),
    completedAt,
    overdue,
    hosts,
    progress: {
      ...presentCounts(quest.tally),
      percent: quest.percent,
      percentDone: quest.percentDone,
      steps: presentSteps(quest.tally),
      hosts: quest.hostCounts,
    },
    ...presentParked(quest.parked),
    ...(quest.incomplete === undefined ? {} : { incomplete: quest.incomplete }),
  };
}

/** A field `parked`, where it is. */
export function presentParked(parked: ParkRecord | null): { readonly parked?: ParkedBody } {
  if (parked === null) return {};
  const { state, reason, revision, position, since } = parked;
  return { parked: { state, reason, revision, position: String(position), since } };
}

export function presentCounts({
  chains,
  unstarted,
  inProgress,
  completed,
  waived,
  labors,
  open,
}: Tally): Omit<Tally, 'steps' | 'named'> {
  return { chains, unstarted, inProgress, completed, waived, labors, open };
}

/** By type, so that equal numbers are equal answers. */
export function presentSteps(tally: Tally): QuestBody['progress']['steps'] {
  return Object.entries(tally.steps)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([type, { open, closed }]) => ({ type, open, closed }));
}
