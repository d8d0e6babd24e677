/**
 * The queue before the file: batches asked for in one turn of the event loop share a transaction. A page that several of
 * them change is written once, and that is most of a batch's cost.
 */
import type { Store } from './store.js';

/** A transaction takes no further batch once it holds this many documents: it blocks this thread while it lasts. */
const MAX_DOCUMENTS = 2000;

interface PendingBatch {
  readonly documents: number;
  readonly work: () => void;
  readonly reject: (error: unknown) => void;
  /** Once what `work` did is committed. */
  readonly resolve: () => void;
}

/** Waits until committed batches may be answered; `late` refuses the waiting batches, and the wait for the disk goes on. Rejects where it never may. */
export type Settle = (late: (error: Error) => void) => Promise<void>;

export class ApplyQueue {
  private waiting: PendingBatch[] = [];
  private busy = false;
  private idlers: (() => void)[] = [];

  constructor(
    private readonly store: Store,
    private readonly settle?: Settle,
  ) {}

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

  /** Resolves when nothing waits. */
  async idle(): Promise<void> {
    if (!this.busy) return;
    await new Promise<void>((resolve) => this.idlers.push(resolve));
  }

  /** Each write blocks this thread while it lasts: between two, others have their turn. */
  private schedule(): void {
    if (this.busy) return;
    this.busy = true;
    setImmediate(() => {
      void this.turn();
    });
  }

  /** Never rejects. */
  private async turn(): Promise<void> {
    await this.answer(this.write(this.take()));
    this.busy = false;
    if (this.waiting.length > 0) this.schedule();
    else for (const resolve of this.idlers.splice(0)) resolve();
  }

  private take(): readonly PendingBatch[] {
    let documents = 0;
    let count = 0;
    while (count < this.waiting.length && documents < MAX_DOCUMENTS) {
      documents += this.waiting[count]?.documents ?? 0;
      count += 1;
    }
    return this.waiting.splice(0, count);
  }

  /** The committed batches. A batch that fails does not fail others: those of its transaction are then written one by one. */
  private write(group: readonly PendingBatch[]): readonly PendingBatch[] {
    try {
      this.store.transaction(() => {
        for (const { work } of group) work();
      });
      return group;
    } catch (error) {
      if (group.length > 1) return group.flatMap((each) => this.write([each]));
      for (const { reject } of group) reject(error);
      return [];
    }
  }

  private async answer(written: readonly PendingBatch[]): Promise<void> {
    const refuse = (error: unknown): void => {
      for (const { reject } of written) reject(error);
    };
    try {
      if (written.length > 0) await this.settle?.(refuse);
    } catch (error) {
      refuse(error);
      return;
    }
    for (const { resolve } of written) resolve();
  }
}
