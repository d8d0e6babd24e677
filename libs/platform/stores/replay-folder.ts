/** Where a replay keeps the journal cut into buckets, for as long as it takes. */
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Uuid } from '#contracts';
import type { Settings } from '../settings/settings.js';
import { usesDataFolder } from './embedded-files.js';

/** Beside the embedded stores; else in the system's folder for such files (TMPDIR), where the next process finds it again. */
export function replayFolder(settings: Settings, journal: Uuid): string {
  return usesDataFolder(settings) ? join(settings.dataDir, 'replay') : join(tmpdir(), `hermes-replay-${journal}`);
}

/** As {@link replayFolder}, of what-ifs: of several projectors on one machine each has its own. */
export function whatIfFolder(settings: Settings, journal: Uuid): string {
  const folder = usesDataFolder(settings) ? join(settings.dataDir, 'what-if') : undefined;
  return folder ?? join(tmpdir(), `hermes-what-if-${journal}-${process.pid}`);
}
