/** The way into every read: checks the views' position and, where a caller has seen a greater one, waits for them (Q). */
import { DOCUMENTS_VERSION, failed, type Outcome, type Position, type Problem } from '#contracts';
import type { ViewsReader } from '#ports';
import type { Clock } from '../clock.js';
import type { FreshnessDemand } from './reading.js';
import { Heartbeats } from './heartbeats.js';
import { placeOf, seenOf, type Looked, type Seen } from './seen.js';
import { WaitingReads, type ReadBarrier, type WaitingOptions } from './read-barrier.js';

/** Seconds, where the caller does not say. */
const DEFAULT_WAIT_S = 5;

/** Seconds after which a position may be there that is not yet. */
const BEYOND_RETRY_S = 1;

export interface WaitOptions extends WaitingOptions {
  /** The journal's last position, where this process knows the journal: no read waits for what is beyond it. */
  readonly head?: () => Promise<Position>;
}

export class Gate {
  private readonly waiting: WaitingReads;
  private readonly heartbeats: Heartbeats;

  constructor(
    private readonly views: Pick<ViewsReader, 'freshness'>,
    private readonly clock: Clock,
    private readonly maxWaitS: number,
    private readonly options: WaitOptions = {},
    monotonicMs?: () => number,
  ) {
    this.heartbeats = new Heartbeats(monotonicMs);
    this.waiting = new WaitingReads(() => this.look(), options);
  }

  /** How many reads wait for the views. */
  get waitingReads(): number {
    return this.waiting.size;
  }

  /**
   * The freshness that the read sees. Waits only for a position that the caller named, until the views and `barrier` are ready,
   * and without its place; `not-caught-up` where they are not in time or are being rebuilt, where the journal has nothing at
   * the position, or Hermes stops; `overloaded` where too many wait already.
   */
  async pass(
    { minPosition, waitS, place }: FreshnessDemand,
    barrier: ReadBarrier | null = null,
  ): Promise<Outcome<Seen>> {
    const seen = await this.look();
    if (!seen.ok || minPosition === undefined) return seen;
    if (seen.value.position >= minPosition) {
      const behind = barrier !== null && (await barrier.behind(seen.value.generation, minPosition));
      if (!behind) return seen;
    }
    const head = await this.options.head?.();
    if (head !== undefined && head < minPosition) return failed(beyond(minPosition, head));
    const waitMs = 1000 * Math.min(waitS ?? DEFAULT_WAIT_S, this.maxWaitS);
    const holder = place?.holder ?? null;
    place?.leave();
    const outcome = await this.waiting.join({ minPosition, barrier, waitMs, holder, seen: seen.value });
    if (outcome.ok) await place?.comeBack();
    return outcome;
  }

  /** The present freshness, whatever it is. */
  async look(): Promise<Outcome<Looked>> {
    const freshness = await this.views.freshness(DOCUMENTS_VERSION);
    return seenOf(freshness, (generation, progress) => this.heartbeats.ageMs(generation, progress, this.clock.nowMs()));
  }
}

function beyond(minPosition: Position, head: Position): Problem {
  const detail = `the journal ends at ${placeOf(head)} and has nothing at ${placeOf(minPosition)}: ask with a position that a write answered`;
  return { code: 'not-caught-up', detail, retryAfterS: BEYOND_RETRY_S };
}
