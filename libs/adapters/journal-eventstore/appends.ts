/**
 * Appends on their way to the server: a limited number at once, the rest waits, each for a limited time. An append sent and not
 * answered in time is `unknown` and never sent again (a restarted server stores a plain repeat twice); one not sent
 * is `failed`. A hung server keeps its slots occupied, so that the load on it is bounded.
 */
import type { AppendStreamState } from '@kurrent/kurrentdb-client';
import { positionOf } from '#contracts';
import type { WriteOutcome } from '#ports';
import type { ClientSlot } from './clients.js';
import { outcomeOf } from './errors.js';
import type { Event } from './events.js';

export interface AppendLimits {
  /** Most appends and bytes that are sent and not answered. One append is always sent, whatever its size. */
  readonly maxInFlight: number;
  readonly maxInFlightBytes: number;
  /** Most appends that may wait for a slot; further ones are refused. */
  readonly maxWaiting: number;
  readonly maxWaitingBytes: number;
  /** From sending to the answer; and the longest that an append waits for a place while nothing is answered. */
  readonly appendTimeoutMs: number;
  /** The longest that it waits for a place at all. */
  readonly maxWaitMs: number;
}

export interface Append {
  /** As the server names it. */
  readonly stream: string;
  readonly state: AppendStreamState;
  readonly events: Event[];
  readonly bytes: number;
}

/** Called when the adapter asks the server for something; answers a function that is called with the answer. For specs, which count. */
export type CallObserver = () => () => void;

interface Job {
  readonly append: Append;
  readonly settle: (outcome: WriteOutcome) => void;
  /** `overdue`: its caller was answered `unknown`, its place is still occupied. */
  stage: 'waiting' | 'sent' | 'overdue' | 'over';
  readonly sinceMs: number;
  sentAtMs: number;
  /** The how manieth that was sent. */
  order: number;
  timer?: NodeJS.Timeout;
}

const REFUSED = { kind: 'failed', reason: 'too many appends are waiting for the event store' } as const;

export class AppendQueue {
  private readonly waiting = new Set<Job>();
  private waitingBytes = 0;
  private readonly overdue = new Set<Job>();
  private inFlight = 0;
  private inFlightBytes = 0;
  private sent = 0;
  private lastAnswered = 0;
  private lastAnsweredAtMs = 0;
  private unsettled = 0;
  private drained: (() => void)[] = [];

  constructor(
    private readonly slot: ClientSlot,
    private readonly limits: AppendLimits,
    private readonly observe: CallObserver,
  ) {}

  /** Never rejects. */
  async submit(append: Append): Promise<WriteOutcome> {
    const { maxWaiting, maxWaitingBytes } = this.limits;
    const full = this.waiting.size >= maxWaiting || this.waitingBytes + append.bytes > maxWaitingBytes;
    if (full && this.waiting.size > 0) return REFUSED;
    this.unsettled += 1;
    return new Promise((resolve) => {
      const settle = (outcome: WriteOutcome) => {
        clearTimeout(job.timer);
        resolve(outcome);
        this.unsettled -= 1;
        if (this.unsettled === 0) for (const done of this.drained.splice(0)) done();
      };
      const job: Job = { append, settle, stage: 'waiting', sinceMs: performance.now(), sentAtMs: 0, order: 0 };
      this.watch(job, this.limits.appendTimeoutMs);
      this.waiting.add(job);
      this.waitingBytes += append.bytes;
      this.pump();
    });
  }

  /** Resolves when every append has its outcome. */
  async drain(): Promise<void> {
    if (this.unsettled > 0) await new Promise<void>((resolve) => this.drained.push(resolve));
  }

  private pump(): void {
    const { maxInFlight, maxInFlightBytes } = this.limits;
    for (const job of this.waiting) {
      const { bytes } = job.append;
      const full = this.inFlight >= maxInFlight || this.inFlightBytes + bytes > maxInFlightBytes;
      if (full && this.inFlight > 0) return;
      this.leaveQueue(job);
      this.send(job);
    }
  }

  private send(job: Job): void {
    const { stream, state, events, bytes } = job.append;
    job.stage = 'sent';
    job.order = this.sent += 1;
    job.sentAtMs = performance.now();
    this.inFlight += 1;
    this.inFlightBytes += bytes;
    const answered = this.observe();
    this.slot.current.appendToStream(stream, events, { streamState: state, requiresLeader: true }).then(
      ({ nextExpectedRevision, position }) => {
        answered();
        if (position === undefined) this.end(job, { kind: 'unknown', reason: 'the event store sent no position' });
        else this.end(job, appended(Number(nextExpectedRevision) + 1 - events.length, position.commit));
      },
      (error: unknown) => {
        answered();
        this.end(job, outcomeOf(error));
      },
    );
  }

  private end(job: Job, outcome: WriteOutcome): void {
    if (job.stage === 'sent') job.settle(outcome);
    this.lastAnswered = Math.max(this.lastAnswered, job.order);
    this.lastAnsweredAtMs = performance.now();
    this.free(job);
    // the server answers in order: an append sent before that has no answer yet will have none
    for (const older of this.overdue) if (older.order < job.order) this.free(older);
    this.pump();
  }

  private watch(job: Job, delayMs: number): void {
    job.timer = setTimeout(() => {
      // after a turn that took long, answers may be there already: they are looked at first
      setImmediate(() => {
        const leftMs = this.dueMs(job) - performance.now();
        if (leftMs > 0) this.watch(job, leftMs);
        else this.expire(job);
      });
    }, delayMs);
  }

  private dueMs({ stage, sinceMs, sentAtMs }: Job): number {
    const { appendTimeoutMs, maxWaitMs } = this.limits;
    if (stage !== 'waiting') return sentAtMs + appendTimeoutMs;
    return Math.min(Math.max(sinceMs, this.lastAnsweredAtMs) + appendTimeoutMs, sinceMs + maxWaitMs);
  }

  private expire(job: Job): void {
    if (job.stage === 'waiting') {
      this.leaveQueue(job);
      job.stage = 'over';
      const waitedMs = Math.round(performance.now() - job.sinceMs);
      job.settle({ kind: 'failed', reason: `it waited for the event store for ${waitedMs} ms and was not sent` });
    } else if (job.stage === 'sent') {
      job.stage = 'overdue';
      this.overdue.add(job);
      const { appendTimeoutMs } = this.limits;
      job.settle({ kind: 'unknown', reason: `the event store did not answer within ${appendTimeoutMs} ms` });
      if (job.order < this.lastAnswered) this.free(job);
      this.pump();
    }
  }

  private free(job: Job): void {
    if (job.stage === 'over') return;
    job.stage = 'over';
    this.overdue.delete(job);
    this.inFlight -= 1;
    this.inFlightBytes -= job.append.bytes;
  }

  private leaveQueue(job: Job): void {
    this.waiting.delete(job);
    this.waitingBytes -= job.append.bytes;
  }
}

function appended(firstRevision: number, position: bigint): WriteOutcome {
  return { kind: 'appended', firstRevision, position: positionOf(position) };
}
