/** Ranges of an index: a filter becomes such ranges, so that each is read in the wanted order without sorting. */
import type { SqlValue, Statement, Store } from '../store.js';

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
  /** Where no index has them in the order: they are found one revision of a host after the other (see host-walk.ts). */
  readonly walk?: Walk;
  /** Where its index has them in the order of another column, which is also that of the list's only key. */
  readonly along?: Along;
}

export interface Walk {
  readonly host: string;
  /** The revision of the host's last entry. */
  readonly last: number;
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

export interface Scanned {
  /** The rows that pass the residual conditions. */
  readonly rows: readonly Row[];
  readonly looked: number;
  /** The last that was looked at; undefined at the end. */
  readonly last: Row | undefined;
}

/** The next `limit` rows after `after`, and which of them pass. */
export function scanRange(
  store: Store,
  list: RangeList,
  range: Range,
  after: readonly KeyPart[] | null,
  limit: number,
): Scanned {
  if (list.residual.length === 0) {
    const rows = readRange(store, list, range, after, limit);
    return { rows, looked: rows.length, last: rows.length < limit ? undefined : rows.at(-1) };
  }
  const looked = lookAt(store, list, range, after, limit);
  const rows = looked.flatMap(({ row, passes }) => (passes ? [row] : []));
  return { rows, looked: looked.length, last: looked.length < limit ? undefined : looked.at(-1)?.row };
}

/** The next `limit` rows after `after`, each with whether it passes the residual conditions. */
export function lookAt(
  store: Store,
  list: RangeList,
  range: Range,
  after: readonly KeyPart[] | null,
  limit: number,
): readonly { readonly row: Row; readonly passes: boolean }[] {
  const conditions = [...range.where, ...boundsOf(list.order, range, after)];
  const inSql = list.residual.filter(({ check }) => check === undefined);
  const checks = list.residual.flatMap(({ check }) => check ?? []);
  const columns = [columnsOf(list), passesOf(inSql), ...checks.map(({ column }) => column)].join(', ');
  const sql = `SELECT ${columns} FROM ${list.table}${range.index}${whereOf(conditions)}${sortOf(list, range)} LIMIT ?`;
  const looked = prepared(store, list, sql).all(...valuesOf(inSql), ...valuesOf(conditions), limit) as KeyPart[][];
  return looked.map((row) => {
    const [passes, ...values] = row.splice(-1 - checks.length);
    const isPassing = Number(passes) === 1 && checks.every((check, n) => check.passes(values[n]));
    return { row: row as unknown as Row, passes: isPassing };
  });
}

export function columnsOf({ row, order }: RangeList): string {
  return [row, ...order.keys].join(', ');
}

export function sortOf({ order: { keys, descending } }: RangeList, { along }: Range): string {
  const columns = along === undefined ? keys : [along.column];
  return ` ORDER BY ${columns.map((column) => `${column} ${descending ? 'DESC' : 'ASC'}`).join(', ')}`;
}

export function prepared(store: Store, { wide }: RangeList, sql: string): Statement {
  return wide ? store.wide(sql) : store.statement(sql);
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
export function boundsOf(
  order: Order,
  { along, within = {} }: Range,
  after: readonly KeyPart[] | null,
): readonly Condition[] {
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
export function passesOf(conditions: readonly Condition[]): string {
  return conditions.length === 0 ? '1' : conditions.map(({ sql }) => sql).join(' AND ');
}

export function whereOf(conditions: readonly Condition[]): string {
  return conditions.length === 0 ? '' : ` WHERE ${conditions.map(({ sql }) => sql).join(' AND ')}`;
}

export function valuesOf(conditions: readonly Condition[]): readonly SqlValue[] {
  return conditions.flatMap(({ values }) => values);
}
