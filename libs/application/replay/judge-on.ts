/** Judges one host from its own stream, page by page: from its first entry, or from where a replay has ended. The one way of replays (R3). */
import { hostStream, START, type Position, type StoredEntry, type Steps } from '#contracts';
import { emptyCatalogue, type Catalogue, type Revision } from '#domain';
import type { Journal } from '#ports';
import type { CatalogueTimeline } from '../catalogue/timeline.js';
import type { BucketParts } from './bucket.js';
import type { HostFold, HostLimits } from './host-fold.js';

export interface JudgeOnParts {
  readonly journal: Pick<Journal, 'read'>;
  readonly timeline: CatalogueTimeline;
  readonly run: BucketParts['run'];
}

/** Where it ends, at the latest; absent: wherever the journal does. */
export interface JudgeTo {
  readonly revision?: Revision;
  readonly position?: Position;
  /** It ends soon after the host exceeds them. */
  readonly limits?: HostLimits;
}

const PAGE_ENTRIES = 500;

/**
 * Resolves once all entries up to there are judged, or those that the journal has, or all before the one that parks the host.
 * Rejects with StreamUnreadable, StoreUnavailable, and with what `signal` gives where it aborts.
 */
export async function judgeOn(
  fold: HostFold,
  { revision = Infinity, position, limits }: JudgeTo,
  { journal, timeline, run }: JudgeOnParts,
  signal: AbortSignal,
): Promise<void> {
  const stream = hostStream(fold.host);
  while (fold.next <= revision && !fold.isParked && !(limits && fold.exceeds(limits))) {
    signal.throwIfAborted();
    const limit = Math.min(PAGE_ENTRIES, revision + 1 - fold.next);
    const [read = []] = await journal.read([{ stream, direction: 'forwards', from: fold.next, limit }]);
    const page = position === undefined ? read : read.filter((entry) => entry.position <= position);
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
