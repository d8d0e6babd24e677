/** Recognises the files of views, sets their connections up, and makes the layout in one that is empty. */
import { isForeignFile, isSqliteError, reasonOf, type Database } from '#adapters/sqlite';
import { StoreUnavailable } from '#ports';
import {
  APPLICATION_ID,
  CONTROL_LAYOUT,
  EVENTS_LAYOUT,
  GENERATION_LAYOUT,
  GENERATION_TABLES,
  LAYOUT_VERSION,
  LOADING_TABLES,
} from './layout.js';

/** One of the three kinds of files, or a generation's while it is loading. */
export interface FileKind {
  readonly layout: string;
  /** `FULL`: each commit waits for the disk; `NORMAL`: commits lost by a power failure are projected again. */
  readonly synchronous: 'FULL' | 'NORMAL';
  /** Pages kept in memory, in KiB, where memory is plenty: see {@link fitted}. SQLite's own 2 MB would read the disk for every index of a large fleet. */
  readonly cacheKib: number;
  /** The log is moved into the file after this many pages: each page that many batches changed is written once, and each move waits for the disk. */
  readonly checkpointPages: number;
  /** The same where a thread does it: from there on the writer does it after all, since SQLite reuses the log only when all of it is in the file. */
  readonly mostLogPages: number;
}

export const CONTROL: FileKind = {
  ...{ layout: CONTROL_LAYOUT, synchronous: 'FULL', cacheKib: 1024 },
  ...{ checkpointPages: 1000, mostLogPages: 1000 },
};
/** Few pages change with an event: a quarter of everything is enough. */
export const EVENTS: FileKind = {
  ...{ layout: EVENTS_LAYOUT, synchronous: 'NORMAL', cacheKib: 16_384 },
  ...{ checkpointPages: 4000, mostLogPages: 12_000 },
};
export const GENERATION: FileKind = {
  ...{ layout: GENERATION_LAYOUT, synchronous: 'NORMAL', cacheKib: 49_152 },
  ...{ checkpointPages: 12_000, mostLogPages: 36_000 },
};
export const LOADING: FileKind = { ...GENERATION, layout: GENERATION_TABLES + LOADING_TABLES, synchronous: 'FULL' };
export const MOST_CACHE_BYTES = GENERATION.cacheKib * 1024;

/** The kind where a generation's writer keeps `cacheBytes` of pages, and the others as much less. */
export function fitted<T extends Pick<FileKind, 'cacheKib'>>(kind: T, cacheBytes: number): T {
  return { ...kind, cacheKib: Math.ceil((kind.cacheKib * cacheBytes) / MOST_CACHE_BYTES) };
}

/** A connection that only reads: what it looks at lies in the writer's pages, or in the system's. */
export const READING: Pick<FileKind, 'cacheKib'> = { cacheKib: 8192 };
/** Longest that a statement waits, and blocks this thread, while another process holds the file. */
const BUSY_TIMEOUT_MS = 250;
/** After a large write the log is cut back to this. */
const LOG_LIMIT_BYTES = 67_108_864;

/**
 * `ready`: the file has the layout of today, and the connection is set up. `empty`: there is nothing in it. `other`: it is
 * of another layout of ours. The last two are left as they are. Throws an Error where it is not ours, a
 * StoreUnavailable where it cannot be read.
 */
export function recognised(
  database: Database,
  file: string,
  kind: FileKind,
  connection = setUp,
): 'ready' | 'empty' | 'other' {
  return withOpenErrors(file, () => {
    database.exec(`PRAGMA busy_timeout = ${BUSY_TIMEOUT_MS}`);
    if (isEmpty(database)) return 'empty';
    if (!isMarked(database)) throw foreign(file);
    if (numberOf(database, 'PRAGMA user_version') !== LAYOUT_VERSION) return 'other';
    connection(database, kind);
    return 'ready';
  });
}

