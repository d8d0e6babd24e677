/** Every statement of the journal, prepared once, with rows turned into entries. */
import { RowDamaged, type Database } from '#adapters/sqlite';
import { positionOf, type NewEntry, type Position, type StoredEntry } from '#contracts';
import type { NamedState, ReadRoom, StreamRead } from '#ports';
import { checksumOf, stateChecksumOf } from './checksum.js';
import { traceColumn, traceOfColumn } from './trace-column.js';

/** position, stream, revision, id, type, version, recordedAt, json, trace, checksum, principal */
type EntryRow = readonly [
  number,
  string,
  number,
  string,
  string,
  number,
  NewEntry['recordedAt'],
  string,
  Uint8Array | string | null,
  number | null,
  string | null,
];

type Writable<T> = { -readonly [Name in keyof T]: T[Name] };

/** value, version, expires_at, checksum */
type StateRow = readonly [string, number, number | null, number | null];

const COLUMNS =
  'e.position, s.name, e.revision, e.id, e.type, e.version, e.recorded_at, e.json, e.trace, e.checksum, e.principal';
const BY_POSITION = `SELECT ${COLUMNS} FROM entries e JOIN streams s ON s.id = e.stream`;
const BY_STREAM = `SELECT ${COLUMNS} FROM streams s JOIN entries e ON e.stream = s.id WHERE s.name = ?`;
/** The greatest number that a row can have. */
const LAST_ROW = (1n << 63n) - 1n;

/** Rows fetched at once: a driver's list is faster than its iterator, and this bounds the cost of a page of huge entries. */
const PAGE_STEP = 100;

/** The row with this name is no state: its version is the greatest that a removed state had. No caller's name is empty. */
const REMOVED = '';

/** A state as its row has it. */
export interface StoredState extends NamedState {
  /** Milliseconds after 1970; Infinity for one that stays. */
  readonly expiresAtMs: number;
}

/** Where a stream ends: its number in the file, its last entry's revision and position. */
export interface StreamEnd {
  readonly stream: number;
  readonly revision: number;
  readonly position: number;
}

export type Statements = ReturnType<typeof prepareStatements>;

