/**
 * What names mean, followed by each ingest: an alias takes effect within a second on every one (rule 23). One per process.
 * Nothing is read while nobody asks.
 */
import { decodeNamesEntry, NAMES_STREAM, positionOf, type Position } from '#contracts';
import { foldNames, noNames, type HostNames, type NamesEntry } from '#domain';
import type { Journal } from '#ports';
import { StreamTimeline, type FollowedStream } from '../followed/stream-timeline.js';

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

/** What was read so long ago is read again beside the request that asks; it still has what was read. */
const READ_AGAIN_MS = 400;
/** What was read so long ago is not built on: the request waits for a new read. */
const TOO_OLD_MS = 900;

export class NamesTimeline extends StreamTimeline<HostNames, NamesEntry> {
  /** When the last read that came to its end began. */
  private readAtMs = -Infinity;
  private readingAgain: Promise<void> | undefined;

  constructor(
    journal: Journal,
    /** Milliseconds of a clock that only goes forward. */
    private readonly monotonicMs: () => number = () => performance.now(),
  ) {
    super(journal, FOLLOWED);
  }

  override async readToEnd(): Promise<void> {
    const beganMs = this.monotonicMs();
    await super.readToEnd();
    this.readAtMs = Math.max(this.readAtMs, beganMs);
  }

  /** As they were less than a second ago, or are now. Throws StreamUnreadable, StoreUnavailable. */
  async present(): Promise<HostNames> {
    const ageMs = this.monotonicMs() - this.readAtMs;
    if (ageMs < READ_AGAIN_MS) return this.state;
    this.readingAgain ??= this.readToEnd().finally(() => (this.readingAgain = undefined));
    if (ageMs < TOO_OLD_MS) {
      // where it fails, a later request waits for the next read, and answers its failure
      this.readingAgain.catch(() => undefined);
      return this.state;
    }
    await this.readingAgain;
    return this.state;
  }

  /** With all entries up to `position`. */
  upTo(position: Position): Promise<HostNames> {
    return this.asOf(positionOf(position + 1n));
  }
}
