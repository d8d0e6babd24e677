/** The file's layout and how it is recognised. A change of it raises LAYOUT_VERSION. */
import { isForeignFile, isNoDatabase, isSqliteError, reasonOf, type Database } from '#adapters/sqlite';
import { JOURNAL_STREAM, type NewEntry } from '#contracts';
import { identityEntry, StoreDamaged, StoreUnavailable } from '#ports';
import { checksumOf } from './checksum.js';

export const LAYOUT_VERSION = 5;
/** "HrmJ", so that any other SQLite file is not taken for a journal. */
const APPLICATION_ID = 0x48726d4a;

// entries_of_stream also holds each entry's position (the row's number): finding a stream's end reads the index alone
const LAYOUT = `
  CREATE TABLE streams (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;
  CREATE TABLE entries (
    position INTEGER PRIMARY KEY,
    stream INTEGER NOT NULL,
    revision INTEGER NOT NULL,
    id TEXT NOT NULL,
    type TEXT NOT NULL,
    version INTEGER NOT NULL,
    recorded_at TEXT NOT NULL,
    json TEXT NOT NULL,
    trace ANY
  ) STRICT;
  CREATE UNIQUE INDEX entries_of_stream ON entries (stream, revision);
  CREATE TABLE states (name TEXT PRIMARY KEY, value TEXT NOT NULL, version INTEGER NOT NULL) STRICT, WITHOUT ROWID;
`;
/** Layout 2: states may expire (milliseconds after 1970). */
const FROM_1_TO_2 = `
  ALTER TABLE states ADD COLUMN expires_at INTEGER;
  CREATE INDEX states_that_expire ON states (expires_at) WHERE expires_at IS NOT NULL;
  PRAGMA user_version = 2;
`;

/** Layout 3: entries have a checksum (see checksum.ts); those that were stored before have none. */
const FROM_2_TO_3 = `
  ALTER TABLE entries ADD COLUMN checksum INTEGER;
  PRAGMA user_version = 3;
`;
/** Layout 4: entries have a principal; those that were stored before have none. */
const FROM_3_TO_4 = `
  ALTER TABLE entries ADD COLUMN principal TEXT;
  PRAGMA user_version = 4;
`;
/** Layout 5: states have a checksum; those that were stored before have none. */
const FROM_4_TO_5 = `
  ALTER TABLE states ADD COLUMN checksum INTEGER;
  PRAGMA user_version = 5;
`;
/** By the layout that each begins with. */
const STEPS: Readonly<Record<number, string>> = { 1: FROM_1_TO_2, 2: FROM_2_TO_3, 3: FROM_3_TO_4, 4: FROM_4_TO_5 };

export interface Birth {
  /** UUID of a journal that is made now. */
  readonly newId: () => string;
  /** Milliseconds after 1970. */
  readonly now: () => number;
}

/**
 * Sets the connection up, and makes the layout with the identity, durably, in a file that is empty. Later commits do not
 * wait for the disk: the code that acknowledges them does (log-sync.ts).
 * Throws an Error where the file is no journal or of another layout, a StoreUnavailable where it cannot be read.
 */
export function prepareLayout(database: Database, file: string, birth: Birth, busyTimeoutMs: number): void {
  withOpenErrors(file, () => {
    database.exec(`PRAGMA busy_timeout = ${busyTimeoutMs}; PRAGMA synchronous = FULL`);
    if (isEmpty(database)) create(database, birth);
    requireLayout(database, file);
    upgrade(database);
    requireWal(database, file);
    database.exec('PRAGMA synchronous = NORMAL');
    // the first read makes the log where there is none
    isEmpty(database);
  });
}

/** Brings a journal's file of an earlier layout to this one, durably and as a whole. Throws SQLite's errors. */
export function upgrade(database: Database): void {
  if (numberOf(database, 'PRAGMA user_version') === LAYOUT_VERSION) return;
  inTransaction(database, () => {
    for (let step: string | undefined; (step = STEPS[numberOf(database, 'PRAGMA user_version')]) !== undefined;) {
      database.exec(step);
    }
  });
}

/** Throws as {@link prepareLayout} does where the file is no journal of a layout that can be read or upgraded; writes nothing. */
export function requireJournal(database: Database, file: string): void {
  withOpenErrors(file, () => {
    requireLayout(database, file);
  });
}

function withOpenErrors(file: string, work: () => void): void {
  try {
    work();
  } catch (error) {
    if (!isSqliteError(error)) throw error;
    if (isNoDatabase(error)) throw noJournal(file);
    if (isForeignFile(error)) throw new StoreDamaged('journal', `${file}: ${reasonOf(error)}`, { cause: error });
    throw new StoreUnavailable('journal', `${file} cannot be opened: ${reasonOf(error)}`, { cause: error });
  }
}

/** As SQLite leaves a file that it has just made, or one whose making was cut short; another program's may be marked. */
function isEmpty(database: Database): boolean {
  const tables = numberOf(database, 'SELECT count(*) FROM sqlite_schema');
  return tables === 0 && numberOf(database, 'PRAGMA application_id') === 0;
}

function noJournal(file: string): Error {
  return new Error(`${file} is no journal of Hermes: name another file`);
}

/** SQLite answers with the mode it kept where it cannot have this one: then a failed commit means something else. */
function requireWal(database: Database, file: string): void {
  const mode = answerOf(database, 'PRAGMA journal_mode = WAL');
  if (mode === 'wal') return;
  throw new Error(`${file} cannot have a write-ahead log (SQLite keeps '${String(mode)}'): use a file on a local disk`);
}

function requireLayout(database: Database, file: string): void {
  if (numberOf(database, 'PRAGMA application_id') !== APPLICATION_ID) {
    throw noJournal(file);
  }
  const version = numberOf(database, 'PRAGMA user_version');
  if (version < 1 || version > LAYOUT_VERSION) {
    throw new Error(
      `${file} has journal layout ${version}, this Hermes works with layout ${LAYOUT_VERSION}: start the Hermes that made it`,
    );
  }
}

/** All in one transaction: a crash leaves an empty file or a journal, nothing between. */
function create(database: Database, birth: Birth): void {
  const recordedAt = new Date(birth.now()).toISOString() as NewEntry['recordedAt'];
  const entry = identityEntry(birth.newId(), recordedAt);
  const { id, type, version, json } = entry;
  inTransaction(database, () => {
    database.exec(LAYOUT);
    database.exec(FROM_1_TO_2);
    database.exec(FROM_2_TO_3);
    database.exec(FROM_3_TO_4);
    database.exec(FROM_4_TO_5);
    database.exec(`PRAGMA application_id = ${APPLICATION_ID}`);
    database.prepare('INSERT INTO streams (id, name) VALUES (1, ?)').run(JOURNAL_STREAM);
    database
      .prepare('INSERT INTO entries VALUES (1, 1, 0, ?, ?, ?, ?, ?, NULL, ?, NULL)')
      .run(id, type, version, recordedAt, json, checksumOf(JOURNAL_STREAM, 0, entry));
  });
}

function inTransaction(database: Database, work: () => void): void {
  database.exec('BEGIN IMMEDIATE');
  try {
    work();
    database.exec('COMMIT');
  } catch (error) {
    if (database.isTransaction) database.exec('ROLLBACK');
    throw error;
  }
}

function numberOf(database: Database, sql: string): number {
  return Number(answerOf(database, sql));
}

/** The one value that a statement answers. */
function answerOf(database: Database, sql: string): unknown {
  const statement = database.prepare(sql);
  statement.setReturnArrays(true);
  const row = statement.get() as readonly [unknown];
  return row[0];
}
