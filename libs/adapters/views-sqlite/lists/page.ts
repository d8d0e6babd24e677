/** One page of a list: its rows merged, loaded, and the key at which the next page begins. */
import type { CursorKey, Page, PageRequest } from '#contracts';
import type { Store } from '../store.js';
import { keysOf, mergeRanges } from './merge.js';
import { countRanges, type KeyPart, type RangeList, type Row } from './ranges.js';

export interface PageParts<T> {
  readonly list: RangeList;
  /** The columns' values of a cursor, and back. */
  readonly fromKey: (key: CursorKey) => readonly KeyPart[];
  readonly toKey: (keys: readonly KeyPart[]) => CursorKey;
  readonly load: (row: Row) => T;
  /** Where there is another way to know it than counting each range's rows. */
  readonly total?: () => number;
}

export function readPage<T>(store: Store, parts: PageParts<T>, request: PageRequest<string>): Page<T> {
  const { list, fromKey, toKey, load } = parts;
  const { limit, after, count } = request;
  const rows = mergeRanges(store, list, after && fromKey(after), limit + 1);
  const last = rows.length > limit ? rows[limit - 1] : undefined;
  return {
    items: rows.slice(0, limit).map(load),
    next: last === undefined ? null : toKey(keysOf(last)),
    ...(count ? { total: parts.total?.() ?? countRanges(store, list) } : {}),
  };
}

/** Each value once. */
export function distinct<T>(values: readonly T[]): readonly T[] {
  return [...new Set(values)];
}
