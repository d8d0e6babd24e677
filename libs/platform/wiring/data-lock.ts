/**
 * One process per data folder. The lock is SQLite's own on a file that is held open: the system releases it when the
 * process ends, also after kill -9, so no stale lock is ever left.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from '@photostructure/sqlite';
import { StartError } from '../start-error.js';

export interface DataLock {
  /** May be called twice. */
  release(): void;
}

/** Makes the folder where it is not there and locks it; throws a {@link StartError} where another process holds it. */
export function lockDataFolder(folder: string): DataLock {
  let database: DatabaseSync | undefined;
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    database = new DatabaseSync(join(folder, 'hermes.lock'));
    database.exec('PRAGMA busy_timeout = 0');
    database.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    database?.close();
    throw new StartError(whyNot(folder, error));
  }
  let held: DatabaseSync | undefined = database;
  return {
    release() {
      held?.close();
      held = undefined;
    },
  };
}

function whyNot(folder: string, error: unknown): string {
  const message = error instanceof Error ? error.message : '';
  if (/locked|busy/i.test(message)) {
    return `HERMES_DATA_DIR: ${folder} is in use by another Hermes: stop that one, or name another folder`;
  }
  return `HERMES_DATA_DIR: ${folder} cannot be used (${message}): check the path and its permissions`;
}
