/**
 * Requests with an Idempotency-Key are done once: a record is there before the work begins, and the answer is kept with it.
 * The work itself is made so that it can be begun again anywhere: what it writes is derived from the record.
 */
import { createHash } from 'node:crypto';
import { done, ERRORS, failed, requestUuid, type Outcome, type Position, type Problem, type Uuid } from '#contracts';
import type { QuestId } from '#domain';
import { StoreUnavailable, type Journal } from '#ports';
import type { Clock } from '../../clock.js';
import type { Log } from '../../log.js';
import { reasonOf } from '../problems.js';
import { Turns } from '../turns.js';
import { keptPosition, type Answers } from './answers.js';
import type { BegunRecord } from './record.js';
import { RequestLog } from './request-log.js';

/** Such requests under way at once; also those that wait for the first of their key. */
const MAX_UNDER_WAY = 500;

/** Who asks. */
export interface Asking {
  readonly name: string | null;
  readonly idempotencyKey?: string;
}

export interface Asked<T> {
  /** What is asked for, down to the thing that a path names; a key means another request for something else. */
  readonly use: readonly [string, ...(readonly string[])];
  /** All else that is asked, as JSON can have it. */
  readonly body: unknown;
  readonly answers: Answers<T>;
  /** The most that an answer takes, about, in bytes. */
  readonly answerBytes: number;
}

/** A request with a key whose work is under way, perhaps not for the first time, perhaps elsewhere too. */
export interface KeyedRequest {
  /** Nobody has tried before; others may at the same time. */
  readonly isFirst: boolean;
  /** Before everything that the request writes. */
  readonly since: Position;
  /** The same for whoever works on the request. */
  uuid(step: string): Uuid;
  /** The number that its quest was given. */
  quest(): QuestId | undefined;
  /**
   * Gives it one, `instead` of one that turned out to be another's, and answers the one that counts; undefined where another
   * try has come to its end. Rejects with StoreUnavailable.
   */
  reserveQuest(quest: QuestId, instead: QuestId | undefined): Promise<QuestId | undefined>;
}

export class KeyedRequests {
  private readonly records: RequestLog;
  private readonly turns = new Turns(MAX_UNDER_WAY);

  constructor(
    journal: Journal,
    clock: Clock,
    newId: () => Uuid,
    private readonly log: Log,
  ) {
    this.records = new RequestLog(journal, clock, newId);
  }

  /** Those that wait for another of their key are refused from now on. */
  close(): void {
    this.turns.close();
  }

  /**
   * Does `work`, which without a key gets undefined. With one: answers as before where it was done; goes on where it was
   * begun. What was refused is not done, and judged anew; `idempotency-key-reused` where the key was another request's.
   */
  async once<T>(
    { name, idempotencyKey: key }: Asking,
    asked: Asked<T>,
    work: (request: KeyedRequest | undefined) => Promise<Outcome<T>>,
  ): Promise<Outcome<T>> {
    if (key === undefined) return work(undefined);
    const hash = hashOf([name, key, ...asked.use]);
    return this.turns.take(hash, () => this.inTurn(hash, asked, work));
  }

  private async inTurn<T>(
    hash: string,
    { body, answers, answerBytes }: Asked<T>,
    work: (request: KeyedRequest) => Promise<Outcome<T>>,
  ): Promise<Outcome<T>> {
    const begun = await this.records.begin(hash, hashOf(body), answerBytes);
    if (!begun.ok) return begun;
    const record = begun.value;
    if (record.state === 'answered') return done(await answers.unpack(record.answer));
    const outcome = await work(new Begun(record, this.records));
    return outcome.ok ? this.conclude(record, outcome.value, answers) : this.refuse(record, outcome.problem, answers);
  }

  /** What cannot be kept now is found again by whoever asks again. */
  private async conclude<T>(record: BegunRecord, value: T, answers: Answers<T>): Promise<Outcome<T>> {
    const packed = answers.pack(value);
    if (packed === undefined) return done(value);
    try {
      const standing = await this.records.answer(record, packed);
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
  private async refuse<T>(record: BegunRecord, problem: Problem, answers: Answers<T>): Promise<Outcome<T>> {
    try {
      const answered = await this.records.answered(record);
      if (answered !== undefined) return done(await answers.unpack(answered));
      const isFinal = !ERRORS[problem.code].retryable && problem.code !== 'internal';
      if (isFinal && record.tries === 1) await this.records.forget(record);
    } catch (error) {
      // then it is remembered as begun
      reasonOf(error);
    }
    return failed(problem);
  }
}

class Begun implements KeyedRequest {
  readonly isFirst: boolean;
  readonly since: Position;
  private reserved: QuestId | undefined;

  constructor(
    private readonly record: BegunRecord,
    private readonly records: RequestLog,
  ) {
    this.isFirst = record.tries === 1;
    this.since = keptPosition(record.since);
    this.reserved = record.quest;
  }

  uuid(step: string): Uuid {
    return requestUuid(this.record.id, step);
  }

  quest(): QuestId | undefined {
    return this.reserved;
  }

  async reserveQuest(quest: QuestId, instead: QuestId | undefined): Promise<QuestId | undefined> {
    this.reserved = await this.records.reserveQuest(this.record, quest, instead);
    return this.reserved;
  }
}

function hashOf(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value), 'utf8').digest('hex').slice(0, 40);
}
