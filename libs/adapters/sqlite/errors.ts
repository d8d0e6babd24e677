/** The one table from SQLite's errors to ours. */
import { StoreDamaged, StoreFull, StoreUnavailable } from '#ports';

const ERROR = 1;
const CORRUPT = 11;
const FULL = 13;
const NOT_A_DATABASE = 26;

/** The driver's lists and iterators give SQLite's sentence alone; it is the same for all errors of a code. */
const CODES: Readonly<Record<string, number>> = {
  'database disk image is malformed': CORRUPT,
  'database or disk is full': FULL,
  'file is not a database': NOT_A_DATABASE,
};

/** Thrown by code that reads rows, where one is not as it was written; the message is the finding. */
export class RowDamaged extends Error {
  override readonly name = 'RowDamaged';
}

/** A property of an error. By shape: the driver's native part makes errors that are no instance of a test's own Error. */
function propertyOf(error: unknown, name: 'errcode' | 'code' | 'name' | 'message'): unknown {
  return typeof error === 'object' && error !== null
    ? (error as Partial<Record<typeof name, unknown>>)[name]
    : undefined;
}

/** SQLite's primary result code; undefined for an error that is not SQLite's: a defect. */
function codeOf(error: unknown): number | undefined {
  const code = propertyOf(error, 'errcode');
  if (typeof code === 'number') return code & 0xff;
  if (propertyOf(error, 'code') !== 'ERR_SQLITE_ERROR') return undefined;
  return CODES[String(propertyOf(error, 'message'))] ?? ERROR;
}

export function isSqliteError(error: unknown): boolean {
  return codeOf(error) !== undefined;
}

/**
 * Whether a failed COMMIT has surely left nothing behind. Where the disk is full, the frame that marks the commit was
 * not written. After any other error it may be in the log unsynced, and be found there after a crash.
 */
export function isSurelyUndone(commitError: unknown): boolean {
  return codeOf(commitError) === FULL;
}

/** Whether the file is something else than an SQLite database. */
export function isNoDatabase(error: unknown): boolean {
  return codeOf(error) === NOT_A_DATABASE;
}

/** Whether the file is no database, or one that cannot be read as such. */
export function isForeignFile(error: unknown): boolean {
  return isNoDatabase(error) || codeOf(error) === CORRUPT;
}

/**
 * Whether an error of reading stored rows says that they are not as they were written: SQLite finds its own structure
 * broken, an integer is beyond those that are ever stored, or a stored document is no JSON.
 */
function isDamage(error: unknown): boolean {
  return (
    isForeignFile(error) ||
    error instanceof RowDamaged ||
    propertyOf(error, 'code') === 'ERR_OUT_OF_RANGE' ||
    propertyOf(error, 'name') === 'SyntaxError'
  );
}

/** A sentence for the operator. */
export function reasonOf(error: unknown): string {
  const message = propertyOf(error, 'message');
  return String(message === undefined ? error : message);
}

/** SQLite's errors as StoreUnavailable, a full disk as StoreFull, damage as StoreDamaged, whatever else it is as it is. */
export function translated(store: StoreDamaged['store'], error: unknown): unknown {
  if (isDamage(error)) return new StoreDamaged(store, reasonOf(error), { cause: error });
  if (codeOf(error) === FULL) return new StoreFull(store, reasonOf(error), { cause: error });
  return isSqliteError(error) ? new StoreUnavailable(store, reasonOf(error), { cause: error }) : error;
}
