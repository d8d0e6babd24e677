/**
 * A labor's term: how it ended, and for how many places of the journal it was open, from its first opening to its last closing,
 * as a power of two (R11). One that was open at a place, and whose term is 2^n places, was opened no earlier than 2^(n+1) places
 * before; one that had ended was opened 2^n places before or more. So each term is a range by opening of what was open, or had
 * ended, at a place. One that was reopened may have been closed in between: its document says when.
 */
import { positionOf, type Position } from '../position.js';
import type { LaborDocument } from './labors.js';

type State = LaborDocument['state'];

/** Powers up to this one are one: a range costs more than so few rows. */
const LEAST = 8;
const UNIT = 64;
const OPEN = 0;
const COMPLETED = 1;
const WAIVED = 2;
const REOPENED = 3;
/** Of one that was reopened, and is open: no power is so great. */
const LASTING = UNIT - 1;

/** Terms from it on are those of labors that were reopened. */
export const FIRST_REOPENED = REOPENED * UNIT;
/** Terms from it up to those are those of labors that were waived. */
export const FIRST_WAIVED = WAIVED * UNIT;

export function termOf({
  state,
  opened,
  closed,
  past,
}: Pick<LaborDocument, 'state' | 'opened' | 'closed' | 'past'>): number {
  const wasReopened = past !== null && past.reopenings.length + past.forgotten.reopenings > 0;
  if (closed === null) return wasReopened ? FIRST_REOPENED + LASTING : OPEN;
  const kind = wasReopened ? REOPENED : state === 'waived' ? WAIVED : COMPLETED;
  // exact where a logarithm would round
  const power = (closed.position - opened.position).toString(2).length - 1;
  return kind * UNIT + Math.max(LEAST, power);
}

/** Places of openings, both inclusive. */
export interface Openings {
  readonly from: Position | undefined;
  readonly to: Position;
}

/** Where labors of the term were opened that were in one of the states at the place, and perhaps others; undefined: nowhere. */
export function openingsOf(term: number, at: Position, states: ReadonlySet<State>): Openings | undefined {
  const kind = Math.floor(term / UNIT);
  const power = term % UNIT;
  const [mayBeOpen, mayHaveEnded] = [states.has('open'), hasEnding(kind, power, states)];
  const all = { from: undefined, to: at };
  if (kind === OPEN) return mayBeOpen ? all : undefined;
  // it may have been waived at any place from its opening on
  if (kind === REOPENED && states.has('waived')) return all;
  if (mayBeOpen && mayHaveEnded) return all;
  if (mayBeOpen) return power === LASTING ? all : { from: before(at, 2n ** BigInt(power + 1) - 1n), to: at };
  if (!mayHaveEnded) return undefined;
  const to = before(at, power === LEAST ? 1n : 2n ** BigInt(power));
  return to === undefined ? undefined : { from: undefined, to };
}

/** So many places before; undefined where there are not as many. */
function before(at: Position, places: bigint): Position | undefined {
  return at < places ? undefined : positionOf(at - places);
}

function hasEnding(kind: number, power: number, states: ReadonlySet<State>): boolean {
  if (kind === COMPLETED) return states.has('completed');
  if (kind === WAIVED) return states.has('waived');
  // with which state it ended, the term does not say
  return kind === REOPENED && power !== LASTING && states.has('completed');
}
