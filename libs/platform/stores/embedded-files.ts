/** The files of the embedded stores in a data folder, and who may work with them. */
import { statSync } from 'node:fs';
import { join } from 'node:path';
import type { Settings } from '../settings/settings.js';
import { StartError } from '../settings/start-error.js';

/** The journal's file in a data folder. */
export function journalFile(dataDir: string): string {
  return join(dataDir, 'journal.db');
}

/** The views' file in a data folder. */
export function viewsFile(dataDir: string): string {
  return join(dataDir, 'views.db');
}

/** Whether the process has files of its own in the data folder. */
export function usesDataFolder({ app, journal, views }: Pick<Settings, 'app' | 'journal' | 'views'>): boolean {
  return (app.opens.includes('journal') && journal === 'sqlite') || (app.opens.includes('views') && views === 'sqlite');
}

/** Keeps other processes out of the folder until the returned function is called. Throws a {@link StartError}. */
export async function lockFolder(dataDir: string): Promise<() => void> {
  const { lockDataFolder, DataFolderUnusable } = await import('#adapters/data-lock');
  try {
    const held = lockDataFolder(dataDir);
    return () => {
      held.release();
    };
  } catch (error) {
    if (error instanceof DataFolderUnusable) throw new StartError(`HERMES_DATA_DIR: ${error.message}`);
    throw error;
  }
}

/** A lost journal must not be replaced by an empty one: it may still be recovered. */
export function requireNotLost(journal: string, views: string): void {
  if (sizeOf(journal) > 0) return;
  const left = [`${journal}-wal`, views, `${journal}-witness`].find((file) => sizeOf(file) > 0);
  if (left === undefined) return;
  throw new StartError(
    `the journal ${journal} is lost or empty, though ${left} is there: put it back from a backup; ` +
      'to begin with nothing, name an empty folder',
  );
}

/** In bytes; 0 where it is not there. */
function sizeOf(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0;
}
