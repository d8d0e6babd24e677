/**
 * Rows as bytes, for threads that have documents and are not the loader's: a thread that hands bytes on does nothing with them,
 * whereas each value of a list would be made again on the way. Judging threads import this module by its URL.
 */
import v8 from 'node:v8';
import type { EncodedDocuments, LoadEncoder } from '#ports';
import { rowsOf, type LoadRows } from './rows.js';

export const encode: LoadEncoder['encode'] = (documents) => v8.serialize(rowsOf(documents));

export function rowsIn(bytes: EncodedDocuments['bytes']): LoadRows {
  return v8.deserialize(bytes) as LoadRows;
}
