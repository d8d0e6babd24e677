/** Documents as they are stored, whole, page by page in the order of the index that finds them. */
import { PageRoom, type LaborDocument, type PartDocument } from '#contracts';
import type { HostName, LaborId, QuestId } from '#domain';
import { MAX_STORED_ITEMS, type StoredPage, type StoredPartKey } from '#ports';
import { decodeLabor } from './documents.js';
import { PART_COLUMNS, toPart, type PartRow } from './part-writes.js';
import type { Store } from './store.js';

/** Rows that are read at once: a page seldom has room for many times as many. */
const ROWS = 50;

export function readHostNames(store: Store, after: HostName | null, limit: number): readonly HostName[] {
  const sql = 'SELECT host FROM hosts INDEXED BY hosts_host WHERE host > ? ORDER BY host LIMIT ?';
  return (store.statement(sql).all(after ?? '', limit) as readonly (readonly [HostName])[]).map(([host]) => host);
}

export function readQuestNumbers(store: Store, after: QuestId | null, limit: number): readonly QuestId[] {
  const sql = 'SELECT quest FROM quests WHERE quest > ? ORDER BY quest LIMIT ?';
  return (store.statement(sql).all(after ?? 0, limit) as readonly (readonly [QuestId])[]).map(([quest]) => quest);
}

export function readLaborsOf(
  store: Store,
  hosts: readonly HostName[],
  after: LaborId | null,
): StoredPage<LaborDocument, LaborId> {
  return pageOf(laborsOf(store, hosts, after), ({ id }) => id);
}

export function readPartsOf(
  store: Store,
  hosts: readonly HostName[],
  after: StoredPartKey | null,
): StoredPage<PartDocument, StoredPartKey> {
  return pageOf(partsOf(store, hosts, after), ({ host, quest }) => ({ host, quest }));
}

function* laborsOf(store: Store, hosts: readonly HostName[], after: LaborId | null): Generator<LaborDocument> {
  const find = store.statement(
    'SELECT id, doc FROM labors INDEXED BY labors_id WHERE id > ? AND id < ? ORDER BY id LIMIT ?',
  );
  for (const first of hosts.map((host) => `${host}~`).sort()) {
    // of a host's ids none comes after the host and the character after `~`
    const end = `${first.slice(0, -1)}\x7f`;
    let from: string = after !== null && after > first ? after : first;
    while (from < end) {
      const rows = find.all(from, end, ROWS) as readonly (readonly [string, string])[];
      for (const [, doc] of rows) yield decodeLabor(doc);
      from = rows.length < ROWS ? end : (rows.at(-1)?.[0] ?? end);
    }
  }
}

function* partsOf(store: Store, hosts: readonly HostName[], after: StoredPartKey | null): Generator<PartDocument> {
  const find = store.wide(
    `SELECT ${PART_COLUMNS} FROM parts INDEXED BY parts_host WHERE host = ? AND quest > ? ORDER BY quest LIMIT ?`,
  );
  for (const host of [...hosts].sort()) {
    if (after !== null && host < after.host) continue;
    let from: number = host === after?.host ? after.quest : 0;
    for (let rows: readonly PartRow[] | undefined; rows === undefined || rows.length === ROWS;) {
      rows = find.all(host, from, ROWS) as readonly PartRow[];
      for (const row of rows) yield toPart(row);
      from = Number(rows.at(-1)?.[0] ?? 0);
    }
  }
}

function pageOf<T, K>(all: Iterable<T>, keyOf: (item: T) => K): StoredPage<T, K> {
  const room = new PageRoom();
  const items: T[] = [];
  for (const item of all) {
    const last = items.at(-1);
    const isFull = items.length === MAX_STORED_ITEMS || !room.takes(item);
    if (isFull && last !== undefined) return { items, next: keyOf(last) };
    items.push(item);
  }
  return { items, next: null };
}
