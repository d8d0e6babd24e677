/**
 * The one way of host streams' entries into the journal (J1: sure appends). Of each stream one try is in flight; tries of
 * many streams go together in a batch: one read where needed, one append.
 */
import type { Position } from '#contracts';
import type { Journal, WriteOutcome } from '#ports';
import { noMeters, type Meters } from '../../meters.js';
import { pauseMs } from '../../pauses.js';
import { reasonOf } from '../problems.js';
import { Attempt, type Plan } from './attempt.js';
import { BackPressure } from './back-pressure.js';
import { eventsOf, failJob, isBroken, type AppendFailure, type AppendItem, type AppendJob } from './job.js';
import { RecentIdsCache, type RecentIds } from './recent-ids.js';
import { APPENDER_LIMITS, type AppenderLimits } from './limits.js';
import { sumOf, type Size } from './room.js';
import { StreamQueues, type TakenStream } from './stream-queues.js';
import { readTails } from './tail-reader.js';

/** Entries of stream tails that a batch reads before it continues with the streams whose tails are known. */
const MAX_TAIL_ENTRIES = 200_000;

interface Try {
  readonly attempt: Attempt;
  /** In whose turn it is. */
  readonly holder: string;
  /** What is known of its stream's tail. */
  tail: RecentIds | undefined;
  /** Whether the tail is kept afterwards: it was kept before, or is worth it. */
  readonly keep: boolean;
  /** Entries that it has brought into the journal. */
  written: number;
}

/** A try that writes. */
interface Writing {
  readonly each: Try;
  readonly plan: Plan;
}

export class Appender {
  private readonly queues: StreamQueues;
  private readonly inFlight = new Set<Attempt>();
  private readonly recent: RecentIdsCache;
  private batches = 0;
  /** As many entries of one write cost as much as a write alone: where the store works on few at once, single ones are what fills it. */
  private readonly entriesAWrite: number;
  private sizeInFlight: Size = { entries: 0, bytes: 0 };

  constructor(
    private readonly journal: Journal,
    private readonly limits: AppenderLimits = APPENDER_LIMITS,
    meters: Pick<Meters, 'logged'> = noMeters,
    private readonly pressure = new BackPressure({ shown: () => Promise.resolve(undefined) }),
  ) {
    this.entriesAWrite = limits.maxInFlightEntries / journal.writesAtOnce;
    this.recent = new RecentIdsCache(limits.maxRecentBytes);
    const pump = this.pump.bind(this);
    this.queues = new StreamQueues(
      limits,
      (holder) => pressure.holds(holder),
      pump,
      (job) => {
        const { accepted, duplicates, newHosts } = eventsOf(job);
        if (accepted + duplicates > 0) meters.logged(accepted, duplicates, newHosts);
      },
    );
    pressure.onRelease(pump);
  }

  /**
   * Appends the jobs' entries. Resolves with true when each job is settled or has its failure, with false where too much
   * waits already, in all or of this holder: nothing was begun. At most one job per stream. Rejects for defects only.
   */
  async run(jobs: readonly AppendJob[], holder: string): Promise<boolean> {
    const begun = this.begin(jobs, holder);
    await begun;
    return begun !== undefined;
  }

  /** As {@link run}, but answers at once whether the jobs were taken in their turn: undefined where too much waits already. */
  begin(jobs: readonly AppendJob[], holder: string): Promise<void> | undefined {
    return this.queues.enter(jobs, holder);
  }

  /** Whether this many entries would be taken now, unless they are large. */
  hasRoom(holder: string, entries: number): boolean {
    return this.queues.hasRoom(holder, { entries, bytes: 0 });
  }

  /** Entries and bytes that wait or are in flight. */
  get waiting(): { readonly entries: number; readonly bytes: number } {
    return this.queues.waiting;
  }

