/**
 * Reads of one file that take more than a step: one after the other, each in steps between which everybody else has their
 * turn, and on a connection of their own, whose transaction shows the same state in every step. Only one runs at a time:
 * SQLite reuses the log only while nobody reads, so a write must get its turn between two of them.
 */
import { setImmediate as turn } from 'node:timers/promises';
import type { Database } from '#adapters/sqlite';
import { StoreOverloaded, StoreUnavailable } from '#ports';
import { nextStep, STEP_ROWS, type Steps } from './lists/steps.js';
import { letGo } from './prepare.js';
import { Store } from './store.js';

/** As many wait for their turn; more are refused. Each holds its filter, which may have 10,000 values of a field. */
export const MAX_WAITING = 32;
/** One that has not had its turn by then is given up. */
export const MAX_WAIT_MS = 20_000;
/** One that takes longer is given up: others wait for it, and the log grows meanwhile. */
export const MAX_READ_MS = 10_000;

export class LongReads {
  private connection: { readonly database: Database; readonly store: Store } | undefined;
  private waiting = 0;
  private last: Promise<unknown> = Promise.resolve();
  private closed = false;

  /** `connect` opens a connection that reads the file (`attached`); it is called when the first long read comes. */
  constructor(
    private readonly connect: () => Database,
    private readonly nowMs: () => number = () => performance.now(),
  ) {}

  /** Rejects with a StoreOverloaded where too many wait, or it takes too long; with a StoreUnavailable once closed. */
  async read<T>(work: (store: Store) => Steps<T>): Promise<T> {
    if (this.waiting >= MAX_WAITING) {
      throw new StoreOverloaded('views', `${MAX_WAITING} questions that read much are waiting: try again shortly`);
    }
    const sinceMs = this.nowMs();
    this.waiting += 1;
    const answer = this.last.then(async () => {
      await turn();
      this.waiting -= 1;
      if (this.nowMs() - sinceMs >= MAX_WAIT_MS) {
        throw new StoreOverloaded('views', 'the question waited too long for its turn: try again shortly');
      }
      return this.run(work);
    });
    this.last = answer.catch(() => undefined);
    return answer;
  }

  /** The running read ends with its step, and those that wait are refused. */
  async close(): Promise<void> {
    this.closed = true;
    await this.last;
    if (this.connection !== undefined) letGo(this.connection.database);
    this.connection = undefined;
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
        const ended = store.reading(() => nextStep(steps, STEP_ROWS));
        if (ended !== undefined) return ended.result;
        await turn();
        this.requireOpen();
        if (this.nowMs() < untilMs) continue;
        const reason = `the question was not answered within ${MAX_READ_MS / 1000} s: narrow its filter`;
        throw new StoreOverloaded('views', reason);
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
