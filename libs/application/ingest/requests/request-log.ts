/** The records of requests with an Idempotency-Key: made before their work begins, whoever finds one goes on with it. */
import { done, failed, type Outcome, type Uuid } from '#contracts';
import type { QuestId } from '#domain';
import type { Journal } from '#ports';
import type { Clock } from '../../clock.js';
import { overloaded } from '../problems.js';
import { changeState } from '../quests/named-states.js';
import {
  canHold,
  hasRoom,
  recordsOf,
  slotOf,
  withRecord,
  writeRecords,
  type AnsweredRecord,
  type BegunRecord,
  type RequestRecord,
} from './record.js';

/** Each call may reject with StoreUnavailable. */
export class RequestLog {
  constructor(
    private readonly journal: Journal,
    private readonly clock: Clock,
    private readonly newId: () => Uuid,
  ) {}

  /** The request's record as it is there, or a new one, with `room` bytes for its answer. */
  async begin(hash: string, body: string, room: number): Promise<Outcome<RequestRecord>> {
    const { position } = await this.journal.head();
    const known = { hash, body, atMs: this.clock.nowMs() };
    const fresh: BegunRecord = {
      ...{ ...known, state: 'begun', id: this.newId(), since: String(position), tries: 1, room },
    };
    let outcome: Outcome<RequestRecord> = done(fresh);
    await this.change(hash, (records, found) => {
      if (found === undefined) {
        const fits = hasRoom(records, fresh, this.journal.maxAppendBytes);
        outcome = fits ? done(fresh) : failed(overloaded('too many requests with an Idempotency-Key are remembered'));
        return fits ? fresh : undefined;
      }
      if (found.body !== body) {
        const detail = 'another request was sent with this Idempotency-Key: give each request a key of its own';
        outcome = failed({ code: 'idempotency-key-reused', detail });
        return undefined;
      }
      if (found.state === 'answered' || found.id === fresh.id) {
        outcome = done(found);
        return undefined;
      }
      const joined = { ...found, tries: found.tries + 1 };
      outcome = done(joined);
      return joined;
    });
    return outcome;
  }

  /**
   * The number that the request's quest has from now on: `quest`, unless another try has given it one that is not
   * `instead`. Undefined where another try has come to its end.
   */
  async reserveQuest(record: BegunRecord, quest: QuestId, instead: QuestId | undefined): Promise<QuestId | undefined> {
    let reserved: QuestId | undefined;
    await this.change(record.hash, (_, found = record) => {
      reserved = undefined;
      if (found.state === 'answered' || found.id !== record.id) return undefined;
      const isGiven = found.quest !== undefined && found.quest !== instead;
      reserved = isGiven ? found.quest : quest;
      return isGiven ? undefined : { ...found, quest };
    });
    return reserved;
  }

  /**
   * Keeps the answer, where the slot can hold it; answers the one that stands, which another try may have given before.
   */
  async answer(record: BegunRecord, answer: unknown): Promise<unknown> {
    const { hash, body, atMs } = record;
    const answered: AnsweredRecord = { hash, body, atMs, state: 'answered', answer };
    let standing = answer;
    await this.change(hash, (records, found = record) => {
      standing = found.state === 'answered' && found.body === body ? found.answer : answer;
      const isOwn = found.state === 'begun' && found.id === record.id;
      return isOwn && canHold(records, answered, this.journal.maxAppendBytes) ? answered : undefined;
    });
    return standing;
  }

  /** What another try has answered; undefined where none has. */
  async answered({ hash, body }: BegunRecord): Promise<unknown> {
    const state = await this.journal.readState(slotOf(hash));
    const found = recordsOf(state?.value, this.clock.nowMs()).find((record) => record.hash === hash);
    return found?.state === 'answered' && found.body === body ? found.answer : undefined;
  }

  /** Of a request that surely has done nothing: its key may be used again. Not where another try has begun. */
  async forget({ hash, id }: BegunRecord): Promise<void> {
    await changeState(this.journal, slotOf(hash), (value) => {
      const records = recordsOf(value, this.clock.nowMs());
      const left = records.filter((record) => record.state !== 'begun' || record.id !== id || record.tries > 1);
      return left.length === records.length ? null : writeRecords(left);
    });
  }

  /** `change` gets the slot's records and the one of the hash, and answers the one to put in its place. */
  private change(
    hash: string,
    change: (records: readonly RequestRecord[], found: RequestRecord | undefined) => RequestRecord | undefined,
  ): Promise<void> {
    return changeState(this.journal, slotOf(hash), (value) => {
      const records = recordsOf(value, this.clock.nowMs());
      const found = records.find((record) => record.hash === hash);
      const changed = change(records, found);
      return changed === undefined ? null : writeRecords(withRecord(records, changed));
    });
  }
}
