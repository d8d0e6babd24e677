/**
 * Jobs that wait for the journal, in a queue per stream: their bounds, whose turn it is, and when a call's jobs are over. A
 * stream's jobs stay in the order in which they came, of all holders together; among the streams, holders have their turns.
 */
import { FairQueue } from '#contracts';
import { isBroken, type AppendJob } from './job.js';
import { Room, type Size } from './room.js';

export interface QueueLimits {
  /** Most entries and bytes that may wait or be in flight; of one holder three quarters of them. See {@link Room}. */
  readonly maxWaitingEntries: number;
  readonly maxWaitingBytes: number;
  /** A holder's turn is over once it has taken this much, where others wait. */
  readonly maxTurnEntries: number;
  readonly maxTurnBytes: number;
}

/** The jobs of one call of {@link StreamQueues.enter}. */
interface Run {
  left: number;
  readonly holder: string;
  readonly resolve: () => void;
  readonly reject: (defect: unknown) => void;
}

/** A stream with jobs: ready, taken, or waiting out a pause. */
interface StreamQueue {
  readonly stream: string;
  jobs: AppendJob[];
  /** Number of its jobs by holder. */
  readonly byHolder: Map<string, number>;
  isReady: boolean;
}

/** A stream that was taken, and how much of its jobs may be tried: as much as the journal takes where no other holder waits. */
export interface TakenStream {
  /** Whose turn it is. */
  readonly holder: string;
  readonly stream: string;
  readonly jobs: readonly AppendJob[];
  readonly atMost: Size;
}

const UNBOUNDED: Size = { entries: Infinity, bytes: Infinity };

export class StreamQueues {
  private readonly queues = new Map<string, StreamQueue>();
  /** Streams that are ready wait for each holder that has a job in them. */
  private readonly ready = new FairQueue<StreamQueue>();
  private readonly runs = new WeakMap<AppendJob, Run>();
  private readonly room: Room;
  /** Whose turn it is, and what it has taken of it. */
  private turn: Size & { readonly holder: string } = { holder: '', entries: 0, bytes: 0 };

  /**
   * `onReady` is called where a stream becomes ready, `onOver` for each job that leaves; a holder that is held has no turn,
   * and the others have theirs.
   */
  constructor(
    private readonly limits: QueueLimits,
    private readonly isHeld: (holder: string) => boolean,
    private readonly onReady: () => void,
    private readonly onOver: (job: AppendJob) => void,
  ) {
    this.room = new Room({ entries: limits.maxWaitingEntries, bytes: limits.maxWaitingBytes });
  }

  /**
   * Resolves when every job has left; undefined where too much waits already: then none was taken. Rejects where one of
   * them is rejected.
   */
  enter(all: readonly AppendJob[], holder: string): Promise<void> | undefined {
    const jobs = all.filter((job) => !isBroken(job));
    let entries = 0;
    let bytes = 0;
    for (const job of jobs) {
      entries += job.items.length;
      bytes += job.bytes;
    }
    if (entries === 0) return Promise.resolve();
    if (!this.room.take(holder, { entries, bytes })) return undefined;
    return new Promise<void>((resolve, reject) => {
      const run: Run = { left: jobs.length, holder, resolve, reject };
      for (const job of jobs) this.add(job, run);
      this.onReady();
    });
  }

  /** Whether that much would be taken now. */
  hasRoom(holder: string, size: Size): boolean {
    return this.room.fits(holder, size);
  }

  /** Entries and bytes that wait or are in flight. */
  get waiting(): Size {
    return this.room.taken;
  }

  get isReady(): boolean {
    return this.next() !== undefined;
  }

  /** Takes a stream of the holder whose turn it is, its longest ready; undefined where none is ready. What is tried of it is {@link spend | spent}. */
  take(): TakenStream | undefined {
    const next = this.next();
    if (next === undefined) return undefined;
    const { holder, queue } = next;
    if (this.turn.holder !== holder) this.turn = { holder, entries: 0, bytes: 0 };
    const { maxTurnEntries, maxTurnBytes } = this.limits;
    const left = { entries: maxTurnEntries - this.turn.entries, bytes: maxTurnBytes - this.turn.bytes };
    const atMost = this.ready.holders > 1 ? left : UNBOUNDED;
    queue.isReady = false;
    for (const each of queue.byHolder.keys()) this.ready.remove(each, queue);
    return { holder, stream: queue.stream, jobs: queue.jobs, atMost };
  }

  private next(): { readonly holder: string; readonly queue: StreamQueue } | undefined {
    for (const [holder, queues] of this.ready.inTurn()) {
      if (this.isHeld(holder)) continue;
      for (const queue of queues) return { holder, queue };
    }
    return undefined;
  }

  /** Of the turn of the holder whose stream was taken last. */
  spend({ entries, bytes }: Size): void {
    const { holder } = this.turn;
    this.turn = { holder, entries: this.turn.entries + entries, bytes: this.turn.bytes + bytes };
    if (this.turn.entries < this.limits.maxTurnEntries && this.turn.bytes < this.limits.maxTurnBytes) return;
    this.ready.pass(holder);
    this.turn = { holder, entries: 0, bytes: 0 };
  }

  jobsOf(stream: string): readonly AppendJob[] {
    return this.queues.get(stream)?.jobs ?? [];
  }

  /** A defect: the calls that brought the jobs reject. */
  reject(jobs: readonly AppendJob[], defect: unknown): void {
    for (const job of jobs) this.runs.get(job)?.reject(defect);
  }

  /** Gives a taken stream back: jobs of `over` leave it, the others have their next turn after the pause. */
  giveBack(stream: string, over: readonly AppendJob[], pauseForMs: number): void {
    const queue = this.queues.get(stream);
    if (queue === undefined) return;
    const gone = over.length < queue.jobs.length ? new Set(over) : undefined;
    queue.jobs = gone === undefined ? [] : queue.jobs.filter((job) => !gone.has(job));
    for (const job of over) this.end(job, queue);
    if (queue.jobs.length === 0) {
      this.queues.delete(stream);
    } else if (pauseForMs === 0) {
      this.makeReady(queue);
    } else {
      setTimeout(() => {
        this.makeReady(queue);
        this.onReady();
      }, pauseForMs);
    }
  }

  private add(job: AppendJob, run: Run): void {
    const { holder } = run;
    this.runs.set(job, run);
    let queue = this.queues.get(job.stream);
    if (queue === undefined) {
      queue = { stream: job.stream, jobs: [], byHolder: new Map(), isReady: true };
      this.queues.set(job.stream, queue);
    }
    queue.jobs.push(job);
    queue.byHolder.set(holder, (queue.byHolder.get(holder) ?? 0) + 1);
    if (queue.isReady) this.ready.put(holder, queue);
  }

  private makeReady(queue: StreamQueue): void {
    queue.isReady = true;
    for (const holder of queue.byHolder.keys()) this.ready.put(holder, queue);
  }

  private end(job: AppendJob, { byHolder }: StreamQueue): void {
    this.onOver(job);
    const run = this.runs.get(job);
    this.runs.delete(job);
    if (run === undefined) return;
    const { holder } = run;
    this.room.give(holder, { entries: job.items.length, bytes: job.bytes });
    const left = (byHolder.get(holder) ?? 0) - 1;
    if (left > 0) byHolder.set(holder, left);
    else byHolder.delete(holder);
    if ((run.left -= 1) === 0) run.resolve();
  }
}
