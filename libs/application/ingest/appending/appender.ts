/**
 * The one way of host streams' entries into the journal (J1: sure appends). Jobs wait per stream, one try in flight for
 * each; what waits for many streams goes together in a wave: one read where needed, one append.
 */
import type { Position } from '#contracts';
import { StoreUnavailable, type Journal, type WriteOutcome } from '#ports';
import { noMeters, type Meters } from '../../meters.js';
import { pauseMs, type Pauses } from '../../pauses.js';
import { Attempt } from './attempt.js';
import type { AppendFailure, AppendJob } from './job.js';
import { readEnds } from './look.js';
import { Recalls } from './recall.js';
import { recollect } from './recollect.js';
import { isEvent, StreamEnds } from './stream-end.js';

const MIB = 1_048_576;

export interface AppenderLimits {
  /** What may wait, or be in flight, all in all. One request is always taken, whatever its size. */
  readonly maxWaitingEntries: number;
  readonly maxWaitingBytes: number;
  /** A wave takes no further stream when it has so much. */
  readonly maxWaveEntries: number;
  readonly maxWaveBytes: number;
  readonly maxWaves: number;
  /** Tries without any success after which a job is given up. */
  readonly maxTries: number;
  readonly pauses: Pauses;
  /** Streams and entry ids whose place is kept. */
  readonly maxKnownStreams: number;
  readonly maxKnownIds: number;
  /** What is kept of streams' older events. */
  readonly maxRecallBytes: number;
}

export const APPENDER_LIMITS: AppenderLimits = {
  maxWaitingEntries: 100_000,
  maxWaitingBytes: 128 * MIB,
  maxWaveEntries: 10_000,
  maxWaveBytes: 8 * MIB,
  maxWaves: 4,
  maxTries: 10,
  pauses: { firstMs: 5, longestMs: 500 },
  maxKnownStreams: 50_000,
  maxKnownIds: 400_000,
  maxRecallBytes: 64 * MIB,
};

/** The jobs of one call of {@link Appender.run}. */
interface Run {
  left: number;
  readonly resolve: () => void;
  readonly reject: (defect: unknown) => void;
}

/** A stream with something to do: ready, in a wave, or waiting out a pause. */
interface Lane {
  readonly stream: string;
  jobs: AppendJob[];
}

export class Appender {
  private readonly lanes = new Map<string, Lane>();
  private ready: Lane[] = [];
  private readonly runs = new WeakMap<AppendJob, Run>();
  private readonly ends: StreamEnds;
  private readonly recalls: Recalls;
  private entries = 0;
  private bytes = 0;
  private waves = 0;

  constructor(
    private readonly journal: Journal,
    private readonly limits: AppenderLimits = APPENDER_LIMITS,
    private readonly meters: Pick<Meters, 'logged'> = noMeters,
  ) {
    this.ends = new StreamEnds(limits.maxKnownStreams, limits.maxKnownIds);
    this.recalls = new Recalls(limits.maxRecallBytes);
  }

  /**
   * Appends what the jobs hold. Resolves with true when each is settled or has its failure, with false where too much
   * waits already: nothing was begun. At most one job per stream. Rejects for defects only.
   */
  async run(jobs: readonly AppendJob[]): Promise<boolean> {
    const begun = this.begin(jobs);
    await begun;
    return begun !== undefined;
  }

  /** As {@link run}, but tells at once whether the jobs were taken in their turn: undefined where too much waits already. */
  begin(all: readonly AppendJob[]): Promise<void> | undefined {
    const jobs = all.filter((job) => !isBroken(job));
    let entries = 0;
    let bytes = 0;
    for (const job of jobs) {
      entries += job.items.length;
      bytes += job.bytes;
    }
    if (entries === 0) return Promise.resolve();
    if (this.entries > 0 && !this.hasRoom(entries, bytes)) return undefined;
    this.entries += entries;
    this.bytes += bytes;
    return new Promise<void>((resolve, reject) => {
      const run: Run = { left: jobs.length, resolve, reject };
      for (const job of jobs) this.enter(job, run);
      this.pump();
    });
  }

  /** What waits, or is in flight. */
  get waiting(): { readonly entries: number; readonly bytes: number } {
    return { entries: this.entries, bytes: this.bytes };
  }

  private hasRoom(entries: number, bytes: number): boolean {
    const { maxWaitingEntries, maxWaitingBytes } = this.limits;
    return this.entries + entries <= maxWaitingEntries && this.bytes + bytes <= maxWaitingBytes;
  }

  private enter(job: AppendJob, run: Run): void {
    this.runs.set(job, run);
    let lane = this.lanes.get(job.stream);
    if (lane === undefined) {
      lane = { stream: job.stream, jobs: [] };
      this.lanes.set(job.stream, lane);
      this.ready.push(lane);
    }
    lane.jobs.push(job);
  }

