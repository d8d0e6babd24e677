/**
 * The queue before the disk: jobs that come while one transaction is on its way to the disk, or in one turn of the
 * event loop, share the next transaction. Bounded in entries, bytes and time.
 */
import {
  Durability,
  isSqliteError,
  isSurelyUndone,
  type Database,
  type LogSync,
  type Soundness,
} from '#adapters/sqlite';
import { StoreUnavailable } from '#ports';

export interface CommitLimits {
  /** Most entries and bytes that may wait; further jobs are refused. One job is always taken, whatever its size. */
  readonly maxWaitingEntries: number;
  readonly maxWaitingBytes: number;
  /** A transaction takes no further job with which it would hold more: it blocks the event loop while it lasts. */
  readonly maxCommitEntries: number;
  readonly maxCommitBytes: number;
  /** Longest that a job in the queue waits for the disk, and that one sync of it may take: of the time of {@link Durability}. */
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
  /** 0 where nothing is written; such a job counts as one entry, so that their number is bounded too. */
  readonly entries: number;
  readonly bytes: number;
  /** Runs within the transaction; it must look before it writes, since only the whole transaction is undone. */
  readonly apply: () => T;
}

interface PendingJob {
  readonly job: Job<unknown>;
  /** For how long the disk had been waited for when it came, in milliseconds. */
  readonly sinceMs: number;
  readonly settle: (outcome: CommitOutcome<unknown>) => void;
  readonly reject: (defect: unknown) => void;
}

const REFUSED = { kind: 'failed', reason: 'too many writes are waiting for the disk' } as const;

export class CommitQueue {
  private waiting: PendingJob[] = [];
  private entries = 0;
  private bytes = 0;
  private busy = false;
  private drained: (() => void)[] = [];
  private readonly durability: Durability;

  /** The log may hold commits of an earlier process. `committed` is called when something new is durable. */
  constructor(
    private readonly database: Database,
    private readonly limits: CommitLimits,
    log: LogSync,
    private readonly soundness: Soundness,
    private readonly committed: () => void,
  ) {
    this.durability = new Durability('journal', log, limits.timeoutMs);
    this.busy = true;
    void this.settleFormer();
  }

  /** Jobs of one call stay in their order: when one finds no room, those after it are refused as well. */
  submit<T>(jobs: readonly Job<T>[]): Promise<readonly CommitOutcome<T>[]> {
    let full = false;
    // one time for all: where the first waited too long, so did those after it
    const sinceMs = this.durability.waitedMs;
    return Promise.all(
      jobs.map((job) => {
        full ||= !this.hasRoom(job);
        return full ? Promise.resolve(REFUSED) : this.add(job, sinceMs);
      }),
    );
  }

  /** The work queued for the next transactions. */
  get depth(): QueueDepth {
    return { entries: this.entries, bytes: this.bytes };
  }

  /**
   * Readers await this first, unless it is undefined: entries not on the disk yet are not shown (a repeat would
   * be acknowledged, or a view written, from entries that a power failure may take back). Rejects with a StoreUnavailable.
   */
  unsettled(): Promise<void> | undefined {
    return this.durability.unsettled();
  }

  /** Resolves when nothing waits. */
  async drain(): Promise<void> {
    if (!this.busy) return;
    await new Promise<void>((resolve) => this.drained.push(resolve));
  }

  private hasRoom(job: Job<unknown>): boolean {
    if (this.waiting.length === 0) return true;
    const { maxWaitingEntries, maxWaitingBytes } = this.limits;
    return this.entries + weightOf(job) <= maxWaitingEntries && this.bytes + job.bytes <= maxWaitingBytes;
  }

  private add<T>(job: Job<T>, sinceMs: number): Promise<CommitOutcome<T>> {
    this.entries += weightOf(job);
    this.bytes += job.bytes;
    this.schedule();
    return new Promise((resolve, reject) => {
      const settle = (outcome: CommitOutcome<unknown>) => {
        resolve(outcome as CommitOutcome<T>);
      };
      this.waiting.push({ job, sinceMs, settle, reject });
    });
  }

  private schedule(): void {
    if (this.busy) return;
    this.busy = true;
    setImmediate(() => {
      void this.turn();
    });
  }

