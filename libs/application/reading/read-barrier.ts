/** Reads that wait for the views: one loop polls for all of them, and no loop runs while none waits. */
import { failed, type Outcome, type Position, type Problem } from '#contracts';
import { sleep } from '../pauses.js';
import { Share } from '../share.js';
import { placeOf, type Seen } from './seen.js';

/** A condition beyond the views' position, for figures that are counted after the documents are written. */
export interface ReadBarrier {
  /** Reads with the same key wait for the same thing, each for its own position. */
  readonly key: string;
  /** Whether it is still to come for `position`. Behind for one position is behind for every greater one. */
  behind(generation: number, position: Position): Promise<boolean>;
  /** The pending figures, as a sentence to which the position is added. */
  readonly pending: string;
}

export interface Wait {
  readonly minPosition: Position;
  readonly barrier: ReadBarrier | null;
  /** After it the answer is `not-caught-up`. */
  readonly waitMs: number;
  /** In whose share it is counted; null: in nobody's. */
  readonly holder: string | null;
  /** The freshness that the read saw when it came. */
  readonly seen: Seen;
}

/** As many may wait at once, where nothing else is said. */
export const MAX_WAITING = 1000;
/** Between two looks, at first and at most; a newcomer brings the first back. */
const FIRST_PAUSE_MS = 10;
const LONGEST_PAUSE_MS = 50;
const PAUSE_GROWTH = 1.25;
/** Barriers that are asked side by side. */
const ASKED_AT_ONCE = 16;
/** Seconds after which trying again is worth it. */
const RETRY_S = 1;

export interface WaitingOptions {
  /** As many may wait at once, one holder's at most three quarters of them; {@link MAX_WAITING} where absent. */
  readonly most?: number;
  /** When it aborts, all that wait are answered, and nothing waits any more. */
  readonly stopping?: AbortSignal;
}

interface Waiter {
  readonly wait: Wait;
  lastSeen: Seen;
  readonly resolve: (outcome: Outcome<Seen>) => void;
  readonly reject: (error: Error) => void;
}

export class WaitingReads {
  private readonly waiters = new Set<Waiter>();
  private pauseMs = FIRST_PAUSE_MS;
  private looping = false;
  private readonly most: number;
  private readonly share: Share;
  private readonly stopping: AbortSignal | undefined;

  constructor(
    private readonly look: () => Promise<Outcome<Seen>>,
    { most = MAX_WAITING, stopping }: WaitingOptions = {},
  ) {
    this.most = most;
    this.share = new Share(most);
    this.stopping = stopping;
    stopping?.addEventListener('abort', () => {
      for (const waiter of this.waiters) waiter.resolve(failed(STOPPING));
    });
  }

  /** How many wait. */
  get size(): number {
    return this.waiters.size;
  }

  /** The freshness once the views have the position; a problem where they are late. Rejects with the errors of `look`. */
  join(wait: Wait): Promise<Outcome<Seen>> {
    if (!(wait.waitMs > 0)) return Promise.resolve(failed(late(wait, wait.seen)));
    if (this.stopping?.aborted === true) return Promise.resolve(failed(STOPPING));
    const { holder } = wait;
    if (this.waiters.size >= this.most || (holder !== null && !this.share.take(holder)))
      return Promise.resolve(failed(overloaded(this.most)));
    this.pauseMs = FIRST_PAUSE_MS;
    return new Promise((resolve, reject) => {
      // once: its time may be over while its barrier is asked
      const leave = (): boolean => {
        if (!this.waiters.delete(waiter)) return false;
        clearTimeout(timer);
        if (holder !== null) this.share.give(holder);
        return true;
      };
      const waiter: Waiter = {
        wait,
        lastSeen: wait.seen,
        resolve: (outcome) => {
          if (leave()) resolve(outcome);
        },
        reject: (error) => {
          if (leave()) reject(error);
        },
      };
      // its own timer, so that the limit holds also where the store does not answer
      const timer = setTimeout(() => {
        waiter.resolve(failed(late(wait, waiter.lastSeen)));
      }, wait.waitMs);
      this.waiters.add(waiter);
      if (!this.looping) void this.loop();
    });
  }

  private async loop(): Promise<void> {
    this.looping = true;
    while (this.waiters.size > 0) {
      const pauseMs = this.pauseMs;
      this.pauseMs = Math.min(LONGEST_PAUSE_MS, pauseMs * PAUSE_GROWTH);
      await sleep(pauseMs);
      if (this.waiters.size === 0) break;
      try {
        await this.round();
      } catch (error) {
        for (const waiter of this.waiters) waiter.reject(errorOf(error));
      }
    }
    this.looping = false;
  }

  private async round(): Promise<void> {
    const seen = await this.look();
    if (!seen.ok) {
      for (const waiter of this.waiters) waiter.resolve(seen);
      return;
    }
    const pending = new Map<string, Waiter[]>();
    for (const waiter of this.waiters) {
      const { minPosition, barrier } = waiter.wait;
      waiter.lastSeen = seen.value;
      if (seen.value.position < minPosition) continue;
      if (barrier === null) {
        waiter.resolve(seen);
        continue;
      }
      const alike = pending.get(barrier.key);
      if (alike) alike.push(waiter);
      else pending.set(barrier.key, [waiter]);
    }
    const groups = [...pending.values()];
    const ask = async (): Promise<void> => {
      for (let waiters = groups.shift(); waiters !== undefined; waiters = groups.shift()) {
        const asked = waiters;
        // one barrier that cannot be asked does not end the waits of the others
        await letPass(asked, seen).catch((error: unknown) => {
          for (const waiter of asked) waiter.reject(errorOf(error));
        });
      }
    };
    await Promise.all(Array.from({ length: ASKED_AT_ONCE }, ask));
  }
}

function errorOf(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}

/** From the least position on: behind the first read that is still pending, every other is pending too. So most rounds ask once. */
async function letPass(waiters: Waiter[], seen: { readonly ok: true; readonly value: Seen }): Promise<void> {
  waiters.sort((a, b) => Number(a.wait.minPosition - b.wait.minPosition));
  for (const waiter of waiters) {
    const { barrier, minPosition } = waiter.wait;
    if (barrier !== null && (await barrier.behind(seen.value.generation, minPosition))) return;
    waiter.resolve(seen);
  }
}

const STOPPING: Problem = {
  code: 'not-caught-up',
  detail: 'Hermes is stopping, and the views have not reached the position yet: try again shortly',
  retryAfterS: RETRY_S,
};

function overloaded(most: number): Problem {
  return {
    code: 'overloaded',
    detail: `${most} reads are waiting for the views, or this token or address has its share of them: try again shortly, or leave out Hermes-Min-Position`,
    retryAfterS: RETRY_S,
  };
}

function late({ minPosition, barrier }: Wait, { position }: Seen): Problem {
  const what =
    position >= minPosition && barrier !== null
      ? `the views are at ${placeOf(position)}, but ${barrier.pending} ${placeOf(minPosition)}`
      : `the views are at ${placeOf(position)} and have not reached ${placeOf(minPosition)} yet`;
  return { code: 'not-caught-up', detail: `${what}: try again, or wait longer`, retryAfterS: RETRY_S };
}
