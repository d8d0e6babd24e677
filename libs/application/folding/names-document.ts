/** An entry of the names as the views hold it. */
import { decodeNamesEntry, type NamesEntryDocument, type StoredEntry } from '#contracts';
import { StreamUnreadable } from '../followed/stream-timeline.js';

/** No fold needs the names, but readers do: what cannot be read stops its partition, as an entry of the catalogue stops all (P4). */
export function namesDocument(stored: StoredEntry): NamesEntryDocument {
  const decoded = decodeNamesEntry(stored);
  if (!decoded.ok) throw new StreamUnreadable("names'", stored, decoded.reason);
  return { revision: stored.revision, position: stored.position, entry: decoded.entry };
}
