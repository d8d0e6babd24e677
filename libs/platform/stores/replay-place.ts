/** Where a replay keeps the journal cut into buckets, for as long as it takes, and how much room it may use there. */
import { hostname } from 'node:os';
import { join } from 'node:path';
import type { ProjectorParts } from '#application';
import type { Uuid } from '#contracts';
import type { Settings } from '../settings/settings.js';
import { usesDataFolder } from './embedded-files.js';

/** A folder where nothing else lies, and how much the journal may take there, cut. */
export interface JobPlace {
  readonly folder: string;
  readonly mostBytes: number | undefined;
}

type Place = Required<Pick<ProjectorParts, 'replayFolder' | 'replayRoom'>>;

/**
 * The folder that was given, else beside the embedded stores. Where neither is, nothing says which disk has room for a copy of the
 * journal: the system's folder for temporary files may be memory. Then there is no replay.
 */
export function replayPlace(settings: Settings, journal: Uuid): Place | undefined {
  const { replay, dataDir, views } = settings;
  const mostBytes = replay.mib === null ? undefined : replay.mib * 2 ** 20;
  // its folder is emptied, and others may use the one that was given
  if (replay.dir !== null)
    return { replayFolder: join(replay.dir, `hermes-replay-${journal}`), replayRoom: { mostBytes } };
  if (!usesDataFolder(settings)) return undefined;
  return { replayFolder: join(dataDir, 'replay'), replayRoom: { mostBytes, isOfViews: views === 'sqlite' } };
}

/**
 * Where a verification or a what-if keeps its files; undefined as there. Below a folder that was given each process has its own, in
 * one that all of them share: of several machines or containers each removes what its own dead processes have left.
 */
export function jobPlace(name: 'verify' | 'what-if', settings: Settings, journal: Uuid): JobPlace | undefined {
  const place = replayPlace(settings, journal);
  if (place === undefined) return undefined;
  const { mostBytes } = place.replayRoom;
  const { replay, dataDir } = settings;
  if (replay.dir === null) return { folder: join(dataDir, name), mostBytes };
  const shared = join(replay.dir, `hermes-${name}-${journal}`);
  return { folder: join(shared, `${hostname()}-${process.pid}`), mostBytes };
}
