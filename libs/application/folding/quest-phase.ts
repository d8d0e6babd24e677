/** In which phase a quest is by what was counted of it (rules 19 and 20). */
import type { QuestPhase, QuestRecord, Recount, Tally } from '#contracts';

export interface Counted {
  readonly tally: Tally;
  /** Whether a host with a part is behind, or parked before its part came: more of its entries may concern the quest (P4, P9). */
  readonly behind: boolean;
}

/** The quest that is counted, and its last count. */
interface Counting {
  readonly record: Pick<QuestRecord, 'state'> | null;
  readonly recount: Pick<Recount, 'phase' | 'tally'> | null;
}

/**
 * Rules 19 and 20. `completed`, `empty` and the end of `embarking` are only stated where nothing has moved (`settled`);
 * until then the earlier phase holds, unless the count itself says otherwise. A quest with a host whose event could
 * not be judged yet is open: the journal has it, and it will open a labor when the host is released. So is one with a host
 * that is behind, and one that adopts labors of a host that is behind or parked: once that host has rejoined or is released its
 * quests are touched, and counted again.
 */
export function phaseOf({ record, recount: last }: Counting, counted: Counted, settled: boolean): QuestPhase {
  const { tally, behind } = counted;
  const state = record?.state ?? null;
  if (state === null || state.embarkedAt === null || state.embarking.length > 0) return 'embarking';
  if (state.abandoned !== null) return 'abandoned';
  // while hosts are taken out, who is named is uncertain; and labors that it adopts are not there yet
  if (settled && state.removing.length === 0 && state.adopting.length === 0) {
    // fewer are named where one is parked before its event (P4)
    if (tally.open > 0 || tally.named < state.hosts || behind) return 'open';
    return tally.labors === 0 ? 'empty' : 'completed';
  }
  const before = last?.phase ?? 'embarking';
  if (before === 'embarking') return 'embarking';
  return tally.open > 0 ? 'open' : heldOpen(before, last);
}

/** Nothing open was counted, but more may be on its way: only a quest that was completed before stays so. */
function heldOpen(before: QuestPhase, last: Counting['recount']): QuestPhase {
  return before === 'completed' && last?.tally.open === 0 ? 'completed' : before === 'empty' ? 'empty' : 'open';
}
