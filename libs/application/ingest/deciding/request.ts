/**
 * A request as the commands see it: the UUIDs of its entries are derived from the request's own. So any process that
 * works on it again finds in the streams the entries that an earlier try has stored.
 */
import { requestUuid, type Position, type Uuid } from '#contracts';
import type { QuestId } from '#domain';

export interface IngestRequest {
  /** An earlier try may have stored something. Others may be at work at the same time whatever this says. */
  readonly isRepeat: boolean;
  /** A position before all that any try has written; undefined where there is one try only. */
  readonly since: Position | undefined;
  /** The same in every process that works on the request. */
  uuid(step: string): Uuid;
  /** The number that its quest was given. */
  quest(): QuestId | undefined;
  /**
   * Gives it one, `instead` of one that turned out to be another's, and answers the one that counts; undefined where another
   * try has come to its end. Rejects with StoreUnavailable.
   */
  reserveQuest(quest: QuestId, instead: QuestId | undefined): Promise<QuestId | undefined>;
  /** What a filter of it has found: that of the first try that came so far, undefined where none has. It is JSON, of at most {@link MAX_CHOSEN_BYTES}. */
  chosen(): unknown;
  /** Keeps it, and answers the one that counts; undefined where another try has come to its end. Rejects with StoreUnavailable. */
  choose(found: unknown): Promise<unknown>;
}

/** So that a record holds it beside an answer, in any journal's state. */
export const MAX_CHOSEN_BYTES = 512 * 1024;

/** A request without an Idempotency-Key: it is tried once. `id` is a new UUID. */
export function singleRequest(id: Uuid): IngestRequest {
  return {
    isRepeat: false,
    since: undefined,
    uuid: (step) => requestUuid(id, step),
    quest: () => undefined,
    reserveQuest: (quest) => Promise.resolve(quest),
    chosen: () => undefined,
    choose: (found) => Promise.resolve(found),
  };
}
