/** What a thread beside live work begins with: its port, what it is to do, and the stores as they are opened there. */
import { parentPort, workerData, type MessagePort } from 'node:worker_threads';
import { CatalogueTimeline, type Clock } from '#application';
import type { ReadJournal, Views } from '#ports';
import type { Opener } from '../stores/opener.js';
import { OPENERS } from '../stores/openers.js';
import type { ThreadData } from './open-thread.js';

/** Called where damage is found in a store, with what was found. */
type Damaged = (store: 'journal' | 'views', finding: string) => void;

export interface OpenedBeside {
  readonly parts: {
    readonly journal: ReadJournal;
    readonly views: Views;
    readonly timeline: CatalogueTimeline;
    readonly clock: Clock;
  };
  readonly close: () => Promise<void>;
}

/** In a thread that `openThread` has started. */
export function threadOf(): {
  readonly port: MessagePort;
  readonly terms: unknown;
  readonly open: (damaged: Damaged) => Promise<OpenedBeside>;
} {
  if (parentPort === null) throw new Error('a thread beside live work is started by openThread, not by itself');
  const { terms, stores } = workerData as ThreadData;
  return { port: parentPort, terms, open: (damaged) => opened(stores, damaged) };
}

async function opened(
  { journal: ofJournal, views: ofViews, data }: ThreadData['stores'],
  damaged: Damaged,
): Promise<OpenedBeside> {
  const journal = await openedBy(OPENERS.journal[ofJournal], data.journal, (finding) => {
    damaged('journal', finding);
  });
  try {
    const views = await openedBy(OPENERS.views[ofViews], data.views, (finding) => {
      damaged('views', finding);
    });
    const close = async (): Promise<void> => {
      try {
        await views.close();
      } finally {
        await journal.close();
      }
    };
    const clock = { nowMs: () => Date.now() };
    return { parts: { journal, views, timeline: new CatalogueTimeline(journal), clock }, close };
  } catch (error) {
    await journal.close();
    throw error;
  }
}

function openedBy<B>(
  opener: Opener<unknown, B>,
  ...given: Parameters<NonNullable<typeof opener.openBeside>>
): ReturnType<NonNullable<typeof opener.openBeside>> {
  if (opener.openBeside === undefined) throw new Error('one of the stores cannot be opened in a thread beside');
  return opener.openBeside(...given);
}
