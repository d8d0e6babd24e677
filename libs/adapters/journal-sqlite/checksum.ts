/** The checksums of an entry and of a named state in their rows: a byte that the disk changed is found whenever the row is read. */
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

/** As {@link checksumOf}, over a state's name and all of its row. `expiresAt`: milliseconds after 1970, null for one that stays. */
export function stateChecksumOf(name: string, value: string, version: number, expiresAt: number | null): number {
  return crc32(`${name}\n${version}\n${expiresAt ?? ''}\n${value}`) | 0;
}
