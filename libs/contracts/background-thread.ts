/** Threads that do long work beside live work, and come after it (R6). */
import { constants, setPriority } from 'node:os';
import { isMainThread } from 'node:worker_threads';

/** Of a processor that another thread wants as well a thread gets about a tenth, or a quarter where it has to keep pace with live work. */
export type Share = 'tenth' | 'quarter';

const { PRIORITY_BELOW_NORMAL } = constants.priority;
const PRIORITIES: Readonly<Record<Share, number>> = {
  tenth: PRIORITY_BELOW_NORMAL,
  quarter: PRIORITY_BELOW_NORMAL / 2,
};

/**
 * From then on the calling thread has no more than its share while others want the processors, and all of one that is idle. On Linux
 * alone: there a thread has a priority of its own, elsewhere it would be the whole process's. A thread that may not have it goes on
 * as it is. Threads that it starts afterwards begin with its priority.
 */
export function giveWay(share: Share = 'tenth'): void {
  if (isMainThread || process.platform !== 'linux') return;
  try {
    setPriority(0, PRIORITIES[share]);
  } catch {
    // a sandbox may forbid it
  }
}
