/** One scan of the journal for all partitions, from the least progress to its head: how views are folded anew, and how a start catches up. */
import type { PartitionProgress, StoredEntry } from '#contracts';
import type { Journal } from '#ports';
import type { Clock } from '../clock.js';
import type { FoldingStatus } from '../operating/operating.js';
import type { Applier } from './applier.js';
import { numberAfter, type Progress } from './progress.js';

export interface ScanParts {
  readonly journal: Journal;
  readonly applier: Applier;
  readonly progress: Progress;
  readonly clock: Clock;
  readonly generation: number;
  /** Told after each page. */
  readonly moved: (status: FoldingStatus) => void;
}

/** Entries of one page: everybody else waits while one is judged, and a page of the views that many of them change is written once. */
const PAGE_ENTRIES = 1000;

/**
 * Resolves at the head as it was when an empty page came, or early where `signal` aborts. Each page is stored with the
 * progress of all partitions: whatever ends it, the next scan goes on from there. Throws as the applier does.
 */
export async function scanToHead(parts: ScanParts, signal: AbortSignal): Promise<void> {
  const { journal, applier, progress, clock } = parts;
  const head = (await journal.head()).position;
  const from = progress.least().position;
  const begunAtMs = clock.nowMs();
  for (let entries = 0; !signal.aborted;) {
    const before = progress.least();
    const page = await journal.readAll(before.position, Math.min(PAGE_ENTRIES, journal.maxReadEntries));
    const last = page.at(-1);
    if (last === undefined) return;
    const moved = allAt(progress, before, page, last, clock.nowMs());
    await applier.apply(page, { progress: moved, storedProgress: (partition) => progress.positionOf(partition) });
    progress.moved(moved);
    entries += page.length;
    const seconds = Math.max(clock.nowMs() - begunAtMs, 1) / 1000;
    const length = head - from;
    parts.moved({
      generation: parts.generation,
      position: last.position,
      percent: length <= 0n ? 100 : Math.min(100, Number(((last.position - from) * 100n) / length)),
      entries,
      entriesPerS: Math.round(entries / seconds),
    });
  }
}

/** Every partition at the page's last entry; those that are further stay (the views never go back). */
function allAt(
  progress: Progress,
  before: PartitionProgress,
  page: readonly StoredEntry[],
  last: StoredEntry,
  heardAtMs: number,
): readonly PartitionProgress[] {
  const number = numberAfter(before, page.length);
  return Array.from({ length: progress.partitions }, (_, partition) => ({
    partition,
    position: last.position,
    entryId: last.id,
    number,
    heardAtMs,
  }));
}
