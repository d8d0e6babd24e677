/**
 * Feed messages as Kafka messages (F3): CloudEvents in binary mode (`ce_*` headers), the value being the entry's JSON
 * text to the byte. The names here are a wire format, read by whatever else follows the topic.
 */
import { isInstant, parsePosition, START, type Position, type StoredEntry } from '#contracts';
import type { EntryMessage, FeedMessage, TickMessage } from '#ports';

/** A Kafka message to be sent. */
export interface Outgoing {
  readonly partition: number;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers: Readonly<Record<string, string | Buffer | Buffer[]>>;
}

/** The parts of a Kafka message that the codec reads. */
export interface Incoming {
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers?: Readonly<Record<string, Buffer | string | (Buffer | string)[] | undefined>>;
}

export type Decoded =
  { readonly ok: true; readonly message: FeedMessage } | { readonly ok: false; readonly reason: string };

/** Type of an entry's event: this and the entry's own type. */
const ENTRY_TYPE = 'hermes.journal.';
/** The journal's identity (J6) stands behind it. */
const SOURCE = 'urn:uuid:';
const TICK_TYPE = 'hermes.feed.tick';
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

export function encodeMessage(message: FeedMessage): Outgoing {
  return message.kind === 'tick' ? encodeTick(message) : encodeEntryMessage(message);
}

function encodeTick({ partition, journal, previous, number, position, entryId }: TickMessage): Outgoing {
  const headers: Outgoing['headers'] = {
    ce_specversion: '1.0',
    ce_source: SOURCE + journal,
    ce_previous: String(previous),
    ce_number: String(number),
    ce_id: `tick-${partition}-${position}`,
    ce_type: TICK_TYPE,
    ce_position: String(position),
    ...(entryId === null ? {} : { ce_entryid: entryId }),
  };
  return { partition, key: null, value: null, headers };
}

/** For each entry of the journal: one literal of plain names costs a sixth of one that is put together. */
function encodeEntryMessage(message: EntryMessage): Outgoing {
  const { partition, journal, previous, number, entry, catalogueRevision } = message;
  const headers: Record<string, string> = {
    ce_specversion: '1.0',
    ce_source: SOURCE + journal,
    ce_previous: String(previous),
    ce_number: String(number),
    ce_id: entry.id,
    ce_type: ENTRY_TYPE + entry.type,
    ce_time: entry.recordedAt,
    'content-type': 'application/json',
    ce_stream: entry.stream,
    ce_revision: String(entry.revision),
    ce_position: String(entry.position),
    ce_entryversion: String(entry.version),
    ce_cataloguerevision: String(catalogueRevision),
  };
  if (entry.trace !== undefined) headers['ce_traceparent'] = entry.trace;
  if (entry.principal !== undefined) headers['ce_principal'] = entry.principal;
  return { partition, key: Buffer.from(entry.stream), value: Buffer.from(entry.json), headers };
}

/** A message of the partition; the reason where it is foreign or damaged. */
export function decodeMessage(partition: number, incoming: Incoming): Decoded {
  try {
    const headers = new Headers(incoming.headers ?? {});
    if (headers.text('ce_specversion') !== '1.0') throw new Unreadable('ce_specversion is not 1.0');
    const type = headers.text('ce_type');
    if (type === TICK_TYPE) return { ok: true, message: tickOf(partition, headers) };
    if (!type.startsWith(ENTRY_TYPE)) throw new Unreadable(`ce_type is none of ours`);
    return { ok: true, message: entryOf(partition, type.slice(ENTRY_TYPE.length), headers, incoming.value) };
  } catch (error) {
    if (error instanceof Unreadable) return { ok: false, reason: error.message };
    throw error;
  }
}

function tickOf(partition: number, headers: Headers): TickMessage {
  const entryId = headers.optional('ce_entryid') === undefined ? null : headers.uuid('ce_entryid');
  return { kind: 'tick', partition, ...numbered(headers), position: headers.position('ce_position'), entryId };
}

function entryOf(partition: number, type: string, headers: Headers, value: Buffer | null): EntryMessage {
  if (value === null) throw new Unreadable('it has no value');
  const trace = headers.optional('ce_traceparent');
  const principal = headers.optional('ce_principal');
  const recordedAt = headers.text('ce_time');
  if (!isInstant(recordedAt)) throw new Unreadable('ce_time is no instant');
  const entry: StoredEntry = {
    id: headers.uuid('ce_id'),
    type,
    version: headers.count('ce_entryversion'),
    recordedAt,
    json: utf8(value, 'the value'),
    stream: headers.text('ce_stream'),
    revision: headers.count('ce_revision'),
    position: headers.position('ce_position'),
    ...(trace === undefined ? {} : { trace }),
    ...(principal === undefined ? {} : { principal }),
  };
  const catalogueRevision = headers.count('ce_cataloguerevision');
  return { kind: 'entry', partition, ...numbered(headers), entry, catalogueRevision };
}

function numbered(headers: Headers) {
  return {
    journal: headers.uuid('ce_source', SOURCE),
    previous: headers.position('ce_previous'),
    number: headers.count('ce_number'),
  };
}

class Unreadable extends Error {}

class Headers {
  constructor(private readonly all: NonNullable<Incoming['headers']>) {}

  optional(name: string): string | undefined {
    const value = Object.hasOwn(this.all, name) ? this.all[name] : undefined;
    if (value === undefined) return undefined;
    if (Array.isArray(value)) throw new Unreadable(`${name} is there ${value.length} times`);
    return typeof value === 'string' ? value : utf8(value, name);
  }

  text(name: string): string {
    const text = this.optional(name);
    if (text === undefined || text === '') throw new Unreadable(`${name} is missing`);
    return text;
  }

  uuid(name: string, before = ''): string {
    const text = this.text(name);
    const uuid = text.slice(before.length);
    if (!text.startsWith(before) || !UUID.test(uuid)) throw new Unreadable(`${name} is no ${before}UUID`);
    return uuid;
  }

  count(name: string): number {
    const text = this.text(name);
    const value = /^\d{1,16}$/.test(text) ? Number(text) : Number.NaN;
    if (!Number.isSafeInteger(value)) throw new Unreadable(`${name} is no count`);
    return value;
  }

  position(name: string): Position {
    const text = this.text(name);
    const position = text === String(START) ? START : parsePosition(text);
    if (position === undefined) throw new Unreadable(`${name} is no position`);
    return position;
  }
}

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function utf8(bytes: Buffer, what: string): string {
  try {
    return decoder.decode(bytes);
  } catch {
    throw new Unreadable(`${what} is not UTF-8`);
  }
}
