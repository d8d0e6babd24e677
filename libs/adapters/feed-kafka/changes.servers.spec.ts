/** The topic of changes on Kafka is held to the law of all of them, on a real broker; each test has a topic of its own. */
import kafkajs from 'kafkajs';
import { parsePosition, START } from '#contracts';
import type { ChangeMessage } from '#ports';
import { changeMessage, changesTopicContract, laneServer, until } from '#testing';
import { consumePartitions, openKafkaChanges, type RawMessage } from './index.js';

const timers = { sessionMs: 10_000, heartbeatMs: 100, fetchMs: 50, firstPauseMs: 10, longestPauseMs: 100 };
/** The key of a message before all others. */
const FIRST = 'first';
const brokersOf = (): readonly string[] => laneServer('HERMES_TEST_KAFKA').split(',');

function textOf(headers: RawMessage['headers'], name: string): string {
  return String(headers?.[name] ?? '');
}

function changeOf({ key, value, headers }: RawMessage): Pick<ChangeMessage, 'kind' | 'key' | 'position' | 'json'> {
  const kind = textOf(headers, 'ce_type').replace('hermes.change.', '') as ChangeMessage['kind'];
  const position = parsePosition(textOf(headers, 'ce_position')) ?? START;
  return { kind, key: String(key), position, json: String(value) };
}

changesTopicContract(
  'kafka',
  async () => {
    const brokers = brokersOf();
    const prefix = `changes-${crypto.randomUUID()}`;
    const topic = await openKafkaChanges({ brokers, prefix, timers });
    // not every broker takes messages of a topic at once that was just created
    const isTaken = (): Promise<boolean> =>
      topic.publish([changeMessage(FIRST, 0)]).then(
        () => true,
        () => false,
      );
    await until('the topic takes messages', isTaken);
    return {
      topic,
      read: async (count) => {
        const found: RawMessage[] = [];
        const consumer = await consumePartitions(
          { brokers, timers },
          { topic: `${prefix}.changes`, group: `${prefix}.spec`, from: 'beginning' },
          async ({ messages }) => void found.push(...messages.filter(({ key }) => String(key) !== FIRST)),
        );
        await until('all have come', async () => found.length >= count);
        await consumer.close();
        return found.map(changeOf);
      },
      dispose: () => topic.close(),
    };
  },
  60_000,
);

test('the topic is compacted where it is created here; one that is not is warned of', async () => {
  const brokers = brokersOf();
  const prefix = `changes-${crypto.randomUUID()}`;
  const topic = `${prefix}.changes`;
  const warnings: string[] = [];
  const warn = (line: string): void => {
    // the driver's own lines are others
    if (line.startsWith('Topic ')) warnings.push(line);
  };
  const log = { info: () => undefined, warn, error: () => undefined };
  await (await openKafkaChanges({ brokers, prefix, timers, log })).close();
  const admin = new kafkajs.Kafka({ brokers: [...brokers], logLevel: kafkajs.logLevel.NOTHING }).admin();
  await admin.connect();
  const type = kafkajs.ConfigResourceTypes.TOPIC;
  const { resources } = await admin.describeConfigs({ includeSynonyms: false, resources: [{ type, name: topic }] });
  const settings = resources[0]?.configEntries.map(({ configName, configValue }) => [configName, configValue]);
  expect(settings).toContainEqual(['cleanup.policy', 'compact']);
  expect(settings).toContainEqual(['max.compaction.lag.ms', '604800000']);
  expect(warnings).toEqual([]);
  const entries = [{ name: 'cleanup.policy', value: 'delete' }];
  await admin.alterConfigs({ validateOnly: false, resources: [{ type, name: topic, configEntries: entries }] });
  await admin.disconnect();
  await (await openKafkaChanges({ brokers, prefix, timers, log })).close();
  // the other settings have gone to the broker's own
  expect(warnings).toContainEqual(expect.stringMatching(/cleanup\.policy "delete".*set "compact"$/));
}, 60_000);

test('a topic that is deleted is made again with as many partitions as it had', async () => {
  const brokers = brokersOf();
  const prefix = `changes-${crypto.randomUUID()}`;
  const topic = `${prefix}.changes`;
  const admin = new kafkajs.Kafka({ brokers: [...brokers], logLevel: kafkajs.logLevel.NOTHING }).admin();
  await admin.connect();
  await admin.createTopics({ topics: [{ topic, numPartitions: 5 }] });
  const changes = await openKafkaChanges({ brokers, prefix, timers });
  const isTaken = (): Promise<boolean> =>
    changes.publish([changeMessage('7', 1)]).then(
      () => true,
      () => false,
    );
  await until('it takes messages', isTaken);
  await admin.deleteTopics({ topics: [topic] });
  await until('it is noticed', async () => !(await isTaken()));
  await until('it takes messages again', isTaken);
  const { topics } = await admin.fetchTopicMetadata({ topics: [topic] });
  expect(topics[0]?.partitions).toHaveLength(5);
  await changes.close();
  await admin.disconnect();
}, 60_000);
