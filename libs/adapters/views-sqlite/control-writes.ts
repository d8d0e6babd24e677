/** Small rows that are never set back: progress and the entries of followed streams in a generation's file, the pointers in that of control. */
import { positionFrom, textOf } from './documents.js';
import type { FollowedEntryDocument, Generation, PartitionProgress } from '#contracts';
import type { ProgressMove } from '#ports';
import { placeOf, positionAt } from './positions.js';
import type { Store } from './store.js';

/** partition, position, entry_id, number, heard_at_ms */
type ProgressRow = readonly [number, string, string | null, number | null, number];

export function readProgress(store: Store): readonly PartitionProgress[] {
  const rows = store
    .statement('SELECT partition, position, entry_id, number, heard_at_ms FROM progress ORDER BY partition')
    .all() as readonly ProgressRow[];
  return rows.map(([partition, position, entryId, number, heardAtMs]) => ({
    partition,
    position: positionFrom(position),
    entryId,
    number,
    heardAtMs,
  }));
}

/** By how many partitions and which hash progress counts. */
export type Counting = Pick<Generation, 'partitions' | 'hashVersion'>;

export function readCounting(store: Store): Counting {
  const row = store.statement('SELECT partitions, hash_version FROM counting').get();
  const [partitions, hashVersion] = row as readonly [number, number];
  return { partitions, hashVersion };
}

export function countPartitions(store: Store, partitions: number, hashVersion: number): void {
  store.statement('INSERT OR REPLACE INTO counting VALUES (1, ?, ?)').run(partitions, hashVersion);
}

/** Ignored where the generation has another number of partitions. */
export function raiseProgress(store: Store, { partitions, moved }: ProgressMove): void {
  if (moved.length === 0 || readCounting(store).partitions !== partitions) return;
  const stored = new Map(readProgress(store).map((one) => [one.partition, one]));
  for (const next of moved) {
    const before = stored.get(next.partition);
    if (before === undefined) continue;
    const after = ahead(before, next);
    stored.set(next.partition, after);
    putProgress(store, after);
  }
}

export function putProgress(store: Store, progress: PartitionProgress): void {
  const { partition, position, entryId, number, heardAtMs } = progress;
  store
    .statement('INSERT OR REPLACE INTO progress VALUES (?, ?, ?, ?, ?)')
    .run(partition, textOf(position), entryId, number, heardAtMs);
}

function ahead(before: PartitionProgress, next: PartitionProgress): PartitionProgress {
  const heardAtMs = Math.max(before.heardAtMs, next.heardAtMs);
  if (next.position < before.position) return { ...before, heardAtMs };
  if (next.position > before.position) return { ...next, heardAtMs };
  return { ...before, entryId: next.entryId ?? before.entryId, number: next.number ?? before.number, heardAtMs };
}

/** The generation that is served to readers of these documents. */
export function readPointer(store: Store, documentsVersion: number): number | null {
  const row = store.statement('SELECT generation FROM pointers WHERE documents_version = ?').get(documentsVersion);
  return row === undefined ? null : (row as readonly [number])[0];
}

/** The tables of the streams that readers follow. */
export type FollowedTable = 'catalogue' | 'names';

/** From revision `from` on, ascending. */
export function readFollowed<Entry>(
  store: Store,
  table: FollowedTable,
  from: number,
  limit: number,
): readonly FollowedEntryDocument<Entry>[] {
  const sql = `SELECT revision, place, doc FROM ${table} WHERE revision >= ? ORDER BY revision LIMIT ?`;
  const rows = store.wide(sql).all(from, limit) as readonly (readonly [bigint, bigint, string])[];
  return rows.map(([revision, place, doc]) => ({
    revision: Number(revision),
    position: positionAt(place),
    entry: JSON.parse(doc) as Entry,
  }));
}

/** An entry that is there stays as it is: it is that of the journal. */
export function insertFollowed(
  store: Store,
  table: FollowedTable,
  entries: readonly FollowedEntryDocument<unknown>[] = [],
): void {
  if (entries.length === 0) return;
  const insert = store.statement(`INSERT OR IGNORE INTO ${table} VALUES (?, ?, ?)`);
  for (const { revision, position, entry } of entries) insert.run(revision, placeOf(position), JSON.stringify(entry));
}
