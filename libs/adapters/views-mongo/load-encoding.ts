/**
 * Documents as bytes, for threads that judge: as the loader's thread makes them again, since the driver takes nothing else. Judging
 * threads import this module by its URL.
 */
import v8 from 'node:v8';
import type { EncodedDocuments, LoadEncoder, LoadedDocuments } from '#ports';

export const encode: LoadEncoder['encode'] = (documents) => v8.serialize(documents);

export function documentsIn(bytes: EncodedDocuments['bytes']): LoadedDocuments {
  return v8.deserialize(bytes) as LoadedDocuments;
}
