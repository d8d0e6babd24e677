/** Making the files of views: each is on the disk, with its name, when it is made. */
import { realpathSync } from 'node:fs';
import { dirname } from 'node:path';
import { closeWhole, syncFolder, type Database, type LogSync } from '#adapters/sqlite';
import { eventsFile, greatestGeneration, removeNow, removeSiblings } from './file-names.js';
import { CONTROL, EVENTS, fitted, make, recognised, requireOurs, type FileKind } from './prepare.js';
import type { WriteWatch } from './store.js';

export interface Disk {
  /** Of pages that the writer of a generation keeps in memory. */
  readonly cacheBytes: number;
  /** Opens a connection; throws a StoreUnavailable where it cannot be. */
  readonly connect: (file: string) => Database;
  /** Brings a file's log to the disk. */
  readonly logSync: (file: string) => LogSync;
  /** Made over each connection that writes much. */
  readonly watch?: (database: Database, file: string, kind: FileKind) => WriteWatch;
  /** Called once, where damage is found in any of the files, with a sentence for the operator. */
  readonly damaged?: (reason: string) => void;
}

/** That of control, made where it is not there; `rebuild` removes the views first. */
export function openedControl(file: string, disk: Disk, rebuild: boolean): Database {
  let database = disk.connect(file);
  try {
    if (rebuild) requireOurs(database, file);
    const found = rebuild ? 'other' : recognised(database, file, CONTROL);
    if (found === 'ready') return database;
    const real = realpathSync(file);
    // followers have places in generations: no number is given twice
    const last = Math.max(lastGenerationIn(database), greatestGeneration(real));
    if (found === 'other') {
      closeWhole(database);
      removeNow(real);
      database = disk.connect(file);
      recognised(database, file, CONTROL);
    }
    // whatever lies there is of views that are gone
    removeSiblings(real, () => true);
    closeWhole(makeFile(eventsFile(real, 0), disk, EVENTS));
    make(database, file, CONTROL, () => {
      database.prepare('UPDATE views SET last_generation = ?').run(last);
    });
    return database;
  } catch (error) {
    if (database.isOpen) database.close();
    throw error;
  }
}

/** Of views that are given up; 0 where that cannot be read. */
function lastGenerationIn(database: Database): number {
  try {
    const row = database.prepare('SELECT last_generation FROM views').get() as { readonly last_generation: number };
    return row.last_generation;
  } catch {
    return 0;
  }
}

/** A new file, on the disk with its name. */
export function makeFile(
  file: string,
  { connect, cacheBytes }: Disk,
  kind: FileKind,
  fill?: (database: Database) => void,
): Database {
  removeNow(file);
  const database = connect(file);
  try {
    make(
      database,
      file,
      fitted(kind, cacheBytes),
      fill &&
        (() => {
          fill(database);
        }),
    );
    syncFolder(dirname(file));
    return database;
  } catch (error) {
    database.close();
    removeNow(file);
    throw error;
  }
}
