/** Inserting events where they are not there, counting them by hour and minute, and redacting them. */
import type { EventDocument } from '#contracts';
import type { ViewsBatch } from '#ports';
import { encodeEvent } from './documents.js';
import { eventOf } from './lists/host-events.js';
import { placeOf } from './positions.js';
import type { Store } from './store.js';

export const HOUR_MS = 3_600_000;
export const MINUTE_MS = 60_000;

interface Span {
  readonly lengthMs: number;
  readonly span: number;
  events: number;
  first: bigint;
  last: bigint;
}

/**
 * Answers how many were not there. An event that is there is known by its place alone: no two entries have one, and the same entry always
 * makes the same event.
 */
export function insertEvents(store: Store, events: readonly EventDocument[]): number {
  let inserted = 0;
  const insert = store.statement('INSERT OR IGNORE INTO events VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)');
  const spans = new Map<string, Span>();
  const types = new Map<string, EventDocument>();
  for (const event of events) {
    const { host, category, revision, type, key, by, principal, quest } = event;
    const place = placeOf(event.position);
    const recordedAt = Date.parse(event.recordedAt);
    const { changes } = insert.run(
      place,
      host,
      category,
      revision,
      type,
      key,
      by,
      principal,
      quest,
      recordedAt,
      encodeEvent(event),
    );
    if (changes === 0) continue;
    inserted += 1;
    count(spans, HOUR_MS, recordedAt, place);
    count(spans, MINUTE_MS, recordedAt, place);
    types.set(`${category}\n${type}`, event);
  }
  const addSpan = store.statement(
    `INSERT INTO event_spans VALUES (?, ?, ?, ?, ?) ON CONFLICT (length_ms, span) DO UPDATE SET
     events = events + excluded.events, first = min(first, excluded.first), last = max(last, excluded.last)`,
  );
  for (const { lengthMs, span, events: n, first, last } of spans.values()) addSpan.run(lengthMs, span, n, first, last);
  const addType = store.statement('INSERT OR IGNORE INTO event_types VALUES (?, ?)');
  for (const { category, type } of types.values()) addType.run(category, type);
  return inserted;
}

/** Answers how many were not redacted before. */
export function redactEvents(store: Store, redactions: NonNullable<ViewsBatch['redactions']>): number {
  let redacted = 0;
  const write = store.statement('UPDATE events SET reporter = NULL, doc = ? WHERE place = ?');
  for (const { event: id, redaction } of redactions) {
    const event = eventOf(store, id);
    if (event === undefined || event.redacted !== null) continue;
    const silent = { by: null, note: null, attributes: null, data: null, redacted: redaction };
    write.run(encodeEvent({ ...event, ...silent }), placeOf(event.position));
    redacted += 1;
  }
  return redacted;
}

function count(spans: Map<string, Span>, lengthMs: number, recordedAt: number, place: bigint): void {
  const span = Math.floor(recordedAt / lengthMs);
  const name = `${lengthMs} ${span}`;
  const known = spans.get(name);
  if (known === undefined) {
    spans.set(name, { lengthMs, span, events: 1, first: place, last: place });
    return;
  }
  known.events += 1;
  if (place < known.first) known.first = place;
  if (place > known.last) known.last = place;
}
