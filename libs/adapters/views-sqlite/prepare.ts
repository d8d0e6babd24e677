/** Recognises a file of views, sets its connection up, and makes the layout in one that is empty. */
import { StoreUnavailable } from '#ports';
import { isForeignFile, isSqliteError, reasonOf } from './errors.js';
import { APPLICATION_ID, CONTROL_LAYOUT, eventLayout, eventNames, LAYOUT_VERSION } from './layout.js';
import type { Database } from './store.js';

/** Longest that a statement waits, and blocks this thread, while another process holds the file. */
const BUSY_TIMEOUT_MS = 250;
/** Pages kept in memory; SQLite's own 2 MB would read the disk for every index of a large fleet. */
const CACHE_KIB = 65_536;
/** After a large write the log is cut back to this. */
const LOG_LIMIT_BYTES = 134_217_728;
/** The log is moved into the file after so many pages: each page that many batches changed is written once, and each move waits for the disk. */
const CHECKPOINT_PAGES = 16_000;

/**
 * Whether the file has the layout of today now; if not, it is of another one and was left as it is. Throws an Error where
 * it is none of ours, a StoreUnavailable where it cannot be read or written.
 */
export function prepareFile(database: Database, file: string): boolean {
  try {
    database.exec(`PRAGMA busy_timeout = ${BUSY_TIMEOUT_MS}`);
    if (isEmpty(database)) create(database);
    if (!isMarked(database)) throw foreign(file);
    if (numberOf(database, 'PRAGMA user_version') !== LAYOUT_VERSION) return false;
    setUp(database);
    return true;
  } catch (error) {
    if (isForeignFile(error)) throw damaged(file, error);
    throw told(file, error);
  }
}

/** How a connection that writes views is set up. Bench sets up the floor's in the same way. */
export function setUp(database: Database): void {
  database.exec('PRAGMA journal_mode = WAL');
  database.exec('PRAGMA synchronous = NORMAL');
  database.exec(`PRAGMA cache_size = -${CACHE_KIB}`);
  database.exec(`PRAGMA journal_size_limit = ${LOG_LIMIT_BYTES}`);
  database.exec(`PRAGMA wal_autocheckpoint = ${CHECKPOINT_PAGES}`);
}

/** Whether ours or damaged, the file may be removed; throws as {@link prepareFile} does where it may not. */
export function requireOurs(database: Database, file: string): void {
  try {
    if (!isEmpty(database) && !isMarked(database)) throw foreign(file);
  } catch (error) {
    if (!isForeignFile(error)) throw told(file, error);
  }
}

function isEmpty(database: Database): boolean {
  return numberOf(database, 'SELECT count(*) FROM sqlite_schema') === 0;
}

function isMarked(database: Database): boolean {
  return numberOf(database, 'PRAGMA application_id') === APPLICATION_ID;
}

function told(file: string, error: unknown): unknown {
  if (!isSqliteError(error)) return error;
  return new StoreUnavailable('views', `${file} cannot be opened: ${reasonOf(error)}`, { cause: error });
}

function foreign(file: string): Error {
  return new Error(`${file} holds no views of Hermes: name another file, or remove it if it is not needed`);
}

function damaged(file: string, cause: unknown): Error {
  return new Error(
    `${file} holds no views of Hermes, or damaged ones: start once with --fold-anew, which makes them anew`,
    {
      cause,
    },
  );
}

/** All in one transaction: a crash leaves an empty file or views, nothing between. */
function create(database: Database): void {
  database.exec('BEGIN IMMEDIATE');
  try {
    database.exec(CONTROL_LAYOUT);
    database.exec(eventLayout(eventNames(0)));
    database.exec(`PRAGMA application_id = ${APPLICATION_ID}; PRAGMA user_version = ${LAYOUT_VERSION}`);
    database.exec('COMMIT');
  } catch (error) {
    if (database.isTransaction) database.exec('ROLLBACK');
    throw error;
  }
}

function numberOf(database: Database, sql: string): number {
  const statement = database.prepare(sql);
  statement.setReturnArrays(true);
  const row = statement.get() as readonly [number];
  return row[0];
}
