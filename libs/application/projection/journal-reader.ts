/**
 * Brings partitions forward from the journal itself, page by page: over a hole that the feed left (P3), or from the
 * beginning when views are rebuilt. One page serves all partitions that wait, so a long way is read once, not once for each.
 */
import { partitionOf, type PartitionProgress, type Position, type StoredEntry } from '#contracts';
import { msOfInstant } from '#domain';
import type { ReadJournal } from '#ports';
import type { Clock } from '../clock.js';
import { FeedAtOdds } from '../relay/own-feed.js';
import type { Applier } from './applier.js';
import type { ProgressWriter } from './progress-writer.js';
import { numberAfter, type Progress } from './progress.js';

export interface JournalReaderParts {
  readonly journal: ReadJournal;
  readonly applier: Applier;
  readonly progress: Progress;
  readonly writer: ProgressWriter;
  readonly clock: Clock;
  /** Gets the entries that came into the views over a hole. */
  readonly applied: (entries: readonly StoredEntry[]) => void;
}

export interface JournalPage {
  /** How many entries the journal has shown; 0 at its head. */
  readonly entries: number;
  /** Those of the partitions asked for that were applied. */
  readonly own: readonly StoredEntry[];
  /** When the page's last entry was recorded, ms since 1970; null at the head. */
  readonly newest: number | null;
}

/** Everybody else waits while a page is judged, and a page of the views that many of its entries change is written once. */
const PAGE_ENTRIES = 1000;

export class JournalReader {
  /** Who waits: a partition twice, where one that was revoked is assigned again before its handler has ended. */
  private readonly waiting = new Set<{ readonly partition: number }>();
  private reading: { readonly partitions: readonly number[]; readonly read: Promise<number> } | undefined;
  private newest: number | null = null;

  constructor(private readonly parts: JournalReaderParts) {}

  /** How old the newest entry is that was read for partitions that still wait, in milliseconds; null where none waits. */
  get lagMs(): number | null {
    return this.newest === null ? null : Math.max(0, this.parts.clock.nowMs() - this.newest);
  }

  /**
   * Resolves when the partition's progress has reached the position, or soon after `signal` aborts. Rejects as the applier
   * does, and with FeedAtOdds where the journal holds nothing there.
   */
  async readTo(partition: number, to: Position, signal: AbortSignal): Promise<void> {
    const { progress } = this.parts;
    const waiting = { partition };
    this.waiting.add(waiting);
    try {
      while (progress.positionOf(partition) < to && !signal.aborted) {
        const page = (this.reading ??= this.begin());
        const isHead = (await page.read) === 0;
        // a page that began before this partition waited says nothing about it
        if (isHead && page.partitions.includes(partition) && progress.positionOf(partition) < to) {
          throw new FeedAtOdds(`the feed speaks of position ${to}, which the journal does not hold`);
        }
      }
    } finally {
      this.waiting.delete(waiting);
      if (this.waiting.size === 0) this.newest = null;
    }
  }

  private begin(): NonNullable<JournalReader['reading']> {
    const partitions = [...new Set([...this.waiting].map(({ partition }) => partition))];
    return { partitions, read: this.pageForWaiting(partitions) };
  }

  private async pageForWaiting(partitions: readonly number[]): Promise<number> {
    try {
      const { entries, own, newest } = await this.page(partitions);
      this.newest = newest ?? this.newest;
      this.parts.applied(own);
      return entries;
    } finally {
      this.reading = undefined;
    }
  }

  /**
   * The journal was asked at that time, in ms since 1970, and ended where these partitions are: as good as heard from the feed. So
   * views that nobody has followed yet are no older than the last look, whatever their rebuild took.
   */
  async level(partitions: readonly number[], askedMs: number): Promise<void> {
    const { progress, writer } = this.parts;
    await writer.store(partitions.map((partition) => ({ ...progress.of(partition), heardAtMs: askedMs })));
  }

  /**
   * Applies the next page for these partitions, from the least of their progress on, and moves them all to its end.
   */
  async page(partitions: readonly number[]): Promise<JournalPage> {
    const { journal, applier, progress, writer, clock } = this.parts;
    const before = leastOf(progress, partitions);
    const page = await journal.readAll(before.position, Math.min(PAGE_ENTRIES, journal.maxReadEntries));
    const last = page.at(-1);
    if (last === undefined) return { entries: 0, own: [], newest: null };
    const wanted = new Set(partitions);
    const own = page.filter(({ stream, position }) => {
      const partition = partitionOf(stream, progress.partitions);
      return wanted.has(partition) && position > progress.positionOf(partition);
    });
    await applier.apply(own, { storedProgress: (partition) => progress.positionOf(partition) });
    const end = { position: last.position, entryId: last.id, number: numberAfter(before, page.length) };
    await writer.store(
      partitions.map((partition) => {
        // an entry read here is not heard from the feed: the views' age grows until the feed has no hole
        const { heardAtMs } = progress.of(partition);
        return { partition, ...end, heardAtMs: heardAtMs === 0 ? clock.nowMs() : heardAtMs };
      }),
    );
    return { entries: page.length, own, newest: msOfInstant(last.recordedAt) };
  }
}

function leastOf(progress: Progress, partitions: readonly number[]): PartitionProgress {
  const [first = 0, ...others] = partitions;
  return others.reduce((least, partition) => {
    const each = progress.of(partition);
    return each.position < least.position ? each : least;
  }, progress.of(first));
}
