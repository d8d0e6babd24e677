/**
 * Requests with an Idempotency-Key are done once: a record is there before the work begins, and the answer is kept with it.
 * The work itself is made so that it can be begun again anywhere: what it writes is derived from the record.
 */
import { done, ERRORS, failed, requestUuid, type Outcome, type Problem, type Uuid } from '#contracts';
import type { QuestId } from '#domain';
import { StoreUnavailable, type Journal } from '#ports';
import type { Clock } from '../../clock.js';
import type { Log } from '../../log.js';
import { singleRequest, type IngestRequest } from '../deciding/request.js';
import { SerialQueue } from '../deciding/serial-queue.js';
import { holderOf } from '../holders.js';
import { reasonOf } from '../problems.js';
import { keptPosition, type Answers } from './answers.js';
import type { BegunRecord } from './record.js';
import { bodyHash, hashOf } from './request-hash.js';
import { RequestLog, type KnownRecord } from './request-log.js';

/** Such requests in flight at once; also those that wait for the first of their key. */
const MAX_IN_FLIGHT = 500;

/** Who asks. */
export interface Asking {
  readonly principal: string | null;
  readonly holder?: string;
  readonly idempotencyKey?: string;
}

export interface Asked<T> {
  /** What is asked for, down to the thing that a path names; a key means another request for something else. */
  readonly use: readonly [string, ...(readonly string[])];
  /** All else that is asked, as JSON can have it. A field of it or of its items that is null says nothing. */
  readonly body: unknown;
  readonly answers: Answers<T>;
}

export class KeyedRequests {
  private readonly records: RequestLog;
  private readonly queue = new SerialQueue({ maxSize: MAX_IN_FLIGHT });

  constructor(
    journal: Journal,
    clock: Clock,
    private readonly newId: () => Uuid,
    private readonly log: Log,
  ) {
    this.records = new RequestLog(journal, clock, newId);
  }

  /** From now on, requests that wait for another of their key are refused. */
  close(): void {
    this.queue.close();
  }

  /**
   * Does `work`. With a key it answers as before where the request was done, and resumes it where it was begun. What was
   * refused is not done, and judged again; `idempotency-key-reused` where the key was another request's.
   */
  async once<T>(
    asking: Asking,
    asked: Asked<T>,
    work: (request: IngestRequest) => Promise<Outcome<T>>,
  ): Promise<Outcome<T>> {
    const { principal, idempotencyKey: key } = asking;
    if (key === undefined) return work(singleRequest(this.newId()));
    const hash = hashOf([principal, key, ...asked.use]);
    return this.queue.run(hash, holderOf(asking), () => this.inTurn(hash, asked, work));
  }

  private async inTurn<T>(
    hash: string,
    { body, answers }: Asked<T>,
    work: (request: IngestRequest) => Promise<Outcome<T>>,
  ): Promise<Outcome<T>> {
    const begun = await this.records.begin(hash, await bodyHash(body));
    if (!begun.ok) return begun;
    const { record, seen } = begun.value;
    if (record.state === 'answered') return done(await answers.unpack(record.answer));
    const known = { hash, record, seen };
    const request = new KeyedRequest(known, this.records);
    const outcome = await work(request);
    return outcome.ok
      ? this.conclude(known, request, outcome.value, answers)
      : this.refuse(known, outcome.problem, answers);
  }

  /** Where the answer cannot be kept now, a repeat of the request finds it again. */
  private async conclude<T>(
    known: KnownRecord<BegunRecord>,
    request: IngestRequest,
    value: T,
    answers: Answers<T>,
  ): Promise<Outcome<T>> {
    const packed = await answers.pack(value, request);
    if (packed === undefined) return done(value);
    try {
      const standing = await this.records.answer(known, packed);
      return done(standing === packed ? value : await answers.unpack(standing));
    } catch (error) {
      if (!(error instanceof StoreUnavailable)) throw error;
      this.log.warn('the answer to a request with an Idempotency-Key could not be kept', { reason: error.reason });
      return done(value);
    }
  }

  /**
   * Another try may have been luckier: then its answer stands. A first one that was refused for good has done nothing: put
   * right, it may have the key again.
   */
  private async refuse<T>(known: KnownRecord<BegunRecord>, problem: Problem, answers: Answers<T>): Promise<Outcome<T>> {
    try {
      const answered = await this.records.answered(known);
      if (answered !== undefined) return done(await answers.unpack(answered));
      const isFinal = !ERRORS[problem.code].retryable && problem.code !== 'internal';
      if (isFinal && known.record.tries === 1) await this.records.forget(known);
    } catch (error) {
      // then it is remembered as begun
      reasonOf(error);
    }
    return failed(problem);
  }
}

/** A request with a key whose work is in flight, perhaps not for the first time, perhaps elsewhere too. */
class KeyedRequest implements IngestRequest {
  readonly isRepeat: boolean;
  readonly since;
  private reserved: QuestId | undefined;
  private selected: string | undefined;

  constructor(
    private readonly known: KnownRecord<BegunRecord>,
    private readonly records: RequestLog,
  ) {
    this.isRepeat = known.record.tries > 1;
    this.since = keptPosition(known.record.since);
    this.reserved = known.record.quest;
    this.selected = known.record.selection;
  }

  uuid(step: string): Uuid {
    return requestUuid(this.known.record.id, step);
  }

  quest(): QuestId | undefined {
    return this.reserved;
  }

  async reserveQuest(quest: QuestId, instead: QuestId | undefined): Promise<QuestId | undefined> {
    this.reserved = await this.records.reserveQuest(this.known, quest, instead);
    return this.reserved;
  }
  selection(): string | undefined {
    return this.selected;
  }

  async keepSelection(selection: string): Promise<string | undefined> {
    this.selected = await this.records.keepSelection(this.known, selection);
    return this.selected;
  }
}
