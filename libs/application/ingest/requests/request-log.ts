/** The records of requests with an Idempotency-Key: made before their work begins, so that a try that finds one resumes it. */
import { done, failed, type Outcome, type Uuid } from '#contracts';
import type { QuestId } from '#domain';
import type { Journal } from '#ports';
import type { Clock } from '../../clock.js';
import { changeState, readState, type StateSeen } from '../deciding/change-state.js';
import {
  remembered,
  REMEMBERED_MS,
  stateOf,
  type AnsweredRecord,
  type BegunRecord,
  type RequestRecord,
} from './record.js';

type Stored = RequestRecord | null;
type Change = (found: RequestRecord | undefined) => Stored | undefined;

/** A record, and its state as this try last saw it. */
export interface KnownRecord<R extends RequestRecord = RequestRecord> {
  readonly hash: string;
  readonly record: R;
  seen: StateSeen<Stored>;
}

/** The shortest lifetime that a state can have: the record must disappear. */
const GONE_MS = 1;

/** Each call may reject with StoreUnavailable. */
export class RequestLog {
  constructor(
    private readonly journal: Journal,
    private readonly clock: Clock,
    private readonly newId: () => Uuid,
  ) {}

  /** The request's record as it is there, or a new one. */
  async begin(hash: string, body: string): Promise<Outcome<KnownRecord>> {
    const [{ position }, present] = await Promise.all([
      this.journal.head(),
      readState<Stored>(this.journal, stateOf(hash)),
    ]);
    const known = { body, atMs: this.clock.nowMs() };
    const fresh: BegunRecord = { ...known, state: 'begun', id: this.newId(), since: String(position), tries: 1 };
    const seen = await this.change(hash, present, (found) => {
      if (found === undefined) return fresh;
      const isOver = found.body !== body || found.state === 'answered' || found.id === fresh.id;
      return isOver ? undefined : { ...found, tries: found.tries + 1 };
    });
    const record = seen.value ?? fresh;
    if (record.body === body) return done({ hash, record, seen });
    const detail = 'another request was sent with this Idempotency-Key: give each request a key of its own';
    return failed({ code: 'idempotency-key-reused', detail });
  }

  /**
   * The number that the request's quest has from now on: `quest`, unless another try has given it one that is not
   * `instead`. Undefined where another try has come to its end.
   */
  async reserveQuest(
    known: KnownRecord<BegunRecord>,
    quest: QuestId,
    instead: QuestId | undefined,
  ): Promise<QuestId | undefined> {
    const { record } = known;
    const isOwn = (found: RequestRecord): found is BegunRecord => found.state === 'begun' && found.id === record.id;
    known.seen = await this.change(known.hash, known.seen, (found = record) => {
      const isGiven = isOwn(found) && found.quest !== undefined && found.quest !== instead;
      return isOwn(found) && !isGiven ? { ...found, quest } : undefined;
    });
    const { value } = known.seen;
    return value && isOwn(value) ? value.quest : undefined;
  }

  /** What the request has selected from now on: `selection`, unless another try has given it one. As {@link reserveQuest}. */
  async keepSelection(known: KnownRecord<BegunRecord>, selection: string): Promise<string | undefined> {
    const { record } = known;
    const isOwn = (found: RequestRecord): found is BegunRecord => found.state === 'begun' && found.id === record.id;
    known.seen = await this.change(known.hash, known.seen, (found = record) =>
      isOwn(found) && found.selection === undefined ? { ...found, selection } : undefined,
    );
    const { value } = known.seen;
    return value && isOwn(value) ? value.selection : undefined;
  }

  /** Keeps the answer where a state can hold it; answers the one that stands, which another try may have given before. */
  async answer({ hash, record, seen }: KnownRecord<BegunRecord>, answer: unknown): Promise<unknown> {
    const { body, atMs, id } = record;
    const answered: AnsweredRecord = { body, atMs, state: 'answered', answer };
    if (Buffer.byteLength(JSON.stringify(answered)) > this.journal.maxAppendBytes) return answer;
    const { value } = await this.change(hash, seen, (found = record) =>
      found.state === 'begun' && found.id === id ? answered : undefined,
    );
    return value?.state === 'answered' && value.body === body ? value.answer : answer;
  }

  /** What another try has answered; undefined where none has. */
  async answered({ hash, record }: KnownRecord<BegunRecord>): Promise<unknown> {
    const { value } = await readState<Stored>(this.journal, stateOf(hash));
    const found = remembered(value, this.clock.nowMs());
    return found?.state === 'answered' && found.body === record.body ? found.answer : undefined;
  }

  /** Of a request that surely has done nothing: its key may be used again. Not where another try has begun. */
  async forget({ hash, record, seen }: KnownRecord<BegunRecord>): Promise<void> {
    const isOwn = (found: RequestRecord) => found.state === 'begun' && found.id === record.id && found.tries === 1;
    await this.change(hash, seen, (found) => (found !== undefined && isOwn(found) ? null : undefined), GONE_MS);
  }

  private change(hash: string, seen: StateSeen<Stored>, change: Change, ttlMs = REMEMBERED_MS) {
    const name = stateOf(hash);
    const nowMs = this.clock.nowMs();
    return changeState<Stored>(this.journal, name, (stored) => change(remembered(stored, nowMs)), { seen, ttlMs });
  }
}
