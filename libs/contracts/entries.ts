/**
 * What stands in the journal: the envelope. Its `type` and `version` say how to read `json`, which is the codec's
 * business; readers of old versions bring them up to date.
 */
import type { Instant } from '#domain';
import type { Position } from './position.js';

/** A UUID in lower case with hyphens. */
export type Uuid = string;

/** The request that causes an entry. Kept in the envelope, for people: nothing is judged by it. */
export interface Cause {
  /** The name of the token that it came with; null where there are no tokens. Set by Hermes, never by a client. */
  readonly principal: string | null;
  /** Its trace context (W3C `traceparent`); absent where it had none. */
  readonly trace?: string;
}

/** What an entry's data must be read as. */
export type EntryVersion = Pick<NewEntry, 'type' | 'version'>;

/** An entry as it is handed to the journal. */
export interface NewEntry {
  readonly id: Uuid;
  /** Kind of the domain's entry, e.g. `EventLogged`. */
  readonly type: string;
  /** Version of the data's layout, from 1. */
  readonly version: number;
  /** When ingest accepted it. */
  readonly recordedAt: Instant;
  /** The data as JSON text: an object, without what the envelope says. */
  readonly json: string;
  /** The trace of its {@link Cause}; absent where that had none. */
  readonly trace?: string;
  /** The principal of its {@link Cause}; absent where there were no tokens, and in entries of before there were principals. */
  readonly principal?: string;
}

/** An entry as the journal holds it. Never changed, never removed. */
export interface StoredEntry extends NewEntry {
  readonly stream: string;
  /** 0, 1, 2 … in its stream. */
  readonly revision: number;
  readonly position: Position;
}

/** The request that caused a stored entry: what it causes later carries the same. */
export function causeOf({ trace, principal }: Pick<StoredEntry, 'trace' | 'principal'>): Cause {
  return { principal: principal ?? null, ...(trace !== undefined && { trace }) };
}