  private pump(): void {
    while (this.ready.length > 0 && this.waves < this.limits.maxWaves) {
      this.waves += 1;
      void this.wave(this.nextWave()).finally(() => {
        this.waves -= 1;
        this.pump();
      });
    }
  }

  private nextWave(): Attempt[] {
    const attempts: Attempt[] = [];
    let entries = 0;
    let bytes = 0;
    for (const lane of this.ready) {
      if (entries >= this.limits.maxWaveEntries || bytes >= this.limits.maxWaveBytes) break;
      const attempt = new Attempt(lane.stream, lane.jobs, this.journal);
      entries += attempt.items.length;
      bytes += attempt.bytes;
      attempts.push(attempt);
    }
    this.ready = this.ready.slice(attempts.length);
    return attempts;
  }

  /** Never rejects. */
  private async wave(attempts: readonly Attempt[]): Promise<void> {
    try {
      const looked = await this.look(attempts);
      const searched = await this.search(looked);
      const writing = searched.filter((attempt) => this.isToWrite(attempt));
      if (writing.length > 0) await this.append(writing);
    } catch (defect) {
      for (const attempt of attempts) this.giveUp(attempt, defect);
    }
  }

  /** Those whose stream is known as far as they need it. */
  private async look(attempts: readonly Attempt[]): Promise<readonly Attempt[]> {
    const unknown: Attempt[] = [];
    for (const attempt of attempts) {
      if (!attempt.exact) continue;
      const end = this.ends.take(attempt.stream);
      attempt.known = end !== undefined;
      if (end !== undefined && attempt.isEnough(end)) attempt.lookAt(end);
      else unknown.push(attempt);
    }
    if (unknown.length === 0) return attempts;
    try {
      const wanted = unknown.map((attempt) => ({ stream: attempt.stream, need: attempt.need() }));
      const ends = await readEnds(this.journal, wanted);
      unknown.forEach((attempt, index) => {
        const end = ends[index];
        if (end !== undefined) attempt.lookAt(end);
      });
      return attempts;
    } catch (error) {
      if (!(error instanceof StoreUnavailable)) throw error;
      for (const attempt of unknown) this.again(attempt, { kind: 'unavailable', reason: error.reason });
      return attempts.filter(({ over }) => !over);
    }
  }

  /** Those of which it is known what stands among their streams' older events, as far as they ask. */
  private async search(attempts: readonly Attempt[]): Promise<readonly Attempt[]> {
    const unsearched = attempts.filter((attempt) => attempt.unsearched > 0);
    if (unsearched.length === 0) return attempts;
    const wanted = unsearched.map((attempt) => {
      const upTo = attempt.end?.revision ?? -1;
      return { stream: attempt.stream, upTo, width: attempt.unsearched, kept: this.recalls.take(attempt.stream) };
    });
    try {
      const recalls = await recollect(this.journal, wanted);
      unsearched.forEach((attempt, index) => {
        const recall = recalls[index];
        if (recall !== undefined) attempt.recollect(recall);
        else this.postpone(attempt);
      });
    } catch (error) {
      if (!(error instanceof StoreUnavailable)) throw error;
      for (const { stream, kept } of wanted) if (kept !== undefined) this.recalls.put(stream, kept);
      for (const attempt of unsearched) this.again(attempt, { kind: 'unavailable', reason: error.reason });
    }
    return attempts.filter(({ over }) => !over);
  }

  /** Its stream's next try comes when others had theirs. */
  private postpone(attempt: Attempt): void {
    this.keep(attempt);
    this.leave(attempt, [], 0);
  }

  /** Settles an attempt of which everything is there. */
  private isToWrite(attempt: Attempt): boolean {
    const { end } = attempt;
    if (end === undefined || attempt.write() !== undefined) return true;
    this.settle(attempt, end.revision + 1, end.position);
    return false;
  }

  private async append(attempts: readonly Attempt[]): Promise<void> {
    const writes = attempts.flatMap((attempt) => attempt.write() ?? []);
    let outcomes: readonly WriteOutcome[];
    try {
      outcomes = await this.journal.append(writes);
    } catch (error) {
      if (!(error instanceof StoreUnavailable)) throw error;
      const unknown: WriteOutcome = { kind: 'unknown', reason: error.reason };
      outcomes = writes.map(() => unknown);
    }
    attempts.forEach((attempt, index) => {
      const outcome = outcomes[index];
      if (outcome === undefined) throw new Error('the journal answered fewer writes than it was given');
      this.conclude(attempt, outcome);
    });
  }

  private conclude(attempt: Attempt, outcome: WriteOutcome): void {
    switch (outcome.kind) {
      case 'appended':
        this.learn(attempt, outcome.firstRevision, outcome.position);
        this.settle(attempt, outcome.firstRevision, outcome.position);
        break;
      case 'conflict':
        this.again(attempt, { kind: 'unavailable', reason: 'others keep writing to the same stream' });
        break;
      case 'failed':
        this.keep(attempt);
        this.again(attempt, { kind: 'unavailable', reason: outcome.reason });
        break;
      case 'unknown':
        this.again(attempt, { kind: 'unknown', reason: outcome.reason });
        break;
      case 'too-large':
        this.refuse(attempt, { kind: 'too-large', reason: outcome.reason });
    }
  }

