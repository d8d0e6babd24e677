/** Reads that wait for the views: one loop polls for all of them, and no loop runs while none waits. */
import { failed, FairQueue, type Outcome, type Position, type Problem } from '#contracts';
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
/** Barriers that are asked between two looks at the views: who comes meanwhile has the first turn after it. */
const ASKED_IN_A_ROUND = 4 * ASKED_AT_ONCE;
/** Reads of Hermes itself, which have turns like any holder's. */
const NOBODY = '';
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
  /** In whose turns its barrier is asked. */
  readonly turns: string;
  lastSeen: Seen;
  readonly resolve: (outcome: Outcome<Seen>) => void;
  readonly reject: (error: Error) => void;
}

/** The freshness of views that are served. */
type Passed = Extract<Outcome<Seen>, { readonly ok: true }>;

export class WaitingReads {
  /** Barriers are asked in its order. */
  private readonly waiters = new FairQueue<Waiter>();
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
      for (const waiter of this.all()) waiter.resolve(failed(STOPPING));
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
    const turns = holder ?? NOBODY;
    return new Promise((resolve, reject) => {
      // once: its time may be over while its barrier is asked
      const leave = (): boolean => {
        if (!this.waiters.remove(turns, waiter)) return false;
        clearTimeout(timer);
        if (holder !== null) this.share.give(holder);
        return true;
      };
      const waiter: Waiter = {
        wait,
        turns,
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
      this.waiters.put(turns, waiter);
      if (!this.looping) void this.loop();
    });
  }

  private *all(): Iterable<Waiter> {
    for (const [, waiters] of this.waiters.inTurn()) yield* waiters;
  }

  private async loop(): Promise<void> {
    this.looping = true;
    // the part of all barriers that the last round asked: the pause is spread over as many rounds as ask them all
    let part = 1;
    while (this.waiters.size > 0) {
      const pauseMs = this.pauseMs * part;
      this.pauseMs = Math.min(LONGEST_PAUSE_MS, this.pauseMs * PAUSE_GROWTH);
      await sleep(pauseMs);
      if (this.waiters.size === 0) break;
      try {
        part = await this.round();
      } catch (error) {
        for (const waiter of this.all()) waiter.reject(errorOf(error));
      }
    }
    this.looping = false;
  }

  /** The part of the barriers that it asked: 1 where it was all of them. */
  private async round(): Promise<number> {
    const seen = await this.look();
    if (!seen.ok) {
      for (const waiter of this.all()) waiter.resolve(seen);
      return 1;
    }
    const { turns, groups } = this.reached(seen);
    let left = ASKED_IN_A_ROUND;
    const ask = async (): Promise<void> => {
      for (let next = turns.next; next !== undefined && left > 0; next = turns.next) {
        left -= 1;
        const { holder, item: asked } = next;
        turns.pass(holder);
        this.waiters.pass(holder);
        for (const waiter of asked) {
          turns.remove(waiter.turns, asked);
          // behind the holder's others; one whose wait is over is not there any more
          if (this.waiters.remove(waiter.turns, waiter)) this.waiters.put(waiter.turns, waiter);
        }
        // one barrier that cannot be asked does not end the waits of the others
        await letPass(asked, seen).catch((error: unknown) => {
          for (const waiter of asked) waiter.reject(errorOf(error));
        });
      }
    };
    await Promise.all(Array.from({ length: ASKED_AT_ONCE }, ask));
    return groups === 0 ? 1 : Math.min(1, ASKED_IN_A_ROUND / groups);
  }

  /** The reads whose position is reached, those of one barrier together, in turns of their holders. Who has no barrier has passed. */
  private reached(seen: Passed): { readonly turns: FairQueue<Waiter[]>; readonly groups: number } {
    const byKey = new Map<string, Waiter[]>();
    const turns = new FairQueue<Waiter[]>();
    for (const waiter of this.all()) {
      const { minPosition, barrier } = waiter.wait;
      waiter.lastSeen = seen.value;
      if (seen.value.position < minPosition) continue;
      if (barrier === null) {
        waiter.resolve(seen);
        continue;
      }
      const alike = byKey.get(barrier.key) ?? [];
      byKey.set(barrier.key, alike);
      alike.push(waiter);
      turns.put(waiter.turns, alike);
    }
    return { turns, groups: byKey.size };
  }
}

function errorOf(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}

/**
 * Asks few questions, however many wait: what is behind for one position is behind for every greater one. The least is asked
 * for first, so that most rounds ask once.
 */
async function letPass(waiters: Waiter[], seen: Passed): Promise<void> {
  waiters.sort((a, b) => Number(a.wait.minPosition - b.wait.minPosition));
  let passed = 0;
  let behind = waiters.length;
  while (passed < behind) {
    const middle = passed === 0 ? 0 : Math.floor((passed + behind) / 2);
    const wait = waiters[middle]?.wait;
    if (wait?.barrier && (await wait.barrier.behind(seen.value.generation, wait.minPosition))) {
      behind = middle;
      continue;
    }
    for (const waiter of waiters.slice(passed, middle + 1)) waiter.resolve(seen);
    passed = middle + 1;
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
