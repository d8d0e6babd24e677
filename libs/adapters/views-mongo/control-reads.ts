/** Reading the control document whole, and the entries of followed streams in a generation. */
import type { FollowedEntryDocument } from '#contracts';
import type { Connection } from './connection.js';
import { CONTROL_ID, EMPTY_CONTROL, type ControlDocument } from './control-document.js';
import { decodeFollowed, type StoredFollowedEntry } from './documents.js';
import { findAll, findOne } from './find.js';
import { LAYOUT_VERSION, type FollowedCollection } from './layout.js';

/** As of new, empty views where there is none: a reader may start before any writer. */
export async function readControl(connection: Connection): Promise<ControlDocument> {
  const stored = await findOne(connection, connection.control<ControlDocument>(), CONTROL_ID);
  return stored ?? { ...EMPTY_CONTROL, _id: CONTROL_ID, layout: LAYOUT_VERSION };
}

/** From revision `from` on, ascending. */
export async function readFollowed<Entry>(
  connection: Connection,
  kind: FollowedCollection,
  generation: number,
  from: number,
  limit: number,
): Promise<readonly FollowedEntryDocument<Entry>[]> {
  const collection = connection.of<StoredFollowedEntry>(kind, generation);
  const found = await findAll(connection, collection, { _id: { $gte: from } }, { sort: { _id: 1 }, limit });
  return found.map((each) => decodeFollowed<Entry>(each));
}
