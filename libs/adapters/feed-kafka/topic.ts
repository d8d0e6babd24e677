/** The topic is created where it is absent, and checked where it is not: a wrong one is reported in one line at the start. */
import kafkajs, { type Admin } from 'kafkajs';
import type { KafkaClient } from './client.js';
import { isUnknownTopic, KafkaMisconfigured, startError } from './errors.js';
import { pauseAfter, sleep } from './waiting.js';

export interface TopicShape {
  readonly topic: string;
  readonly partitions: number;
  /** Where it is created. */
  readonly replication: number;
  /** An existing topic's count is taken as it is; then `partitions` is what it is created with. */
  readonly anyCount?: true;
  /** Its max.message.bytes where it is created. 2 MiB where absent. */
  readonly maxMessageBytes?: number;
  /** A smaller max.message.bytes is warned of. The largest entry's where absent. */
  readonly leastMessageBytes?: number;
  /** Keeps the newest message of each key, instead of all messages for a time. */
  readonly compacted?: true;
  /** The publisher chooses how messages are compressed. */
  readonly foreign?: true;
}

const DAY_MS = 86_400_000;
/** How long messages are kept: longer than any consumer should be away. A consumer that is away longer reads the journal. */
const RETENTION_MS = 7 * DAY_MS;
/** An older message of a key is taken away within it, also where few come: it may say what was redacted since. */
const MAX_COMPACTION_LAG_MS = 7 * DAY_MS;
/** Under this a weekend's or a night's outage already costs reads of the journal. */
const LEAST_RETENTION_MS = DAY_MS;
/** The largest entry of the journal or event of a message (1 MiB), its headers and the batch around it. */
export const LARGEST_BATCH_BYTES = 1_048_576 + 65_536;
const MAX_MESSAGE_BYTES = 2_097_152;
const COMPACT = 'compact';
/** With this many copies or more, two must have a message before it is acknowledged. */
const SAFE_REPLICATION = 3;

export interface CheckedTopic {
  /** Most bytes of one send to one partition. */
  readonly maxMessageBytes: number;
  readonly partitions: number;
  /** Whether it was absent and has been created here. */
  readonly isNew: boolean;
}

/** The compression that the driver can read; a broker converts others to it where the topic says so. */
const READABLE = ['gzip', 'uncompressed'];

/** Throws KafkaMisconfigured for a defect of the set-up, StoreUnavailable where the brokers are away. */
export async function ensureTopic(client: KafkaClient, shape: TopicShape): Promise<CheckedTopic> {
  const doing = `topic ${shape.topic}`;
  try {
    const isNew = await client.askPlainly(doing, async (admin) => {
      return !(await admin.listTopics()).includes(shape.topic) && (await create(admin, shape));
    });
    if (isNew) client.log.info(`Created the topic ${shape.topic}`, { ...shape });
    return { ...(await checked(client, shape, doing)), isNew };
  } catch (error) {
    throw startError(doing, error);
  }
}

/** Not every broker knows a topic at once that was just created: asked again for as long as an answer may take. */
async function checked(client: KafkaClient, shape: TopicShape, doing: string): Promise<Omit<CheckedTopic, 'isNew'>> {
  const limitMs = performance.now() + client.timers.requestMs;
  for (let failures = 1; ; failures += 1) {
    try {
      return await client.askPlainly(doing, async (admin) => {
        const { partitions, copies } = await checkPartitions(admin, shape);
        return { partitions, maxMessageBytes: await checkSettings(admin, client, shape, copies) };
      });
    } catch (error) {
      if (!isUnknownTopic(error) || performance.now() > limitMs) throw error;
      await sleep(pauseAfter(failures, client.timers), new AbortController().signal);
    }
  }
}

/**
 * Whether it was created here: another may be first. Its leaders are not waited for: the driver gives up at the first
 * broker that does not know the topic yet, and the check asks until all do.
 */
