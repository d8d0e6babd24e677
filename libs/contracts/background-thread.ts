/** Threads that do long work beside live work, and come after it (R6). */
import { constants, setPriority } from 'node:os';
import { isMainThread } from 'node:worker_threads';

/**
 * From then on the calling thread gets about a tenth of a processor that another thread wants as well, and all of one that is idle.
 * On Linux alone: there a thread has a priority of its own, elsewhere it would be the whole process's. A thread that may not have
 * it goes on as it is.
 */
export function giveWay(): void {
  if (isMainThread || process.platform !== 'linux') return;
  try {
    setPriority(0, constants.priority.PRIORITY_BELOW_NORMAL);
  } catch {
    // a sandbox may forbid it
  }
}
