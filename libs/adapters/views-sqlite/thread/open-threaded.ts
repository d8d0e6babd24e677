/** Opens the views of one SQLite file in a separate thread. */
import { Worker } from 'node:worker_threads';
import type { Views } from '#ports';
import type { SqliteViewsOptions } from '../open.js';
import type { ThreadOptions } from './protocol.js';
import { ThreadedViews } from './threaded-views.js';

/**
 * As `openSqliteViews`, in a thread beside the caller's: their computing and waiting does not block the caller's thread. Runs from the
 * build only. A defect there that nothing catches ends the process, as it would here.
 */
export async function openThreadedViews({ damaged, ...options }: SqliteViewsOptions): Promise<Views> {
  const worker = new Worker(new URL('./worker.js', import.meta.url), { workerData: options satisfies ThreadOptions });
  const views = new ThreadedViews(worker, new Promise((resolve) => worker.once('exit', resolve)), damaged);
  try {
    await views.opened;
  } catch (error) {
    await worker.terminate();
    throw error;
  }
  return views;
}
