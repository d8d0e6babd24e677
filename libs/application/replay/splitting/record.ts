/**
 * An entry as bytes: their number, then its fields as one text. An entry's data is JSON already and goes as it is. No text of an
 * entry holds NUL and none is empty (the journal refuses both), so NUL is between the fields and nothing stands for an absent one.
 */
import { parsePosition, type StoredEntry } from '#contracts';
import type { Instant } from '#domain';

/** Before each text: how many bytes it has. */
export const LENGTH_BYTES = 4;
/** The most bytes that UTF-8 takes for one unit of a text. */
const MOST_BYTES_PER_UNIT = 3;

export function textOf(entry: StoredEntry): string {
  const { stream, revision, position, id, type, version, recordedAt, trace = '', principal = '', json } = entry;
  return `${stream}\0${revision}\0${position}\0${id}\0${type}\0${version}\0${recordedAt}\0${trace}\0${principal}\0${json}`;
}

type Writable<T> = { -readonly [Name in keyof T]: T[Name] };

/** Throws an Error for a text that {@link textOf} has not made. Each field is cut out by itself, and set by itself: splitting and spreading took seven times as long. */
export function entryOf(text: string): StoredEntry {
  let begun = 0;
  const next = (): string => {
    const end = text.indexOf('\0', begun);
    if (end < 0) throw damaged();
    const field = text.slice(begun, end);
    begun = end + 1;
    return field;
  };
  const stream = next();
  const revision = Number(next());
  const position = parsePosition(next());
  if (position === undefined) throw damaged();
  const id = next();
  const type = next();
  const version = Number(next());
  const recordedAt = next() as Instant;
  const trace = next();
  const principal = next();
  const json = text.slice(begun);
  const entry: Writable<StoredEntry> = { id, type, version, recordedAt, json, stream, revision, position };
  if (trace !== '') entry.trace = trace;
  if (principal !== '') entry.principal = principal;
  return entry;
}

function damaged(): Error {
  return new Error('a record of a split journal is damaged');
}

/** At most as many bytes are written for the text. */
export function roomFor(text: string): number {
  return LENGTH_BYTES + text.length * MOST_BYTES_PER_UNIT;
}

/** Writes the record at `offset`, where there is {@link roomFor} it; answers where it ends. */
export function writeRecord(bytes: Buffer, offset: number, text: string): number {
  const length = bytes.write(text, offset + LENGTH_BYTES);
  bytes.writeUInt32LE(length, offset);
  return offset + LENGTH_BYTES + length;
}

/** Where the record at `offset` ends that begins before `end`; undefined where not even its length is there. */
export function endOfRecord(bytes: Buffer, offset: number, end: number): number | undefined {
  if (offset + LENGTH_BYTES > end) return undefined;
  return offset + LENGTH_BYTES + bytes.readUInt32LE(offset);
}
