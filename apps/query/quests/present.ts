/** A quest's hosts and history as they are answered (rules 20 and 21). */
import {
  presentCounts,
  presentLabor,
  presentSteps,
  type BurndownBucket,
  type QuestHistoryItem,
  type QuestHostView,
} from '#application';
import type {
  BurndownBucketBody,
  QuestHistoryBody,
  QuestHostBody,
  QuestTimesBody,
  TimeOfType,
  TimesToClose,
} from '#contracts';

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

/** Names of batches, adoptions and removals are of no use to anybody, and what a draft said else the quest says. */
function presentChange(change: QuestHistoryItem['change']): Partial<QuestHistoryBody> {
  switch (change.kind) {
    case 'hostsAccepted': {
      const { hosts, claim } = change;
      return { hosts, ...(claim !== undefined && { claim }) };
    }
    case 'drafted': {
      const { type, description } = change;
      return { type, description };
    }
    case 'laborsAccepted':
      return { labors: change.labors };
    case 'hostsEmbarked':
    case 'laborsAdopted':
    case 'hostsRemoved':
      return {};
    case 'removalAccepted': {
      const { hosts, reason } = change;
      return { hosts, ...(reason !== null && { reason }) };
    }
    default:
      return change;
  }
}
