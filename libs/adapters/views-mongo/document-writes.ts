/** Labors, parts and the catalogue: each replaces the stored document, unless that has a greater position or revision. */
import type { AnyBulkWriteOperation } from 'mongodb';
import type { CatalogueDocument, LaborDocument, PartDocument } from '#contracts';
import type { Connection } from './connection.js';
import {
  encodeCatalogue,
  encodeLabor,
  encodePart,
  type StoredCatalogue,
  type StoredLabor,
  type StoredPart,
} from './documents.js';

/**
 * Where the stored document is greater, the filter finds nothing, the server tries to insert and refuses, since the id is
 * there: that is the answer "newer there", which is as good as having been stored.
 */
export async function writeLabors(
  connection: Connection,
  generation: number,
  labors: readonly LaborDocument[],
): Promise<void> {
  const writes = labors.map((labor): AnyBulkWriteOperation<StoredLabor> => {
    const replacement = encodeLabor(labor);
    const filter = { _id: replacement._id, position: { $lte: replacement.position } };
    return { replaceOne: { filter, replacement, upsert: true } };
  });
  await connection.upsert(connection.of<StoredLabor>('labors', generation), writes);
}

export async function writeParts(
  connection: Connection,
  generation: number,
  parts: readonly PartDocument[],
): Promise<void> {
  const writes = parts.map((part): AnyBulkWriteOperation<StoredPart> => {
    const replacement = encodePart(part);
    const filter = { _id: replacement._id, position: { $lte: replacement.position } };
    return { replaceOne: { filter, replacement, upsert: true } };
  });
  await connection.upsert(connection.of<StoredPart>('parts', generation), writes);
}

export async function writeCatalogue(
  connection: Connection,
  generation: number,
  document: CatalogueDocument,
): Promise<void> {
  const replacement = encodeCatalogue(document);
  const filter = { _id: replacement._id, revision: { $lte: replacement.revision } };
  await connection.upsert(connection.of<StoredCatalogue>('catalogue', generation), [
    { replaceOne: { filter, replacement, upsert: true } },
  ]);
}
