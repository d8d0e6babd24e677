/** Runs in a thread: makes the generation of a rebuild ready, with connections of its own to the stores (R6). */
import { parentPort, workerData } from 'node:worker_threads';
import { CatalogueTimeline, provedBy, servePreparing } from '#application';
import { giveWay } from '#contracts';
import type { Opener } from '../stores/opener.js';
import { OPENERS } from '../stores/openers.js';
import type { PreparingThreadData } from './open-preparing.js';

const port = parentPort;
if (port === null)
  throw new Error('the thread that prepares a generation is started by openPreparingThread, not by itself');
// with less it might never be level where entries keep coming
giveWay('quarter');
const { task, terms, stores } = workerData as PreparingThreadData;
await servePreparing(port, task, async () => {
  const journal = await openedBy(OPENERS.journal[stores.journal], stores.data.journal);
  try {
    const views = await openedBy(OPENERS.views[stores.views], stores.data.views);
    const close = async (): Promise<void> => {
      await views.close();
      await journal.close();
    };
    const timeline = new CatalogueTimeline(journal);
    const clock = { nowMs: () => Date.now() };
    const prove = provedBy({ journal, views });
    return { parts: { ...terms, journal, views, timeline, clock, prove }, close };
  } catch (error) {
    await journal.close();
    throw error;
  }
});

function openedBy<B>(opener: Opener<unknown, B>, data: unknown): ReturnType<NonNullable<typeof opener.openBeside>> {
  if (opener.openBeside === undefined) throw new Error('one of the stores cannot be opened in a thread beside');
  return opener.openBeside(data);
}
