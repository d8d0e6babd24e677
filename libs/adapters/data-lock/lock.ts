/**
 * One process per data folder. The lock is SQLite's own on a file that is held open: the system releases it when the
 * process ends, also after kill -9, so no stale lock is ever left.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from '@photostructure/sqlite';

type Database = InstanceType<typeof DatabaseSync>;

export interface DataLock {
  /** May be called twice. */
  release(): void;
}

/** The folder cannot be locked: a sentence for the operator with the folder and the next step. */
export class DataFolderUnusable extends Error {
  override readonly name = 'DataFolderUnusable';
}

/** Makes the folder where it is not there and locks it; throws a {@link DataFolderUnusable}, also where another process holds it. */
export function lockDataFolder(folder: string): DataLock {
  let held: Database | undefined;
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    held = new DatabaseSync(join(folder, 'hermes.lock'));
    held.exec('PRAGMA busy_timeout = 0');
    held.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    held?.close();
    throw new DataFolderUnusable(whyNot(folder, error), { cause: error });
  }
  return {
    release() {
      held?.close();
      held = undefined;
    },
  };
}

function whyNot(folder: string, error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  if (/locked|busy/i.test(message)) {
    return `${folder} is in use by another Hermes: stop that one, or name another folder`;
  }
  return `${folder} cannot be used (${message}): check the path and its permissions`;
}
