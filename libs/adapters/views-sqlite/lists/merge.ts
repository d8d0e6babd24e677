/** Merges ranges that are each in order into one list, reading from each little more than is shown. */
import { readRange, type KeyPart, type Order, type Range, type RangeList, type Row } from './ranges.js';
import type { Store } from '../store.js';

/** Reading a row or two more from a range costs less than asking again. */
const LEAST_READ = 4;
const COUNTED_AT_ONCE = 5000;

interface Cursor {
  readonly range: Range;
  rows: readonly Row[];
  /** Of the next row, in `rows`. */
  index: number;
  /** Whether `rows` are the range's last. */
  ended: boolean;
}

/** The first `limit` rows after `after`, in order, none twice. */
export function mergeRanges(
  store: Store,
  list: RangeList,
  after: readonly KeyPart[] | null,
  limit: number,
): readonly Row[] {
  const { ranges, order } = list;
  const [only] = ranges;
  if (only === undefined) return [];
  if (ranges.length === 1) return readRange(store, list, only, after, limit);
  const step = Math.min(limit, Math.max(LEAST_READ, Math.ceil((2 * limit) / ranges.length)));
  const read = (range: Range, from: readonly KeyPart[] | null): Cursor => {
    const rows = readRange(store, list, range, from, step);
    return { range, rows, index: 0, ended: rows.length < step };
  };
  const heap = new Heap(order);
  for (const range of ranges) heap.push(read(range, after));
  const merged: Row[] = [];
  for (let cursor = heap.pop(); cursor !== undefined && merged.length < limit; cursor = heap.pop()) {
    const row = headOf(cursor);
    const last = merged.at(-1);
    if (last === undefined || compareRows(order, last, row) !== 0) merged.push(row);
    cursor.index += 1;
    const more = cursor.index < cursor.rows.length || cursor.ended;
    heap.push(more ? cursor : read(cursor.range, keysOf(row)));
  }
  return merged;
}

/** How many rows there are where ranges may share some; those shared must be next to each other in the order. */
export function countMerged(store: Store, list: RangeList): number {
  let total = 0;
  let after: readonly KeyPart[] | null = null;
  for (;;) {
    const rows: readonly Row[] = mergeRanges(store, list, after, COUNTED_AT_ONCE);
    total += rows.length;
    const last = rows.at(-1);
    if (last === undefined || rows.length < COUNTED_AT_ONCE) return total;
    after = keysOf(last);
  }
}

export function keysOf(row: Row): readonly KeyPart[] {
  return row.slice(1);
}

function headOf({ rows, index }: Cursor): Row {
  const row = rows[index];
  if (row === undefined) throw new RangeError('no row is left in a range that was taken for one with rows');
  return row;
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

/** The cursor whose next row comes first is on top; cursors without a next row are let go. */
class Heap {
  private readonly cursors: Cursor[] = [];

  constructor(private readonly order: Order) {}

  push(cursor: Cursor): void {
    if (cursor.index >= cursor.rows.length) return;
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
    return compareRows(this.order, this.rowAt(a), this.rowAt(b)) < 0;
  }

  private rowAt(place: number): Row {
    return headOf(this.cursors[place] as Cursor);
  }

  private swap(a: number, b: number): void {
    const { cursors } = this;
    [cursors[a], cursors[b]] = [cursors[b] as Cursor, cursors[a] as Cursor];
  }
}
