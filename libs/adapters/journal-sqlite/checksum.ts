/** The checksum of an entry in its row: a byte that the disk changed is found whenever the entry is read. */
import { crc32 } from 'node:zlib';
import type { NewEntry } from '#contracts';

/**
 * CRC-32 as a signed integer, over all that readers are shown of an entry but its position, which SQLite gives it. It finds
 * each change of up to 32 bits in a row, and of others all but one in 2^32.
 */
export function checksumOf(stream: string, revision: number, entry: NewEntry): number {
  const { id, type, version, recordedAt, json, trace = '', principal } = entry;
  // without a principal it is what it was before entries had one
  const signed = principal === undefined ? json : `${principal}\n${json}`;
  return crc32(`${stream}\n${revision}\n${id}\n${type}\n${version}\n${recordedAt}\n${trace}\n${signed}`) | 0;
}
