/**
 * Brings SQLite's log to the disk without blocking this thread: commits write the log and return, and are
 * acknowledged once the system says that the log is on the disk. A commit that waits for it by itself
 * (`synchronous = FULL`) would keep every request of the process waiting with it.
 */
import { close, fdatasync, openSync, realpathSync } from 'node:fs';
import { dirname } from 'node:path';
import { promisify } from 'node:util';
import { StoreUnavailable } from '#ports';
import { reasonOf } from './errors.js';
import { syncFolder } from './sync-folder.js';

export interface LogSync {
  /** Resolves when everything that was committed before the call is on the disk; rejects where the disk refuses. */
  sync(): Promise<void>;
  close(): Promise<void>;
}

const syncData = promisify(fdatasync);
const closeFile = promisify(close);

/** Of a file that is open with a write-ahead log, which stays until the last connection is closed. Throws a StoreUnavailable where the log cannot be opened. */
export function logSyncOf(store: StoreUnavailable['store'], file: string): LogSync {
  try {
    return openLog(file);
  } catch (error) {
    throw new StoreUnavailable(store, `the log of ${file} cannot be opened: ${reasonOf(error)}`, { cause: error });
  }
}

function openLog(file: string): LogSync {
  // SQLite keeps the log beside the file itself, not beside a link to it
  const real = realpathSync(file);
  // it may just have been made
  syncFolder(dirname(real));
  const log = openSync(`${real}-wal`, 'r+');
  return {
    sync: () => syncData(log),
    close: () => closeFile(log),
  };
}
