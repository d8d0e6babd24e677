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

/** The entries version of all that was written before there were any. */
const FIRST = 1;

interface Entry {
  readonly kind: string;
  readonly recordedAt: Instant;
  readonly principal?: string;
}

/** What of an entry is stored in its data; the rest is in the envelope, in the stream's name, or made of both (`Implied`). */
type Stored<E, Implied extends PropertyKey> = Omit<E, 'kind' | 'recordedAt' | 'principal' | Implied>;

type Writable<T> = { -readonly [Name in keyof T]: T[Name] };

/**
 * From which entries version on a version of a type is written (R13); the first one where absent. A type or version that is added
 * takes the next one, which `ENTRIES_VERSION` says.
 */
interface Since {
  readonly since?: number;
}

/** A version of a type of entry that came before the newest. */
export interface FormerVersion<E, Owner> extends Since {
  readonly read: Reader<E, Owner>;
  /** Its data for an entry that it says wholly; null for any other. Absent: it is only read. */
  readonly write?: (entry: E) => string | null;
}

/** How one type of entry is stored. */
interface Layout<E, Owner, Implied extends PropertyKey> extends Since {
  /** Of the newest version. */
  readonly fields: FieldsOf<Stored<E, Implied>>;
  /** Adds what is not stored; `owner` is what the stream's name says, e.g. the host. */
  readonly imply?: (entry: Writable<E>, owner: Owner) => void;
  /** The versions before, from version 1 on. */
  readonly before?: readonly FormerVersion<E, Owner>[];
}

export type Layouts<E extends Entry, Owner, Implied extends PropertyKey> = {
  readonly [Kind in E['kind']]: Layout<Extract<E, { readonly kind: Kind }>, Owner, Implied>;
};

/** What one type of entry is read, written and described by. */
export interface EntryCodec<E> {
  /** The newest. */
  readonly version: number;
  /** In the oldest version that says the entry wholly, so that builds which read no newer one judge it too (R13). */
  readonly write: (entry: E) => Written;
  /** Of the newest version's data. */
  readonly schema: JsonSchema;
  /** For each version, from 1 on: the entries version from which on it is written. */
  readonly since: readonly number[];
}

export interface Written {
  readonly version: number;
  readonly json: string;
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
    const { before = [], fields, imply, since = FIRST } = layout;
    const shape = shapeOf(fields);
    readers.set(kind, [...before.map(({ read }) => read), readerOf<E, Owner>(kind, shape, imply)]);
    entries[kind] = {
      version: before.length + 1,
      write: writerOf(before, shape),
      schema: shape.schema,
      since: [...before.map((each) => each.since ?? FIRST), since],
    };
  }
  return { decode: decoderOf(kindOfStream, ownerOf, readers), entries: entries as StreamCodec<E>['entries'] };
}

/** A former version of these fields; `says` answers whether it says the entry wholly, so that it reads it as it was. */
export function formerVersion<E extends Entry, Owner, V extends object>(
  kind: E['kind'],
  fields: FieldsOf<V>,
  says: (entry: E) => boolean,
  imply?: (entry: Writable<E>, owner: Owner) => void,
): FormerVersion<E, Owner> {
  const shape = shapeOf<V>(fields);
  return {
    read: readerOf(kind, shape, imply),
    write: (entry) => (says(entry) ? shape.write(entry as unknown as V) : null),
  };
}

function writerOf<E, Owner>(
  before: readonly FormerVersion<E, Owner>[],
  newest: { readonly write: (entry: never) => string },
): (entry: E) => Written {
  return (entry) => {
    for (const [index, { write }] of before.entries()) {
      const json = write?.(entry) ?? null;
      if (json !== null) return { version: index + 1, json };
    }
    return { version: before.length + 1, json: newest.write(entry as never) };
  };
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
