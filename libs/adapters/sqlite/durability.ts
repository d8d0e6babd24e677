/**
 * Whether everything that is committed is on the disk, for the committing code and for readers. A disk that has once
 * refused to sync is not asked again: it would not report the dropped pages a second time. A disk is judged by the time
 * that it was waited for, and not by that in which this process did not look for its answer.
 */
import { StoreUnavailable } from '#ports';
import type { LogSync } from './log-sync.js';

/**
 * The longest wait is counted in this many pieces, by a timer of the event loop. A loop that is held comes round late, and
 * counts one piece: the answer may have been there all the time.
 */
const PIECES = 100;

interface Readers {
  readonly promise: Promise<void>;
  readonly resolve: () => void;
  readonly reject: (error: StoreUnavailable) => void;
}

export class Durability {
  /** Callers that wait until the commits are on the disk; undefined while all are. */
  private readers: Readers | undefined;
  private broken: string | undefined;
  private waited = 0;

  constructor(
    private readonly store: StoreUnavailable['store'],
    private readonly log: LogSync,
    private readonly timeoutMs: number,
  ) {}

  /** For how many milliseconds the disk was waited for, in all. */
  get waitedMs(): number {
    return this.waited;
  }

  /** Throws a StoreUnavailable where nothing can be made durable any more. */
  requireSound(): void {
    if (this.broken !== undefined) throw new StoreUnavailable(this.store, this.broken);
  }

  /** To be awaited before anything is shown, unless it is undefined. Rejects with a StoreUnavailable. */
  unsettled(): Promise<void> | undefined {
    if (this.broken !== undefined) return Promise.reject(new StoreUnavailable(this.store, this.broken));
    return this.readers?.promise;
  }

  /**
   * Waits until the commits are on the disk; returns the reason where they never will be. `late` is called each
   * time that the disk has been waited for as long as is allowed.
   */
  async reach(late: (reason: string) => void): Promise<string | undefined> {
    this.await();
    const pieceMs = Math.max(1, this.timeoutMs / PIECES);
    let seenMs = performance.now();
    const count = (): void => {
      const nowMs = performance.now();
      this.waited += Math.min(nowMs - seenMs, pieceMs);
      seenMs = nowMs;
    };
    let lateMs = this.waited + this.timeoutMs;
    const timer = setInterval(() => {
      count();
      if (this.waited < lateMs) return;
      lateMs += this.timeoutMs;
      const reason = `the disk did not answer within ${this.timeoutMs} ms`;
      late(reason);
      this.readers?.reject(new StoreUnavailable(this.store, reason));
      this.await();
    }, pieceMs);
    try {
      await this.log.sync();
      this.readers?.resolve();
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      this.broken = `the disk refused to keep what was written (${reason}): restart Hermes when it is sound`;
      this.readers?.reject(new StoreUnavailable(this.store, this.broken));
    } finally {
      clearInterval(timer);
      count();
      this.readers = undefined;
    }
    return this.broken;
  }

  private await(): void {
    this.readers = readers();
  }
}

function readers(): Readers {
  let settle: Pick<Readers, 'resolve' | 'reject'> | undefined;
  const promise = new Promise<void>((resolve, reject) => {
    settle = { resolve, reject };
  });
  // no caller may be waiting
  promise.catch(() => undefined);
  return { promise, resolve: () => settle?.resolve(), reject: (error) => settle?.reject(error) };
}
