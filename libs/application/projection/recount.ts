/** Counting a quest: the sum of its parts, as of the views' position when counting began (P6). */
import { viewsPosition, type QuestDocument, type QuestPhase, type Recount, type Tally } from '#contracts';
import type { QuestId } from '#domain';
import type { ViewsWriter } from '#ports';

/**
 * Counts once and stores it. A count that lost its compare-and-set, or whose quest moved while it was counted, leaves the
 * quest dirty: count again. Returns the milliseconds that the sum took beyond a single look-up: its cost to the store,
 * however far away that is.
 */
export async function recount(views: ViewsWriter, generation: number, quest: QuestId): Promise<number> {
  const label = viewsPosition(await views.progress(generation));
  const askedAtMs = performance.now();
  const before = await find(views, generation, quest);
  const foundAtMs = performance.now();
  if (label === undefined || before === undefined) return 0;
  const { tally, hosts, emptied, behind } = await views.sumParts(generation, quest);
  const costMs = Math.max(0, performance.now() - foundAtMs - (foundAtMs - askedAtMs));
  const after = await find(views, generation, quest);
  const settled =
    before.mark <= label &&
    after?.mark === before.mark &&
    after.touches === before.touches &&
    (before.record === null || before.record.position <= label);
  const phase = phaseOf(before, { tally, behind }, settled);
  await views.storeRecount(
    generation,
    quest,
    {
      tally,
      hosts,
      phase,
      completed: phase === 'completed' ? emptied : null,
      label,
      mark: before.mark,
      touches: before.touches,
    },
    before.recount?.version ?? 0,
  );
  return costMs;
}

async function find(views: ViewsWriter, generation: number, quest: QuestId): Promise<QuestDocument | undefined> {
  const {
    quests: [document],
  } = await views.load(generation, { quests: [quest] });
  return document;
}

export interface Counted {
  readonly tally: Tally;
  /** Whether a host with a part is behind, or parked before its part came: more of its entries may concern the quest (P4, P9). */
  readonly behind: boolean;
}

/**
 * Rules 19 and 20. `completed`, `empty` and the end of `embarking` are only stated where nothing has moved (`settled`);
 * until then the earlier phase holds, unless the count itself says otherwise. A quest with a host whose event could
 * not be judged yet is open: the journal has it, and it will open a labor when the host is released. So is one with a host
 * that is behind, and one that adopts labors of a host that is behind or parked: once that host has rejoined or is released its
 * quests are touched, and counted again.
 */
export function phaseOf({ record, recount: last }: QuestDocument, counted: Counted, settled: boolean): QuestPhase {
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
function heldOpen(before: QuestPhase, last: Recount | null): QuestPhase {
  return before === 'completed' && last?.tally.open === 0 ? 'completed' : before === 'empty' ? 'empty' : 'open';
}