  /** What an append tells about the stream's end. */
  private learn(attempt: Attempt, firstRevision: number, position: Position): void {
    const kept = attempt.end === undefined ? this.ends.take(attempt.stream) : undefined;
    const end = attempt.end ?? kept;
    attempt.known ||= kept !== undefined;
    // where another process has written in between, what was kept has a hole
    attempt.end = end !== undefined && end.revision + 1 === firstRevision ? end : undefined;
    attempt.end?.advance(attempt.written, position);
    const { recall, written } = attempt;
    if (recall?.upTo !== firstRevision - 1) return;
    for (const { id, type } of written) if (isEvent(type)) recall.add(id);
    recall.upTo += written.length;
  }

  private settle(attempt: Attempt, firstRevision: number, position: Position): void {
    attempt.settle(firstRevision, position);
    this.keep(attempt);
    const complete = attempt.jobs.filter((job) => job.settled === job.items.length);
    this.leave(attempt, complete, 0);
  }

  private keep({ stream, end, known, worthKeeping }: Attempt): void {
    if (end !== undefined && (known || worthKeeping)) this.ends.put(stream, end);
  }

  /** Tries again after a pause what has not been tried too often. */
  private again(attempt: Attempt, failure: AppendFailure): void {
    attempt.fail(failure.kind === 'unknown');
    const hopeless = attempt.jobs.filter(({ tries }) => tries >= this.limits.maxTries);
    for (const job of hopeless) fail(job, failure);
    const tries = Math.max(...attempt.jobs.map((job) => job.tries));
    this.leave(attempt, this.withFollowers(attempt.stream, hopeless), pauseMs(tries, this.limits.pauses));
  }

  private refuse(attempt: Attempt, failure: AppendFailure): void {
    for (const job of attempt.jobs) job.failure = failure;
    this.leave(attempt, this.withFollowers(attempt.stream, attempt.jobs), 0);
  }

  /** The failed jobs of a stream, and with them those that came after them in the same sequence. */
  private withFollowers(stream: string, failed: readonly AppendJob[]): readonly AppendJob[] {
    for (const { sequence, failure } of failed) if (sequence !== undefined) sequence.failure ??= failure;
    const waiting = this.lanes.get(stream)?.jobs ?? [];
    const followers = waiting.filter((job) => !failed.includes(job) && isBroken(job));
    return followers.length === 0 ? failed : [...failed, ...followers];
  }

  private giveUp(attempt: Attempt, defect: unknown): void {
    if (attempt.over) return;
    for (const job of attempt.jobs) this.runs.get(job)?.reject(defect);
    this.leave(attempt, attempt.jobs, 0);
  }

  /** Ends an attempt: jobs that are over leave, the stream's next try comes after the pause. */
  private leave(attempt: Attempt, over: readonly AppendJob[], pauseForMs: number): void {
    attempt.over = true;
    if (attempt.recall !== undefined) this.recalls.put(attempt.stream, attempt.recall);
    const lane = this.lanes.get(attempt.stream);
    if (lane === undefined) return;
    const gone = over.length < lane.jobs.length ? new Set(over) : undefined;
    lane.jobs = gone === undefined ? [] : lane.jobs.filter((job) => !gone.has(job));
    for (const job of over) this.finish(job);
    if (lane.jobs.length === 0) {
      this.lanes.delete(attempt.stream);
    } else if (pauseForMs === 0) {
      this.ready.push(lane);
    } else {
      setTimeout(() => {
        this.ready.push(lane);
        this.pump();
      }, pauseForMs);
    }
  }

  private finish(job: AppendJob): void {
    this.entries -= job.items.length;
    this.bytes -= job.bytes;
    this.count(job);
    const run = this.runs.get(job);
    this.runs.delete(job);
    if (run !== undefined && (run.left -= 1) === 0) run.resolve();
  }

  /** Also of a job that failed half way: what is settled is stored. */
  private count({ items, settled }: AppendJob): void {
    let accepted = 0;
    let duplicates = 0;
    for (let index = 0; index < settled; index += 1) {
      const item = items[index];
      if (item === undefined || !isEvent(item.entry.type)) continue;
      if (item.duplicate) duplicates += 1;
      else accepted += 1;
    }
    if (accepted + duplicates > 0) this.meters.logged(accepted, duplicates);
  }
}

function fail(job: AppendJob, { kind, reason }: AppendFailure): void {
  job.failure = { kind: job.unsure ? 'unknown' : kind, reason };
}

/** Whether the job's sequence is broken; then it has failed with it, and what of it was never tried is surely not stored. */
function isBroken(job: AppendJob): boolean {
  const failure = job.sequence?.failure;
  if (failure === undefined) return false;
  fail(job, { kind: 'unavailable', reason: failure.reason });
  return true;
}
