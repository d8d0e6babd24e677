/** The one table from SQLite's errors to ours. */
import { StoreUnavailable } from '#ports';

const CORRUPT = 11;
const FULL = 13;
const NOT_A_DATABASE = 26;

/** SQLite's primary result code; undefined for an error that is not SQLite's: a defect. */
function codeOf(error: unknown): number | undefined {
  // by shape: the driver's native part makes errors that are no instance of a test's own Error
  const code = typeof error === 'object' && error !== null && 'errcode' in error ? error.errcode : undefined;
  return typeof code === 'number' ? code & 0xff : undefined;
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

/** A sentence for the operator. */
export function reasonOf(error: unknown): string {
  const message = typeof error === 'object' && error !== null && 'message' in error ? error.message : error;
  return String(message);
}

/** SQLite's errors as StoreUnavailable, whatever else it is as it is. */
export function translated(store: StoreUnavailable['store'], error: unknown): unknown {
  return isSqliteError(error) ? new StoreUnavailable(store, reasonOf(error), { cause: error }) : error;
}

/** Runs a read; SQLite's errors come out as StoreUnavailable. */
export function reading<T>(store: StoreUnavailable['store'], read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw translated(store, error);
  }
}
