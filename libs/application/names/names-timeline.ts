/**
 * What names mean, followed by each ingest: an alias takes effect within a second on every one (rule 23). One per process.
 * Events are logged by what is known already: only where that may be too old, a request waits for a read.
 */
import { decodeNamesEntry, NAMES_STREAM, positionOf, type Position } from '#contracts';
import { foldNames, noNames, type HostNames, type NamesEntry } from '#domain';
import { StoreUnavailable, type Journal } from '#ports';
import { StreamTimeline, type FollowedStream } from '../followed/stream-timeline.js';
import { pauseMs, sleep, type Pauses } from '../pauses.js';

const FOLLOWED: FollowedStream<HostNames, NamesEntry> = {
  stream: NAMES_STREAM,
  name: 'the names',
  possessive: "names'",
  decode: decodeNamesEntry,
  empty: noNames,
  fold: foldNames,
  // each may have a hundred thousand names; only requests that are sent again ask for those of before
  kept: 2,
};

/** Between two reads while it follows: what somebody has written is known after one of them. */
const READ_EVERY_MS = 300;
/** What was read so long ago is not built on: a request waits for a new read. */
const TOO_OLD_MS = 900;
/** Tries of a read that a request waits for. */
const MAX_TRIES = 5;
const PAUSES: Pauses = { firstMs: 5, longestMs: 100 };

export class NamesTimeline extends StreamTimeline<HostNames, NamesEntry> {
  /** When the last read that came to its end began. */
  private readAtMs = -Infinity;
  private waitedFor: Promise<void> | undefined;
  private readonly closed = new AbortController();

  constructor(
    journal: Journal,
    /** Milliseconds of a clock that only goes forward. */
    private readonly monotonicMs: () => number = () => performance.now(),
  ) {
    super(journal, FOLLOWED);
  }

  /** Reads now and then until it is closed, so that no request waits for it. */
  start(): void {
    void this.follow();
  }

  close(): void {
    this.closed.abort();
  }

  override async readToEnd(): Promise<void> {
    const beganMs = this.monotonicMs();
    await super.readToEnd();
    this.readAtMs = Math.max(this.readAtMs, beganMs);
  }

  /** As they were less than a second ago. Throws StreamUnreadable, StoreUnavailable. */
  async present(): Promise<HostNames> {
    if (this.monotonicMs() - this.readAtMs > TOO_OLD_MS) {
      this.waitedFor ??= this.insist().finally(() => (this.waitedFor = undefined));
      await this.waitedFor;
    }
    return this.state;
  }

  /** With all entries up to `position`. */
  upTo(position: Position): Promise<HostNames> {
    return this.asOf(positionOf(position + 1n));
  }

  private async follow(): Promise<void> {
    const { signal } = this.closed;
    while (!signal.aborted) {
      // where it fails, a request reads and answers the failure
      await this.readToEnd().catch(() => undefined);
      await sleep(READ_EVERY_MS, signal);
    }
  }

  private async insist(): Promise<void> {
    for (let tries = 1; ; tries += 1) {
      try {
        await this.readToEnd();
        return;
      } catch (error) {
        if (!(error instanceof StoreUnavailable) || tries === MAX_TRIES) throw error;
        await sleep(pauseMs(tries, PAUSES));
      }
    }
  }
}
