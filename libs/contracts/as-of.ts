/** A moment of the past at which documents are looked at (R11). */
import type { Instant } from '#domain';
import type { Position } from './position.js';

export interface AsOf {
  /** Entries up to it count, and no later one. */
  readonly position: Position;
  /** The instant there: what depends on the clock (age, overdue) is reported as of it. */
  readonly now: Instant;
}
