/** Which quests have hosts without their event, as the views know: what a crash, or another process, has left. */
import { DOCUMENTS_VERSION, type CursorKey, type QuestRecord } from '#contracts';
import type { ViewsReader } from '#ports';

const PAGE = 100;

/**
 * By number, page by page. The views may be behind: the quest's stream has the last word. Nothing where they are being
 * rebuilt and nothing is served meanwhile. Rejects with StoreUnavailable.
 */
export async function* unfinishedQuests(
  views: Pick<ViewsReader, 'freshness' | 'quests'>,
): AsyncGenerator<QuestRecord, void> {
  let after: CursorKey | null = null;
  do {
    // looked up for each page: between two of them another generation may be served, and this one dropped
    const freshness = await views.freshness(DOCUMENTS_VERSION);
    if (freshness === undefined) return;
    const page = { sort: 'id', limit: PAGE, after, count: false } as const;
    const { items, next } = await views.quests(freshness.generation.number, { state: ['embarking'] }, page);
    // a quest whose end was not counted yet is `embarking` too
    for (const { record } of items) if (record?.state?.embarking.length) yield record;
    after = next;
  } while (after !== null);
}
