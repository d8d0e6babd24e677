/** Progress and the catalogue of a generation, and the pointers to those that are served: small rows, never set back. */
import { positionFrom, decodeCatalogue, encodeCatalogue, textOf } from './documents.js';
import type { CatalogueDocument, PartitionProgress } from '#contracts';
import type { ProgressMove } from '#ports';
import type { Store } from './store.js';

/** partition, position, entry_id, number, heard_at_ms */
type ProgressRow = readonly [number, string, string | null, number | null, number];

export function readProgress(store: Store, generation: number): readonly PartitionProgress[] {
  const rows = store
    .statement(
      'SELECT partition, position, entry_id, number, heard_at_ms FROM progress WHERE generation = ? ORDER BY partition',
    )
    .all(generation) as readonly ProgressRow[];
  return rows.map(([partition, position, entryId, number, heardAtMs]) => ({
    partition,
    position: positionFrom(position),
    entryId,
    number,
    heardAtMs,
  }));
}

/** Ignored where the generation has another number of partitions. */
export function raiseProgress(store: Store, generation: number, { partitions, moved }: ProgressMove): void {
  if (moved.length === 0) return;
  const [counted] = store.statement('SELECT partitions FROM generations WHERE number = ?').get(generation) as [number];
  if (counted !== partitions) return;
  const stored = new Map(readProgress(store, generation).map((one) => [one.partition, one]));
  for (const next of moved) {
    const before = stored.get(next.partition);
    if (before === undefined) continue;
    const after = ahead(before, next);
    stored.set(next.partition, after);
    putProgress(store, generation, after);
  }
}

export function putProgress(store: Store, generation: number, progress: PartitionProgress): void {
  const { partition, position, entryId, number, heardAtMs } = progress;
  store
    .statement('INSERT OR REPLACE INTO progress VALUES (?, ?, ?, ?, ?, ?)')
    .run(generation, partition, textOf(position), entryId, number, heardAtMs);
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

export function readCatalogue(store: Store, generation: number): CatalogueDocument | undefined {
  const row = store.statement('SELECT doc, position FROM catalogues WHERE generation = ?').get(generation);
  return row === undefined ? undefined : decodeCatalogue(...(row as [string, string]));
}

export function writeCatalogue(store: Store, generation: number, { catalogue, position }: CatalogueDocument): void {
  store
    .statement(
      `INSERT INTO catalogues VALUES (?, ?, ?, ?) ON CONFLICT (generation) DO UPDATE SET
       revision = excluded.revision, position = excluded.position, doc = excluded.doc WHERE excluded.revision >= revision`,
    )
    .run(generation, catalogue.revision, textOf(position), encodeCatalogue(catalogue));
}
