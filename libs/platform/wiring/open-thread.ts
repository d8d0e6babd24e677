/** Starts threads that work beside live work, with connections of their own to the stores (R6). */
import { Worker } from 'node:worker_threads';
import type { WorkThread } from '#application';
import type { Settings } from '../settings/settings.js';
import type { StoresBeside } from '../stores/stores.js';

/** What such a thread gets. */
export interface ThreadData {
  /** What it is to do: plain data that the script knows. */
  readonly terms: unknown;
  readonly stores: Pick<Settings, 'journal' | 'views'> & {
    readonly data: { readonly journal: unknown; readonly views: unknown };
  };
}

/** Of a page of entries with the documents that it changes, of one bucket of a replay, or of the documents of some hosts. */
const HEAP = { maxOldGenerationSizeMb: 512, maxYoungGenerationSizeMb: 64 };

/** `script`: of this folder. Runs from the build only. */
export function openThread(
  script: 'preparing-thread' | 'verifying-thread',
  { journal, views, of, damaged }: StoresBeside,
  terms: unknown,
): WorkThread {
  const given = of();
  const stores = { journal, views, data: { journal: given.journal.data, views: given.views.data } };
  const port = new Worker(new URL(`./${script}.js`, import.meta.url), {
    workerData: { terms, stores } satisfies ThreadData,
    transferList: [...given.journal.transfer, ...given.views.transfer],
    resourceLimits: HEAP,
  });
  const ended = new Promise((resolve) => {
    let why: unknown;
    // a thread without memory ends this try, and nothing else
    port.on('error', (error) => (why = error));
    // only then are its connections closed
    port.once('exit', () => {
      resolve(why);
    });
  });
  return { port, ended, damaged, terminate: () => port.terminate() };
}
