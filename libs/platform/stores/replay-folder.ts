/** Where a replay keeps the journal cut into buckets, for as long as it takes. */
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Uuid } from '#contracts';
import type { Settings } from '../settings/settings.js';
import { usesDataFolder } from './embedded-files.js';

/** Beside the embedded stores; else in the system's folder for such files (TMPDIR), where the next process finds it again. */
export function replayFolder(settings: Settings, journal: Uuid): string {
  return folderOf('replay', settings, journal);
}

/** As {@link replayFolder}, of a verification: a rebuild may run beside it. Of several projectors on one machine each has its own. */
export function verifyFolder(settings: Settings, journal: Uuid): string {
  const folder = folderOf('verify', settings, journal);
  return usesDataFolder(settings) ? folder : `${folder}-${process.pid}`;
}

/** As {@link verifyFolder}, of what-ifs. */
export function whatIfFolder(settings: Settings, journal: Uuid): string {
  const folder = folderOf('what-if', settings, journal);
  return usesDataFolder(settings) ? folder : `${folder}-${process.pid}`;
}

function folderOf(name: string, settings: Settings, journal: Uuid): string {
  return usesDataFolder(settings) ? join(settings.dataDir, name) : join(tmpdir(), `hermes-${name}-${journal}`);
}
