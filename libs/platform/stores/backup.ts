/** A backup of the journal, as the settings name it: all other stores can be rebuilt from it. Takes no lock; the views are left out. */
import { readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { StartError } from '../settings/start-error.js';
import type { Settings } from '../settings/settings.js';
import { journalFile } from './embedded-files.js';

export interface Backup {
  readonly file: string;
  readonly sizeBytes: number;
  /** The journal's UUID. */
  readonly identity: string;
  /** Of its last entry. */
  readonly position: bigint;
  readonly recordedAt: string;
}

/**
 * Makes `folder` a data folder that holds the journal alone; it must be empty, or not there. Throws a {@link StartError}
 * that says why there is no backup; then nothing is left of it.
 */
export async function backUpJournal(settings: Settings, folder: string): Promise<Backup> {
  if (settings.journal !== 'sqlite') {
    throw new StartError(
      `no backup was made: the journal is in ${settings.journal}, which has ways of its own to be backed up (docs/operating.md)`,
    );
  }
  const { snapshotSqliteJournal } = await import('#adapters/journal-sqlite');
  const target = resolve(folder);
  const file = journalFile(target);
  try {
    requireEmpty(target);
    const { identity, head, sizeBytes } = await snapshotSqliteJournal({
      file: journalFile(settings.dataDir),
      target: file,
    });
    return { file, sizeBytes, identity, position: head.position, recordedAt: head.recordedAt };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new StartError(`no backup was made: ${reason.replace(/\s+/g, ' ')}`, { cause: error });
  }
}

function requireEmpty(folder: string): void {
  let names: readonly string[];
  try {
    names = readdirSync(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw error;
  }
  const [first] = names;
  if (first === undefined) return;
  throw new Error(`${join(folder, first)} is there already: name a folder that is new or empty`);
}
