/** Where servers of tests keep their data: in memory where there is room, since each of their commits waits for the disk. */
import { mkdtempSync, statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Of Linux; what lies there outlives a kill -9 as a file on a disk does. */
const MEMORY = '/dev/shm';
/** More than all servers of a lane leave behind. */
const ROOM_BYTES = 4 * 1024 ** 3;

/** A new folder; the caller's to remove. */
export function serverFolder(): string {
  return mkdtempSync(join(hasRoom() ? MEMORY : tmpdir(), 'hermes-servers-'));
}

function hasRoom(): boolean {
  try {
    const { bavail, bsize } = statfsSync(MEMORY);
    return bavail * bsize > ROOM_BYTES;
  } catch {
    return false;
  }
}
