/** A quest as readers see it: what its record says, its newest count, and what only the clock knows (rules 20–22, P8). */
import {
  isQuestOverdue,
  NO_HOSTS_COUNTED,
  NO_TALLY,
  partsOf,
  questPhase,
  type HostCounts,
  type QuestDocument,
  type QuestPhase,
} from '#contracts';
import type { Instant } from '#domain';
import type { QuestHostCounts, QuestView } from './reading.js';

/** Undefined where it is no quest for anyone (yet): drafted but not accepted, or its first entries cannot be read. */
export function questView({ quest, record, recount }: QuestDocument, now: Instant): QuestView | undefined {
  const state = record?.state ?? null;
  if (record === null || state === null || state.embarkedAt === null) return undefined;
  const { type, creator, principal, description, target, references, embarkedAt, hosts } = state;
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
    completedAt: phase === 'completed' ? (recount?.completed?.at ?? null) : null,
    overdue: isQuestOverdue({ record, recount }, now),
    hosts,
    hostCounts: hostCountsOf(hosts, recount?.hosts ?? NO_HOSTS_COUNTED, phase),
    tally,
    percent: percentOf(tally.labors - tally.open, tally.labors),
    parked: record.parked,
  };
}

/**
 * Rule 21. A host without a part, in a quest that is not embarking any more, is one whose event could not be judged: it is
 * parked too.
 */
function hostCountsOf(named: number, counts: HostCounts, phase: QuestPhase): QuestHostCounts {
  const parts = partsOf(counts);
  const total = Math.max(named, parts);
  const parked = counts.parked + (phase === 'embarking' ? 0 : total - parts);
  return { total, ...counts, parked, percent: percentOf(counts.done, total) };
}

/** To one decimal, rounded down, so that 100 means all; null of none. */
export function percentOf(part: number, whole: number): number | null {
  return whole === 0 ? null : Math.floor((part * 1000) / whole) / 10;
}
