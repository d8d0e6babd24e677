/** Entries as the journal hands them to the codec, and the reason where it refuses one. */
import type { HostName } from '#domain';
import type { NewEntry, StoredEntry } from '../entries.js';
import { positionOf } from '../position.js';
import type { Decoded, DomainEntry } from './index.js';

export const ID = '00000000-0000-8000-8000-000000000001';
export const HOST = 'web-1.example.com' as HostName;
export const HOST_STREAM = `host-${HOST}`;

export function stored(stream: string, entry: NewEntry): StoredEntry {
  return { ...entry, stream, revision: 0, position: positionOf(0n) };
}

export function reasonOf(decoded: Decoded<DomainEntry>): string {
  if (decoded.ok) throw new Error(`was read: ${JSON.stringify(decoded.entry)}`);
  return decoded.reason;
}
