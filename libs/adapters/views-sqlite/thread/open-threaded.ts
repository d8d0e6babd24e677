/** Opens the views of one SQLite file in a separate thread. */
import { Worker } from 'node:worker_threads';
import type { SqliteViewsOptions } from '../open.js';
import type { ThreadOptions } from './protocol.js';
import { openThreadedLoad } from './threaded-load.js';
import { ThreadedViews } from './threaded-views.js';

export interface ThreadedViewsOptions extends SqliteViewsOptions {
  /** What the heap of the thread may grow to; `--max-old-space-size` of the process goes before. As Node chooses where absent. */
  readonly heapBytes?: number;
}

const MIB = 1_048_576;

/**
 * As `openSqliteViews`, in a thread beside the caller's: their computing and waiting does not block the caller's thread. Runs from the
 * build only. A defect there that nothing catches ends the process, as it would here.
 */
export async function openThreadedViews({
  damaged,
  heapBytes,
  ...options
}: ThreadedViewsOptions): Promise<ThreadedViews> {
  const worker = new Worker(new URL('./worker.js', import.meta.url), {
    workerData: options satisfies ThreadOptions,
    ...(heapBytes === undefined ? {} : { resourceLimits: { maxOldGenerationSizeMb: Math.floor(heapBytes / MIB) } }),
  });
  const exited = new Promise((resolve) => worker.once('exit', resolve));
  const views = new ThreadedViews(worker, exited, openThreadedLoad, damaged);
  try {
    await views.opened;
  } catch (error) {
    await worker.terminate();
    throw error;
  }
  return views;
}