  private pump(): void {
    while (this.queues.isReady && this.mayBegin()) {
      const { tries, size } = this.nextBatch();
      this.batches += 1;
      this.sizeInFlight = sumOf(this.sizeInFlight, size);
      void this.doBatch(tries).finally(() => {
        this.batches -= 1;
        this.sizeInFlight = sumOf(this.sizeInFlight, { entries: -size.entries, bytes: -size.bytes });
        this.pump();
      });
    }
  }

  private mayBegin(): boolean {
    const { maxBatches, maxInFlightEntries, maxInFlightBytes } = this.limits;
    const { entries, bytes } = this.sizeInFlight;
    return this.batches < maxBatches && entries < maxInFlightEntries && bytes < maxInFlightBytes;
  }

  private nextBatch(): { readonly tries: readonly Try[]; readonly size: Size } {
    const tries: Try[] = [];
    let size: Size = { entries: 0, bytes: 0 };
    while (size.entries < this.limits.maxBatchEntries && size.bytes < this.limits.maxBatchBytes) {
      const taken = this.queues.take();
      if (taken === undefined) break;
      const attempt = this.attempt(taken);
      const weight = this.weightOf(attempt);
      this.queues.spend(weight);
      size = sumOf(size, weight);
      const tail = this.recent.take(taken.stream);
      const keep = tail !== undefined || attempt.isWorthKeeping;
      tries.push({ attempt, holder: taken.holder, tail, keep, written: 0 });
      this.pressure.begin(taken.holder, attempt.items.length);
      this.inFlight.add(attempt);
    }
    return { tries, size };
  }

  private attempt({ stream, jobs, atMost }: TakenStream): Attempt {
    return new Attempt(stream, jobs, {
      maxAppendEntries: Math.min(atMost.entries, this.journal.maxAppendEntries),
      maxAppendBytes: Math.min(atMost.bytes, this.journal.maxAppendBytes),
    });
  }

  /** What it takes of batches and turns. */
  private weightOf({ items, bytes }: Attempt): Size {
    return { entries: Math.max(items.length, this.entriesAWrite), bytes };
  }

  /** Never rejects. */
  private async doBatch(tries: readonly Try[]): Promise<void> {
    try {
      const writing: Writing[] = [];
      for (const each of await this.withTails(tries)) {
        const tail = each.attempt.isExact ? each.tail : undefined;
        const plan = each.attempt.plan(tail);
        if (plan.missing.length > 0) writing.push({ each, plan });
        else if (tail !== undefined) this.settle(each, plan, tail.revision + 1, tail.position);
      }
      if (writing.length > 0) await this.append(writing);
    } catch (defect) {
      for (const each of tries) this.failWithDefect(each, defect);
    }
  }

  /** Those whose streams are known as far as they need; the others are left for a later try. */
  private async withTails(tries: readonly Try[]): Promise<readonly Try[]> {
    const unknown = tries.filter(
      ({ attempt, tail }) => attempt.isExact && (!tail || tail.isStale || !tail.knows(attempt.range)),
    );
    if (unknown.length === 0) return tries;
    const later = new Set<Try>();
    try {
      const wanted = unknown.map(({ attempt: { stream, range }, tail }) => ({ stream, range, known: tail }));
      const tails = await readTails(this.journal, wanted, MAX_TAIL_ENTRIES);
      for (const [nth, each] of unknown.entries()) {
        if (tails[nth] === undefined) later.add(each);
        else each.tail = tails[nth];
      }
      for (const each of later) this.leave(each, [], 0);
    } catch (error) {
      const reason = reasonOf(error);
      for (const each of unknown) this.retryLater(each, { kind: 'unavailable', reason });
      for (const each of unknown) later.add(each);
    }
    return tries.filter((each) => !later.has(each));
  }

  private async append(writing: readonly Writing[]): Promise<void> {
    let outcomes: readonly WriteOutcome[];
    try {
      outcomes = await this.journal.append(writing.map(({ plan }) => plan.write));
    } catch (error) {
      const unknown: WriteOutcome = { kind: 'unknown', reason: reasonOf(error) };
      outcomes = writing.map(() => unknown);
    }
    writing.forEach(({ each, plan }, nth) => {
      const outcome = outcomes[nth];
      if (outcome === undefined) throw new Error('the journal answered fewer writes than it was given');
      this.conclude(each, plan, outcome);
    });
  }

