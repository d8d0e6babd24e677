/** F2 on a real broker beyond the contract: comings and goings while messages flow, slow handlers, a topic that was recreated. */
import kafkajs from 'kafkajs';
import { StoreUnavailable, type Feed, type FeedMessage } from '#ports';
import { FeedStream, missingOf, entryMessages, entryMessagesOfAll, Gate, laneServer, Listener } from '#testing';
import { closeTestFeeds, openTestFeed } from './testing-feeds.js';

const PATIENCE_MS = 20_000;
const brokers = () => laneServer('HERMES_TEST_KAFKA').split(',');

afterEach(closeTestFeeds, PATIENCE_MS);

test(
  'members that join and leave while messages flow: each message is handled by someone',
  async () => {
    // a process each, as it were: a feed of its own
    const { feed, prefix } = await openTestFeed({ brokers: brokers(), timers: { sessionMs: 6000 } });
    const listeners = [await new Listener(PATIENCE_MS).join(feed, 'group')];
    const stream = new FeedStream(feed);
    for (let round = 0; round < 3; round += 1) {
      const other = await openTestFeed({ brokers: brokers(), prefix, timers: { sessionMs: 6000 } });
      const joined = await new Listener(PATIENCE_MS).join(other.feed, 'group');
      listeners.push(joined);
      await joined.until('it has its share', () => joined.assigned.size === 2);
      const seen = joined.all.length;
      await joined.until('it is at work', () => joined.all.length > seen + 20);
      await joined.consumer.close();
      await listeners[0]!.until('the first has all again', () => listeners[0]!.assigned.size === 4);
    }
    await stream.end();
    await listeners[0]!.until('all has come', () => missingOf(stream.acknowledged, ...listeners).length === 0);
    expect(listeners.flatMap(({ overlaps }) => overlaps)).toEqual([]);
    expect(stream.failures).toBe(0);
  },
  PATIENCE_MS * 4,
);

test(
  'F2: a partition that was lost is not committed to, also where its handler ends well long after',
  async () => {
    const { feed, prefix } = await openTestFeed({ brokers: brokers(), timers: { sessionMs: 6000 } });
    const gate = new Gate();
    const first = await new Listener(PATIENCE_MS, () => gate.pass()).join(feed, 'group');
    await feed.publish(entryMessagesOfAll(4, 3));
    await first.until('all partitions are at it', () => first.running === 4);
    const second = new Listener(PATIENCE_MS, () => Promise.reject(new Error('by plan')));
    await second.join(feed, 'group');
    await second.until('it has won two', () => second.assigned.size === 2 && first.assigned.size === 2);
    gate.open();
    await first.until('all its batches have ended well', () => first.all.length === 12);
    await feed.publish(entryMessagesOfAll(4, 1, 3));
    await first.until('it handles the messages it kept', () => first.all.length === 14);
    // a commit of what was lost would have been made before those of the messages after it
    const admin = await connectedAdmin();
    const [offsets] = await admin.fetchOffsets({ groupId: `${prefix}.group`, topics: [`${prefix}.journal`] });
    await admin.disconnect();
    const committed = offsets!.partitions.filter(({ offset }) => Number(offset) > 0).map(({ partition }) => partition);
    expect(committed.sort()).toEqual([...first.assigned].sort());
  },
  PATIENCE_MS * 2,
);

test(
  'a handler that takes longer than the session stays a member, and its batch comes once',
  async () => {
    const { feed, logged } = await openTestFeed({ brokers: brokers() });
    const gate = new Gate();
    const listener = await new Listener(PATIENCE_MS, () => gate.pass()).join(feed, 'group');
    await feed.publish(entryMessagesOfAll(4, 3));
    await listener.until('all partitions are at it', () => listener.running === 4);
    const beganMs = performance.now();
    // others are served meanwhile
    const other = await new Listener(PATIENCE_MS).join(feed, 'other');
    await other.until('more than two sessions have passed', () => performance.now() - beganMs > 3500);
    expect(listener.assigned.size).toBe(4);
    gate.open();
    await listener.until('all is handled', () => listener.all.length >= 12);
    await feed.publish(entryMessagesOfAll(4, 1, 3));
    await listener.until('the next ones come', () => listener.all.length >= 16);
    expect(listener.all).toHaveLength(16);
    expect(logged.filter((line) => line.includes('ended and is replaced'))).toEqual([]);
  },
  PATIENCE_MS * 2,
);

test(
  'a topic that is deleted is recreated by the publisher, and consumers read it from its beginning on',
  async () => {
    const { feed, prefix, logged } = await openTestFeed({ brokers: brokers() });
    const topic = `${prefix}.journal`;
    const listener = await new Listener(PATIENCE_MS).join(feed, 'group');
    await feed.publish(entryMessagesOfAll(4, 20));
    await listener.until('the first have come', () => listener.all.length === 80);
    const admin = await connectedAdmin();
    await admin.deleteTopics({ topics: [topic] });
    // a broker may take them still, to delete them with the topic
    await feed.publish(entryMessages(1, 5, 100)).catch((error: unknown) => {
      expect(error).toBeInstanceOf(StoreUnavailable);
    });
    await published(feed, entryMessages(1, 5, 100));
    const wanted = [100, 101, 102, 103, 104].map((place) => `1/${place}`);
    await listener.until('the new ones have come', () => missingOf(wanted, listener).length === 0);
    const { topics } = await admin.fetchTopicMetadata({ topics: [topic] });
    await admin.disconnect();
    expect(topics[0]!.partitions).toHaveLength(4);
    expect(logged.filter((line) => line.includes(`Topic ${topic} was gone`))).toHaveLength(1);
    expect(logged.filter((line) => line.includes('the topic was recreated'))).not.toEqual([]);
  },
  PATIENCE_MS * 3,
);

test(
  'a topic that is recreated with fewer partitions is published to no more, and the reason is one sentence',
  async () => {
    const { feed, prefix } = await openTestFeed({ brokers: brokers(), partitions: 5 });
    const topic = `${prefix}.journal`;
    await published(feed, entryMessagesOfAll(5, 1));
    const admin = await connectedAdmin();
    await admin.deleteTopics({ topics: [topic] });
    await admin.createTopics({ topics: [{ topic, numPartitions: 4 }] });
    await admin.disconnect();
    // its partitions may have no leader yet
    const refused = published(feed, entryMessagesOfAll(5, 1), 60);
    await expect(refused).rejects.toThrow(
      `publishing to ${topic}: Kafka: topic ${topic} has 4 partitions, the settings say 5`,
    );
  },
  PATIENCE_MS * 2,
);

async function connectedAdmin() {
  const admin = new kafkajs.Kafka({ brokers: brokers(), logLevel: kafkajs.logLevel.NOTHING }).admin();
  await admin.connect();
  return admin;
}

/** Retries as the relay does, up to a limit; throws the error of the last try. */
async function published(feed: Feed, messages: readonly FeedMessage[], tries = 20): Promise<void> {
  for (let left = tries; ; left -= 1) {
    try {
      await feed.publish(messages);
      return;
    } catch (error) {
      if (left <= 1) throw error;
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  }
}
