/** Starts the thread that makes the generation of a rebuild ready. */
import { Worker } from 'node:worker_threads';
import type { PreparationTask, PreparationTerms, PreparingThread } from '#application';
import type { Settings } from '../settings/settings.js';
import type { StoresBeside } from '../stores/stores.js';

/** What the thread gets. */
export interface PreparingThreadData {
  readonly task: PreparationTask;
  readonly terms: PreparationTerms;
  readonly stores: Pick<Settings, 'journal' | 'views'> & {
    readonly data: { readonly journal: unknown; readonly views: unknown };
  };
}

/** Of a page of entries with the documents that it changes, and of the documents of some hosts that are compared. */
const HEAP = { maxOldGenerationSizeMb: 512, maxYoungGenerationSizeMb: 64 };

/** Runs from the build only. */
export function openPreparingThread(
  { journal, views, of }: StoresBeside,
  { kind, generation, isActivationAsked }: PreparationTask,
  terms: PreparationTerms,
): PreparingThread {
  const given = of();
  const stores = { journal, views, data: { journal: given.journal.data, views: given.views.data } };
  const port = new Worker(new URL('./preparing-thread.js', import.meta.url), {
    workerData: { task: { kind, generation, isActivationAsked }, terms, stores } satisfies PreparingThreadData,
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
  return { port, ended, terminate: () => port.terminate() };
}
