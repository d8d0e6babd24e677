/** The stores within this process: files of the data folder, and the feed in memory. */
import type { MessagePort } from 'node:worker_threads';
import { StoreDamaged, type Feed, type Journal, type ReadJournal, type Views } from '#ports';
import { journalFile, requireNotLost, viewsFile } from './embedded-files.js';
import type { ForBeside, Opener } from './opener.js';

interface FileBeside {
  readonly file: string;
  readonly port: MessagePort;
}

export const sqliteJournal: Opener<Journal, ReadJournal> = {
  called: ({ dataDir }) => `the journal ${journalFile(dataDir)}`,
  async open({ settings: { dataDir }, log, threads, damaged }) {
    const { besideOf, openSqliteJournal } = await import('#adapters/journal-sqlite');
    const file = journalFile(dataDir);
    requireNotLost(file, viewsFile(dataDir));
    const unwitnessed = (reason: string): void => {
      log.warn('how far the journal has come cannot be written beside it: a loss of its end would go unnoticed', {
        reason,
      });
    };
    const store = await openSqliteJournal({ file, damaged, unwitnessed });
    const beside = (): ForBeside => {
      const port = besideOf(store);
      return { data: { file, port } satisfies FileBeside, transfer: [port] };
    };
    return {
      store,
      ...(threads && { beside }),
      damaged: (finding) => {
        store.foundDamaged(finding);
      },
      figures: () => {
        const { entries, bytes } = store.waiting();
        return [
          { name: 'hermes_commit_queue_entries', value: entries },
          { name: 'hermes_commit_queue_bytes', value: bytes },
        ];
      },
    };
  },
  async openBeside(data, damaged) {
    const { openJournalBeside } = await import('#adapters/journal-sqlite');
    return openJournalBeside(data as FileBeside, damaged);
  },
};

interface ViewsBeside extends FileBeside {
  readonly cacheBytes: number;
}

export const sqliteViews: Opener<Views> = {
  called: ({ dataDir }) => `the views ${viewsFile(dataDir)}`,
  async open({ settings: { dataDir, memory }, rebuildViews: rebuild, threads, damaged }) {
    const { openSqliteViews, openThreadedViews } = await import('#adapters/views-sqlite');
    const options = { file: viewsFile(dataDir), rebuild, damaged, cacheBytes: memory.viewsCacheBytes };
    if (!threads) return { store: await openSqliteViews(options) };
    const store = await openThreadedViews({ ...options, heapBytes: memory.viewsHeapBytes });
    const beside = (): ForBeside => {
      const { file, cacheBytes } = options;
      const port = store.beside();
      return { data: { file, port, cacheBytes } satisfies ViewsBeside, transfer: [port] };
    };
    const found = (finding: string): void => {
      damaged(new StoreDamaged('views', finding).reason);
    };
    return { store, beside, damaged: found };
  },
  async openBeside(data, damaged) {
    const { openViewsBeside } = await import('#adapters/views-sqlite');
    return openViewsBeside({ ...(data as ViewsBeside), damaged });
  },
};

export const inProcessFeed: Opener<Feed> = {
  called: () => 'the feed within this process',
  async open({ settings: { partitions, limits, memory } }) {
    const { createInProcessFeed } = await import('#adapters/feed-inprocess');
    const bufferCharacters = Math.floor(memory.feedCharacters / partitions);
    const store = createInProcessFeed({ partitions, bufferMessages: limits.bufferedMessages, bufferCharacters });
    return {
      store,
      figures: () =>
        store.buffered().map((value, partition) => ({
          name: 'hermes_feed_buffered_messages',
          value,
          labels: { partition: String(partition) },
        })),
    };
  },
};
