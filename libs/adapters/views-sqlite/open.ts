/** Opens the views of one SQLite file, making it where it is not there. */
import { rmSync } from 'node:fs';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { DatabaseSync } from '@photostructure/sqlite';
import { StoreUnavailable, type Views } from '#ports';
import { reasonOf } from './errors.js';
import { prepareFile, requireOurs } from './prepare.js';
import { Store, type Database, type WriteWatch } from './store.js';
import { Tables } from './tables.js';
import { SqliteViews } from './views.js';

export interface SqliteViewsOptions {
  /** Made where it is not there; its folder must be there. One process at a time: the caller holds the folder's lock. */
  readonly file: string;
  /** Views of Hermes that are there are removed first, damaged ones, too. */
  readonly anew?: boolean;
}

/**
 * Rejects with a StoreUnavailable where the file cannot be opened or made, with an Error where it is another
 * application's or, without `anew`, damaged. Views of another layout are removed and begun anew: they can always be
 * folded from the journal.
 */
export async function openSqliteViews({ file, anew = false }: SqliteViewsOptions): Promise<Views> {
  return openViews(file, connect, { anew });
}

export interface OpenViewsOptions extends Pick<SqliteViewsOptions, 'anew'> {
  /** Made over the open connection. */
  readonly watch?: (database: Database) => WriteWatch;
}

/** The same with a driver of the caller's. For specs and benchmarks, which count and break, and for the views' thread. */
export async function openViews(
  file: string,
  connected: (file: string) => Database,
  { anew = false, watch }: OpenViewsOptions = {},
): Promise<SqliteViews> {
  const database = prepared(file, connected, anew);
  const watching = watch?.(database);
  const store = new Store(database, watching);
  try {
    const tables = store.reading(() => new Tables(store));
    // what a crash left of tables given up
    await tables.clear(nextTurn);
    return new SqliteViews(store, tables);
  } catch (error) {
    await store.close();
    throw error;
  }
}

function prepared(file: string, connected: (file: string) => Database, anew: boolean): Database {
  let database = connected(file);
  try {
    if (anew) requireOurs(database, file);
    else if (prepareFile(database, file)) return database;
    database.close();
    for (const suffix of ['', '-wal', '-shm']) rmSync(file + suffix, { force: true });
    database = connected(file);
    prepareFile(database, file);
    return database;
  } catch (error) {
    if (database.isOpen) database.close();
    throw error;
  }
}

/** Throws a StoreUnavailable where the file cannot be opened. */
export function connect(file: string): Database {
  try {
    return new DatabaseSync(file);
  } catch (error) {
    throw new StoreUnavailable('views', `${file} cannot be opened: ${reasonOf(error)}`, { cause: error });
  }
}
