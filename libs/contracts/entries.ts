/**
 * What stands in the journal: the envelope. Its `type` and `version` say how to read `json`, which is the codec's
 * business; readers of old versions bring them up to date.
 */
import type { Instant } from '#domain';
import type { Position } from './position.js';

/** A UUID in lower case with hyphens. */
export type Uuid = string;

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
  /** Trace context (W3C `traceparent`) of the request that caused it; absent where none did. For operators: nothing is judged by it. */
  readonly trace?: string;
}

/** An entry as the journal holds it. Never changed, never removed. */
export interface StoredEntry extends NewEntry {
  readonly stream: string;
  /** 0, 1, 2 … in its stream. */
  readonly revision: number;
  readonly position: Position;
}
