/** Totals as they were (R11): exactly, so that each labor and quest is looked at, in turns with other questions. */
import { questPhase, type CursorKey, type Position, type QuestPhase } from '#contracts';
import type { ViewsReader, ViewsTotals } from '#ports';
import { countedAsOf, isAccepted, recordAsOf, type QuestPastReader } from './quests.js';

/** Quests that are read at once. */
const QUESTS = 100;

export async function totalsAsOf(
  views: QuestPastReader & Pick<ViewsReader, 'totalsAsOf'>,
  generation: number,
  at: Position,
): Promise<ViewsTotals> {
  const totals = await views.totalsAsOf(generation, at);
  const quests: Record<QuestPhase, number> = { embarking: 0, open: 0, completed: 0, abandoned: 0, empty: 0 };
  for (let after: CursorKey | null = null; ;) {
    const request = { sort: 'id', limit: QUESTS, after, count: false } as const;
    const page: Awaited<ReturnType<ViewsReader['quests']>> = await views.quests(generation, {}, request);
    for (const document of page.items) {
      const { record } = await recordAsOf(views, generation, document, at);
      if (!isAccepted(record)) continue;
      quests[questPhase((await countedAsOf(views, generation, document, record, at)).quest)] += 1;
    }
    after = page.next;
    if (after === null) return { ...totals, quests };
  }
}
