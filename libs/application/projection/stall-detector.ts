/**
 * Whether the partitions of this projector are stalled: not heard from, or not moving though the journal goes on. The
 * latter is looked for in the journal itself, since the feed's report of it may be missing or wrong.
 */
import type { Position, StoredEntry } from '#contracts';
import { StoreUnavailable, type Journal } from '#ports';
import { sleep } from '../pauses.js';
import type { Progress } from './progress.js';

export interface StallDetectorParts {
  readonly journal: Pick<Journal, 'readAll'>;
  readonly progress: Progress;
  /** Milliseconds of a clock that only goes forward. */
  readonly monotonicMs: () => number;
  /** For how long the views may lack the same entry while nothing moves. */
  readonly maxLagMs: number;
}

/** A relay repeats its ticks every second: a silence of this length means that none is at work. */
const SILENCE_MS = 10_000;
/** The journal's answer is waited for this long: less than readiness waits for this. */
const ANSWER_MS = 500;

interface Watched {
  heardAtMs: number;
  movedAtMs: number;
  /** Batches of the partition that are being handled. */
  inHand: number;
}

export class StallDetector {
  private readonly watched = new Map<number, Watched>();

  /** The oldest entry that the views lacked when it was last asked for, and since when it is known to be missing. */
  private missing: { readonly position: Position; readonly sinceMs: number } | undefined;

  constructor(private readonly parts: StallDetectorParts) {}

  assign(partitions: readonly number[]): void {
    const nowMs = this.parts.monotonicMs();
    for (const partition of partitions) this.watched.set(partition, { heardAtMs: nowMs, movedAtMs: nowMs, inHand: 0 });
  }

  revoke(partitions: readonly number[]): void {
    for (const partition of partitions) this.watched.delete(partition);
  }

  /** Runs `work`, which handles a batch of the partition. */
  async during(partition: number, work: () => Promise<void>): Promise<void> {
    const { progress } = this.parts;
    const watched = this.watched.get(partition);
    const before = progress.positionOf(partition);
    if (watched !== undefined) watched.inHand += 1;
    try {
      await work();
    } finally {
      if (watched !== undefined) {
        watched.inHand -= 1;
        watched.heardAtMs = this.parts.monotonicMs();
        if (progress.positionOf(partition) > before) watched.movedAtMs = watched.heardAtMs;
      }
    }
  }

  /** As a sentence; null where every partition was heard of lately. */
  silent(): string | null {
    const nowMs = this.parts.monotonicMs();
    let longestMs = 0;
    for (const { heardAtMs, inHand } of this.watched.values()) {
      if (inHand === 0) longestMs = Math.max(longestMs, nowMs - heardAtMs);
    }
    return longestMs > SILENCE_MS ? `nothing was heard from the relay for ${seconds(longestMs)} s` : null;
  }

  /** As a sentence; null where the partitions move, however far behind they are. */
  async stalled(): Promise<string | null> {
    const least = this.least();
    if (least === undefined) return null;
    const answer = await this.nextAfter(least.position);
    const nowMs = this.parts.monotonicMs();
    if (answer === 'none in time') return this.unanswered(least.partition, nowMs - least.movedAtMs);
    const [next] = answer;
    if (next === undefined) this.missing = undefined;
    else if (this.missing?.position !== next.position) this.missing = { position: next.position, sinceMs: nowMs };
    const missingMs = this.missing === undefined ? 0 : nowMs - this.missing.sinceMs;
    const stillMs = nowMs - least.movedAtMs;
    if (Math.min(missingMs, stillMs) <= this.parts.maxLagMs) return null;
    return `an entry of the journal has been missing from the views for ${seconds(missingMs)} s, and partition ${least.partition} has not moved for ${seconds(stillMs)} s`;
  }

  /** A journal that hangs says nothing of what is missing: only a partition that has not moved for too long does. */
  private unanswered(partition: number, stillMs: number): string | null {
    if (stillMs <= this.parts.maxLagMs) return null;
    return `the journal does not answer, and partition ${partition} has not moved for ${seconds(stillMs)} s`;
  }

  private async nextAfter(position: Position): Promise<readonly StoredEntry[] | 'none in time'> {
    const read = this.parts.journal.readAll(position, 1).catch((error: unknown) => {
      if (error instanceof StoreUnavailable) return 'none in time' as const;
      throw error;
    });
    const over = new AbortController();
    const late = sleep(ANSWER_MS, over.signal).then(() => 'none in time' as const);
    try {
      return await Promise.race([read, late]);
    } finally {
      over.abort();
    }
  }

  private least(): { readonly partition: number; readonly position: Position; readonly movedAtMs: number } | undefined {
    let least: { partition: number; position: Position; movedAtMs: number } | undefined;
    for (const [partition, { movedAtMs }] of this.watched) {
      const position = this.parts.progress.positionOf(partition);
      if (least === undefined || position < least.position) least = { partition, position, movedAtMs };
    }
    return least;
  }
}

function seconds(ms: number): number {
  return Math.round(ms / 1000);
}