  private conclude(each: Try, plan: Plan, outcome: WriteOutcome): void {
    const { attempt, tail } = each;
    switch (outcome.kind) {
      case 'appended':
        // where another process has written in between, what is known has a gap
        if (tail?.revision === outcome.firstRevision - 1) tail.append(plan.write.entries, outcome.position);
        else tail?.doubt();
        each.written = plan.missing.length;
        this.pressure.logged(each.holder, each.written, outcome.position);
        this.settle(each, plan, outcome.firstRevision, outcome.position);
        break;
      case 'conflict':
        tail?.doubt();
        this.retryLater(each, { kind: 'unavailable', reason: 'others keep writing to the same stream' });
        break;
      case 'failed':
        this.retryLater(each, { kind: 'unavailable', reason: outcome.reason });
        break;
      case 'unknown':
        tail?.doubt();
        this.retryLater(each, { kind: 'unknown', reason: outcome.reason }, plan.missing);
        break;
      case 'refused': {
        const refused = attempt.jobsOf(outcome.entries.flatMap((index) => plan.missing[index] ?? []));
        for (const job of refused) failJob(job, { kind: 'unavailable', reason: outcome.reason });
        this.leave(each, this.withFollowers(attempt.stream, refused), 0);
        break;
      }
      case 'too-large':
        for (const job of attempt.jobs) job.failure = { kind: 'too-large', reason: outcome.reason };
        this.leave(each, this.withFollowers(attempt.stream, attempt.jobs), 0);
    }
  }

  private settle(each: Try, plan: Plan, firstRevision: number, position: Position): void {
    const { attempt } = each;
    attempt.settle(plan, firstRevision, position);
    const complete = attempt.jobs.filter((job) => job.settled === job.items.length);
    this.leave(each, complete, 0);
  }

  /** After a pause, except for jobs that were tried too often. Items of `unsure` may be stored all the same. */
  private retryLater(each: Try, failure: AppendFailure, unsure: readonly AppendItem[] = []): void {
    const { attempt } = each;
    attempt.fail(unsure);
    const exhausted = attempt.jobs.filter(({ tries }) => tries >= this.limits.maxTries);
    for (const job of exhausted) failJob(job, failure);
    const tries = Math.max(...attempt.jobs.map((job) => job.tries));
    this.leave(each, this.withFollowers(attempt.stream, exhausted), pauseMs(tries, this.limits.pauses));
  }

  /** The failed jobs of a stream, and with them those that came after them in the same sequence. */
  private withFollowers(stream: string, failed: readonly AppendJob[]): readonly AppendJob[] {
    for (const { sequence, failure } of failed) if (sequence !== undefined) sequence.failure ??= failure;
    const over = new Set(failed);
    const followers = this.queues.jobsOf(stream).filter((job) => !over.has(job) && isBroken(job));
    return [...failed, ...followers];
  }

  /** What is known of its stream is forgotten. */
  private failWithDefect(each: Try, defect: unknown): void {
    const { attempt } = each;
    if (!this.inFlight.has(attempt)) return;
    this.queues.reject(attempt.jobs, defect);
    this.leave({ ...each, tail: undefined, keep: false }, attempt.jobs, 0);
  }

  /** Ends a try: jobs that are over leave, the stream's next try comes after the pause. */
  private leave({ attempt, holder, tail, keep, written }: Try, over: readonly AppendJob[], pauseForMs: number): void {
    this.inFlight.delete(attempt);
    this.pressure.giveUp(holder, attempt.items.length - written);
    if (keep && tail !== undefined) this.recent.put(attempt.stream, tail);
    this.queues.giveBack(attempt.stream, over, pauseForMs);
  }
}
