/** Counting a quest: the sum of its parts, as of the views' position when counting began (P6). */
import {
  minPosition,
  type PartitionProgress,
  type Position,
  type QuestDocument,
  type QuestPhase,
  type Recount,
  type Tally,
} from '#contracts';
import type { QuestId } from '#domain';
import type { ViewsWriter } from '#ports';

/** The views' position: the least of all partitions' progress; undefined where a partition has none yet. */
export function viewsPosition(progress: readonly PartitionProgress[]): Position | undefined {
  const [first, ...others] = progress;
  return first && others.reduce((least, { position }) => minPosition(least, position), first.position);
}

/**
 * Counts once and stores it. A count that lost its compare-and-set, or whose quest moved while it was counted, leaves the
 * quest dirty: count again.
 */
export async function recount(views: ViewsWriter, generation: number, quest: QuestId): Promise<void> {
  const label = viewsPosition(await views.progress(generation));
  const before = await find(views, generation, quest);
  if (label === undefined || before === undefined) return;
  const { tally, emptied } = await views.sumParts(generation, quest);
  const after = await find(views, generation, quest);
  const settled =
    before.mark <= label &&
    after?.mark === before.mark &&
    after.touches === before.touches &&
    (before.record === null || before.record.position <= label);
  const phase = phaseOf(before, tally, settled);
  await views.storeRecount(
    generation,
    quest,
    {
      tally,
      phase,
      completed: phase === 'completed' ? emptied : null,
      label,
      mark: before.mark,
      touches: before.touches,
    },
    before.recount?.version ?? 0,
  );
}

async function find(views: ViewsWriter, generation: number, quest: QuestId): Promise<QuestDocument | undefined> {
  const [document] = await views.quests(generation, [quest]);
  return document;
}

/**
 * Rules 19 and 20. `completed`, `empty` and the end of `embarking` are only stated where nothing has moved (`settled`);
 * until then what was stated before holds, unless the count itself says otherwise.
 */
export function phaseOf({ record, recount: last }: QuestDocument, tally: Tally, settled: boolean): QuestPhase {
  const state = record?.state ?? null;
  if (state === null || state.embarkedAt === null || state.embarking.length > 0) return 'embarking';
  if (settled) return tally.labors === 0 ? 'empty' : tally.open === 0 ? 'completed' : 'open';
  const before = last?.phase ?? 'embarking';
  if (before === 'embarking') return 'embarking';
  return tally.open > 0 ? 'open' : heldOpen(before, last);
}

/** Nothing open was counted, but more may be on its way: only what was completed before stays so. */
function heldOpen(before: QuestPhase, last: Recount | null): QuestPhase {
  return before === 'completed' && last?.tally.open === 0 ? 'completed' : before === 'empty' ? 'empty' : 'open';
}
