/** A connection to one file of SQLite. */
import { DatabaseSync } from '@photostructure/sqlite';
import { StoreUnavailable } from '#ports';
import { reasonOf } from './errors.js';

export type Database = InstanceType<typeof DatabaseSync>;

/** Makes the file where it is not there. Throws a StoreUnavailable where it cannot be opened. */
export function connect(store: StoreUnavailable['store'], file: string): Database {
  try {
    return new DatabaseSync(file);
  } catch (error) {
    throw new StoreUnavailable(store, `${file} cannot be opened: ${reasonOf(error)}`, { cause: error });
  }
}

/**
 * Closes a connection that is the only one to its file, so that nothing of it is left. The driver lets a connection live on
 * until its last statement is collected: then its log would stay beside the file, its memory be kept, and a log that a new
 * file of the same name has by then be removed. So the log is moved into the file and given up first.
 */
export function closeWhole(database: Database): void {
  try {
    database.exec('PRAGMA journal_mode = DELETE; PRAGMA shrink_memory');
  } catch {
    // the disk is full or broken, or another connection reads: the log stays, and the next opening finds it
  }
  database.close();
}
