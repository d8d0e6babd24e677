/** Logging a stream of events of any length: a few batches on their way at a time, each good event taken. */
import { maxPosition, START, type EventReport, type Fault, type Position, type Problem } from '#contracts';
import { StoreUnavailable } from '#ports';
import { StreamUnreadable } from '../followed/stream-timeline.js';
import { pauseMs, sleep, type Pauses } from '../pauses.js';
import {
  isFirst,
  STREAM_LOOK_BACK,
  worseOf,
  type AppendFailure,
  type AppendJob,
  type Sequence,
} from './appending/job.js';
import { differencesOf } from './differences.js';
import { holderOf } from './holders.js';
import { MAX_STREAM_REFUSALS, type Caller, type StreamedEvents, type StreamOptions } from './ingest.js';
import { place, resolveIn, type EventLogger, type Resolved } from './log-events.js';
import { TRIED_ONCE, type OwnNames } from './names/own-names.js';
import { overloaded, problemOfFailure, reasonOf } from './problems.js';

const MAX_IN_FLIGHT = 4;
/** How long a stream waits for room that others take. */
const MAX_WAIT_MS = 30_000;
const PAUSES: Pauses = { firstMs: 5, longestMs: 250 };

export interface StreamLogger extends EventLogger {
  readonly own: Pick<OwnNames, 'reports'>;
}

/** Of a stream of which nothing is read. */
export const NOTHING_LOGGED: StreamedEvents = {
  ...{ position: START, accepted: 0, duplicates: 0, differing: 0, newHosts: 0, refused: 0, refusals: [] },
};

/** See {@link Ingest.logEventStream}. */
export async function logEventStream(
  logger: StreamLogger,
  batches: AsyncIterable<readonly EventReport[]>,
  caller: Caller,
  { maxRefusals = MAX_STREAM_REFUSALS }: StreamOptions = {},
): Promise<StreamedEvents> {
  const stream = new EventStream(logger, caller, maxRefusals);
  try {
    for await (const batch of batches) {
      await stream.log(batch);
      if (stream.isOver) break;
    }
  } finally {
    await stream.settled();
  }
  return stream.result();
}

class EventStream {
  private position: Position = START;
  private accepted = 0;
  private duplicates = 0;
  private differing = 0;
  private newHosts = 0;
  private refused = 0;
  private readonly refusals: Fault[] = [];
  private failure: AppendFailure | undefined;
  private overload = false;
  private defect: { readonly error: unknown } | undefined;
  private readonly inFlight = new Set<Promise<void>>();
  private readonly sequence: Sequence = { failure: undefined };

  constructor(
    private readonly logger: StreamLogger,
    private readonly caller: Caller,
    private readonly maxRefusals: number,
  ) {}

  /** No further event may be logged. */
  get isOver(): boolean {
    return this.failure !== undefined || this.overload || this.defect !== undefined;
  }

  /** Resolves when there is room for the next batch. */
  async log(batch: readonly EventReport[]): Promise<void> {
    const read = await this.resolve(batch);
    if (read === undefined) return;
    const { resolved } = read;
    const reports = this.refuse(read.batch, resolved);
    if (reports.length > 0) {
      const appending = { keys: STREAM_LOOK_BACK, sequence: this.sequence };
      const { jobs } = await place(this.logger, reports, resolved.types, this.caller, appending);
      const begun = await this.begin(jobs);
      if (begun !== undefined) this.follow(begun.over, jobs);
    }
    while (this.inFlight.size >= MAX_IN_FLIGHT) await Promise.race(this.inFlight);
  }

  /** Resolves when nothing is in flight. */
  async settled(): Promise<void> {
    await Promise.all(this.inFlight);
  }

  /** Once it is settled. */
  result(): StreamedEvents {
    if (this.defect !== undefined) throw this.defect.error;
    const { position, accepted, duplicates, differing, newHosts, refused, refusals } = this;
    const problem = this.problem();
    const counts = { accepted, duplicates, differing, newHosts, refused };
    return { position, ...counts, refusals, ...(problem === undefined ? {} : { problem }) };
  }

