/** A quest as readers see it: what its record says, its newest count, and what only the clock knows (rules 20–22, P8). */
import {
  isQuestOverdue,
  isUnfinished,
  NO_HOSTS_COUNTED,
  NO_TALLY,
  partsOf,
  questPhase,
  type QuestPhase,
  type Recount,
  type ShownQuest,
} from '#contracts';
import type { Instant } from '#domain';
import type { QuestAsOf } from './past/quests.js';
import type { QuestHostCounts, QuestView } from './reading.js';

/** As it is, or as it was. */
export type QuestSeen = ShownQuest & Partial<Pick<QuestAsOf, 'forgetful'>>;

/** Undefined where it is no quest for anyone (yet): drafted but not accepted, or its first entries cannot be read. */
export function questView({ quest, record, recount, forgetful = 0 }: QuestSeen, now: Instant): QuestView | undefined {
  const state = record?.state ?? null;
  if (record === null || state === null || state.embarkedAt === null) return undefined;
  const { type, creator, principal, description, target, references, embarkedAt, hosts, abandoned } = state;
  const phase = questPhase({ record, recount });
  const tally = recount?.tally ?? NO_TALLY;
  return {
    id: quest,
    type,
    creator,
    principal,
    description,
    target,
    references,
    state: phase,
    embarkedAt,
    adopting: state.adopting.length > 0,
    removing: state.removing.length > 0,
    abandoned: abandoned && { ...abandoned, ended: !state.ending },
    completedAt: phase === 'completed' ? (recount?.completed?.at ?? null) : null,
    overdue: isQuestOverdue({ record, recount }, now),
    hosts,
    hostCounts: hostCountsOf(
      hosts,
      { hosts: recount?.hosts ?? NO_HOSTS_COUNTED, tally },
      haveAllPartsBeenCounted(record, recount, phase),
    ),
    tally,
    percent: percentOf(tally.labors - tally.open, tally.labors),
    percentDone: percentOf(tally.completed, tally.chains - tally.waived),
    parked: record.parked,
    ...(forgetful > 0 ? { incomplete: forgetful } : {}),
  };
}

/** Whether each host had its event, or the quest's end, when the parts were counted. */
function haveAllPartsBeenCounted(
  record: NonNullable<ShownQuest['record']>,
  recount: ShownQuest['recount'],
  phase: QuestPhase,
): boolean {
  if (phase === 'embarking' || isUnfinished(record)) return false;
  return phase !== 'abandoned' || (recount !== null && record.position <= recount.label);
}

/**
 * Rule 21. A host that the quest names and that has no part, where all have been counted, is one whose event could not be
 * judged: it is parked too. Hosts that it does not name are in it by labors that it adopted.
 */
function hostCountsOf(
  named: number,
  { hosts: counts, tally }: Pick<Recount, 'hosts' | 'tally'>,
  areAllCounted: boolean,
): QuestHostCounts {
  const missing = Math.max(0, named - tally.named);
  const total = partsOf(counts) + missing;
  const parked = counts.parked + (areAllCounted ? missing : 0);
  return { total, ...counts, parked, percent: percentOf(counts.done, total) };
}

/** To one decimal, rounded down, so that 100 means all; null of none. */
export function percentOf(part: number, whole: number): number | null {
  return whole === 0 ? null : Math.floor((part * 1000) / whole) / 10;
}
