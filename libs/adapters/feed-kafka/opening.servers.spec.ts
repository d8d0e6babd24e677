/** Opening on a real broker: the topic is made as it should be, a wrong one is one clear sentence; and what is carried or passed over. */
import kafkajs, { type Admin } from 'kafkajs';
import { StoreUnavailable } from '#ports';
import { entryMessage, entryMessages, freePort, laneServer, Listener } from '#testing';
import { consumePartitions, KafkaMisconfigured, type RawMessage } from './index.js';
import { closeTestFeeds, openTestFeed } from './testing-feeds.js';

const PATIENCE_MS = 20_000;
const brokers = () => laneServer('HERMES_TEST_KAFKA').split(',');
let driver: InstanceType<typeof kafkajs.Kafka>;
let admin: Admin;

beforeAll(async () => {
  driver = new kafkajs.Kafka({ brokers: brokers(), logLevel: kafkajs.logLevel.NOTHING });
  admin = driver.admin();
  await admin.connect();
}, PATIENCE_MS);
afterAll(() => admin.disconnect());
afterEach(closeTestFeeds, PATIENCE_MS);

async function settingsOf(topic: string): Promise<ReadonlyMap<string, string>> {
  const { resources } = await admin.describeConfigs({
    includeSynonyms: false,
    resources: [{ type: kafkajs.ConfigResourceTypes.TOPIC, name: topic }],
  });
  return new Map(resources[0]!.configEntries.map(({ configName, configValue }) => [configName, configValue]));
}

test('an absent topic is made: its partitions, a week of messages, room for the largest entry', async () => {
  const { prefix } = await openTestFeed({ brokers: brokers(), partitions: 5 });
  const { topics } = await admin.fetchTopicMetadata({ topics: [`${prefix}.journal`] });
  expect(topics[0]!.partitions).toHaveLength(5);
  const settings = await settingsOf(`${prefix}.journal`);
  expect(settings.get('retention.ms')).toBe('604800000');
  expect(settings.get('cleanup.policy')).toBe('delete');
  expect(settings.get('min.insync.replicas')).toBe('1');
  expect(Number(settings.get('max.message.bytes'))).toBeGreaterThan(1_048_576 + 65_536);
});

test('a topic of another number of partitions is one sentence with both numbers and what to do', async () => {
  const { prefix } = await openTestFeed({ brokers: brokers(), partitions: 5 });
  const opening = openTestFeed({ brokers: brokers(), prefix, partitions: 6 });
  await expect(opening).rejects.toThrow(KafkaMisconfigured);
  await expect(opening).rejects.toThrow(
    `Kafka: topic ${prefix}.journal has 5 partitions, the settings say 6: set 5, or use another prefix, or delete the topic so that it is created again`,
  );
});

test('more copies than the cluster has brokers is one sentence', async () => {
  const opening = openTestFeed({ brokers: brokers(), replication: 99 });
  await expect(opening).rejects.toThrow('the cluster has fewer brokers than copies are asked for');
});

test('more copies in sync than there are, so that nothing could be published, is one sentence', async () => {
  const prefix = `spec-${crypto.randomUUID()}`;
  const configEntries = [{ name: 'min.insync.replicas', value: '2' }];
  await admin.createTopics({ topics: [{ topic: `${prefix}.journal`, numPartitions: 4, configEntries }] });
  const opening = openTestFeed({ brokers: brokers(), prefix });
  await expect(opening).rejects.toThrow(KafkaMisconfigured);
  await expect(opening).rejects.toThrow(
    `Kafka: topic ${prefix}.journal has 1 copies and min.insync.replicas 2: nothing can be published; set 1 or less, or give it more copies`,
  );
});

test('messages kept for less than a day, and too little room, are warned of', async () => {
  const prefix = `spec-${crypto.randomUUID()}`;
  const configEntries = [
    { name: 'retention.ms', value: '3600000' },
    { name: 'max.message.bytes', value: '100000' },
  ];
  await admin.createTopics({ topics: [{ topic: `${prefix}.journal`, numPartitions: 4, configEntries }] });
  const { feed, logged } = await openTestFeed({ brokers: brokers(), prefix });
  expect(logged.filter((line) => line.includes('keeps messages for 3600000 ms'))).toHaveLength(1);
  expect(logged.filter((line) => line.includes('takes messages of 100000 bytes'))).toHaveLength(1);
  const large = entryMessage({ partition: 0, place: 0, json: JSON.stringify('x'.repeat(200_000)) });
  await expect(feed.publish([large])).rejects.toThrow(StoreUnavailable);
  await expect(feed.publish([large])).rejects.toThrow(/max.message.bytes is 100000/);
  await feed.publish([entryMessage({ partition: 0, place: 1 })]);
});

