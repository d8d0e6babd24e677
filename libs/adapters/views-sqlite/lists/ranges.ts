/** Ranges of an index: a filter becomes such ranges, so that each is read in the wanted order without sorting. */
import type { Total } from '#contracts';
import type { SqlValue, Statement, Store } from '../store.js';
import { RANGE_ROWS, type Steps } from './steps.js';

/**
 * A list is never of more ranges: what would be more is one field's ranges fewer, and that field is looked at row by row.
 * With that many values most rows pass, and a page is full soon.
 */
export const MAX_RANGES = 20_000;

export interface Condition {
  readonly sql: string;
  readonly values: readonly SqlValue[];
  /** The same as a check of one column's value: where rows are scanned, it takes the place of `sql`. */
  readonly check?: Check;
}

export interface Check {
  readonly column: string;
  readonly passes: (value: unknown) => boolean;
}

/** SQLite makes a table of the values for each statement again; more than this many are checked here instead. */
const MAX_SQL_VALUES = 100;

/** Rows of one table that lie next to each other in one index, in the order of the list. */
export interface Range {
  /** `INDEXED BY …`, so that SQLite takes no other, or nothing for the table itself. */
  readonly index: string;
  readonly where: readonly Condition[];
  /** Bounds of the first key. */
  readonly within?: Within;
  /** Its rows are not in the order: all of them are read and sorted at once, so they are few, and their cost was stated. */
  readonly sorted?: true;
  /** What that takes each time, in rows, where it was not stated before. */
  readonly cost?: number;
  /** Where its index has them in the order of another column, which is also that of the list's only key. */
  readonly along?: Along;
}

export interface Along {
  readonly column: string;
  /** The column's value that parts the rows after `key` from those before it; that at `key` is of the former if `itself`. */
  readonly first: (key: KeyPart, itself: boolean) => KeyPart;
}

export interface Order {
  /** Columns; together unique in each range: a range is read on behind the last row's keys. */
  readonly keys: readonly string[];
  readonly descending: boolean;
}

export interface RangeList {
  readonly table: string;
  /** The column that names a row. */
  readonly row: string;
  readonly order: Order;
  readonly ranges: readonly Range[];
  /** Further conditions on each row of any range. */
  readonly residual: readonly Condition[];
  /** Whether rows and keys come as bigints. */
  readonly wide: boolean;
}

export interface Within {
  /** Inclusive. */
  readonly from?: KeyPart | undefined;
  /** Exclusive. */
  readonly before?: KeyPart | undefined;
}

export type KeyPart = string | number | bigint;
/** The row's name, then its keys. */
export type Row = readonly [KeyPart, ...KeyPart[]];

export function indexedBy(index: string): string {
  return ` INDEXED BY ${index}`;
}

export function equal(column: string, value: SqlValue): Condition {
  return { sql: `${column} = ?`, values: [value] };
}

/** One statement whatever the number of values. */
export function oneOf(column: string, values: readonly (string | number)[]): Condition {
  const sql = `${column} IN (SELECT value FROM json_each(?))`;
  const condition: Condition = { sql, values: [JSON.stringify(values)] };
  if (values.length <= MAX_SQL_VALUES) return condition;
  const among = new Set<unknown>(values);
  const passes = (value: unknown): boolean => among.has(typeof value === 'bigint' ? Number(value) : value);
  return { ...condition, check: { column, passes } };
}

/** The first `limit` rows after `after` that pass the residual conditions. */
export function readRange(
  store: Store,
  list: RangeList,
  range: Range,
  after: readonly KeyPart[] | null,
  limit: number,
): readonly Row[] {
  const conditions = [...range.where, ...boundsOf(list.order, range, after), ...list.residual];
  const sql = `SELECT ${columnsOf(list)} FROM ${list.table}${range.index}${whereOf(conditions)}${sortOf(list, range)} LIMIT ?`;
  return prepared(store, list, sql).all(...valuesOf(conditions), limit) as readonly Row[];
}

