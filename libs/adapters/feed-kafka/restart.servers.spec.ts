/** A single broker is killed and started again: everything acknowledged arrives, and nobody has to lend a hand. */
import { FeedStream, missingOf, Listener, startKafka, temporaryFolder, type KafkaServer } from '#testing';
import { closeTestFeeds, openTestFeed } from './testing-feeds.js';

const PATIENCE_MS = 30_000;
const folder = temporaryFolder();
let kafka: KafkaServer | undefined;

beforeEach(async () => {
  kafka = await startKafka({ folder: folder('kafka') });
}, PATIENCE_MS * 6);
afterEach(async () => {
  await closeTestFeeds();
  await kafka?.stop();
}, PATIENCE_MS);

test(
  'kill -9 and restart of the broker while publishing: nothing acknowledged is lost, consumers keep their partitions and go on',
  async () => {
    const { feed } = await openTestFeed({ brokers: kafka!.brokers });
    const listener = await new Listener(PATIENCE_MS).join(feed, 'group');
    const stream = new FeedStream(feed);
    await listener.until('messages flow', () => listener.all.length > 50);
    await kafka!.nodes[0]!.kill();
    const before = stream.acknowledged.length;
    await listener.until('publishing has noticed', () => stream.failures > 0);
    expect(listener.consumer.assigned.size).toBe(4);
    await kafka!.nodes[0]!.start();
    await listener.until('it is published again', () => stream.acknowledged.length > before + 100);
    await stream.end();
    await listener.until('all has come', () => missingOf(stream.acknowledged, listener).length === 0);
    expect(listener.overlaps).toEqual([]);
    expect(listener.consumer.assigned.size).toBe(4);
  },
  PATIENCE_MS * 4,
);
