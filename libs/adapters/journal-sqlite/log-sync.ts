/**
 * Brings SQLite's log to the disk without keeping this thread: commits write the log and return, and what was committed is
 * acknowledged once the system says that the log is on the disk. A commit that waits for it by itself
 * (`synchronous = FULL`) would keep every request of the process waiting with it.
 */
import { open, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';

export interface LogSync {
  /** Resolves when everything that was committed before the call is on the disk; rejects where the disk refuses. */
  sync(): Promise<void>;
  close(): Promise<void>;
}

export function logSyncOf(file: string): LogSync {
  return new WriteAheadLogSync(file);
}

class WriteAheadLogSync implements LogSync {
  private log: Promise<FileHandle> | undefined;

  constructor(private readonly file: string) {}

  async sync(): Promise<void> {
    // after the first commit there is a log, and it stays until the connection is closed
    this.log ??= this.open();
    await (await this.log).datasync();
  }

  async close(): Promise<void> {
    const log = await this.log?.catch(() => undefined);
    await log?.close();
  }

  /** The log may just have been made: its name in the folder must outlast a power failure, too. */
  private async open(): Promise<FileHandle> {
    const folder = await open(dirname(this.file), 'r');
    try {
      await folder.sync();
    } finally {
      await folder.close();
    }
    return open(`${this.file}-wal`, 'r+');
  }
}
