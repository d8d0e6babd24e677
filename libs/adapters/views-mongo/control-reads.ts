/** Reading the control document whole, and a generation's catalogue. */
import type { CatalogueDocument } from '#contracts';
import type { Connection } from './connection.js';
import { CONTROL_ID, EMPTY_CONTROL, type ControlDocument } from './control-document.js';
import { CATALOGUE_ID, decodeCatalogue, type StoredCatalogue } from './documents.js';
import { findAll, findOne } from './find.js';
import { LAYOUT_VERSION } from './layout.js';

/** As of new, empty views where there is none: a reader may start before any writer. */
export async function readControl(connection: Connection): Promise<ControlDocument> {
  const stored = await findOne(connection, connection.control<ControlDocument>(), CONTROL_ID);
  return stored ?? { ...EMPTY_CONTROL, _id: CONTROL_ID, layout: LAYOUT_VERSION };
}

/** Where its revision is another: else the server sends nothing. */
export async function readCatalogue(
  connection: Connection,
  generation: number,
  knownRevision: number,
): Promise<CatalogueDocument | undefined> {
  const collection = connection.of<StoredCatalogue>('catalogue', generation);
  const query = { _id: CATALOGUE_ID, revision: { $ne: knownRevision } };
  const [stored] = await findAll(connection, collection, query, { limit: 1 });
  return stored === undefined ? undefined : decodeCatalogue(stored);
}
