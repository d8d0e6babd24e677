/** Where ranges begin: of many ranges most have nothing to show, and one statement says so of all. */
import type { SqlValue, Store } from '../store.js';
import {
  boundsOf,
  prepared,
  sortOf,
  whereOf,
  type Condition,
  type KeyPart,
  type Range,
  type RangeList,
  type Row,
} from './ranges.js';
import { RANGE_ROWS, type Steps } from './steps.js';

/** With more ranges than this, most have nothing to show: where each begins is asked first, and read when it is its turn. */
const MANY_RANGES = 32;
/** As many ranges are asked for their heads in one step. */
const HEADS_AT_ONCE = 500;

/** Whether the heads of its ranges are worth asking for. Ranges that are walked have none. */
export function isMany({ ranges }: RangeList): boolean {
  return ranges.length > MANY_RANGES && ranges.every(({ walk }) => walk === undefined);
}

/**
 * Of each range that has a row after `after`, its number and the first key of its first row, whatever the residual
 * conditions say: one statement for many ranges of one shape, at a fraction of the cost of reading each.
 */
export function* headsOf(
  store: Store,
  list: RangeList,
  after: readonly KeyPart[] | null,
): Steps<readonly (readonly [range: Range, head: Row])[]> {
  const found: (readonly [Range, Row])[] = [];
  for (let start = 0; start < list.ranges.length; start += HEADS_AT_ONCE) {
    const some = list.ranges.slice(start, start + HEADS_AT_ONCE);
    found.push(...headsAmong(store, list, some, after));
    yield some.length * RANGE_ROWS;
  }
  return found;
}

function headsAmong(
  store: Store,
  list: RangeList,
  ranges: readonly Range[],
  after: readonly KeyPart[] | null,
): readonly (readonly [range: Range, head: Row])[] {
  const shapes = new Map<string, { readonly sql: string; readonly asked: string[] }>();
  for (const [number, range] of ranges.entries()) {
    const conditions = [...range.where, ...boundsOf(list.order, range, after)];
    const shape = conditions.reduce((text, { sql }) => text + sql, range.index);
    const known = shapes.get(shape) ?? { sql: headSql(list, range, conditions), asked: [] };
    shapes.set(shape, known);
    known.asked.push(
      conditions.reduce(
        (text, { values }) => values.reduce<string>((all, value) => `${all}, ${jsonOf(value)}`, text),
        `[${number}`,
      ) + ']',
    );
  }
  return [...shapes.values()].flatMap(({ sql, asked }) =>
    (prepared(store, list, sql).all(`[${asked.join()}]`) as (readonly [number | bigint, KeyPart | null])[])
      .filter((head): head is readonly [number | bigint, KeyPart] => head[1] !== null)
      .map((head) => [ranges[Number(head[0])] as Range, head] as const),
  );
}

function headSql(list: RangeList, range: Range, conditions: readonly Condition[]): string {
  let at = 0;
  const where = whereOf(conditions).replaceAll('?', () => `(asked.value ->> ${(at += 1)})`);
  const first = `SELECT ${list.order.keys[0] ?? ''} FROM ${list.table}${range.index}${where}${sortOf(list, range)} LIMIT 1`;
  return `SELECT asked.value ->> 0, (${first}) FROM json_each(?) AS asked`;
}

/** SQLite's JSON has integers of 64 bits. */
function jsonOf(value: SqlValue): string {
  return typeof value === 'bigint' ? value.toString() : JSON.stringify(value);
}
