/**
 * When entries were recorded: so readers, who have no journal, find the place that an instant means (R11). Of each millisecond
 * in which some entry was recorded the least place is known. A minimum has no order and no repeats: any number of writers may
 * write it.
 */
import type { Instant } from '#domain';
import type { StoredEntry } from '../entries.js';
import type { Position } from '../position.js';

/** A millisecond in which entries were recorded, and the least place of one of them. */
export interface EntryTime {
  readonly recordedAt: Instant;
  readonly position: Position;
}

/** How far the clocks of two ingests may be apart: so far, what an instant means is exact. One that is farther from the others is not ready. */
export const CLOCKS_APART_MS = 5000;

/**
 * An entry that stands later than another and is recorded earlier is at most this many milliseconds earlier. What lies farther
 * ahead was written by a stray clock, and hides nothing where an entry of an ordinary one lies between.
 */
export const ENTRY_TIMES_WINDOW_MS = 2 * CLOCKS_APART_MS;

/** Each millisecond once. */
export function entryTimesOf(entries: Iterable<Pick<StoredEntry, 'recordedAt' | 'position'>>): readonly EntryTime[] {
  const least = new Map<Instant, Position>();
  for (const { recordedAt, position } of entries) {
    const known = least.get(recordedAt);
    if (known === undefined || position < known) least.set(recordedAt, position);
  }
  return [...least].map(([recordedAt, position]) => ({ recordedAt, position }));
}