function create(
  admin: Admin,
  { topic, partitions, replication, maxMessageBytes = MAX_MESSAGE_BYTES, foreign, compacted }: TopicShape,
): Promise<boolean> {
  const settings = {
    ...(compacted === true
      ? { 'cleanup.policy': COMPACT, 'max.compaction.lag.ms': String(MAX_COMPACTION_LAG_MS) }
      : { 'cleanup.policy': 'delete', 'retention.ms': String(RETENTION_MS) }),
    'max.message.bytes': String(maxMessageBytes),
    'min.insync.replicas': replication >= SAFE_REPLICATION ? '2' : '1',
    ...(foreign && { 'compression.type': 'gzip' }),
  };
  const configEntries = Object.entries(settings).map(([name, value]) => ({ name, value }));
  return admin.createTopics({
    waitForLeaders: false,
    topics: [{ topic, numPartitions: partitions, replicationFactor: replication, configEntries }],
  });
}

async function checkPartitions(
  admin: Admin,
  { topic, partitions, anyCount }: TopicShape,
): Promise<{ readonly partitions: number; readonly copies: number }> {
  const { topics } = await admin.fetchTopicMetadata({ topics: [topic] });
  const there = topics.find(({ name }) => name === topic)?.partitions ?? [];
  const found = there.length;
  const copies = Math.min(...there.map(({ replicas }) => replicas.length));
  if (found === partitions || (anyCount === true && found > 0)) return { partitions: found, copies };
  throw new KafkaMisconfigured(
    `Kafka: topic ${topic} has ${found} partitions, the settings say ${partitions}: ` +
      `set ${found}, or use another prefix, or delete the topic so that it is created again`,
  );
}

async function checkSettings(
  admin: Admin,
  client: KafkaClient,
  { topic, leastMessageBytes = LARGEST_BATCH_BYTES, foreign, compacted }: TopicShape,
  copies: number,
): Promise<number> {
  const { resources } = await admin.describeConfigs({
    includeSynonyms: false,
    resources: [{ type: kafkajs.ConfigResourceTypes.TOPIC, name: topic }],
  });
  const settings = new Map(
    resources.flatMap(({ configEntries }) => configEntries.map((each) => [each.configName, each.configValue])),
  );
  const retentionMs = Number(settings.get('retention.ms') ?? -1);
  if (compacted !== true && retentionMs >= 0 && retentionMs < LEAST_RETENTION_MS) {
    client.log.warn(
      `Topic ${topic} keeps messages for ${retentionMs} ms (retention.ms): give it at least ${LEAST_RETENTION_MS}, a day`,
      { topic, retentionMs },
    );
  }
  const inSync = Number(settings.get('min.insync.replicas') ?? 1);
  if (inSync > copies) {
    throw new KafkaMisconfigured(
      `Kafka: topic ${topic} has ${copies} copies and min.insync.replicas ${inSync}: nothing can be published; ` +
        `set ${copies} or less, or give it more copies`,
    );
  }
  if (copies >= SAFE_REPLICATION && inSync < 2) {
    client.log.warn(
      `Topic ${topic} acknowledges what one of its ${copies} copies has (min.insync.replicas): set 2, so that a lost broker takes nothing along`,
      { topic, copies, inSync },
    );
  }
  const policy = settings.get('cleanup.policy');
  if (compacted === true && policy?.includes(COMPACT) === false) {
    client.log.warn(
      `Topic ${topic} has the cleanup.policy "${policy}": who begins to follow it late finds only what is kept; set "compact"`,
      { topic, policy },
    );
  }
  if (compacted !== true && policy !== undefined && policy !== 'delete') {
    client.log.warn(
      `Topic ${topic} has the cleanup.policy "${policy}": messages would be removed early; set "delete"`,
      { topic },
    );
  }
  const compression = settings.get('compression.type') ?? '';
  if (foreign === true && !READABLE.includes(compression)) {
    client.log.warn(
      `Topic ${topic} has the compression.type "${compression}": what producers compress as snappy, lz4 or zstd cannot be ` +
        'read and holds its partition up; set "gzip"',
      { topic, compression },
    );
  }
  const maxMessageBytes = Number(settings.get('max.message.bytes') ?? MAX_MESSAGE_BYTES);
  if (maxMessageBytes < leastMessageBytes) {
    client.log.warn(
      `Topic ${topic} takes messages of ${maxMessageBytes} bytes (max.message.bytes): the largest need ${leastMessageBytes}`,
      { topic, maxMessageBytes },
    );
  }
  return maxMessageBytes;
}
