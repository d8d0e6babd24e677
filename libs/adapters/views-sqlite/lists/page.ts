/** One page of a list: its rows merged, loaded, and the key at which the next page begins. */
import { PageRoom, type CursorKey, type Page, type PageRequest, type Total } from '#contracts';
import type { Store } from '../store.js';
import { keysOf, mergeRanges } from './merge.js';
import { countRanges } from './counts.js';
import type { KeyPart, RangeList, Row } from './ranges.js';
import { DOCUMENT_ROWS, type Steps } from './steps.js';

export interface PageParts<T> {
  readonly list: RangeList;
  /** The columns' values of a cursor, and back. */
  readonly fromKey: (key: CursorKey) => readonly KeyPart[];
  readonly toKey: (keys: readonly KeyPart[]) => CursorKey;
  readonly load: (row: Row) => T;
  /** How many documents an item is; 1 where absent. */
  readonly documents?: (item: T) => number;
  /** Where it is known; else each range's rows are counted, or `count` does it otherwise, no further than `most`. */
  readonly total?: number | undefined;
  readonly count?: (most: number) => Steps<Total>;
}

export function* readPage<T>(store: Store, parts: PageParts<T>, request: PageRequest<string>): Steps<Page<T>> {
  const { list, fromKey, toKey, load, documents } = parts;
  const { limit, after, count } = request;
  const rows = yield* mergeRanges(store, list, after && fromKey(after), limit + 1);
  const items: T[] = [];
  const room = new PageRoom();
  for (const row of rows.slice(0, limit)) {
    const item = load(row);
    if (!room.takes(item)) break;
    items.push(item);
    yield DOCUMENT_ROWS * (documents?.(item) ?? 1);
  }
  const last = rows.length > items.length ? rows[items.length - 1] : undefined;
  return {
    items,
    next: last === undefined ? null : toKey(keysOf(last)),
    ...(count === false ? {} : yield* totalOf(store, parts, count)),
  };
}

function* totalOf<T>(store: Store, { list, total, count }: PageParts<T>, most: number): Steps<Total> {
  if (total !== undefined) return { total };
  return yield* count?.(most) ?? countRanges(store, list, most);
}

/** Each value once. */
export function distinct<T>(values: readonly T[]): readonly T[] {
  return [...new Set(values)];
}
