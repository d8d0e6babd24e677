/** Long work over the journal as a job of the process that runs it: how far it is (R4), and how it ends. */
import { randomUUID } from 'node:crypto';
import type { Uuid } from '#contracts';
import type { Instant } from '#domain';
import { GenerationGone, StoreUnavailable } from '#ports';
import { instantNow, type Clock } from '../clock.js';
import { StreamUnreadable } from '../followed/stream-timeline.js';
import type { Log } from '../log.js';
import { Pace } from './pace.js';
import { SplitDiskFull } from './splitting/disk.js';

export interface JobStep {
  readonly phase: string;
  /** Of the phase, 0 to 1. */
  readonly share: number;
  /** Entries that the phase has done, of `total`, which is known once the journal is cut. */
  readonly entries: number;
  readonly total: number | null;
  /** Judged so far. */
  readonly hosts: number;
  /** That the journal takes on the disk, cut. */
  readonly bytes: number;
}

export interface JobStatus {
  readonly id: Uuid;
  readonly state: 'running' | 'done' | 'cancelled' | 'failed';
  /** Of the whole: 0 to 100, rounded down; 100 only where it is done. */
  readonly percent: number;
  /** Of the last 30 seconds. */
  readonly entriesPerS: number;
  /** Null where it is not running, or too little is done to say. */
  readonly secondsLeft: number | null;
  /** Zero once it has ended. */
  readonly bytes: number;
  readonly startedAt: Instant;
  readonly endedAt: Instant | null;
  /** Why it failed, as it is shown; the log has the rest. */
  readonly reason: string | null;
}

export interface JobParts<Step extends JobStep> {
  /** As the log names it: `the what-if`. */
  readonly name: string;
  readonly clock: Clock;
  /** Milliseconds of a clock that only goes forward; `performance.now` where absent. */
  readonly monotonicMs?: (() => number) | undefined;
  readonly log: Log;
  /** Parts of the whole work, about: where each phase begins, and how much it is. */
  readonly shares: Readonly<Record<Step['phase'], readonly [from: number, length: number]>>;
  readonly first: Step;
  /** What else the log says where it begins. */
  readonly about?: Readonly<Record<string, unknown>>;
}

export type JobWork<Step> = (moved: (step: Step) => void, signal: AbortSignal) => Promise<void>;

const LOG_EVERY_MS = 5000;

export class ReplayJob<Step extends JobStep> {
  readonly id = randomUUID();
  private current: Step;
  private state: JobStatus['state'] = 'running';
  private reason: string | null = null;
  private endedAt: Instant | null = null;
  private readonly startedAt: Instant;
  private readonly ending = new AbortController();
  private readonly pace: Pace;
  private readonly nowMs: () => number;
  private loggedAtMs: number;
  private running: Promise<void> = Promise.resolve();

  constructor(private readonly parts: JobParts<Step>) {
    const { monotonicMs = () => performance.now() } = parts;
    this.nowMs = monotonicMs;
    this.current = parts.first;
    this.startedAt = instantNow(parts.clock);
    this.pace = new Pace(monotonicMs);
    this.loggedAtMs = monotonicMs();
  }

  get step(): Step {
    return this.current;
  }

  /** Once. It never rejects. */
  run(work: JobWork<Step>): Promise<void> {
    this.running = this.work(work);
    return this.running;
  }

  /** Resolves once it has ended. */
  async cancel(): Promise<void> {
    this.ending.abort();
    await this.running;
  }

  status(): JobStatus {
    const { id, state, reason, startedAt, endedAt, pace } = this;
    const isRunning = state === 'running';
    return {
      ...{ id, state, entriesPerS: pace.entriesPerS, startedAt, endedAt, reason },
      percent: state === 'done' ? 100 : Math.min(99, Math.floor(this.share() * 100)),
      secondsLeft: isRunning ? pace.secondsLeft : null,
      bytes: isRunning ? this.current.bytes : 0,
    };
  }

  private async work(work: JobWork<Step>): Promise<void> {
    const { ending, id } = this;
    const { name, log, clock, about } = this.parts;
    log.info(`${name} begins`, { id, ...about });
    try {
      await work((step) => {
        this.moved(step);
      }, ending.signal);
      this.state = 'done';
      log.info(`${name} is done`, { id });
    } catch (error) {
      this.state = ending.signal.aborted ? 'cancelled' : 'failed';
      if (this.state === 'cancelled') log.info(`${name} was cancelled`, { id });
      else {
        this.reason = reasonOf(error);
        log.error(`${name} has failed`, { id, err: error });
      }
    }
    this.endedAt = instantNow(clock);
  }

  private moved(step: Step): void {
    this.current = step;
    const { phase, entries, total, hosts } = step;
    this.pace.at(this.share(), phase === 'splitting' ? entries : (total ?? 0) + entries);
    const nowMs = this.nowMs();
    if (nowMs - this.loggedAtMs < LOG_EVERY_MS) return;
    this.loggedAtMs = nowMs;
    const { id, percent, entriesPerS, secondsLeft } = this.status();
    this.parts.log.info(`${this.parts.name} goes on`, {
      ...{ id, phase, percent, entries, total, entriesPerS, secondsLeft, hosts },
    });
  }

  private share(): number {
    const [from, length] = this.parts.shares[this.current.phase as Step['phase']];
    return from + length * this.current.share;
  }
}

/** What operators are shown. */
function reasonOf(error: unknown): string {
  const known = [StreamUnreadable, StoreUnavailable, SplitDiskFull, GenerationGone].some(
    (kind) => error instanceof kind,
  );
  return known && error instanceof Error ? error.message : 'a defect; the log says which';
}
