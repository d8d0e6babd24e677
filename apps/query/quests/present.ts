/** A quest and its hosts as they are answered (rules 20 and 21). */
import type { BurndownBucket, QuestHistoryItem, QuestHostView, QuestView } from '#application';
import type {
  BurndownBucketBody,
  QuestBody,
  QuestHistoryBody,
  QuestHostBody,
  QuestTimesBody,
  Tally,
  TimeOfType,
  TimesToClose,
} from '#contracts';
import { presentLabor } from '../labors/present.js';
import { presentParked } from '../parked.js';

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
  };
}

/** One host's part; `openLabors` are those of the quest. */
export function presentQuestHost(part: QuestHostView): QuestHostBody {
  return {
    host: part.host,
    progress: { ...presentCounts(part.tally), steps: presentSteps(part.tally) },
    openLabors: part.open.map(presentLabor),
  };
}

export function presentBurndown({ from, to, open, steps, forgetful }: BurndownBucket): BurndownBucketBody {
  return { from, to, open, steps, ...(forgetful > 0 ? { incomplete: forgetful } : {}) };
}

export function presentTimes({ labors, medianS, p90S, steps }: TimesToClose): QuestTimesBody {
  return { labors, medianS, p90S, steps: presentTimesOfTypes(steps) };
}

export function presentTimesOfTypes(types: readonly TimeOfType[]): QuestTimesBody['steps'] {
  return types.map(({ type, labors, medianS, p90S }) => ({ type, labors, medianS, p90S }));
}

export function presentHistory({ position, recordedAt, by, principal, change }: QuestHistoryItem): QuestHistoryBody {
  return { position: position.toString(), recordedAt, kind: change.kind, by, principal, ...presentChange(change) };
}

/** A batch's name is of no use to anybody. */
function presentChange(change: QuestHistoryItem['change']): Partial<QuestHistoryBody> {
  switch (change.kind) {
    case 'hostsAccepted': {
      const { hosts, claim } = change;
      return { hosts, ...(claim !== undefined && { claim }) };
    }
    case 'hostsEmbarked':
      return {};
    case 'removalAccepted': {
      const { hosts, reason } = change;
      return { hosts, ...(reason !== null && { reason }) };
    }
    default:
      return change;
  }
}

function presentCounts({
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
