/** Inserting events where they are not there, and redacting them; beside them, between which places the events of an hour and of a minute lie. */
import type { AnyBulkWriteOperation } from 'mongodb';
import type { EventDocument } from '#contracts';
import type { ViewsBatch } from '#ports';
import type { Connection } from './connection.js';
import { encodeEvent, type StoredEvent } from './documents.js';
import { textOf } from './positions.js';

export const HOUR_MS = 3_600_000;
export const MINUTE_MS = 60_000;

/** All events recorded in one hour or minute lie from `first` to `last`, maybe among others: bounds only widen. */
export interface StoredSpan {
  readonly _id: string;
  readonly length: 'hour' | 'minute';
  /** Hours or minutes since 1970. */
  readonly span: number;
  readonly first: string;
  readonly last: string;
}

/** An event that is there stays as it is: the same entry always makes the same event, and what was redacted stays so. */
export async function insertEvents(
  connection: Connection,
  list: number,
  events: readonly EventDocument[],
): Promise<void> {
  const inserts = events.map((event) => ({ insertOne: { document: encodeEvent(event) } }));
  await connection.bulk(connection.of<StoredEvent>('events', list), inserts);
}

/** Once the events are there. */
export async function redactEvents(
  connection: Connection,
  list: number,
  redactions: NonNullable<ViewsBatch['redactions']>,
): Promise<void> {
  const writes = redactions.map(({ event, redaction }): AnyBulkWriteOperation<StoredEvent> => {
    const filter = { _id: event, redacted: null };
    const update = { $set: { by: null, note: null, attributes: null, data: null, redacted: redaction } };
    return { updateOne: { filter, update } };
  });
  await connection.bulk(connection.of<StoredEvent>('events', list), writes);
}

/** Done beside the events; who repeats a batch repeats both, and bounds that are wide already stay so. */
export async function widenSpans(
  connection: Connection,
  list: number,
  events: readonly EventDocument[],
): Promise<void> {
  const spans = new Map<string, StoredSpan>();
  for (const event of events) {
    const recordedAtMs = Date.parse(event.recordedAt);
    widen(spans, 'hour', Math.floor(recordedAtMs / HOUR_MS), textOf(event.position));
    widen(spans, 'minute', Math.floor(recordedAtMs / MINUTE_MS), textOf(event.position));
  }
  const writes = [...spans.values()].map(({ _id, length, span, first, last }): AnyBulkWriteOperation<StoredSpan> => {
    const update = { $min: { first }, $max: { last }, $setOnInsert: { length, span } };
    return { updateOne: { filter: { _id }, update, upsert: true } };
  });
  await connection.upsert(connection.of<StoredSpan>('event_spans', list), writes);
}

function widen(spans: Map<string, StoredSpan>, length: StoredSpan['length'], span: number, place: string): void {
  const id = `${length} ${span}`;
  const known = spans.get(id) ?? { _id: id, length, span, first: place, last: place };
  spans.set(id, {
    ...known,
    first: place < known.first ? place : known.first,
    last: place > known.last ? place : known.last,
  });
}
