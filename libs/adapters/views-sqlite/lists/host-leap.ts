/**
 * The nearest labor of a host from a revision on, however many entries lie between that opened none. Ids are sorted as text, in which
 * revisions of as many digits are in their order: so the index of ids is read on until an id has as many, and then from the first
 * revision of one digit more, or the last of one digit fewer. That reads at most the host's own labors once for each number of digits,
 * whatever its entries are; mostly it is a row or two.
 */
import { revisionOf } from '#contracts';
import type { LaborId } from '#domain';
import type { Store } from '../store.js';
import type { Walk } from './ranges.js';
import { RANGE_ROWS, type Steps } from './steps.js';

export interface Nearest {
  /** Undefined where the host has no labor there. */
  readonly labor: OwnLabor | undefined;
  /** Undefined as well as the labor: as many rows were looked at as were allowed, and what is nearest is not known. */
  readonly isKnown: boolean;
  /** In rows. */
  readonly looked: number;
}

export interface OwnLabor {
  readonly revision: number;
  /** Of its opening. */
  readonly place: bigint;
}

/** Ids that follow each other in the index cost less than looking each of them up. */
const ROWS_OF_A_LOOK = 4;

/** In the order of ids: these, the dot of a follow-up, the slash, the digits, the colon. */
const BEFORE_DOT = '!';
const BEFORE_DIGITS = '/';
const AFTER_DIGITS = ':';

/** One revision's follow-ups are passed with few statements. */
const LEAST_ROWS = 4;
const MOST_ROWS = 512;

/** The host's labor with the least revision from `from` to `last`, or with the greatest at or below it; `most` is in rows, about. */
export function* nearestLabor(
  store: Store,
  { host, last }: Walk,
  from: number,
  isUp: boolean,
  most: number,
): Steps<Nearest> {
  const find = store.statement(
    `SELECT id FROM labors INDEXED BY labors_id WHERE id >= ? AND id < ?
     ORDER BY id ${isUp ? 'ASC' : 'DESC'} LIMIT ?`,
  );
  let looked = 0;
  let size = LEAST_ROWS;
  for (let revision = from; revision >= 0 && revision <= last; revision = beyondDigits(revision, isUp)) {
    const digits = String(revision).length;
    const greatest = String(last).length === digits ? last : '';
    let [low, high] = isUp
      ? [`${host}~${revision}`, `${host}~${greatest}${AFTER_DIGITS}`]
      : [`${host}~`, `${host}~${revision}${BEFORE_DIGITS}`];
    for (;;) {
      if (looked >= most) return { labor: undefined, isKnown: false, looked };
      const ids = (find.all(low, high, size) as readonly (readonly [LaborId])[]).map(([id]) => id);
      const cost = Math.ceil(ids.length / ROWS_OF_A_LOOK) + RANGE_ROWS;
      looked += cost;
      yield cost;
      const id = ids.find((each) => revisionTextOf(host, each).length === digits);
      if (id !== undefined) {
        return { labor: { revision: revisionOf(id), place: placeOfLabor(store, id) }, isKnown: true, looked };
      }
      const end = ids.at(-1);
      if (end === undefined || ids.length < size) break;
      const text = revisionTextOf(host, end);
      // those of more digits that begin alike are passed at once
      const passed = text.length > digits ? `${host}~${text.slice(0, digits)}` : undefined;
      if (isUp) low = passed === undefined ? `${end}${BEFORE_DOT}` : `${passed}${AFTER_DIGITS}`;
      else high = passed === undefined ? end : `${passed}${BEFORE_DIGITS}`;
      size = Math.min(MOST_ROWS, 2 * size);
    }
  }
  return { labor: undefined, isKnown: true, looked };
}

/** The first revision of one digit more, or the last of one digit fewer; -1 where there is none. */
function beyondDigits(revision: number, isUp: boolean): number {
  const { length } = String(revision);
  if (isUp) return 10 ** length;
  return length === 1 ? -1 : 10 ** (length - 1) - 1;
}

function placeOfLabor(store: Store, id: LaborId): bigint {
  const find = store.wide('SELECT opened_place FROM labors INDEXED BY labors_id WHERE id = ?');
  return (find.get(id) as readonly [bigint])[0];
}

/** Of the entry that opened it: what is between the host and a follow-up's dot. */
function revisionTextOf(host: string, id: string): string {
  const text = id.slice(host.length + 1);
  const dot = text.indexOf('.');
  return dot < 0 ? text : text.slice(0, dot);
}
