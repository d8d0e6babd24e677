/** Counting a quest: the sum of its parts, as of the views' position when counting began (P6). */
import { maxPosition, START, viewsPosition, type Position, type QuestDocument } from '#contracts';
import type { QuestId } from '#domain';
import type { ViewsWriter } from '#ports';
import { phaseOf } from '../folding/quest-phase.js';

/**
 * Counts once and stores it. A count that lost its compare-and-set, or whose quest moved while it was counted, leaves the
 * quest dirty: count again. Returns the milliseconds that the sum took beyond a single look-up: its cost to the store,
 * however far away that is. `isPublished`: whether what entries up to there changed of the quest is published to followers (R14).
 */
export async function recount(
  views: ViewsWriter,
  generation: number,
  quest: QuestId,
  isPublished: (position: Position) => boolean,
): Promise<number> {
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
    isPublished(maxPosition(before.mark, before.record?.position ?? START)) ? 'late' : undefined,
  );
  return costMs;
}

async function find(views: ViewsWriter, generation: number, quest: QuestId): Promise<QuestDocument | undefined> {
  const {
    quests: [document],
  } = await views.load(generation, { quests: [quest] });
  return document;
}