  /**
   * A process that was killed may have committed more than it synced: SQLite shows that to this one, and a power failure
   * may still take it back. So the log is synced once before anything is shown or built upon. Never rejects.
   */
  private async settleFormer(): Promise<void> {
    await this.durability.reach(() => {
      this.expire();
    });
    this.rest();
  }

  /** Never rejects. */
  private async turn(): Promise<void> {
    const group = this.take();
    const values = this.commit(group);
    if (values !== undefined) await this.acknowledge(group, values);
    this.rest();
  }

  /** The disk is free again: for the next transaction, if any job waits. */
  private rest(): void {
    this.busy = false;
    if (this.waiting.length > 0) this.schedule();
    else for (const resolve of this.drained.splice(0)) resolve();
  }

  /** The next transaction's jobs, at least one; jobs that waited too long are answered instead. */
  private take(): readonly PendingJob[] {
    this.expire();
    const taken: PendingJob[] = [];
    let entries = 0;
    let bytes = 0;
    for (const next of this.waiting) {
      entries += weightOf(next.job);
      bytes += next.job.bytes;
      if (taken.length > 0 && (entries > this.limits.maxCommitEntries || bytes > this.limits.maxCommitBytes)) break;
      taken.push(next);
    }
    this.waiting = this.waiting.slice(taken.length);
    this.leave(taken);
    return taken;
  }

  /** They wait in the order in which they came. */
  private expire(): void {
    const earliestMs = this.durability.waitedMs - this.limits.timeoutMs;
    const count = this.waiting.findIndex(({ sinceMs }) => sinceMs > earliestMs);
    const expired = this.waiting.splice(0, count < 0 ? this.waiting.length : count);
    this.leave(expired);
    for (const { settle } of expired) {
      settle({ kind: 'failed', reason: `it waited for the disk longer than ${this.limits.timeoutMs} ms` });
    }
  }

  private leave(gone: readonly PendingJob[]): void {
    for (const { job } of gone) {
      this.entries -= weightOf(job);
      this.bytes -= job.bytes;
    }
  }

  /** The results of the jobs; undefined where they have their answers already. */
  private commit(group: readonly PendingJob[]): readonly unknown[] | undefined {
    if (group.length === 0) return undefined;
    let values: readonly unknown[];
    try {
      this.soundness.require();
      this.durability.requireSound();
      this.database.exec('BEGIN IMMEDIATE');
      values = group.map(({ job }) => job.apply());
    } catch (error) {
      this.undo();
      this.fail(group, 'failed', error);
      return undefined;
    }
    try {
      this.database.exec('COMMIT');
    } catch (error) {
      this.undo();
      this.fail(group, isSurelyUndone(error) ? 'failed' : 'unknown', error);
      return undefined;
    }
    return values;
  }

  /** A caller whose wait for the disk exceeds its limit is answered `unknown`; the queue goes on waiting for the disk. */
  private async acknowledge(group: readonly PendingJob[], values: readonly unknown[]): Promise<void> {
    const unsure = (reason: string): void => {
      for (const { settle } of group) settle({ kind: 'unknown', reason });
    };
    const failure = await this.durability.reach((reason) => {
      unsure(reason);
      this.expire();
    });
    if (failure !== undefined) {
      unsure(failure);
      return;
    }
    group.forEach(({ settle }, index) => {
      settle({ kind: 'done', value: values[index] });
    });
    this.committed();
  }

  private undo(): void {
    // SQLite undoes by itself after some errors; where ROLLBACK fails, too, nothing was committed
    try {
      if (this.database.isTransaction) this.database.exec('ROLLBACK');
    } catch (error) {
      if (!isSqliteError(error)) throw error;
    }
  }

  private fail(group: readonly PendingJob[], kind: 'failed' | 'unknown', error: unknown): void {
    const known = this.soundness.translated(error);
    for (const { settle, reject } of group) {
      if (known instanceof StoreUnavailable) settle({ kind, reason: known.reason, cause: error });
      else reject(error);
    }
  }
}

function weightOf({ entries }: Job<unknown>): number {
  return Math.max(entries, 1);
}
