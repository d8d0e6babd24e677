/**
 * The queue before the file: batches asked for in one turn of the event loop share a transaction. A page that several of
 * them change is written once, and that is most of what a batch costs.
 */
import type { Store } from './store.js';

/** A transaction takes no further batch when it has so many documents: it blocks this thread while it lasts. */
const MAX_DOCUMENTS = 2000;

interface Waiting {
  readonly documents: number;
  readonly work: () => void;
  readonly reject: (error: unknown) => void;
  /** Once what `work` did is committed. */
  readonly resolve: () => void;
}

export class ApplyQueue {
  private waiting: Waiting[] = [];
  private scheduled = false;

  constructor(private readonly store: Store) {}

  /** Runs `work` within a transaction of a later turn; where the transaction fails, it may run once more, alone. */
  submit<T>(documents: number, work: () => T): Promise<T> {
    return new Promise((resolve, reject) => {
      let done: T;
      this.waiting.push({
        documents,
        reject,
        work: () => {
          done = work();
        },
        resolve: () => {
          resolve(done);
        },
      });
      this.schedule();
    });
  }

  /** Each write blocks this thread while it lasts: between two, others have their turn. */
  private schedule(): void {
    if (this.scheduled) return;
    this.scheduled = true;
    setImmediate(() => {
      this.scheduled = false;
      this.write(this.take());
      if (this.waiting.length > 0) this.schedule();
    });
  }

  private take(): readonly Waiting[] {
    let documents = 0;
    let count = 0;
    while (count < this.waiting.length && documents < MAX_DOCUMENTS) {
      documents += this.waiting[count]?.documents ?? 0;
      count += 1;
    }
    return this.waiting.splice(0, count);
  }

  /** One batch's failure is its own: those that went with it are written each by itself then. */
  private write(group: readonly Waiting[]): void {
    try {
      this.store.transaction(() => {
        for (const { work } of group) work();
      });
    } catch (error) {
      if (group.length > 1) for (const each of group) this.write([each]);
      else for (const { reject } of group) reject(error);
      return;
    }
    for (const { resolve } of group) resolve();
  }
}
