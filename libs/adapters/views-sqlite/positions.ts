/**
 * Positions as SQLite's integers, which are signed and end at 2^63 - 1: moved down by 2^63, so that they sort alike.
 * START has no room there; columns that can hold it hold NULL.
 */
import { positionOf, START, type Position } from '#contracts';

const SHIFT = 1n << 63n;
/** That of position 2^64 - 1. */
export const LAST_PLACE = SHIFT - 1n;

/** The integer that stands for a position; throws a RangeError for START. */
export function placeOf(position: Position): bigint {
  if (position === START) throw new RangeError('START is no entry’s position');
  return position - SHIFT;
}

export function placeOrNull(position: Position): bigint | null {
  return position === START ? null : position - SHIFT;
}

export function positionAt(place: bigint): Position {
  return positionOf(place + SHIFT);
}
