/** Judges one host from its own stream, page by page: from its first entry, or from where a replay has ended. The one way of replays (R3). */
import { hostStream, START, type StoredEntry, type Steps } from '#contracts';
import { emptyCatalogue, type Catalogue, type Revision } from '#domain';
import type { Journal } from '#ports';
import type { CatalogueTimeline } from '../catalogue/timeline.js';
import type { BucketParts } from './bucket.js';
import type { HostFold } from './host-fold.js';

export interface JudgeOnParts {
  readonly journal: Pick<Journal, 'read'>;
  readonly timeline: CatalogueTimeline;
  readonly run: BucketParts['run'];
}

const PAGE_ENTRIES = 500;

/**
 * Resolves once all entries up to revision `to` are judged, or those that the journal has, or all before the one that parks the
 * host. Rejects with StreamUnreadable, StoreUnavailable, and with what `signal` gives where it aborts.
 */
export async function judgeOn(
  fold: HostFold,
  to: Revision,
  { journal, timeline, run }: JudgeOnParts,
  signal: AbortSignal,
): Promise<void> {
  const stream = hostStream(fold.host);
  while (fold.next <= to && !fold.isParked) {
    signal.throwIfAborted();
    const limit = Math.min(PAGE_ENTRIES, to + 1 - fold.next);
    const [page = []] = await journal.read([{ stream, direction: 'forwards', from: fold.next, limit }]);
    const last = page.at(-1);
    if (last === undefined) return;
    // read once the entries were seen: what was in force for them is known then (P1)
    const unreadable = await timeline.refreshReadable();
    if (unreadable !== null && unreadable.position <= last.position) throw unreadable;
    await run(judging(fold, page, timeline));
  }
}

function* judging(fold: HostFold, page: readonly StoredEntry[], timeline: CatalogueTimeline): Steps<void> {
  let catalogue: Catalogue = emptyCatalogue;
  let end = START;
  for (const entry of page) {
    if (entry.position > end) {
      yield* fold.judge(catalogue);
      ({ state: catalogue, to: end } = timeline.loadedStretch(entry.position));
    }
    fold.add(entry);
  }
  yield* fold.judge(catalogue);
}
