/**
 * The queue before the disk: what is asked for while one transaction is done, or in one turn of the event loop, shares
 * the next transaction and its one fsync. Bounded in entries, bytes and time.
 */
import { isSqliteError, isSurelyUndone, reasonOf } from './errors.js';
import type { Database } from './layout.js';

export interface CommitLimits {
  /** Most that may wait; what comes beyond it is refused. One job is always taken, whatever its size. */
  readonly maxWaitingEntries: number;
  readonly maxWaitingBytes: number;
  /** A transaction takes no further job when it has so much: it blocks the event loop while it lasts. */
  readonly maxCommitEntries: number;
  readonly maxCommitBytes: number;
  /** Longest wait in the queue. */
  readonly timeoutMs: number;
}

export interface QueueDepth {
  readonly entries: number;
  readonly bytes: number;
}

/** `failed`: surely nothing of it is stored; `unknown`: it may be. */
export type CommitOutcome<T> =
  | { readonly kind: 'done'; readonly value: T }
  | { readonly kind: 'failed' | 'unknown'; readonly reason: string; readonly cause?: unknown };

export interface Job<T> {
  /** 0 where nothing is written; it counts as one all the same, so that no number of them is without bound. */
  readonly entries: number;
  readonly bytes: number;
  /** Runs within the transaction; it must look before it writes, since only the whole transaction is undone. */
  readonly apply: () => T;
}

interface Waiting {
  readonly job: Job<unknown>;
  readonly since: number;
  readonly settle: (outcome: CommitOutcome<unknown>) => void;
  readonly reject: (defect: unknown) => void;
}

const REFUSED = { kind: 'failed', reason: 'too many writes are waiting for the disk' } as const;

export class CommitQueue {
  private waiting: Waiting[] = [];
  private entries = 0;
  private bytes = 0;
  private scheduled = false;
  private drained: (() => void)[] = [];

  constructor(
    private readonly database: Database,
    private readonly limits: CommitLimits,
    private readonly committed: () => void,
  ) {}

  /** Jobs of one call stay in their order: when one finds no room, those after it are refused as well. */
  submit<T>(jobs: readonly Job<T>[]): Promise<readonly CommitOutcome<T>[]> {
    let full = false;
    // one time for all: where the first waited too long, so did those after it
    const since = performance.now();
    return Promise.all(
      jobs.map((job) => {
        full ||= !this.hasRoom(job);
        return full ? Promise.resolve(REFUSED) : this.add(job, since);
      }),
    );
  }

  /** What waits for the next transactions. */
  get depth(): QueueDepth {
    return { entries: this.entries, bytes: this.bytes };
  }

  /** Resolves when nothing waits. */
  async drain(): Promise<void> {
    if (this.waiting.length === 0) return;
    await new Promise<void>((resolve) => this.drained.push(resolve));
  }

  private hasRoom(job: Job<unknown>): boolean {
    if (this.waiting.length === 0) return true;
    const { maxWaitingEntries, maxWaitingBytes } = this.limits;
    return this.entries + weightOf(job) <= maxWaitingEntries && this.bytes + job.bytes <= maxWaitingBytes;
  }

  private add<T>(job: Job<T>, since: number): Promise<CommitOutcome<T>> {
    this.entries += weightOf(job);
    this.bytes += job.bytes;
    this.schedule();
    return new Promise((resolve, reject) => {
      const settle = (outcome: CommitOutcome<unknown>) => {
        resolve(outcome as CommitOutcome<T>);
      };
      this.waiting.push({ job, since, settle, reject });
    });
  }

  private schedule(): void {
    if (this.scheduled) return;
    this.scheduled = true;
    setImmediate(() => {
      this.scheduled = false;
      this.commit(this.take());
      if (this.waiting.length > 0) this.schedule();
      else for (const resolve of this.drained.splice(0)) resolve();
    });
  }

  /** The next transaction's jobs, at least one; those that waited too long are answered instead. */
  private take(): readonly Waiting[] {
    const taken: Waiting[] = [];
    const earliest = performance.now() - this.limits.timeoutMs;
    let entries = 0;
    let bytes = 0;
    let count = 0;
    for (const next of this.waiting) {
      if (entries >= this.limits.maxCommitEntries || bytes >= this.limits.maxCommitBytes) break;
      count += 1;
      this.entries -= weightOf(next.job);
      this.bytes -= next.job.bytes;
      if (next.since < earliest) {
        next.settle({ kind: 'failed', reason: `it waited for the disk longer than ${this.limits.timeoutMs} ms` });
        continue;
      }
      entries += weightOf(next.job);
      bytes += next.job.bytes;
      taken.push(next);
    }
    this.waiting = this.waiting.slice(count);
    return taken;
  }

  private commit(group: readonly Waiting[]): void {
    if (group.length === 0) return;
    let values: readonly unknown[];
    try {
      this.database.exec('BEGIN IMMEDIATE');
      values = group.map(({ job }) => job.apply());
    } catch (error) {
      this.undo();
      this.fail(group, 'failed', error);
      return;
    }
    try {
      this.database.exec('COMMIT');
    } catch (error) {
      this.undo();
      this.fail(group, isSurelyUndone(error) ? 'failed' : 'unknown', error);
      return;
    }
    group.forEach(({ settle }, index) => {
      settle({ kind: 'done', value: values[index] });
    });
    this.committed();
  }

  private undo(): void {
    // SQLite undoes by itself after some errors; where ROLLBACK fails, too, nothing was committed all the same
    try {
      if (this.database.isTransaction) this.database.exec('ROLLBACK');
    } catch (error) {
      if (!isSqliteError(error)) throw error;
    }
  }

  private fail(group: readonly Waiting[], kind: 'failed' | 'unknown', error: unknown): void {
    for (const { settle, reject } of group) {
      if (isSqliteError(error)) settle({ kind, reason: reasonOf(error), cause: error });
      else reject(error);
    }
  }
}

function weightOf({ entries }: Job<unknown>): number {
  return Math.max(entries, 1);
}
