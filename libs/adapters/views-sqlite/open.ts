/** Opens the views in files of SQLite, making them where they are not there. */
import { connect, logSyncOf, type Database } from '#adapters/sqlite';
import type { Views } from '#ports';
import { ViewsFiles } from './files.js';
import type { Disk } from './making.js';
import { MOST_CACHE_BYTES } from './prepare.js';
import { SqliteViews } from './views.js';

export interface SqliteViewsOptions {
  /**
   * The file of control; those of events and generations lie beside it and begin with its name. Made where it is not
   * there; its folder must be there. One process at a time: the caller holds the folder's lock.
   */
  readonly file: string;
  /** Removes the views of Hermes in the file first, damaged ones, too. */
  readonly rebuild?: boolean;
  /** Called once, where damage is found, with a sentence for the operator. */
  readonly damaged?: (reason: string) => void;
  /** Bytes of pages that the writer of a generation keeps in memory; other connections keep fixed shares of that. {@link MOST_CACHE_BYTES} where absent. */
  readonly cacheBytes?: number;
}

/**
 * Rejects with a StoreUnavailable where a file cannot be opened or made, with an Error where it is another application's
 * or, without `rebuild`, damaged. Views of another layout are replaced by empty ones: they can always be rebuilt from the
 * journal.
 */
export async function openSqliteViews({ file, ...options }: SqliteViewsOptions): Promise<Views> {
  return openViews(file, options);
}

export interface OpenViewsOptions extends Pick<SqliteViewsOptions, 'rebuild'>, Partial<Disk> {}

/** The same over a disk of the caller's. For specs and benchmarks, which count and break, and for the views' thread. */
export async function openViews(
  file: string,
  { rebuild = false, ...disk }: OpenViewsOptions = {},
): Promise<SqliteViews> {
  const all = { ...DISK, ...disk };
  return new SqliteViews(await ViewsFiles.open(file, all, rebuild), all.connect);
}

const DISK: Disk = {
  cacheBytes: MOST_CACHE_BYTES,
  connect: (file): Database => connect('views', file),
  logSync: (file) => logSyncOf('views', file),
};
