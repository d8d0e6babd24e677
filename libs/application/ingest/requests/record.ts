/** What is kept of a request with an Idempotency-Key: a named state of its own (J7), for a day. */
import type { Uuid } from '#contracts';
import type { QuestId } from '#domain';

interface Known {
  /** Hash of all that was asked. */
  readonly body: string;
  /** When the first try came, in milliseconds after 1970. */
  readonly atMs: number;
}

/** Some try has begun; only the streams that it writes to know how far it came. */
export interface BegunRecord extends Known {
  readonly state: 'begun';
  /** The request's own: what it writes has UUIDs that are derived from it. */
  readonly id: Uuid;
  /** A position before all that it writes, as text. */
  readonly since: string;
  readonly tries: number;
  /** The quest's number, once it was given one. */
  readonly quest?: QuestId;
  /** What it selected, once it did. */
  readonly selection?: string;
}

export interface AnsweredRecord extends Known {
  readonly state: 'answered';
  readonly answer: unknown;
}

export type RequestRecord = BegunRecord | AnsweredRecord;

/** A request is known again for this long. */
export const REMEMBERED_MS = 24 * 60 * 60_000;

/** The name of the state; `hash`: of who asked, what for, and the key. */
export function stateOf(hash: string): string {
  return `request-${hash}`;
}

/**
 * The record that counts. Null was written over one that is forgotten. The time to live is the store's business; the age
 * is looked at too, so that a clock that was ahead for a while keeps no key until then.
 */
export function remembered(stored: RequestRecord | null | undefined, nowMs: number): RequestRecord | undefined {
  return stored && Math.abs(nowMs - stored.atMs) < REMEMBERED_MS ? stored : undefined;
}
