/** A quest as readers see it: its record, its newest count, and values that depend on the clock (rules 20–22, P8). */
import { isQuestOverdue, questPhase, type QuestDocument, type Tally } from '#contracts';
import type { Instant } from '#domain';
import type { QuestView } from './reading.js';

const NOTHING_COUNTED: Tally = {
  chains: 0,
  unstarted: 0,
  inProgress: 0,
  completed: 0,
  waived: 0,
  labors: 0,
  open: 0,
  steps: {},
};

/** Undefined where it is no quest for anyone (yet): drafted but not accepted, or its first entries cannot be read. */
export function questView({ quest, record, recount }: QuestDocument, now: Instant): QuestView | undefined {
  const state = record?.state ?? null;
  if (record === null || state === null || state.embarkedAt === null) return undefined;
  const { type, creator, description, target, references, embarkedAt, hosts } = state;
  const phase = questPhase({ record, recount });
  const tally = recount?.tally ?? NOTHING_COUNTED;
  return {
    id: quest,
    type,
    creator,
    description,
    target,
    references,
    state: phase,
    embarkedAt,
    completedAt: phase === 'completed' ? (recount?.completed?.at ?? null) : null,
    overdue: isQuestOverdue({ record, recount }, now),
    hosts,
    tally,
    percent: percentOf(tally),
    parked: record.parked,
  };
}

/** Rule 21: labors not open / labors, to one decimal, rounded down, so that 100 means all; null where there are none. */
export function percentOf({ labors, open }: Pick<Tally, 'labors' | 'open'>): number | null {
  return labors === 0 ? null : Math.floor(((labors - open) * 1000) / labors) / 10;
}
