/** What is kept of a request with an Idempotency-Key, and how such records share a small named state (J7). */
import type { Uuid } from '#contracts';
import type { QuestId } from '#domain';

interface Known {
  /** Of who asked, what for, and the key. */
  readonly hash: string;
  /** Of all that was asked. */
  readonly body: string;
  /** When the first try came, in milliseconds after 1970. */
  readonly atMs: number;
}

/** Some try has begun; nobody knows how far it came but the streams that it writes to. */
export interface BegunRecord extends Known {
  readonly state: 'begun';
  /** The request's own: what it writes has UUIDs that are derived from it. */
  readonly id: Uuid;
  /** A position before all that it writes, as text. */
  readonly since: string;
  readonly tries: number;
  /** Kept free for the answer, in bytes. */
  readonly room: number;
  /** The quest's number, once it was given one. */
  readonly quest?: QuestId;
}

export interface AnsweredRecord extends Known {
  readonly state: 'answered';
  readonly answer: unknown;
}

export type RequestRecord = BegunRecord | AnsweredRecord;

/** For so long a request is known again. */
export const REMEMBERED_MS = 24 * 60 * 60_000;
const SLOTS = 4096;
/** Records that one slot may have: all slots together some 100,000 before the first is full. */
export const MAX_SLOT_RECORDS = 64;
/** Of what the journal takes as a state. */
const SLOT_SHARE = 0.9;

/** The state that has the record of this hash (hexadecimal). */
export function slotOf(hash: string): string {
  return `requests-${parseInt(hash.slice(0, 8), 16) % SLOTS}`;
}

/** The slot's records that are still remembered. A clock that was wrong for a while keeps none of them for ever. */
export function recordsOf(value: string | undefined, nowMs: number): readonly RequestRecord[] {
  if (value === undefined) return [];
  const { records } = JSON.parse(value) as { readonly records: readonly RequestRecord[] };
  return records.filter(({ atMs }) => Math.abs(nowMs - atMs) < REMEMBERED_MS);
}

export function writeRecords(records: readonly RequestRecord[]): string {
  return JSON.stringify({ records });
}

/** With `record` in the place of the one with its hash, or at the end. */
export function withRecord(records: readonly RequestRecord[], record: RequestRecord): readonly RequestRecord[] {
  const place = records.findIndex(({ hash }) => hash === record.hash);
  return place < 0 ? [...records, record] : records.with(place, record);
}

/** Whether the slot can have the record in its place. */
export function canHold(records: readonly RequestRecord[], record: RequestRecord, maxBytes: number): boolean {
  return Buffer.byteLength(writeRecords(withRecord(records, record))) <= maxBytes;
}

/** Whether the slot can have one more, with the answers that are still to come. */
export function hasRoom(records: readonly RequestRecord[], one: BegunRecord, maxBytes: number): boolean {
  if (records.length >= MAX_SLOT_RECORDS) return false;
  let bytes = 0;
  for (const record of [...records, one]) {
    bytes += Buffer.byteLength(JSON.stringify(record)) + (record.state === 'begun' ? record.room : 0);
  }
  return bytes <= maxBytes * SLOT_SHARE;
}
