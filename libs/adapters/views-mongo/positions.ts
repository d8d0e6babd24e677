/**
 * Positions as text of twenty digits, which MongoDB compares byte by byte, and so as numbers. Its own integers end at
 * 2^63 - 1 and have no room for START once they are shifted; text is exact whatever a driver makes of integers, fits
 * expressions of the server (`$max`, `$gt`), and an operator reads in it what the journal says.
 */
import { positionOf, START, type Position } from '#contracts';

const DIGITS = 20;
/** START comes before every position. */
const START_TEXT = '';

export function textOf(position: Position): string {
  return position === START ? START_TEXT : position.toString().padStart(DIGITS, '0');
}

export function positionFrom(text: string): Position {
  return text === START_TEXT ? START : positionOf(BigInt(text));
}