test('brokers that nobody can reach are StoreUnavailable, in one sentence', async () => {
  const opening = openTestFeed({ brokers: [`127.0.0.1:${await freePort()}`] });
  await expect(opening).rejects.toThrow(StoreUnavailable);
  await expect(opening).rejects.toThrow(/no broker can be reached$/);
});

test('a foreign message blocks no consumer: it is skipped, counted and logged', async () => {
  const { feed, prefix, logged } = await openTestFeed({ brokers: brokers() });
  const listener = await new Listener(PATIENCE_MS).join(feed, 'group');
  const producer = driver.producer({ createPartitioner: kafkajs.Partitioners.DefaultPartitioner });
  await producer.connect();
  await feed.publish(entryMessages(2, 1));
  await producer.send({ topic: `${prefix}.journal`, messages: [{ partition: 2, value: 'hello', key: 'k' }] });
  await feed.publish(entryMessages(2, 1, 1));
  await producer.disconnect();
  await listener.until('both of ours have come', () => listener.all.length === 2);
  expect(listener.names(2)).toEqual(['2/0', '2/1']);
  expect(feed.unreadable()).toEqual([0, 0, 1, 0]);
  expect(logged.filter((line) => line.includes('cannot be read and is skipped'))).toHaveLength(1);
});

test('what cannot be read leaves a partition without a newest message, and is logged; a topic that keeps by key is not emptied', async () => {
  const { feed, prefix, logged } = await openTestFeed({ brokers: brokers() });
  const topic = `${prefix}.journal`;
  const producer = driver.producer({ createPartitioner: kafkajs.Partitioners.DefaultPartitioner });
  await producer.connect();
  await feed.publish(entryMessages(1, 2));
  const strange = [1, 2].map((partition) => ({ partition, value: 'hello', key: 'k' }));
  await producer.send({ topic, messages: strange });
  await producer.disconnect();
  expect((await feed.newest()).map(({ partition }) => partition)).toEqual([1]);
  expect(logged.filter((line) => line.includes('None of the last messages can be read'))).toEqual([
    expect.stringContaining('"partition":2'),
  ]);
  const configEntries = [{ name: 'cleanup.policy', value: 'compact' }];
  const resources = [{ type: kafkajs.ConfigResourceTypes.TOPIC, name: topic, configEntries }];
  await admin.alterConfigs({ validateOnly: false, resources });
  await expect(feed.empty()).rejects.toThrow(KafkaMisconfigured);
  await expect(feed.empty()).rejects.toThrow(
    `Kafka: emptying ${topic}: the broker's rules do not allow it; records are removed only where the cleanup.policy is delete`,
  );
  expect(await feed.newest()).toHaveLength(1);
});

test(
  'any topic can be read by partitions: from its beginning, as Kafka has it, each message committed once handled',
  async () => {
    const topic = `spec-${crypto.randomUUID()}`;
    await admin.createTopics({ topics: [{ topic, numPartitions: 2 }] });
    const producer = driver.producer({ createPartitioner: kafkajs.Partitioners.DefaultPartitioner });
    await producer.connect();
    const send = (...values: string[]) =>
      producer.send({
        topic,
        messages: values.map((value, index) => ({ partition: index % 2, value, headers: { a: 'b' } })),
      });
    await send('one', 'two', 'three');
    const got: RawMessage[] = [];
    const texts = () => got.map(({ value }) => value?.toString()).sort();
    const connection = { brokers: brokers(), timers: { sessionMs: 6000, heartbeatMs: 200, fetchMs: 50 } };
    const options = { topic, group: `${topic}.group`, from: 'beginning' as const };
    const take = async ({ messages }: { readonly messages: readonly RawMessage[] }) => void got.push(...messages);
    const first = await consumePartitions(connection, options, take);
    await new Listener(PATIENCE_MS).until('all have come', () => got.length >= 3);
    expect(texts()).toEqual(['one', 'three', 'two']);
    expect(got[0]!.headers!['a']!.toString()).toBe('b');
    await first.close();
    got.length = 0;
    await send('four');
    const second = await consumePartitions(connection, options, take);
    await new Listener(PATIENCE_MS).until('the new one has come', () => got.length > 0);
    expect(texts()).toEqual(['four']);
    await second.close();
    await producer.disconnect();
  },
  PATIENCE_MS * 2,
);
