/** Between the entries of one kind of stream and their envelopes; what cannot be read is a reason, never an exception. */
import type { Instant } from '#domain';
import type { StoredEntry } from '../entries.js';
import { inMessage } from '../in-message.js';
import { instant, object, Unreadable, type Data, type JsonSchema } from './fields.js';
import { shapeOf, type FieldsOf, type Shape } from './shape.js';

/** A sentence says why an entry cannot be read: a type or version of a later Hermes, or damaged data. */
export type Decoded<T> = { readonly ok: true; readonly entry: T } | { readonly ok: false; readonly reason: string };

/** Makes today's entry of one version's data: for an older version it is the upcaster. */
export type Reader<Entry, Owner> = (data: Data, owner: Owner, recordedAt: Instant) => Entry;

interface Entry {
  readonly kind: string;
  readonly recordedAt: Instant;
  readonly principal?: string;
}

/** What of an entry is stored in its data; the rest is in the envelope, in the stream's name, or made of both (`Implied`). */
type Stored<E, Implied extends PropertyKey> = Omit<E, 'kind' | 'recordedAt' | 'principal' | Implied>;

type Writable<T> = { -readonly [Name in keyof T]: T[Name] };

/** How one type of entry is stored. */
interface Layout<E, Owner, Implied extends PropertyKey> {
  /** Of the newest version, which is the one that is written. */
  readonly fields: FieldsOf<Stored<E, Implied>>;
  /** Adds what is not stored; `owner` is what the stream's name says, e.g. the host. */
  readonly imply?: (entry: Writable<E>, owner: Owner) => void;
  /** Readers of the versions before, from version 1 on. */
  readonly before?: readonly Reader<E, Owner>[];
}

export type Layouts<E extends Entry, Owner, Implied extends PropertyKey> = {
  readonly [Kind in E['kind']]: Layout<Extract<E, { readonly kind: Kind }>, Owner, Implied>;
};

/** What one type of entry is read, written and described by. */
export interface EntryCodec<E> {
  /** The newest, which is written. */
  readonly version: number;
  readonly write: (entry: E) => string;
  /** Of the newest version's data. */
  readonly schema: JsonSchema;
}

export interface StreamCodec<E extends Entry> {
  readonly decode: (stored: StoredEntry) => Decoded<E>;
  readonly entries: { readonly [Kind in E['kind']]: EntryCodec<E> };
}

/** `ownerOf` answers undefined for a stream that is not of this kind. */
export function streamCodec<E extends Entry, Owner, Implied extends PropertyKey = never>(
  kindOfStream: string,
  ownerOf: (stream: string) => Owner | undefined,
  layouts: Layouts<E, Owner, Implied>,
): StreamCodec<E> {
  const entries: Record<string, EntryCodec<E>> = {};
  const readers = new Map<string, readonly Reader<E, Owner>[]>();
  for (const [kind, layout] of Object.entries(layouts as unknown as Record<string, Layout<E, Owner, Implied>>)) {
    const { before = [], fields, imply } = layout;
    const shape = shapeOf(fields);
    readers.set(kind, [...before, readerOf<E, Owner>(kind, shape, imply)]);
    entries[kind] = { version: before.length + 1, write: shape.write, schema: shape.schema };
  }
  return { decode: decoderOf(kindOfStream, ownerOf, readers), entries: entries as StreamCodec<E>['entries'] };
}

/** Reads one version's data, and adds what is not stored. */
export function readerOf<E extends Entry, Owner>(
  kind: E['kind'],
  { read }: Pick<Shape<object>, 'read'>,
  imply?: (entry: Writable<E>, owner: Owner) => void,
): Reader<E, Owner> {
  return (data, owner, recordedAt) => {
    const entry = { kind, recordedAt } as unknown as E;
    read(data, entry);
    imply?.(entry, owner);
    return entry;
  };
}

function decoderOf<E extends Entry, Owner>(
  kindOfStream: string,
  ownerOf: (stream: string) => Owner | undefined,
  readers: ReadonlyMap<string, readonly Reader<E, Owner>[]>,
): (stored: StoredEntry) => Decoded<E> {
  return (stored) => {
    const owner = ownerOf(stored.stream);
    if (owner === undefined) return { ok: false, reason: `${inMessage(stored.stream)} is not ${kindOfStream}` };
    const reader = readers.get(stored.type)?.[stored.version - 1];
    if (reader === undefined) return { ok: false, reason: unknownReason(stored, kindOfStream, readers) };
    try {
      const recordedAt = instant.read(stored.recordedAt, 'recordedAt');
      const entry: Writable<E> = reader(object.read(parse(stored.json), 'the data'), owner, recordedAt);
      if (stored.principal !== undefined) entry.principal = stored.principal;
      return { ok: true, entry };
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
    throw new Unreadable(`the data is ${inMessage(json)}, not JSON`);
  }
}

function unknownReason(
  { type, version }: StoredEntry,
  kindOfStream: string,
  readers: ReadonlyMap<string, readonly unknown[]>,
): string {
  const what = `${inMessage(type)} version ${version} cannot be read`;
  const versions = readers.get(type);
  if (versions) return `${what}: this Hermes reads ${type} of version ${upTo(versions.length)}; use a newer one`;
  const types = [...readers].map(([name, { length }]) => `${name} (version ${upTo(length)})`);
  return `${what}: in ${kindOfStream} this Hermes reads ${types.join(', ')}; use a newer one`;
}

function upTo(newest: number): string {
  return newest === 1 ? '1' : `1 to ${newest}`;
}
