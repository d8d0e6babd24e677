/** The catalogue over time, as a split journal has it: for threads that have nothing else of the journal. */
import type { StoredEntry } from '#contracts';
import { CatalogueTimeline } from '../../catalogue/timeline.js';
import type { StoredSplit } from '../splitting/stored-split.js';

/** The catalogue is small, and lies with the rest of the journal. It was readable when the replay began. */
export async function cutTimeline(cut: StoredSplit): Promise<CatalogueTimeline> {
  const entries: StoredEntry[] = [];
  for await (const page of cut.pages(cut.content.catalogue)) entries.push(...page);
  const timeline = new CatalogueTimeline({
    maxReadEntries: Math.max(1, entries.length),
    read: async ([read]) => [entries.slice(read?.from ?? 0)],
  });
  await timeline.refresh();
  return timeline;
}
