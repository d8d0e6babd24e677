/**
 * A labor's term: how it ended, and for how many places of the journal it was open, from its first opening to its last closing,
 * as a power of two (R11). One that was open at a place, and whose term is 2^n places, was opened no earlier than 2^(n+1) places
 * before; one that had ended was opened 2^n places before or more. So each term is a range by opening of what was open, or had
 * ended, at a place. One that was reopened, which few are, may have been closed at any place in between: all of them have one term,
 * and its document says when. So a labor's term only ever grows, from its opening over its end to its reopening: who asks for
 * the terms in ascending order, stage by stage ({@link TERM_STAGES}), meets each labor that is there, whatever closes meanwhile.
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

/** The term of labors that are open and were never waived. */
export const OPEN_TERM = OPEN;
/** The term of labors that were reopened, the greatest. */
export const REOPENED_TERM = REOPENED * UNIT;

/** What a labor may go through, in this order: each is one term, or the ends between them. */
export const TERM_STAGES = ['open', 'ended', 'reopened'] as const;
export type TermStage = (typeof TERM_STAGES)[number];

export function stageOf(term: number): TermStage {
  if (term === OPEN_TERM) return 'open';
  return term < REOPENED_TERM ? 'ended' : 'reopened';
}

export function termOf({
  state,
  opened,
  closed,
  past,
}: Pick<LaborDocument, 'state' | 'opened' | 'closed' | 'past'>): number {
  const wasReopened = past !== null && past.reopenings.length + past.forgotten.reopenings > 0;
  if (wasReopened) return REOPENED_TERM;
  if (closed === null) return OPEN_TERM;
  const kind = state === 'waived' ? WAIVED : COMPLETED;
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
  const [mayBeOpen, mayHaveEnded] = [states.has('open'), states.has(kind === WAIVED ? 'waived' : 'completed')];
  const all = { from: undefined, to: at };
  if (kind === OPEN) return mayBeOpen ? all : undefined;
  if (kind === REOPENED) return states.size > 0 ? all : undefined;
  if (mayBeOpen && mayHaveEnded) return all;
  if (mayBeOpen) return { from: before(at, 2n ** BigInt(power + 1) - 1n), to: at };
  if (!mayHaveEnded) return undefined;
  const to = before(at, power === LEAST ? 1n : 2n ** BigInt(power));
  return to === undefined ? undefined : { from: undefined, to };
}

/** The position that many places before; undefined where it is no position. */
function before(at: Position, places: bigint): Position | undefined {
  return at < places ? undefined : positionOf(at - places);
}
