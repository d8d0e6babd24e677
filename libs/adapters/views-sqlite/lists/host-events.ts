/** The events of one host: their index leads over the category, which the dossier needs, to the revision. */
import type { EventDocument } from '#contracts';
import type { EventId } from '#domain';
import { decodeEvent } from '../documents.js';
import type { Store } from '../store.js';
import { equal, indexedBy, MAX_RANGES, type Range } from './ranges.js';
import { RANGE_ROWS, type Steps } from './steps.js';

/** The event of an id, `<host>~<revision>`: it is of one of its host's categories. */
export function eventOf(store: Store, id: EventId): EventDocument | undefined {
  const end = id.lastIndexOf('~');
  const host = id.slice(0, end);
  const revision = Number(id.slice(end + 1));
  const find = store.statement(
    'SELECT doc FROM events INDEXED BY events_host WHERE host = ? AND category = ? AND revision = ?',
  );
  for (const category of categoriesOf(store, host, -1)) {
    const row = find.get(host, category, revision) as readonly [string] | undefined;
    if (row !== undefined) return decodeEvent(row[0]);
  }
  return undefined;
}

/** The newest event of each category on the host, by category. */
export function lastByCategory(store: Store, host: string, limit: number): readonly EventDocument[] {
  const newest = store.statement(
    `SELECT doc FROM events INDEXED BY events_host
     WHERE host = ? AND category = ? ORDER BY revision DESC LIMIT 1`,
  );
  return categoriesOf(store, host, limit).map((category) =>
    decodeEvent((newest.get(host, category) as readonly [string])[0]),
  );
}

/** A host is as many ranges as it has categories, of those that are asked for; undefined where they are too many. */
export function* hostRanges(
  store: Store,
  hosts: readonly string[],
  categories: readonly string[] | undefined,
): Steps<readonly Range[] | undefined> {
  if (hosts.length > MAX_RANGES) return undefined;
  const ranges: Range[] = [];
  const asked = categories && new Set(categories);
  const few = categories !== undefined && categories.length * hosts.length <= MAX_RANGES;
  for (const host of hosts) {
    const own = few ? categories : categoriesOf(store, host, -1).filter((category) => asked?.has(category) ?? true);
    if (ranges.length + own.length > MAX_RANGES) return undefined;
    ranges.push(...own.map((category) => rangeOf(store, host, category)));
    yield few ? 1 : (own.length + 1) * RANGE_ROWS;
  }
  return ranges;
}

function rangeOf(store: Store, host: string, category: string): Range {
  return {
    index: indexedBy('events_host'),
    where: [equal('host', host), equal('category', category)],
    along: {
      column: 'revision',
      first: (place, itself) => firstRevision(store, { host, category }, place as bigint, itself),
    },
  };
}

/**
 * The revision that parts those at `place` and later (or only later) from those before: within a host both grow together
 * (J2), so it is searched for by halves, each a seek.
 */
function firstRevision(
  store: Store,
  { host, category }: { readonly host: string; readonly category: string },
  place: bigint,
  itself: boolean,
): number {
  const range = 'SELECT revision, place FROM events INDEXED BY events_host WHERE host = ? AND category = ?';
  const isAfter = (there: bigint): boolean => (itself ? there >= place : there > place);
  const last = store.wide(`${range} ORDER BY revision DESC LIMIT 1`).get(host, category) as Found | undefined;
  const next = store.wide(`${range} AND revision >= ? ORDER BY revision LIMIT 1`);
  let low = 0;
  let high = last === undefined ? 0 : Number(last[0]) + 1;
  // of many hosts most have nothing so new
  if (last === undefined || !isAfter(last[1])) return high;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    const [revision, there] = next.get(host, category, middle) as Found;
    if (isAfter(there)) high = middle;
    else low = Number(revision) + 1;
  }
  return low;
}

type Found = readonly [revision: bigint, place: bigint];

/** Jumps through the index from category to category; all of them where `limit` is negative. */
function categoriesOf(store: Store, host: string, limit: number): readonly string[] {
  const next = 'SELECT min(category) FROM events INDEXED BY events_host WHERE host = ?1 AND category >';
  const sql = `WITH RECURSIVE categories (category) AS (
      SELECT (${next} '') UNION ALL SELECT (${next} categories.category) FROM categories WHERE category IS NOT NULL
    ) SELECT category FROM categories WHERE category IS NOT NULL LIMIT ?2`;
  const rows = store.statement(sql).all(host, limit) as readonly (readonly [string])[];
  return rows.map(([category]) => category);
}
