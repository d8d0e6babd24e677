/** Ranges of an index: what a filter becomes, so that each is read in the order asked for without sorting. */
import type { SqlValue, Store } from '../store.js';

export interface Condition {
  readonly sql: string;
  readonly values: readonly SqlValue[];
}

/** Rows of one table that lie next to each other in one index, in the order of the list. */
export interface Range {
  /** `INDEXED BY …`, so that SQLite takes no other, or nothing for the table itself. */
  readonly index: string;
  readonly where: readonly Condition[];
  /** Bounds of the first key. */
  readonly within?: Within;
}

export interface Order {
  /** Columns; together unique. */
  readonly keys: readonly string[];
  readonly descending: boolean;
}

export interface RangeList {
  readonly table: string;
  /** The column that names a row. */
  readonly row: string;
  readonly order: Order;
  readonly ranges: readonly Range[];
  /** What each row of any range must pass, besides. */
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
  return { sql: `${column} IN (SELECT value FROM json_each(?))`, values: [JSON.stringify(values)] };
}

export function readRange(
  store: Store,
  list: RangeList,
  range: Range,
  after: readonly KeyPart[] | null,
  limit: number,
): readonly Row[] {
  const { keys, descending } = list.order;
  const conditions = [...range.where, ...boundsOf(list.order, range, after), ...list.residual];
  const direction = descending ? 'DESC' : 'ASC';
  const sql =
    `SELECT ${list.row}, ${keys.join(', ')} FROM ${list.table}${range.index}${whereOf(conditions)} ` +
    `ORDER BY ${keys.map((key) => `${key} ${direction}`).join(', ')} LIMIT ?`;
  const statement = list.wide ? store.wide(sql) : store.statement(sql);
  return statement.all(...valuesOf(conditions), limit) as readonly Row[];
}

/** Ranges share no row, so their counts add up. */
export function countRanges(store: Store, list: RangeList): number {
  let total = 0;
  for (const range of list.ranges) {
    const conditions = [...range.where, ...boundsOf(list.order, range, null), ...list.residual];
    const sql = `SELECT count(*) FROM ${list.table}${range.index}${whereOf(conditions)}`;
    total += (store.statement(sql).get(...valuesOf(conditions)) as readonly [number])[0];
  }
  return total;
}

/** How many rows a range has, counted no further than `most` + 1. */
export function sizeOf(store: Store, table: string, range: Range, most: number): number {
  const sql = `SELECT count(*) FROM (SELECT 1 FROM ${table}${range.index}${whereOf(range.where)} LIMIT ?)`;
  return (store.statement(sql).get(...valuesOf(range.where), most + 1) as readonly [number])[0];
}

/**
 * One bound on each side, the tighter one: of two on one side SQLite might begin at the wider, and pass all that lies
 * between. Lists of several ranges go on from where another range ended, which may be before this one begins.
 */
function boundsOf(order: Order, { within = {} }: Range, after: readonly KeyPart[] | null): readonly Condition[] {
  const [key = ''] = order.keys;
  const { from, before } = within;
  const lower = from === undefined ? undefined : { sql: `${key} >= ?`, values: [from] };
  const upper = before === undefined ? undefined : { sql: `${key} < ?`, values: [before] };
  const [place] = after ?? [];
  const bounds: (Condition | undefined)[] = [lower, upper];
  if (after !== null && place !== undefined) {
    if (order.descending && (before === undefined || place < before)) bounds[1] = beyond(order, after);
    if (!order.descending && (from === undefined || place >= from)) bounds[0] = beyond(order, after);
  }
  return bounds.filter((bound) => bound !== undefined);
}

function beyond({ keys, descending }: Order, after: readonly KeyPart[]): Condition {
  return {
    sql: `(${keys.join(', ')}) ${descending ? '<' : '>'} (${keys.map(() => '?').join(', ')})`,
    values: after,
  };
}

export function whereOf(conditions: readonly Condition[]): string {
  return conditions.length === 0 ? '' : ` WHERE ${conditions.map(({ sql }) => sql).join(' AND ')}`;
}

export function valuesOf(conditions: readonly Condition[]): readonly SqlValue[] {
  return conditions.flatMap(({ values }) => values);
}
