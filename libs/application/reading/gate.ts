/** The way into every read: checks the views' position and, where a caller has seen a greater one, waits for them (Q). */
import { DOCUMENTS_VERSION, type Outcome } from '#contracts';
import type { ViewsReader } from '#ports';
import type { Clock } from '../clock.js';
import type { FreshnessDemand } from './reading.js';
import { Heartbeats } from './heartbeats.js';
import { seenOf, type Seen } from './seen.js';
import { WaitingReads, type ReadBarrier } from './read-barrier.js';

/** Seconds, where the caller does not say. */
const DEFAULT_WAIT_S = 5;

export class Gate {
  private readonly waiting: WaitingReads;
  private readonly heartbeats: Heartbeats;

  constructor(
    private readonly views: Pick<ViewsReader, 'freshness'>,
    private readonly clock: Clock,
    private readonly maxWaitS: number,
    maxWaiting?: number,
    monotonicMs?: () => number,
  ) {
    this.heartbeats = new Heartbeats(monotonicMs);
    this.waiting = new WaitingReads(() => this.look(), maxWaiting);
  }

  /** How many reads wait for the views. */
  get waitingReads(): number {
    return this.waiting.size;
  }

  /**
   * The freshness that the read sees. Waits only for a position that the caller named, until the views and `barrier` are ready;
   * `not-caught-up` where they are not in time or are being rebuilt, `overloaded` where too many wait already.
   */
  async pass({ minPosition, waitS }: FreshnessDemand, barrier: ReadBarrier | null = null): Promise<Outcome<Seen>> {
    const seen = await this.look();
    if (!seen.ok || minPosition === undefined) return seen;
    if (seen.value.position >= minPosition) {
      const behind = barrier !== null && (await barrier.behind(seen.value.generation, minPosition));
      if (!behind) return seen;
    }
    const waitMs = 1000 * Math.min(waitS ?? DEFAULT_WAIT_S, this.maxWaitS);
    return this.waiting.join({ minPosition, barrier, waitMs, seen: seen.value });
  }

  private async look(): Promise<Outcome<Seen>> {
    const freshness = await this.views.freshness(DOCUMENTS_VERSION);
    return seenOf(freshness, (generation, progress) => this.heartbeats.ageMs(generation, progress, this.clock.nowMs()));
  }
}
