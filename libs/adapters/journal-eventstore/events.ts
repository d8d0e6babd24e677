/**
 * Between our entries and EventStoreDB's events. The data is a binary event although it is JSON text: a JSON event is
 * parsed and serialized again by the driver, which loses spaces, order and long numbers, and J1 promises the text as it was.
 * The envelope is the event's id, type and (as JSON) metadata.
 */
import {
  binaryEvent,
  type AllStreamResolvedEvent,
  type EventData,
  type ResolvedEvent,
} from '@kurrent/kurrentdb-client';
import { positionOf, type NewEntry, type Position, type StoredEntry } from '#contracts';

export type Event = EventData;

/** The fields that every event of a read has, whichever read it was. */
export type ReadEvent = NonNullable<ResolvedEvent['event'] | AllStreamResolvedEvent['event']>;

/** Metadata of an entry's event. */
interface Envelope extends Pick<NewEntry, 'trace' | 'principal'> {
  readonly version: number;
  readonly recordedAt: NewEntry['recordedAt'];
}

/** End of the prefix of named states. */
export const STATES = '-state';

/** How streams are named: `hermes.host-web-1`. A prefix of letters, digits and hyphens keeps those of others apart. */
export class StreamNames {
  /** Prefix of all streams with entries, and of no others. */
  readonly entries: string;

  constructor(private readonly prefix: string) {
    this.entries = `${prefix}.`;
  }

  stream(stream: string): string {
    return `${this.entries}${stream}`;
  }

  /** No entry's stream: J7. */
  state(name: string): string {
    return `${this.prefix}${STATES}.${name}`;
  }

  /** The name without the prefix. */
  own(stream: string): string {
    return stream.slice(this.entries.length);
  }
}

export function toEvent({ id, type, version, recordedAt, json, trace, principal }: NewEntry): Event {
  const envelope: Envelope = { version, recordedAt, ...ofCause(trace, principal) };
  return binaryEvent({ id, type, data: utf8.encode(json), metadata: envelope });
}

/** An event that another program put into our streams has no envelope: it gets version 0, which no codec reads. */
export function toEntry(event: ReadEvent, names: StreamNames): StoredEntry {
  const { version = 0, recordedAt, trace, principal } = (event.metadata ?? {}) as Partial<Envelope>;
  return {
    id: event.id,
    type: event.type,
    version,
    recordedAt: recordedAt ?? (event.created.toISOString() as NewEntry['recordedAt']),
    json: textOf(event),
    stream: names.own(event.streamId),
    revision: Number(event.revision),
    position: placeOf(event),
    ...ofCause(trace, principal),
  };
}

/** Without the fields that are not there. */
function ofCause(trace: string | undefined, principal: string | undefined): Pick<NewEntry, 'trace' | 'principal'> {
  return { ...(trace !== undefined && { trace }), ...(principal !== undefined && { principal }) };
}

/** The event's data as text. */
export function textOf({ data }: ReadEvent): string {
  if (!ArrayBuffer.isView(data)) return JSON.stringify(data);
  return Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString('utf8');
}

/** Throws an Error where the server sends no position in the reads of a stream: older than 22.10. */
export function placeOf({ position }: ReadEvent): Position {
  if (position === undefined) throw new Error('the event store sends no positions: it is older than 22.10');
  return positionOf(position.commit);
}

/** A position as the driver takes it; commit and prepare are one. */
export function driverPosition(position: Position): { readonly commit: bigint; readonly prepare: bigint } {
  return { commit: position, prepare: position };
}

const utf8 = new TextEncoder();
