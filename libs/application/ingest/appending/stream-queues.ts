/** Jobs that wait for the journal, in a queue per stream: their bounds, whose turn it is, and when a call's jobs are over. */
import { isBroken, type AppendJob } from './job.js';

export interface QueueLimits {
  /** Most entries and bytes that may wait or be in flight. One request is always taken, whatever its size. */
  readonly maxWaitingEntries: number;
  readonly maxWaitingBytes: number;
}

/** The jobs of one call of {@link StreamQueues.enter}. */
interface Run {
  left: number;
  readonly resolve: () => void;
  readonly reject: (defect: unknown) => void;
}

/** A stream with jobs: ready, taken, or waiting out a pause. */
interface StreamQueue {
  readonly stream: string;
  jobs: AppendJob[];
}

export class StreamQueues {
  private readonly queues = new Map<string, StreamQueue>();
  private ready: StreamQueue[] = [];
  private readonly runs = new WeakMap<AppendJob, Run>();
  private entries = 0;
  private bytes = 0;

  /** `onReady` is called where a stream becomes ready, `onOver` for each job that leaves. */
  constructor(
    private readonly limits: QueueLimits,
    private readonly onReady: () => void,
    private readonly onOver: (job: AppendJob) => void,
  ) {}

  /**
   * Resolves when every job has left; undefined where too much waits already: then none was taken. Rejects where one of
   * them is rejected.
   */
  enter(all: readonly AppendJob[]): Promise<void> | undefined {
    const jobs = all.filter((job) => !isBroken(job));
    let entries = 0;
    let bytes = 0;
    for (const job of jobs) {
      entries += job.items.length;
      bytes += job.bytes;
    }
    if (entries === 0) return Promise.resolve();
    const { maxWaitingEntries, maxWaitingBytes } = this.limits;
    const hasRoom = this.entries + entries <= maxWaitingEntries && this.bytes + bytes <= maxWaitingBytes;
    if (this.entries > 0 && !hasRoom) return undefined;
    this.entries += entries;
    this.bytes += bytes;
    return new Promise<void>((resolve, reject) => {
      const run: Run = { left: jobs.length, resolve, reject };
      for (const job of jobs) this.add(job, run);
      this.onReady();
    });
  }

  /** Entries and bytes that wait or are in flight. */
  get waiting(): { readonly entries: number; readonly bytes: number } {
    return { entries: this.entries, bytes: this.bytes };
  }

  get isReady(): boolean {
    return this.ready.length > 0;
  }

  /** Takes streams that are ready, the longest ready first, until `take` answers false: that stream and those behind it stay. */
  takeWhile(take: (stream: string, jobs: readonly AppendJob[]) => boolean): void {
    let taken = 0;
    for (const { stream, jobs } of this.ready) {
      if (!take(stream, jobs)) break;
      taken += 1;
    }
    this.ready = this.ready.slice(taken);
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
    for (const job of over) this.end(job);
    if (queue.jobs.length === 0) {
      this.queues.delete(stream);
    } else if (pauseForMs === 0) {
      this.ready.push(queue);
    } else {
      setTimeout(() => {
        this.ready.push(queue);
        this.onReady();
      }, pauseForMs);
    }
  }

  private add(job: AppendJob, run: Run): void {
    this.runs.set(job, run);
    let queue = this.queues.get(job.stream);
    if (queue === undefined) {
      queue = { stream: job.stream, jobs: [] };
      this.queues.set(job.stream, queue);
      this.ready.push(queue);
    }
    queue.jobs.push(job);
  }

  private end(job: AppendJob): void {
    this.entries -= job.items.length;
    this.bytes -= job.bytes;
    this.onOver(job);
    const run = this.runs.get(job);
    this.runs.delete(job);
    if (run !== undefined && (run.left -= 1) === 0) run.resolve();
  }
}
