/** The folder of long work over the journal that ends with its process: what a killed process has left there is removed. */
import { readdir, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { Log } from '../log.js';

/** `<machine>-<process>`, where several share the folder above. */
const OF_PROCESS = /^(.+)-(\d+)$/;

/** Empties it, and removes those beside it whose processes of this machine have ended. Never rejects. */
export async function clearJobFolder(folder: string, log: Log): Promise<void> {
  try {
    await remove(folder);
    const own = OF_PROCESS.exec(basename(folder));
    if (own === null) return;
    const shared = dirname(folder);
    for (const name of await readdir(shared).catch((): readonly string[] => [])) {
      const other = OF_PROCESS.exec(name);
      if (other !== null && other[1] === own[1] && !isAlive(Number(other[2]))) await remove(join(shared, name));
    }
  } catch (error) {
    log.warn('what a process before has left on the disk cannot be removed', { folder, err: error });
  }
}

function remove(path: string): Promise<void> {
  return rm(path, { recursive: true, force: true });
}

/** Another user's process is alive as well. */
function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (Object(error) as { readonly code?: unknown }).code !== 'ESRCH';
  }
}

/** Why there is no such work here. */
export const NO_FOLDER =
  'this projector has no folder for a copy of the journal: give it one by HERMES_REPLAY_DIR, on a disk with room';