/** The passing rows among the next `limit` rows after `after`, how many were looked at, and the last of these: undefined at the end. */
export function scanRange(
  store: Store,
  list: RangeList,
  range: Range,
  after: readonly KeyPart[] | null,
  limit: number,
): { readonly rows: readonly Row[]; readonly looked: number; readonly last: Row | undefined } {
  const { residual } = list;
  if (residual.length === 0) {
    const rows = readRange(store, list, range, after, limit);
    return { rows, looked: rows.length, last: rows.length < limit ? undefined : rows.at(-1) };
  }
  const conditions = [...range.where, ...boundsOf(list.order, range, after)];
  const inSql = residual.filter(({ check }) => check === undefined);
  const checks = residual.flatMap(({ check }) => check ?? []);
  const columns = [columnsOf(list), passesOf(inSql), ...checks.map(({ column }) => column)].join(', ');
  const sql = `SELECT ${columns} FROM ${list.table}${range.index}${whereOf(conditions)}${sortOf(list, range)} LIMIT ?`;
  const looked = prepared(store, list, sql).all(...valuesOf(inSql), ...valuesOf(conditions), limit) as KeyPart[][];
  const rows = looked.filter((row) => {
    const [passes, ...values] = row.splice(-1 - checks.length);
    return Number(passes) === 1 && checks.every((check, n) => check.passes(values[n]));
  }) as unknown as readonly Row[];
  const last = looked.length < limit ? undefined : (looked.at(-1) as unknown as Row);
  return { rows, looked: looked.length, last };
}

/** With more ranges than this, most have nothing to show: where each begins is asked first, and read when it is its turn. */
export const MANY_RANGES = 32;
/** As many ranges are asked for their heads in one step. */
const HEADS_AT_ONCE = 500;

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

function columnsOf({ row, order }: RangeList): string {
  return [row, ...order.keys].join(', ');
}

function sortOf({ order: { keys, descending } }: RangeList, { along }: Range): string {
  const columns = along === undefined ? keys : [along.column];
  return ` ORDER BY ${columns.map((column) => `${column} ${descending ? 'DESC' : 'ASC'}`).join(', ')}`;
}

function prepared(store: Store, { wide }: RangeList, sql: string): Statement {
  return wide ? store.wide(sql) : store.statement(sql);
}

/** As many rows are counted in one step. */
const COUNTED_AT_ONCE = 4000;

/** Ranges share no row, so their counts add up; counted no further than `most`. */
export function* countRanges(store: Store, list: RangeList, most: number): Steps<Total> {
  const { ranges } = list;
  const there = ranges.length <= MANY_RANGES ? ranges : (yield* headsOf(store, list, null)).map(([range]) => range);
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

/** How many rows a range has, counted no further than `most` + 1. */
export function sizeOf(store: Store, table: string, range: Range, most: number): number {
  const sql = `SELECT count(*) FROM (SELECT 1 FROM ${table}${range.index}${whereOf(range.where)} LIMIT ?)`;
  return (store.statement(sql).get(...valuesOf(range.where), most + 1) as readonly [number])[0];
}

/**
 * One bound on each side, the tighter one: of two on one side SQLite might begin at the wider, and pass all that lies
 * between. Lists of several ranges continue where another range ended, which may be before this one begins.
 */
function boundsOf(order: Order, { along, within = {} }: Range, after: readonly KeyPart[] | null): readonly Condition[] {
  const column = along?.column ?? order.keys[0] ?? '';
  const { from, before } = within;
  const bound = (side: '>=' | '<', key: KeyPart, itself = true): Condition => ({
    sql: `${column} ${side} ?`,
    values: [along === undefined ? key : along.first(key, itself)],
  });
  const beyond = (keys: readonly KeyPart[], key: KeyPart): Condition => {
    if (along !== undefined) return order.descending ? bound('<', key) : bound('>=', key, false);
    const sql = `(${order.keys.join(', ')}) ${order.descending ? '<' : '>'} (${keys.map(() => '?').join(', ')})`;
    return { sql, values: keys };
  };
  const [key] = after ?? [];
  const conditions: Condition[] = [];
  if (after !== null && key !== undefined && !order.descending && (from === undefined || key >= from)) {
    conditions.push(beyond(after, key));
  } else if (from !== undefined) conditions.push(bound('>=', from));
  if (after !== null && key !== undefined && order.descending && (before === undefined || key < before)) {
    conditions.push(beyond(after, key));
  } else if (before !== undefined) conditions.push(bound('<', before));
  return conditions;
}

/** 1 where a row passes all of them. */
function passesOf(conditions: readonly Condition[]): string {
  return conditions.length === 0 ? '1' : conditions.map(({ sql }) => sql).join(' AND ');
}

export function whereOf(conditions: readonly Condition[]): string {
  return conditions.length === 0 ? '' : ` WHERE ${conditions.map(({ sql }) => sql).join(' AND ')}`;
}

export function valuesOf(conditions: readonly Condition[]): readonly SqlValue[] {
  return conditions.flatMap(({ values }) => values);
}
