/** Merges ranges that are each in order into one list, reading from each little more than is shown. */
import type { Total } from '#contracts';
import { headsOf, isMany } from './heads.js';
import { isWalked, walkRange, type Walked } from './host-walk.js';
import {
  readRange,
  scanRange,
  type KeyPart,
  type Order,
  type Range,
  type RangeList,
  type Row,
  type Scanned,
} from './ranges.js';
import type { Store } from '../store.js';
import { RANGE_ROWS, type Steps } from './steps.js';

/** Reading a row or two more from a range costs less than asking again. */
const LEAST_READ = 4;
/** Where not every row passes, batches of rows grow, up to this many. */
const MOST_SCANNED = 4096;
const COUNTED_AT_ONCE = 2000;

interface Cursor {
  readonly range: Range;
  readonly rows: readonly Row[];
  /** Of the next row, in `rows`. */
  index: number;
  /** Undefined where `rows` are the range's last. */
  readonly rest: Rest | undefined;
  /** How many rows were looked at for `rows`. */
  readonly looked: number;
  /** What comes next in the range was not found. */
  readonly isGivenUp?: boolean | undefined;
}

/** The rest of a range that was not read yet. */
interface Rest {
  /** None of it comes before this row, of which only the first key may be known. */
  readonly least: Row;
  readonly after: readonly KeyPart[] | null;
  /** How many rows to read next. */
  readonly step: number;
}

/** The first `limit` rows after `after`, in order, none twice. */
export function* mergeRanges(
  store: Store,
  list: RangeList,
  after: readonly KeyPart[] | null,
  limit: number,
): Steps<readonly Row[]> {
  return (yield* mergeWithin(store, list, after, limit, Infinity)).rows;
}

export interface Merged {
  readonly rows: readonly Row[];
  /**
   * Where it was given up: no row up to these keys is missing, and those beyond were not all looked at. Null where it was not; `none`
   * where a walk was given up before any row was known to be the first.
   */
  readonly end: readonly KeyPart[] | 'none' | null;
  /** How many rows were looked at. */
  readonly looked: number;
}

/** As {@link mergeRanges}; given up once about `most` rows were looked at, before as many were found. */
export function* mergeWithin(
  store: Store,
  list: RangeList,
  after: readonly KeyPart[] | null,
  limit: number,
  mostLooked: number,
): Steps<Merged> {
  const { ranges, order, residual } = list;
  const [only] = ranges;
  if (only === undefined) return { rows: [], end: null, looked: 0 };
  if (ranges.length === 1 && !isWalked(only) && (residual.length === 0 || only.sorted === true)) {
    const rows = readRange(store, list, only, after, limit);
    const looked = only.cost ?? rows.length;
    yield looked + RANGE_ROWS;
    return { rows, end: null, looked };
  }
  const most = residual.length === 0 ? limit : MOST_SCANNED;
  const step = Math.min(most, Math.max(LEAST_READ, Math.ceil((2 * limit) / ranges.length)));
  const heap = new Heap(order);
  let walked = 0;
  if (!isMany(list)) {
    for (const range of ranges) {
      const cursor: Cursor = yield* read(store, list, range, {
        after,
        step,
        most,
        limit,
        mostLooked: mostLooked - walked,
      });
      if (isWalked(range)) walked += cursor.looked;
      if (cursor.isGivenUp === true) return { rows: [], end: 'none', looked: walked };
      heap.push(cursor);
    }
  } else {
    for (const [range, head] of yield* headsOf(store, list, after))
      heap.push(unread(range, { least: head, after, step }));
  }
  const merged: Row[] = [];
  let looked = walked;
  // keys up to which every row was looked at
  let passed: readonly KeyPart[] | null = null;
  while (merged.length < limit) {
    const cursor = heap.pop();
    if (cursor === undefined) break;
    const { range, rows, rest } = cursor;
    const row = rows[cursor.index];
    if (row === undefined) {
      if (rest === undefined) continue;
      // of a range that was not read yet only the first key of its first row is known
      if (rest.after !== after) passed = rest.after;
      if (looked >= mostLooked && passed !== null) return { rows: merged, end: passed, looked };
      const next: Cursor = yield* read(store, list, range, { ...rest, most, limit, mostLooked: mostLooked - looked });
      looked += next.looked;
      if (next.isGivenUp === true) return { rows: merged, end: passed ?? 'none', looked };
      heap.push(next);
      continue;
    }
    const last = merged.at(-1);
    if (last === undefined || compareRows(order, last, row) !== 0) merged.push(row);
    passed = keysOf(row);
    cursor.index += 1;
    heap.push(cursor);
  }
  return { rows: merged, end: null, looked };
}

