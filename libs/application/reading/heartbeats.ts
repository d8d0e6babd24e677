/**
 * How old the views are, by this process's own monotonic clock: since when it has not seen a partition's heartbeat move. The
 * heartbeat is a time of the projector's clock, which may differ from ours and may go back; so it counts only within the
 * bounds of what this process has seen.
 */
import type { PartitionProgress } from '#contracts';

interface Beat {
  readonly heardAtMs: number;
  /** The last look before the heartbeat moved, and the look that saw it moved, in monotonic milliseconds. */
  readonly afterMs: number;
  readonly seenMs: number;
  lookedMs: number;
}

export class Heartbeats {
  private generation: number | undefined;
  /** By partition, of the one generation that is served. */
  private readonly beats = new Map<number, Beat>();

  constructor(private readonly monotonicMs: () => number = () => performance.now()) {}

  /** Milliseconds since the partition that was last heard longest ago was heard; `nowMs` is the wall clock's time. */
  ageMs(generation: number, progress: readonly PartitionProgress[], nowMs: number): number {
    if (generation !== this.generation) this.beats.clear();
    this.generation = generation;
    const lookMs = this.monotonicMs();
    return progress.reduce((longest, each) => {
      const { afterMs, seenMs } = this.beatOf(each, lookMs);
      const least = Math.floor(lookMs - seenMs);
      return Math.max(longest, Math.min(Math.max(nowMs - each.heardAtMs, least), lookMs - afterMs));
    }, 0);
  }

  private beatOf({ partition, heardAtMs }: PartitionProgress, lookMs: number): Beat {
    const known = this.beats.get(partition);
    // of two looks at once the later one may answer first
    if (known !== undefined && heardAtMs <= known.heardAtMs) {
      known.lookedMs = lookMs;
      return known;
    }
    const beat = { heardAtMs, afterMs: known?.lookedMs ?? -Infinity, seenMs: lookMs, lookedMs: lookMs };
    this.beats.set(partition, beat);
    return beat;
  }
}