export function prepareStatements(database: Database) {
  const prepare = (sql: string) => {
    const statement = database.prepare(sql);
    statement.setReturnArrays(true);
    return statement;
  };
  const forwards = prepare(`${BY_STREAM} AND e.revision >= ? ORDER BY e.revision LIMIT ?`);
  const backwards = prepare(`${BY_STREAM} AND e.revision <= ? ORDER BY e.revision DESC LIMIT ?`);
  const after = prepare(`${BY_POSITION} WHERE e.position > ? ORDER BY e.position LIMIT ?`);
  const at = prepare(`${BY_POSITION} WHERE e.position = ?`);
  const last = prepare(`${BY_POSITION} ORDER BY e.position DESC LIMIT 1`);
  // one statement, since every write asks for it: the stream's row is unique, so the index on entries gives the order
  const endOf = prepare(
    'SELECT s.id, e.revision, e.position FROM streams s JOIN entries e ON e.stream = s.id WHERE s.name = ? ORDER BY e.revision DESC LIMIT 1',
  );
  const addStream = prepare('INSERT INTO streams (name) VALUES (?)');
  const addEntry = prepare(
    'INSERT INTO entries (stream, revision, id, type, version, recorded_at, json, trace, checksum, principal) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
  );
  const state = prepare('SELECT value, version, expires_at, checksum FROM states WHERE name = ?');
  const putState = prepare(
    'INSERT OR REPLACE INTO states (name, value, version, expires_at, checksum) VALUES (?, ?, ?, ?, ?)',
  );
  const expired = prepare('SELECT name FROM states WHERE expires_at <= ? AND name <> ? ORDER BY expires_at LIMIT ?');
  const names = prepare('SELECT name FROM states WHERE name > ? ORDER BY name LIMIT ?');
  const removeState = prepare('DELETE FROM states WHERE name = ?');

  const storedState = (name: string): StoredState | undefined => {
    const row = state.get(name) as StateRow | undefined;
    return row && toState(name, row);
  };
  const write = (name: string, { value, version, expiresAtMs }: StoredState): void => {
    const expiresAt = expiresAtMs === Infinity ? null : expiresAtMs;
    putState.run(name, value, version, expiresAt, stateChecksumOf(name, value, version, expiresAt));
  };

  return {
    /** Ends when the room is used up. */
    read({ stream, direction, from, limit }: StreamRead, room: ReadRoom): readonly StoredEntry[] {
      const isForwards = direction === 'forwards';
      const statement = isForwards ? forwards : backwards;
      const answer: StoredEntry[] = [];
      for (let next = from ?? (isForwards ? 0 : Number.MAX_SAFE_INTEGER); answer.length < limit && next >= 0;) {
        const step = Math.min(limit - answer.length, PAGE_STEP);
        const rows = statement.all(stream, next, step) as unknown as readonly EntryRow[];
        for (const row of rows) {
          const entry = toEntry(row);
          answer.push(entry);
          if (!room.take(entry)) return answer;
          next = entry.revision + (isForwards ? 1 : -1);
        }
        if (rows.length < step) break;
      }
      return answer;
    },

    /** Ends after the entry with which `maxCharacters` of JSON are reached: a short page need not be the last. */
    after(position: Position, limit: number, maxCharacters: number): readonly StoredEntry[] {
      const page: StoredEntry[] = [];
      if (position >= LAST_ROW) return page;
      let characters = 0;
      for (let from: bigint = position; page.length < limit;) {
        const step = Math.min(limit - page.length, PAGE_STEP);
        const rows = after.all(from, step) as unknown as readonly EntryRow[];
        for (const row of rows) {
          const entry = toEntry(row);
          page.push(entry);
          from = entry.position;
          characters += entry.json.length;
          if (characters >= maxCharacters) return page;
        }
        if (rows.length < step) break;
      }
      return page;
    },

    at(position: Position): StoredEntry | undefined {
      if (position > LAST_ROW) return undefined;
      const row = at.get(position) as EntryRow | undefined;
      return row && toEntry(row);
    },

    last(): StoredEntry {
      return toEntry(last.get() as EntryRow | undefined);
    },

    /** Undefined for a stream that never had an entry. */
    endOf(name: string): StreamEnd | undefined {
      const row = endOf.get(name) as readonly [number, number, number] | undefined;
      return row && { stream: row[0], revision: row[1], position: row[2] };
    },

    /** Answers its number in the file. */
    addStream(name: string): number {
      return Number(addStream.run(name).lastInsertRowid);
    },

    /** At the end of the stream that has this number in the file. Answers its position. */
    addEntry(number: number, stream: string, revision: number, entry: NewEntry): number {
      const { id, type, version, recordedAt, json, principal = null } = entry;
      const trace = traceColumn(entry.trace);
      const checksum = checksumOf(stream, revision, entry);
      const row = addEntry.run(number, revision, id, type, version, recordedAt, json, trace, checksum, principal);
      return Number(row.lastInsertRowid);
    },

    /** Also one that has expired and was not removed yet. Throws a RowDamaged where its row is not as it was written. */
    state: storedState,

    /** The version that a name's next state gets where none is there: greater than any that an expired state had. */
    nextVersion(): number {
      return (storedState(REMOVED)?.version ?? 0) + 1;
    },

    putState: write,

    /** Throws a RowDamaged at the first state that is not as it was written. */
    requireStates(): void {
      for (let page = [REMOVED]; page.length > 0;) {
        for (const name of page) storedState(name);
        page = (names.all(page.at(-1) ?? '', PAGE_STEP) as unknown as readonly (readonly [string])[]).map(
          ([name]) => name,
        );
      }
    },

    /** Removes at most `most` states that have expired, never that of `except`. */
    removeExpired(nowMs: number, except: string, most: number): void {
      const rows = expired.all(nowMs, except, most) as unknown as readonly (readonly [string])[];
      if (rows.length === 0) return;
      const versions = rows.map(([name]) => storedState(name)?.version ?? 0);
      for (const [name] of rows) removeState.run(name);
      const greatest = Math.max(...versions, storedState(REMOVED)?.version ?? 0);
      write(REMOVED, { value: '', version: greatest, expiresAtMs: Infinity });
    },
  };
}

/** Throws a RowDamaged where the row is not as it was written. A former layout's rows have no checksum. */
function toEntry(row: EntryRow | undefined): StoredEntry {
  if (row === undefined) throw new RowDamaged('it has no entry');
  const [at, stream, revision, id, type, version, recordedAt, json, trace, checksum, principal] = row;
  // spreading objects here took as long as all the rest of reading an entry
  const position = positionOf(BigInt(at));
  const entry: Writable<StoredEntry> = { id, type, version, recordedAt, json, stream, revision, position };
  if (trace !== null) entry.trace = traceOfColumn(trace);
  if (principal !== null) entry.principal = principal;
  if (checksum !== null && checksum !== checksumOf(stream, revision, entry)) {
    throw new RowDamaged(`the entry at position ${at} is not as it was written`);
  }
  return entry;
}

/** As {@link toEntry}. */
function toState(name: string, [value, version, expiresAt, checksum]: StateRow): StoredState {
  if (checksum !== null && checksum !== stateChecksumOf(name, value, version, expiresAt)) {
    throw new RowDamaged(`the state ${JSON.stringify(name)} is not as it was written`);
  }
  return { value, version, expiresAtMs: expiresAt ?? Infinity };
}