  private problem(): Problem | undefined {
    if (!this.isOver) return undefined;
    const reason =
      this.failure?.reason ??
      'too many events are waiting for the journal, or this token or address has its share of them';
    const others = this.failure?.kind === 'unknown' ? ', of the others it is not known' : '';
    const next =
      'send the same again: events with keys are not doubled, of one host the last 10,000, and it is completed';
    const detail = `${this.accepted + this.duplicates} events are stored (${reason})${others}; ${next}`;
    return { ...(this.failure === undefined ? overloaded('') : problemOfFailure(this.failure)), detail };
  }

  /**
   * Reports under their hosts' own names, and their types. Undefined where names or the catalogue cannot be read. Before a type
   * is refused, the catalogue is read to its end (P1).
   */
  private async resolve(
    named: readonly EventReport[],
  ): Promise<{ readonly batch: readonly EventReport[]; readonly resolved: Resolved } | undefined> {
    const { timeline, own } = this.logger;
    try {
      const batch = await own.reports(named, TRIED_ONCE);
      const resolved = await resolveIn(timeline, batch, this.caller);
      if (resolved.refusals.length === 0) return { batch, resolved };
      await timeline.refresh();
      return { batch, resolved: await resolveIn(timeline, batch, this.caller) };
    } catch (error) {
      if (!(error instanceof StoreUnavailable || error instanceof StreamUnreadable)) throw error;
      this.failure = worseOf(this.failure, { kind: 'unavailable', reason: error.message });
      return undefined;
    }
  }

  /** The reports whose type may be logged. */
  private refuse(batch: readonly EventReport[], { refusals }: Resolved): readonly EventReport[] {
    if (refusals.length === 0) return batch;
    const refused = new Map(refusals.map((refusal) => [refusal.path, refusal]));
    return batch.filter(({ path }) => {
      const refusal = refused.get(`${path}.type`);
      if (refusal === undefined) return true;
      this.refused += 1;
      if (this.refusals.length < this.maxRefusals) this.refusals.push({ ...refusal, path });
      return false;
    });
  }

  /** Hands the jobs over, after those of the batches before; where others take all room, it waits. */
  private async begin(jobs: readonly AppendJob[]): Promise<{ readonly over: Promise<void> } | undefined> {
    const end = performance.now() + MAX_WAIT_MS;
    for (let tries = 1; ; tries += 1) {
      const over = this.logger.appender.begin(jobs, holderOf(this.caller));
      if (over !== undefined) return { over };
      if (performance.now() > end) {
        this.overload = true;
        return undefined;
      }
      await sleep(pauseMs(tries, PAUSES));
    }
  }

  private follow(over: Promise<void>, jobs: readonly AppendJob[]): void {
    const followed = over
      .then(() => this.compare(jobs))
      .catch((error: unknown) => {
        this.defect ??= { error };
      })
      .finally(() => this.inFlight.delete(followed));
    this.inFlight.add(followed);
  }

  /** Counts what is stored; then reads the first ones of its repeats. */
  private async compare(jobs: readonly AppendJob[]): Promise<void> {
    this.count(jobs);
    const { journal, meters } = this.logger;
    try {
      const { size } = await differencesOf(journal, jobs);
      if (size > 0) meters.differing(size);
      this.differing += size;
    } catch (error) {
      const reason = `the first of its repeats could not be read: ${reasonOf(error)}`;
      this.failure = worseOf(this.failure, { kind: 'unavailable', reason });
    }
  }

  private count(jobs: readonly AppendJob[]): void {
    for (const { items, settled, position, failure } of jobs) {
      this.failure = worseOf(this.failure, failure);
      let duplicates = 0;
      for (let index = 0; index < settled; index += 1) {
        const item = items[index];
        if (item?.duplicate === true) duplicates += 1;
        if (item !== undefined && isFirst(item)) this.newHosts += 1;
      }
      this.duplicates += duplicates;
      this.accepted += settled - duplicates;
      this.position = maxPosition(this.position, position);
    }
  }
}
