/** A topic just made, as brokers show it that learn of it one after the other. */
import type { Admin, ITopicConfig } from 'kafkajs';
import { KafkaClient } from './client.js';
import { silent, timersOf } from './options.js';
import { ensureTopic } from './topic.js';

function failure(type: string): Error {
  return Object.assign(new Error(type), { type });
}

/** A client of brokers that know nothing of the topic until they were asked for it as often as `failures` are given. */
function clientOf(failures: Error[], created: ITopicConfig[] = []): KafkaClient {
  const metadata = async () => {
    const failed = failures.shift();
    if (failed !== undefined) throw failed;
    return { topics: [{ name: 'new', partitions: Array.from({ length: 4 }, () => ({ replicas: [1] })) }] };
  };
  const admin = {
    listTopics: async () => [],
    // as the driver does: it waits for leaders unless an option forbids it, and then any failure is the end
    createTopics: async ({ waitForLeaders = true, topics }: Parameters<Admin['createTopics']>[0]) => {
      created.push(...topics);
      if (waitForLeaders) await metadata();
      return true;
    },
    fetchTopicMetadata: metadata,
    describeConfigs: async () => ({ resources: [] }),
  } as unknown as Admin;
  const timers = timersOf({ firstPauseMs: 1 });
  const askPlainly = async (_: string, ask: (of: Admin) => unknown): Promise<unknown> => ask(admin);
  return Object.assign(Object.create(KafkaClient.prototype) as KafkaClient, { timers, log: silent, askPlainly });
}

test('a broker that does not know it yet, or no leader of it, is asked again', async () => {
  const failures = ['UNKNOWN_TOPIC_OR_PARTITION', 'LEADER_NOT_AVAILABLE', 'UNKNOWN_TOPIC_OR_PARTITION'].map(failure);
  const shape = { topic: 'new', partitions: 4, replication: 1 };
  expect(await ensureTopic(clientOf(failures), shape)).toMatchObject({ partitions: 4 });
});

test('another failure is thrown at once', async () => {
  const refused = clientOf([failure('TOPIC_AUTHORIZATION_FAILED')]);
  await expect(ensureTopic(refused, { topic: 'new', partitions: 4, replication: 1 })).rejects.toThrow(
    'this user has no right to the topic',
  );
});

test('one that is compacted takes the older messages of a key away within a week', async () => {
  const created: ITopicConfig[] = [];
  await ensureTopic(clientOf([], created), { topic: 'new', partitions: 4, replication: 1, compacted: true });
  expect(created[0]?.configEntries).toContainEqual({ name: 'max.compaction.lag.ms', value: '604800000' });
});