interface Reading extends Pick<Rest, 'after' | 'step'> {
  readonly most: number;
  readonly limit: number;
  /** For a walk. */
  readonly mostLooked: number;
}

/**
 * Looks at the next `step` rows of the range; the step after it is larger, up to `most`. Of a range that is sorted to be
 * read, `limit` rows that pass are read: to ask again for more would sort it again.
 */
function* read(
  store: Store,
  list: RangeList,
  range: Range,
  { after, step, most, limit, mostLooked }: Reading,
): Steps<Cursor> {
  if (range.sorted === true) {
    const rows = readRange(store, list, range, after, limit);
    yield (range.cost ?? rows.length) + RANGE_ROWS;
    const least = rows.length < limit ? undefined : rows.at(-1);
    const rest = least && { least, after: keysOf(least), step };
    return { range, rows, index: 0, rest, looked: range.cost ?? rows.length };
  }
  const { rows, looked, last, isGivenUp }: Walked = yield* isWalked(range)
    ? walkRange(store, list, range, after, step, mostLooked)
    : scanInTurn(store, list, range, after, step);
  yield RANGE_ROWS;
  const rest = last && { least: last, after: keysOf(last), step: Math.min(most, 2 * step) };
  return { range, rows, index: 0, rest, looked, isGivenUp };
}

function* scanInTurn(...scan: Parameters<typeof scanRange>): Steps<Scanned> {
  const scanned = scanRange(...scan);
  yield scanned.looked;
  return scanned;
}

function unread(range: Range, rest: Rest): Cursor {
  return { range, rows: [], index: 0, rest, looked: 0 };
}

/**
 * How many rows there are where ranges may share some, counted no further than `most`; those shared must be next to each
 * other in the order.
 */
export function* countMerged(store: Store, list: RangeList, most: number): Steps<Total> {
  let total = 0;
  let after: readonly KeyPart[] | null = null;
  for (;;) {
    const rows: readonly Row[] = yield* mergeRanges(store, list, after, COUNTED_AT_ONCE);
    total += rows.length;
    if (total > most) return { total: most, atLeast: true };
    const last = rows.at(-1);
    if (last === undefined || rows.length < COUNTED_AT_ONCE) return { total };
    after = keysOf(last);
  }
}

export function keysOf(row: Row): readonly KeyPart[] {
  return row.slice(1);
}

/** The next row, or a key that no row precedes. */
function headOf({ rows, index, rest }: Cursor): Row | undefined {
  return rows[index] ?? rest?.least;
}

function compareRows({ descending }: Order, a: Row, b: Row): number {
  for (let index = 1; index < a.length; index += 1) {
    const left = a[index];
    const right = b[index];
    if (left === right || left === undefined || right === undefined) continue;
    return left < right !== descending ? -1 : 1;
  }
  return 0;
}

/** The cursor whose next row comes first is on top, or may: then it must be read. Cursors at their end are removed. */
class Heap {
  private readonly cursors: Cursor[] = [];

  constructor(private readonly order: Order) {}

  push(cursor: Cursor): void {
    if (headOf(cursor) === undefined) return;
    const { cursors } = this;
    let place = cursors.length;
    cursors.push(cursor);
    while (place > 0) {
      const parent = (place - 1) >> 1;
      if (!this.before(place, parent)) break;
      this.swap(place, parent);
      place = parent;
    }
  }

  pop(): Cursor | undefined {
    const { cursors } = this;
    const top = cursors[0];
    const last = cursors.pop();
    if (top === undefined || last === undefined || cursors.length === 0) return top;
    cursors[0] = last;
    for (let place = 0; ;) {
      let least = place;
      for (const child of [2 * place + 1, 2 * place + 2]) {
        if (child < cursors.length && this.before(child, least)) least = child;
      }
      if (least === place) return top;
      this.swap(place, least);
      place = least;
    }
  }

  private before(a: number, b: number): boolean {
    const [left, right] = [this.cursors[a] as Cursor, this.cursors[b] as Cursor];
    const compared = compareRows(this.order, headOf(left) as Row, headOf(right) as Row);
    return compared < 0 || (compared === 0 && left.index === left.rows.length);
  }

  private swap(a: number, b: number): void {
    const { cursors } = this;
    [cursors[a], cursors[b]] = [cursors[b] as Cursor, cursors[a] as Cursor];
  }
}
