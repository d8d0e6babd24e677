/**
 * Reads of one file that take more than a step: one after the other, holder by holder, each in steps between which everybody else has their
 * turn, and on a connection of their own, whose transaction shows the same state in every step. Only one runs at a time:
 * SQLite reuses the log only while nobody reads, so a write must get its turn between two of them.
 */
import { setImmediate as turn } from 'node:timers/promises';
import type { Database } from '#adapters/sqlite';
import { FairQueue } from '#contracts';
import { StoreOverloaded, StoreUnavailable } from '#ports';
import { nextStep, STEP_MS, STEP_ROWS, type Steps } from './lists/steps.js';
import { letGo } from './prepare.js';
import { Store } from './store.js';

/** As many wait for their turn; more are refused. Each holds its filter, which may have 10,000 values of a field. */
export const MAX_WAITING = 32;
/** Of them, as many are one holder's. */
export const MAX_WAITING_OF_ONE = 24;
/** One that has not had its turn by then is given up. */
export const MAX_WAIT_MS = 20_000;
/** One that takes longer is given up: others wait for it, and the log grows meanwhile. */
export const MAX_READ_MS = 10_000;

/** Runs the read that waited, or refuses it; never rejects. */
type Turn = () => Promise<void>;

export class LongReads {
  private connection: { readonly database: Database; readonly store: Store } | undefined;
  private readonly waiting = new FairQueue<Turn>();
  private working: Promise<void> | undefined;
  private closed = false;

  /** `connect` opens a connection that reads the file (`attached`); it is called when the first long read comes. */
  constructor(
    private readonly connect: () => Database,
    private readonly nowMs: () => number = () => performance.now(),
  ) {}

  /**
   * Holders have their turns one after the other, however much one of them asks for. Rejects with a StoreOverloaded where too
   * many wait, or it takes too long; with a StoreUnavailable once closed.
   */
  async read<T>(work: (store: Store) => Steps<T>, holder = ''): Promise<T> {
    if (this.waiting.size >= MAX_WAITING || this.waiting.sizeOf(holder) >= MAX_WAITING_OF_ONE) {
      const reason = `${MAX_WAITING} questions that read much are waiting, or this token or address has its share of them: try again shortly`;
      throw new StoreOverloaded('views', reason, 'busy');
    }
    const sinceMs = this.nowMs();
    const answer = new Promise<T>((resolve) => {
      this.waiting.put(holder, async () => {
        const answered = this.inTurn(work, sinceMs);
        resolve(answered);
        await answered.catch(() => undefined);
      });
    });
    this.working ??= this.work();
    return answer;
  }

  /** The running read ends with its step, and those that wait are refused. */
  async close(): Promise<void> {
    this.closed = true;
    await this.working;
    if (this.connection !== undefined) letGo(this.connection.database);
    this.connection = undefined;
  }

  private async work(): Promise<void> {
    for (;;) {
      await turn();
      const next = this.waiting.take();
      if (next === undefined) break;
      await next();
    }
    this.working = undefined;
  }

  private async inTurn<T>(work: (store: Store) => Steps<T>, sinceMs: number): Promise<T> {
    if (this.nowMs() - sinceMs < MAX_WAIT_MS) return this.run(work);
    const reason = 'the question waited too long for its turn: try again shortly';
    throw new StoreOverloaded('views', reason, 'busy');
  }

  private async run<T>(work: (store: Store) => Steps<T>): Promise<T> {
    this.requireOpen();
    const untilMs = this.nowMs() + MAX_READ_MS;
    const store = this.open();
    store.reading(() => {
      store.exec('BEGIN');
    });
    try {
      const steps = work(store);
      for (;;) {
        const ended = store.reading(() => nextStep(steps, STEP_ROWS, STEP_MS));
        if (ended !== undefined) return ended.result;
        await turn();
        this.requireOpen();
        if (this.nowMs() < untilMs) continue;
        const reason = `the question was not answered within ${MAX_READ_MS / 1000} s: narrow its filter`;
        throw new StoreOverloaded('views', reason, 'too-much');
      }
    } finally {
      store.undo();
    }
  }

  private open(): Store {
    if (this.connection === undefined) {
      const database = this.connect();
      this.connection = { database, store: new Store(database) };
    }
    return this.connection.store;
  }

  private requireOpen(): void {
    if (this.closed) throw new StoreUnavailable('views', 'they were closed');
  }
}