/** Makes the layout in an empty file, and lets `fill` write into it: durably, as a whole or not at all. */
export function make(database: Database, file: string, kind: FileKind, fill?: () => void): void {
  withOpenErrors(file, () => {
    database.exec('PRAGMA synchronous = FULL; BEGIN IMMEDIATE');
    try {
      database.exec(kind.layout);
      fill?.();
      database.exec(`PRAGMA application_id = ${APPLICATION_ID}; PRAGMA user_version = ${LAYOUT_VERSION}`);
      database.exec('COMMIT');
    } catch (error) {
      if (database.isTransaction) database.exec('ROLLBACK');
      throw error;
    }
    setUp(database, kind);
  });
}

/** How a connection that writes views is set up. Bench sets up the floor's in the same way. */
export function setUp(database: Database, { synchronous, cacheKib, checkpointPages }: FileKind = GENERATION): void {
  database.exec('PRAGMA journal_mode = WAL');
  database.exec(`PRAGMA synchronous = ${synchronous}`);
  database.exec(`PRAGMA cache_size = -${cacheKib}`);
  database.exec(`PRAGMA journal_size_limit = ${LOG_LIMIT_BYTES}`);
  database.exec(`PRAGMA wal_autocheckpoint = ${checkpointPages}`);
  // the first read makes the log where there is none
  isEmpty(database);
}

/**
 * How the one connection to a generation that is loading is set up. A commit is on the disk when it returns. The rollback journal
 * holds only pages that were there before and change, which are few; a log would have every page written twice.
 */
export function setUpLoading(database: Database, { synchronous, cacheKib }: FileKind = LOADING): void {
  database.exec('PRAGMA journal_mode = PERSIST');
  database.exec(`PRAGMA synchronous = ${synchronous}; PRAGMA cache_size = -${cacheKib}`);
}

/** How a connection to a generation is set up that may have been loaded: the last of what its loader needed is removed. */
export function setUpLoaded(database: Database, kind: FileKind = GENERATION): void {
  setUp(database, kind);
  database.exec('DROP TABLE IF EXISTS loaded_units');
}

/**
 * Makes `database`, which must be one in memory, a connection that only reads `file`. Attached, the file is let go of at
 * once, whereas the driver keeps a file open until the last statement is collected.
 */
export function attached(database: Database, file: string, { cacheKib } = READING): Database {
  return withOpenErrors(file, () => {
    database.exec(`PRAGMA busy_timeout = ${BUSY_TIMEOUT_MS}`);
    database.prepare('ATTACH ? AS views').run(file);
    database.exec(`PRAGMA views.cache_size = -${cacheKib}; PRAGMA query_only = 1`);
    return database;
  });
}

/** Closes a connection that {@link attached} made, which is in no transaction. */
export function letGo(database: Database): void {
  database.exec('DETACH views');
  database.close();
}

/** Whether ours or damaged, the file may be removed; throws as {@link recognised} does where it may not. */
export function requireOurs(database: Database, file: string): void {
  try {
    if (!isEmpty(database) && !isMarked(database)) throw foreign(file);
  } catch (error) {
    if (!isForeignFile(error)) throw toStoreError(file, error);
  }
}

/** A file is not there as it was made. */
export class FileDamaged extends Error {}

/** Of a file that the views cannot do without. */
export function damaged(file: string, cause?: unknown): FileDamaged {
  return new FileDamaged(
    `${file} holds no views of Hermes, or damaged ones: start once with --rebuild, which replaces them`,
    { cause },
  );
}

function withOpenErrors<T>(file: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (isForeignFile(error)) throw damaged(file, error);
    throw toStoreError(file, error);
  }
}

function isEmpty(database: Database): boolean {
  return numberOf(database, 'SELECT count(*) FROM sqlite_schema') === 0;
}

function isMarked(database: Database): boolean {
  return numberOf(database, 'PRAGMA application_id') === APPLICATION_ID;
}

function toStoreError(file: string, error: unknown): unknown {
  if (!isSqliteError(error)) return error;
  return new StoreUnavailable('views', `${file} cannot be opened: ${reasonOf(error)}`, { cause: error });
}

function foreign(file: string): Error {
  return new Error(`${file} holds no views of Hermes: name another file, or remove it if it is not needed`);
}

function numberOf(database: Database, sql: string): number {
  const statement = database.prepare(sql);
  statement.setReturnArrays(true);
  const row = statement.get() as readonly [number];
  return row[0];
}
