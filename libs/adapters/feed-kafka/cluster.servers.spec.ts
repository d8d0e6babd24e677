/** Three nodes, one killed: nothing acknowledged is lost, and consumption goes on, also where the group's coordinator was on it. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import kafkajs, { type Admin } from 'kafkajs';
import { FeedStream, missingOf, Listener, startKafka, type KafkaServer } from '#testing';
import { closeTestFeeds, openTestFeed } from './testing-feeds.js';

const PATIENCE_MS = 30_000;
/** A coordinator is missed after 2 s by its controller; a client has no reason to take longer than this. */
const MOVED_MS = 15_000;
let folder: string;
let kafka: KafkaServer | undefined;
let admin: Admin | undefined;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'hermes-test-'));
  kafka = await startKafka({ folder, nodes: 3 });
  admin = new kafkajs.Kafka({ brokers: [...kafka.brokers], logLevel: kafkajs.logLevel.NOTHING }).admin();
  await admin.connect();
}, PATIENCE_MS * 6);

afterAll(async () => {
  await admin?.disconnect();
  await kafka?.stop();
  rmSync(folder, { recursive: true });
}, PATIENCE_MS);

afterEach(closeTestFeeds, PATIENCE_MS);

/** Id of the node that leads the partition. */
async function leaderOf(topic: string, partition: number): Promise<number> {
  const { topics } = await admin!.fetchTopicMetadata({ topics: [topic] });
  return topics[0]!.partitions.find(({ partitionId }) => partitionId === partition)!.leader;
}

/** Kafka keeps a group's offsets, and its coordinator, where Java's hash of its name says. */
function offsetsPartitionOf(group: string): number {
  let hash = 0;
  for (const character of group) hash = (Math.imul(hash, 31) + character.charCodeAt(0)) | 0;
  return (hash & 0x7fffffff) % 4;
}

test(
  'a topic of three copies that is content with one in sync is warned of',
  async () => {
    const prefix = `spec-${crypto.randomUUID()}`;
    const configEntries = [{ name: 'min.insync.replicas', value: '1' }];
    const topic = { topic: `${prefix}.journal`, numPartitions: 4, replicationFactor: 3, configEntries };
    await admin!.createTopics({ topics: [topic], waitForLeaders: true });
    const { logged } = await openTestFeed({ brokers: kafka!.brokers, prefix });
    expect(logged.filter((line) => line.includes('what one of its 3 copies has'))).toHaveLength(1);
  },
  PATIENCE_MS,
);

test(
  'the leader of a partition is killed while all are published to: nothing acknowledged is lost',
  async () => {
    const { feed, prefix } = await openTestFeed({ brokers: kafka!.brokers, partitions: 6, replication: 3 });
    const listener = await new Listener(PATIENCE_MS).join(feed, 'group');
    const stream = new FeedStream(feed, 0, 0);
    await listener.until('messages flow', () => stream.acknowledged.length > 100);
    const node = kafka!.nodes[(await leaderOf(`${prefix}.journal`, 0)) - 1]!;
    await node.kill();
    const before = stream.acknowledged.length;
    await listener.until('it is published again', () => stream.acknowledged.length > before + 200);
    await stream.end();
    await listener.until('all has come', () => missingOf(stream.acknowledged, listener).length === 0);
    await node.start();
  },
  PATIENCE_MS * 4,
);

test(
  "the node of the group's coordinator is killed: its consumers go on within seconds, with what is published meanwhile",
  async () => {
    const { feed, prefix } = await openTestFeed({ brokers: kafka!.brokers, replication: 3 });
    const listener = await new Listener(PATIENCE_MS).join(feed, 'group');
    const stream = new FeedStream(feed);
    await listener.until('messages flow', () => listener.all.length > 50);
    const partition = offsetsPartitionOf(`${prefix}.group`);
    const coordinator = await leaderOf('__consumer_offsets', partition);
    const node = kafka!.nodes[coordinator - 1]!;
    await node.kill();
    const killedMs = performance.now();
    const before = stream.acknowledged.length;
    await listener.until('it is published again', () => stream.acknowledged.length > before + 100);
    await listener.until('what was published since has come', () => {
      return missingOf(stream.acknowledged.slice(0, before + 100), listener).length === 0;
    });
    expect(performance.now() - killedMs).toBeLessThan(MOVED_MS);
    expect(await leaderOf('__consumer_offsets', partition)).not.toBe(coordinator);
    await stream.end();
    await listener.until('all has come', () => missingOf(stream.acknowledged, listener).length === 0);
  },
  PATIENCE_MS * 3,
);
