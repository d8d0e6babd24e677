/**
 * The loop of what requests leave to the background: rounds of turns, each a bounded piece of work. One process does it at a time,
 * by a lease; two at once do no harm. What cannot go on is held up for the round, reported once for each reason, and keeps
 * nothing else waiting; the next round tries it again. What the work is, a {@link BackgroundTask} says.
 */
import { StoreUnavailable } from '#ports';
import { LEASE_POLL_MS, type Lease } from '../leases/lease.js';
import type { Log } from '../log.js';
import { pauseMs, sleep, type Pauses } from '../pauses.js';
import { NoRoom } from './appending/no-room.js';

/** A round ends after this time, and what is left goes on in the next; so long it rests where nothing is left and nobody wakes it. */
const ROUND_MS = 5000;
const FAILED: Pauses = { firstMs: 100, longestMs: 5000 };

/**
 * What came of a turn. `advanced`: something of the work is done; `begun`: nothing yet, it has further turns; `held up`: it cannot
 * go on now.
 */
export type Turned = 'advanced' | 'begun' | 'held up';

export interface NextTurn<Id> {
  readonly id: Id;
  /** One bounded piece. What it rejects with holds it up; {@link NoRoom} ends the round. */
  readonly work: () => Promise<Turned>;
}

export interface BackgroundTask<Id> {
  /** A round begins. */
  begin(): Promise<void>;
  /** Whose turn it is, of what is not held up; undefined where nothing is left for this round. It may change nothing: the lease may be another's. */
  next(isHeldUp: (id: Id) => boolean): Promise<NextTurn<Id> | undefined>;
  /** At the end of a round: whether something has further turns. */
  hasMore(): boolean;
  /** Another process has the lease: nothing has turns here any more. */
  leave(): void;
}

export interface LoopParts {
  readonly lease: Pick<Lease, 'hold' | 'release'>;
  readonly log: Log;
  /** What the log says where work waits for a store, where it failed, and where the lease could not be released. */
  readonly words: { readonly waits: string; readonly failed: string; readonly lease: string };
}

export class BackgroundLoop<Id> {
  /** Rounds in which something failed, since all went well. */
  private failures = 0;
  private reason: string | null = null;
  private readonly stopping = new AbortController();
  private pause = new AbortController();
  private isWoken = false;
  private running: Promise<void> | undefined;
  /** In this round, and in the one before it. A round's time bounds them. */
  private heldUp = new Set<Id>();
  private heldUpBefore = new Set<Id>();

  constructor(
    private readonly task: BackgroundTask<Id>,
    private readonly parts: LoopParts,
  ) {}

  start(): void {
    this.running ??= this.run();
  }

  /** There is something new: it does not rest now. */
  wake(): void {
    this.isWoken = true;
    this.pause.abort();
  }

  /** Why something cannot go on, as it was last reported; null where all goes on. */
  get problem(): string | null {
    return this.reason;
  }

  /** Ends after the turn in flight; the rest is resumed at the next start. */
  async close(): Promise<void> {
    this.stopping.abort();
    this.pause.abort();
    await this.running;
  }

  private async run(): Promise<void> {
    const { lease, log, words } = this.parts;
    while (!this.stopping.signal.aborted) {
      this.isWoken = false;
      await this.rest(await this.tried());
    }
    await lease.release().catch((error: unknown) => {
      log.warn(`${words.lease} could not be given back; it ends by itself`, { err: error });
    });
  }

  private async rest(ms: number): Promise<void> {
    this.pause = new AbortController();
    if (this.isWoken || this.stopping.signal.aborted) return;
    await sleep(ms, this.pause.signal);
  }

  /** A round; answers for how long to rest after it. */
  private async tried(): Promise<number> {
    try {
      return await this.round();
    } catch (error) {
      // where there was no room, requests go first
      if (!(error instanceof NoRoom)) this.report(error);
      return this.failed();
    }
  }

  private async round(): Promise<number> {
    const { task } = this;
    const { lease } = this.parts;
    await task.begin();
    const endMs = performance.now() + ROUND_MS;
    this.heldUpBefore = this.heldUp;
    this.heldUp = new Set();
    while (!this.stopping.signal.aborted && performance.now() < endMs) {
      const next = await task.next((id) => this.heldUp.has(id));
      if (next === undefined) break;
      // before the work: it may be much to read, and a process without the lease asks often
      if (!(await lease.hold())) return this.leaveToOthers();
      await this.turn(next);
    }
    this.heldUpBefore.clear();
    this.recover();
    if (task.hasMore()) return 0;
    await lease.release();
    return this.heldUp.size === 0 ? ROUND_MS : this.failed();
  }

  private async turn({ id, work }: NextTurn<Id>): Promise<void> {
    let turned: Turned = 'held up';
    try {
      turned = await work();
    } catch (error) {
      if (error instanceof NoRoom) throw error;
      this.report(error);
    }
    if (turned === 'held up') this.heldUp.add(id);
    if (turned !== 'advanced') return;
    this.heldUpBefore.delete(id);
    this.recover();
  }

  private leaveToOthers(): number {
    this.task.leave();
    this.heldUp.clear();
    this.heldUpBefore.clear();
    this.recover();
    return LEASE_POLL_MS;
  }

  private failed(): number {
    this.failures += 1;
    return pauseMs(this.failures, FAILED);
  }

  /** Unless something is held up, or was and has not advanced since. */
  private recover(): void {
    if (this.heldUp.size + this.heldUpBefore.size > 0) return;
    this.failures = 0;
    this.reason = null;
  }

  /** Once for each reason. */
  private report(error: unknown): void {
    const reason = error instanceof Error ? error.message : String(error);
    if (reason === this.reason) return;
    this.reason = reason;
    const { log, words } = this.parts;
    if (error instanceof StoreUnavailable) log.warn(words.waits, { reason });
    else log.error(words.failed, { err: error });
  }
}
