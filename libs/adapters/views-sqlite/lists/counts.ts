/** How many rows the ranges of a list have. */
import type { Total } from '#contracts';
import type { Store } from '../store.js';
import { headsOf, isMany } from './heads.js';
import {
  boundsOf,
  passesOf,
  prepared,
  scanRange,
  sortOf,
  valuesOf,
  whereOf,
  type KeyPart,
  type Range,
  type RangeList,
} from './ranges.js';
import { RANGE_ROWS, type Steps } from './steps.js';

/** As many rows are counted in one step. */
const COUNTED_AT_ONCE = 4000;

/** Ranges share no row, so their counts add up; counted no further than `most`. */
export function* countRanges(store: Store, list: RangeList, most: number): Steps<Total> {
  const { ranges } = list;
  const there = isMany(list) ? (yield* headsOf(store, list, null)).map(([range]) => range) : ranges;
  let total = 0;
  for (const range of there) {
    let after: readonly KeyPart[] | null = null;
    do {
      const step: CountStep = countStep(store, list, range, after);
      total += step.passing;
      yield (range.cost ?? step.looked) + RANGE_ROWS;
      if (total > most) return { total: most, atLeast: true };
      after = step.next;
    } while (after !== null);
  }
  return { total };
}

interface CountStep {
  readonly looked: number;
  readonly passing: number;
  /** The keys after which the range goes on. */
  readonly next: readonly KeyPart[] | null;
}

function countStep(store: Store, list: RangeList, range: Range, after: readonly KeyPart[] | null): CountStep {
  const { order, residual, table } = list;
  if (range.sorted !== true && residual.some(({ check }) => check !== undefined)) {
    const { rows, looked, last } = scanRange(store, list, range, after, COUNTED_AT_ONCE);
    return { looked, passing: rows.length, next: last === undefined ? null : last.slice(1) };
  }
  const conditions = [...range.where, ...boundsOf(order, range, after)];
  const passes = passesOf(residual);
  const from = `FROM ${table}${range.index}${whereOf(conditions)}`;
  if (range.sorted === true) {
    const sql = `SELECT count(*) FROM (SELECT ${passes} AS passes ${from}) WHERE passes`;
    const [passing] = store.statement(sql).get(...valuesOf(residual), ...valuesOf(conditions)) as readonly [number];
    return { looked: passing, passing, next: null };
  }
  const inOrder = `${from}${sortOf(list, range)}`;
  const [looked, passing] = store
    .statement(`SELECT count(*), sum(passes) FROM (SELECT ${passes} AS passes ${inOrder} LIMIT ?)`)
    .get(...valuesOf(residual), ...valuesOf(conditions), COUNTED_AT_ONCE) as readonly [number, number | null];
  if (looked < COUNTED_AT_ONCE) return { looked, passing: passing ?? 0, next: null };
  const last = prepared(store, list, `SELECT ${order.keys.join(', ')} ${inOrder} LIMIT 1 OFFSET ?`);
  const next = last.get(...valuesOf(conditions), COUNTED_AT_ONCE - 1) as readonly KeyPart[];
  return { looked: 2 * looked, passing: passing ?? 0, next };
}
