/**
 * One table per port: for each store that settings can choose, how it is opened. Adapters are imported only when chosen,
 * and nothing of theirs but the port shows beyond this file.
 */
import { readFileSync } from 'node:fs';
import type { Log } from '#application';
import type { Feed, Inbound, Journal, Views } from '#ports';
import { errorCode } from '../settings/error-code.js';
import type { Source } from '../operate/metrics/metrics.js';
import type { Secret } from '../settings/secret.js';
import type { Settings } from '../settings/settings.js';
import { StartError } from '../settings/start-error.js';
import { journalFile, requireNotLost, viewsFile } from './embedded-files.js';

export interface OpenContext {
  readonly settings: Settings;
  readonly log: Log;
  /** The views are begun anew, whatever their file holds. */
  readonly viewsAnew: boolean;
  /** Whether embedded views have a thread of their own. */
  readonly threads: boolean;
}

export interface Opened<S> {
  readonly store: S;
  /** What waits in a store of this process, at the moment of asking. */
  readonly figures?: Source;
}

export interface Opener<S> {
  /** How operators know it. */
  called(settings: Settings): string;
  /** Of a remote store: the variable that says where it is. Such a store may come later than this process, and is waited for; a file is there or is not. */
  readonly remote?: string;
  /** Throws StoreUnavailable where it is away, another Error in one clear sentence for what an operator can mend. */
  open(context: OpenContext): Promise<Opened<S>>;
}

export interface Openers {
  readonly journal: Readonly<Record<Settings['journal'], Opener<Journal>>>;
  readonly feed: Readonly<Record<Settings['feed'], Opener<Feed>>>;
  readonly views: Readonly<Record<Settings['views'], Opener<Views>>>;
}

const journals: Openers['journal'] = {
  sqlite: {
    called: ({ dataDir }) => `the journal ${journalFile(dataDir)}`,
    async open({ settings: { dataDir } }) {
      const { openSqliteJournal } = await import('#adapters/journal-sqlite');
      const file = journalFile(dataDir);
      requireNotLost(file, viewsFile(dataDir));
      const store = await openSqliteJournal({ file });
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
  },
  eventstore: {
    called: () => 'the journal in EventStoreDB',
    remote: 'HERMES_EVENTSTORE_URL',
    async open({ settings: { eventstore, prefix } }) {
      const { openEventStoreJournal } = await import('#adapters/journal-eventstore');
      return { store: await openEventStoreJournal({ url: revealed(eventstore.url), prefix }) };
    },
  },
};

const feeds: Openers['feed'] = {
  inprocess: {
    called: () => 'the feed within this process',
    async open({ settings: { partitions, limits } }) {
      const { createInProcessFeed } = await import('#adapters/feed-inprocess');
      const store = createInProcessFeed({ partitions, bufferMessages: limits.bufferedMessages });
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
  },
  kafka: {
    called: () => 'the feed on Kafka',
    remote: 'HERMES_KAFKA_BROKERS',
    async open({ settings, log }) {
      const { openKafkaFeed } = await import('#adapters/feed-kafka');
      return {
        store: await openKafkaFeed({ ...kafkaOf(settings), partitions: settings.partitions, log }),
      };
    },
  },
};

const views: Openers['views'] = {
  sqlite: {
    called: ({ dataDir }) => `the views ${viewsFile(dataDir)}`,
    async open({ settings: { dataDir }, viewsAnew: anew, threads }) {
      const { openSqliteViews, openThreadedViews } = await import('#adapters/views-sqlite');
      const open = threads ? openThreadedViews : openSqliteViews;
      return { store: await open({ file: viewsFile(dataDir), anew }) };
    },
  },
  mongo: {
    called: () => 'the views in MongoDB',
    remote: 'HERMES_MONGO_URL',
    async open({ settings: { mongo, prefix, app } }) {
      const { openMongoViews } = await import('#adapters/views-mongo');
      return { store: await openMongoViews({ url: revealed(mongo.url), prefix, access: app.viewsAccess }) };
    },
  },
};

/** Where events are taken from a topic, beside the feed. */
export const INBOUND_OPENER: Opener<Inbound> = {
  called: () => 'the inbound topic on Kafka',
  remote: 'HERMES_KAFKA_BROKERS',
  async open({ settings, log }) {
    const { openKafkaInbound } = await import('#adapters/feed-kafka');
    return { store: await openKafkaInbound({ ...kafkaOf(settings), log }) };
  },
};

export const OPENERS: Openers = { journal: journals, feed: feeds, views };

/** How Kafka is reached, and what is there named after us. */
function kafkaOf({ kafka, prefix, app }: Settings) {
  const { brokers, replication } = kafka;
  return { brokers, prefix, replication, clientId: `${prefix}-${app.name}`, ...secured(kafka) };
}

/** TLS and who logs in, as far as settings have them. */
function secured({ tls, caFile, sasl: mechanism, username, password }: Settings['kafka']) {
  return {
    tls: tls && caFile !== null ? { ca: certificates(caFile) } : tls,
    ...(mechanism === null ? {} : { sasl: { mechanism, username: username ?? '', password: revealed(password) } }),
  };
}

function certificates(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const code = errorCode(error);
    throw new StartError(`HERMES_KAFKA_CA_FILE: ${file} cannot be read (${code}): check the path and its permissions`);
  }
}

/** Settings that lack what a chosen store needs were refused. */
function revealed(secret: Secret | null): string {
  return secret?.reveal() ?? '';
}
