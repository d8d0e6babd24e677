/** Places in the whole journal (J2): they grow, have gaps, exceed 2^53, and mean nothing else. Decimal text on every wire. */
import type { Branded } from '#domain';

export type Position = Branded<bigint, 'Position'>;

/** Before every entry. No entry stands there. */
export const START = -1n as Position;
const LIMIT = 1n << 64n;
/** The last one there can be. */
export const LAST_POSITION = (LIMIT - 1n) as Position;

/** The position that `text` writes in at most 20 digits, below 2^64; undefined for anything else. */
export function parsePosition(text: string): Position | undefined {
  if (!/^(0|[1-9]\d{0,19})$/.test(text)) return undefined;
  const value = BigInt(text);
  return value < LIMIT ? (value as Position) : undefined;
}

/** The position in a cursor's key. A text that no Hermes has put there is the first place: the page is one like any. */
export function positionInKey(text: string | undefined): Position {
  return parsePosition(text ?? '') ?? positionOf(0n);
}

/** The position of a number that a store gave; throws a RangeError below {@link START} and from 2^64 on, a defect of the store's adapter. */
export function positionOf(value: bigint): Position {
  if (value < START || value >= LIMIT) throw new RangeError(`no position: ${value}`);
  return value as Position;
}

export function maxPosition(a: Position, b: Position): Position {
  return a > b ? a : b;
}

export function minPosition(a: Position, b: Position): Position {
  return a < b ? a : b;
}
