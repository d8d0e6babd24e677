/** From the envelope to the reader that its type and version ask for; what no reader takes is a reason, never an exception. */
import type { Instant } from '#domain';
import type { StoredEntry } from '../entries.js';
import { instant, objectOf, shown, Unreadable, type Data } from './fields.js';

/** A sentence says why an entry cannot be read: a type or version of a later Hermes, or damaged data. */
export type Decoded<T> = { readonly ok: true; readonly entry: T } | { readonly ok: false; readonly reason: string };

/** Makes the entry of one version's data. `owner` is what the stream's name says, e.g. the host. */
export type Reader<Entry, Owner> = (data: Data, owner: Owner, recordedAt: Instant) => Entry;

/**
 * By type the readers of all its versions, from version 1 on; the newest is the one that is written. A reader of an
 * older version is the upcaster: it makes today's entry of the older data.
 */
export type Readers<Entry extends { readonly kind: string }, Owner> = {
  readonly [Kind in Entry['kind']]: readonly Reader<Extract<Entry, { readonly kind: Kind }>, Owner>[];
};

/** `ownerOf` answers undefined for a stream that is not of this kind. */
export function decoderOf<Entry extends { readonly kind: string }, Owner>(
  kindOfStream: string,
  readers: Readers<Entry, Owner>,
  ownerOf: (stream: string) => Owner | undefined,
): (stored: StoredEntry) => Decoded<Entry> {
  const table = new Map<string, readonly Reader<Entry, Owner>[]>(Object.entries(readers));
  return (stored) => {
    const owner = ownerOf(stored.stream);
    if (owner === undefined) return { ok: false, reason: `${shown(stored.stream)} is not ${kindOfStream}` };
    const reader = table.get(stored.type)?.[stored.version - 1];
    if (reader === undefined) return { ok: false, reason: unknownReason(stored, kindOfStream, table) };
    try {
      const recordedAt = instant(stored.recordedAt, 'recordedAt');
      return { ok: true, entry: reader(objectOf(parse(stored.json), 'the data'), owner, recordedAt) };
    } catch (error) {
      if (!(error instanceof Unreadable)) throw error;
      return { ok: false, reason: `${stored.type} version ${stored.version} is damaged: ${error.message}` };
    }
  };
}

function parse(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    throw new Unreadable(`the data is ${shown(json)}, not JSON`);
  }
}

function unknownReason(
  { type, version }: StoredEntry,
  kindOfStream: string,
  table: ReadonlyMap<string, readonly unknown[]>,
): string {
  const what = `${shown(type)} version ${version} cannot be read`;
  const versions = table.get(type);
  if (versions) return `${what}: this Hermes reads ${type} of version ${upTo(versions.length)}; use a newer one`;
  const types = [...table].map(([name, { length }]) => `${name} (version ${upTo(length)})`);
  return `${what}: in ${kindOfStream} this Hermes reads ${types.join(', ')}; use a newer one`;
}

function upTo(newest: number): string {
  return newest === 1 ? '1' : `1 to ${newest}`;
}
