/**
 * The list of events, and when entries were recorded. An inserted event is on the disk before a host's document relies on it, and so is a redaction:
 * documents of hosts say which entries were judged, and what a power failure took from behind them would be missing for ever.
 */
import { Durability, type LogSync } from '#adapters/sqlite';
import { StoreUnavailable, type ViewsBatch } from '#ports';
import { ApplyQueue } from './apply-queue.js';
import { writeEntryTimes } from './entry-times.js';
import { insertEvents, redactEvents } from './event-writes.js';
import type { LongReads } from './long-reads.js';
import type { Store } from './store.js';

/** A batch is refused when the disk does not answer for this long; it is retried later. */
const TIMEOUT_MS = 10_000;

/** What of a batch belongs to no generation. */
export type ListedBatch = Pick<ViewsBatch, 'events' | 'redactions' | 'times'>;

export class EventList {
  private readonly queue: ApplyQueue;
  private readonly durability: Durability;
  /** Whether something may not be on the disk: at first the commits of an earlier process. */
  private unsynced = true;
  private closed: Promise<void> | undefined;

  constructor(
    readonly store: Store,
    readonly longReads: LongReads,
    private readonly log: LogSync,
  ) {
    this.durability = new Durability('views', log, TIMEOUT_MS);
    this.queue = new ApplyQueue(store, (late) => this.sync(late));
  }

  /** Inserts the missing events, redacts, and keeps when entries were recorded; resolves when all of it is on the disk. */
  async write({ events = [], redactions = [], times = [] }: ListedBatch): Promise<void> {
    const size = events.length + redactions.length + times.length;
    if (size === 0) return;
    await this.queue.submit(size, () => {
      this.durability.requireSound();
      const changes =
        insertEvents(this.store, events) + redactEvents(this.store, redactions) + writeEntryTimes(this.store, times);
      if (changes > 0) this.unsynced = true;
    });
  }

  /** Resolves when all that was committed before is on the disk. */
  async settle(): Promise<void> {
    await this.queue.submit(0, () => {
      this.durability.requireSound();
    });
  }

  async close(): Promise<void> {
    this.closed ??= this.closeNow();
    await this.closed;
  }

  /** Queued batches are refused; the commit on its way to the disk is waited for. */
  private async closeNow(): Promise<void> {
    await this.longReads.close();
    const closed = this.store.close();
    await this.queue.idle();
    await closed;
    await this.log.close();
  }

  private async sync(late: (error: StoreUnavailable) => void): Promise<void> {
    if (!this.unsynced) return;
    this.unsynced = false;
    const failure = await this.durability.reach((reason) => {
      late(new StoreUnavailable('views', reason));
    });
    if (failure !== undefined) throw new StoreUnavailable('views', failure);
  }
}
