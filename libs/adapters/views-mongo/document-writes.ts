/** Labors and parts, which replace the stored document unless that has a greater position; entries of followed streams, which replace nothing. */
import type { AnyBulkWriteOperation } from 'mongodb';
import { EXPECTED_PART_POSITION, type FollowedEntryDocument, type LaborDocument, type PartDocument } from '#contracts';
import { seenFieldsOf, type Publishing } from './changes.js';
import type { Connection } from './connection.js';
import { encodeFollowed, encodePart, type StoredFollowedEntry, type StoredPart } from './documents.js';
import { encodeLabor, type StoredLabor } from './labor-documents.js';
import type { FollowedCollection } from './layout.js';

/**
 * Where the stored document is greater, the filter finds nothing, the server tries to insert and refuses, since the id is
 * there: that is the answer "newer there", which is as good as having been stored.
 */
export async function writeLabors(
  connection: Connection,
  generation: number,
  labors: readonly LaborDocument[],
  publishing: Publishing,
): Promise<void> {
  const writes = labors.map((labor): AnyBulkWriteOperation<StoredLabor> => {
    const stored = encodeLabor(labor);
    const replacement = { ...stored, ...seenFieldsOf(stored.position, publishing) };
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
    const { _id, position } = replacement;
    // one that is but expected replaces none, not even another
    const filter = { _id, position: part.position === EXPECTED_PART_POSITION ? { $lt: position } : { $lte: position } };
    return { replaceOne: { filter, replacement, upsert: true } };
  });
  await connection.upsert(connection.of<StoredPart>('parts', generation), writes);
}

/** An entry that is there stays as it is: it is that of the journal. */
export async function insertFollowed(
  connection: Connection,
  kind: FollowedCollection,
  generation: number,
  entries: readonly FollowedEntryDocument<unknown>[] = [],
): Promise<void> {
  const inserts = entries.map((entry) => ({ insertOne: { document: encodeFollowed(entry) } }));
  await connection.bulk(connection.of<StoredFollowedEntry>(kind, generation), inserts);
}
