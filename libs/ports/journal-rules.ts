/** Shared by all adapters of the journal: refusing invalid writes, and making and reading the identity (J6). */
import { JOURNAL_STREAM, type NewEntry, type StoredEntry, type Uuid } from '#contracts';
import type { Journal, StateOptions, StreamRead, StreamWrite } from './journal.js';

/** The type of the journal's first entry, version 1; its JSON is `{"identity": <UUID>}`. */
export const JOURNAL_CREATED = 'JournalCreated';

export interface AppendLimits {
  readonly maxAppendEntries: number;
  readonly maxAppendBytes: number;
}

/** How heavy a write is, and the reason why it is too large for the journal, where it is. */
export interface WriteSize {
  readonly bytes: number;
  readonly tooLarge: string | undefined;
}

// a store cuts text at NUL or mends a lone surrogate in silence; JSON.stringify escapes both
const UNSTORABLE = /[\0\p{Surrogate}]/u;

/**
 * Measures a write. Throws a TypeError for text that no store keeps as it is (NUL, a lone surrogate: JSON.stringify
 * never leaves one unescaped) or an empty stream name, a RangeError for a revision or version that cannot be.
 */
export function measureWrite(write: StreamWrite, limits: AppendLimits): WriteSize {
  requireText(write.stream, 'stream');
  if (typeof write.expected === 'number') requireCount(write.expected, 'expected revision', 0);
  let bytes = 0;
  for (const entry of write.entries) {
    requireEntry(entry);
    bytes += Buffer.byteLength(entry.json);
  }
  return { bytes, tooLarge: whyTooLarge(write.entries.length, bytes, limits) };
}

/** As {@link measureWrite}, of all writes of one call that must keep their order: they have the limits of one. */
export function measureInOrder(writes: readonly StreamWrite[], limits: AppendLimits): WriteSize {
  const bytes = writes.reduce((sum, write) => sum + measureWrite(write, limits).bytes, 0);
  const entries = writes.reduce((sum, write) => sum + write.entries.length, 0);
  return { bytes, tooLarge: whyTooLarge(entries, bytes, limits) };
}

/**
 * The bytes of a state. Throws as {@link measureWrite} does for a name or value that cannot be stored or a version that
 * cannot be, a RangeError for a value beyond `maxBytes` (a state is small) or an invalid time to live.
 */
export function measureState(
  name: string,
  value: string,
  expectedVersion: number,
  maxBytes: number,
  { ttlMs }: StateOptions = {},
): number {
  requireText(name, 'name of a state');
  requireText(value, 'value of a state');
  requireCount(expectedVersion, 'expected version', 0);
  if (ttlMs !== undefined) requireCount(ttlMs, 'time to live in milliseconds', 1);
  const bytes = Buffer.byteLength(value);
  if (bytes > maxBytes) throw new RangeError(`state ${name} has ${bytes} bytes; at most ${maxBytes} are kept`);
  return bytes;
}

/** Throws a RangeError for a limit outside 1 … `maxReadEntries` or a `from` that is no revision, a TypeError as {@link measureWrite} does. */
export function requireRead(read: StreamRead, maxReadEntries: number): void {
  requireText(read.stream, 'stream');
  requireLimit(read.limit, maxReadEntries);
  if (read.from !== undefined) requireCount(read.from, 'from', 0);
}

/** The room that the answers of one call of `read` share: large entries must not fill the memory, however few they are. */
export class ReadRoom {
  private left: number;

  constructor({ maxReadCharacters }: Pick<Journal, 'maxReadCharacters'>) {
    this.left = maxReadCharacters;
  }

  get isUsedUp(): boolean {
    return this.left <= 0;
  }

  /** Whether more may follow the entry. */
  take({ json }: Pick<StoredEntry, 'json'>): boolean {
    this.left -= json.length;
    return !this.isUsedUp;
  }
}

/** Whether a stream may go on behind the answer of a call that read nothing else: it has its limit, or all that a call brings. */
export function mayHaveMore(
  answer: readonly StoredEntry[],
  limit: number,
  journal: Pick<Journal, 'maxReadCharacters'>,
): boolean {
  const room = new ReadRoom(journal);
  for (const entry of answer) room.take(entry);
  return answer.length >= limit || room.isUsedUp;
}

/** Throws a RangeError for a page's size outside 1 … `most`. */
export function requireLimit(limit: number, most: number): void {
  requireCount(limit, 'limit', 1);
  if (limit > most) throw new RangeError(`limit is ${limit}; at most ${most} entries can be read at once`);
}

/** The entry that begins a journal; its own id is the identity, too. */
export function identityEntry(identity: Uuid, recordedAt: NewEntry['recordedAt']): NewEntry {
  return { id: identity, type: JOURNAL_CREATED, version: 1, recordedAt, json: JSON.stringify({ identity }) };
}

/** The identity that a journal's first entry carries; undefined where it is no such entry. */
export function identityOf(entry: StoredEntry): Uuid | undefined {
  if (entry.stream !== JOURNAL_STREAM || entry.type !== JOURNAL_CREATED || entry.version !== 1) return undefined;
  const data = JSON.parse(entry.json) as { readonly identity?: unknown };
  return typeof data.identity === 'string' ? data.identity : undefined;
}

function requireEntry(entry: NewEntry): void {
  requireText(entry.id, 'id');
  requireText(entry.type, 'type');
  requireText(entry.recordedAt, 'recordedAt');
  requireText(entry.json, 'json');
  if (entry.trace !== undefined) requireText(entry.trace, 'trace');
  if (entry.principal !== undefined) requireText(entry.principal, 'principal');
  requireCount(entry.version, 'version', 1);
}

function requireText(text: string, what: string): void {
  if (text === '') throw new TypeError(`${what} is empty`);
  if (UNSTORABLE.test(text)) throw new TypeError(`${what} holds NUL or a lone surrogate; JSON.stringify escapes both`);
}

function requireCount(value: number, what: string, least: number): void {
  if (!Number.isSafeInteger(value) || value < least)
    throw new RangeError(`${what} is ${value}; it is a whole number from ${least}`);
}

function whyTooLarge(entries: number, bytes: number, limits: AppendLimits): string | undefined {
  if (entries > limits.maxAppendEntries) {
    return `${entries} entries in one write; the journal takes at most ${limits.maxAppendEntries}`;
  }
  if (bytes > limits.maxAppendBytes) {
    return `${bytes} bytes of data in one write; the journal takes at most ${limits.maxAppendBytes}`;
  }
  return undefined;
}
