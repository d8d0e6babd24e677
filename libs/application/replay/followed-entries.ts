/** What no bucket holds: the entries of the catalogue and of the names, given out as the views hold them. */
import { NAMES_STREAM, positionOf, type Position } from '#contracts';
import type { CatalogueTimeline } from '../catalogue/timeline.js';
import { namesDocument } from '../folding/names-document.js';
import type { Pages } from './bucket.js';
import type { ReplayListener } from './listener.js';

/** Those up to `end`; the timeline was read up to there at least. */
export async function giveCatalogue(
  timeline: CatalogueTimeline,
  listener: Pick<ReplayListener, 'catalogue'>,
  end: Position,
): Promise<void> {
  const { revision: entries } = timeline.loadedAsOf(positionOf(end + 1n));
  for (let revision = 0; revision < entries; revision += 1) await listener.catalogue(timeline.documentOf(revision));
}

/** Those up to `end`. Other streams in the pages are ignored. Rejects with StreamUnreadable at an entry that cannot be read (P4). */
export async function giveNames(pages: Pages, listener: Pick<ReplayListener, 'names'>, end: Position): Promise<void> {
  for await (const page of pages) {
    for (const entry of page) {
      if (entry.position > end) return;
      if (entry.stream === NAMES_STREAM) await listener.names(namesDocument(entry));
    }
  }
}
