/** The uses of Kafka: the feed, the topic that events are taken from, and the one that changes are published to. */
import { readFileSync } from 'node:fs';
import type { ChangesTopic, Feed, Inbound } from '#ports';
import { errorCode } from '../settings/error-code.js';
import type { Settings } from '../settings/settings.js';
import { StartError } from '../settings/start-error.js';
import { revealed, type Opener } from './opener.js';

export const kafkaFeed: Opener<Feed> = {
  called: () => 'the feed on Kafka',
  remote: 'HERMES_KAFKA_BROKERS',
  async open({ settings, log }) {
    const { openKafkaFeed } = await import('#adapters/feed-kafka');
    return {
      store: await openKafkaFeed({ ...kafkaOf(settings), partitions: settings.partitions, log }),
    };
  },
};

export const kafkaInbound: Opener<Inbound> = {
  called: () => 'the inbound topic on Kafka',
  remote: 'HERMES_KAFKA_BROKERS',
  async open({ settings, log }) {
    const { openKafkaInbound } = await import('#adapters/feed-kafka');
    return { store: await openKafkaInbound({ ...kafkaOf(settings), log }) };
  },
};

export const kafkaChanges: Opener<ChangesTopic> = {
  called: () => 'the topic of changes on Kafka',
  remote: 'HERMES_KAFKA_BROKERS',
  async open({ settings, log }) {
    const { openKafkaChanges } = await import('#adapters/feed-kafka');
    return { store: await openKafkaChanges({ ...kafkaOf(settings), log }) };
  },
};

/** How Kafka is reached, and the names of our topics and groups. */
function kafkaOf({ kafka, prefix, app, memory: { fetchBytes } }: Settings) {
  const { brokers, replication } = kafka;
  return { brokers, prefix, replication, fetchBytes, clientId: `${prefix}-${app.name}`, ...secured(kafka) };
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
