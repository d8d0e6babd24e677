/** The stores within this process: files of the data folder, and the feed in memory. */
import type { Feed, Journal, Views } from '#ports';
import { journalFile, requireNotLost, viewsFile } from './embedded-files.js';
import type { Opener } from './opener.js';

export const sqliteJournal: Opener<Journal> = {
  called: ({ dataDir }) => `the journal ${journalFile(dataDir)}`,
  async open({ settings: { dataDir }, log, damaged }) {
    const { openSqliteJournal } = await import('#adapters/journal-sqlite');
    const file = journalFile(dataDir);
    requireNotLost(file, viewsFile(dataDir));
    const unwitnessed = (reason: string): void => {
      log.warn('how far the journal has come cannot be written beside it: a loss of its end would go unnoticed', {
        reason,
      });
    };
    const store = await openSqliteJournal({ file, damaged, unwitnessed });
    return {
      store,
      figures: () => {
        const { entries, bytes } = store.waiting();
        return [
          { name: 'hermes_commit_queue_entries', value: entries },
          { name: 'hermes_commit_queue_bytes', value: bytes },
        ];
      },
    };
  },
};

export const sqliteViews: Opener<Views> = {
  called: ({ dataDir }) => `the views ${viewsFile(dataDir)}`,
  async open({ settings: { dataDir, memory }, rebuildViews: rebuild, threads, damaged }) {
    const { openSqliteViews, openThreadedViews } = await import('#adapters/views-sqlite');
    const options = { file: viewsFile(dataDir), rebuild, damaged, cacheBytes: memory.viewsCacheBytes };
    const { viewsHeapBytes: heapBytes } = memory;
    return { store: await (threads ? openThreadedViews({ ...options, heapBytes }) : openSqliteViews(options)) };
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
