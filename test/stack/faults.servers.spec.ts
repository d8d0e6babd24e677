/**
 * The remote stack under faults: whatever is killed, paused, restarted, repeated, lost or shuffled while requests come, in
 * the end nothing acknowledged is lost, nothing is there twice, the views are what a clean fold of the journal gives, and
 * nobody had to lend a hand. One seed of each here; `npm run chaos -- --rounds 50` plays more, `--seed <seed>` those from
 * this one on, `--fault <part of its name>` one fault alone, `--together` all faults of a seed one after the other and one
 * audit after them.
 */
import { laneServer, startKafka, startMongo, until } from '#testing';
import type { Deeds } from './campaign.js';
import { inversions, isEntry, repeating, shuffled, whileUnread } from './disturber.js';
import { reportOverTopic } from './inbound.js';
import { OwnServers } from './own-servers.js';
import { declareRounds, Stage } from './rounds.js';
import { PARTITIONS } from './stack.js';
import type { Topic } from './topic.js';

/** Entries that wait for projectors that are away; clients whose requests need the views soon wait for these themselves. */
const UNREAD = 30;

/** So long a projector is paused at least; in any case until its session is over and another has its partitions. */
const PAUSE_MS = Number(process.env['HERMES_TEST_PAUSE_SECONDS'] ?? 0) * 1000;
const REBALANCE_EVERY_MS = 2000;
const LIMIT_MS = 60_000;
const ASK_EVERY_MS = 200;
const END_MS = 60_000;

const onServersOfTheLane = new Stage('on the servers of the lane', {
  get: () =>
    Promise.resolve({
      eventstore: laneServer('HERMES_TEST_EVENTSTORE'),
      kafka: laneServer('HERMES_TEST_KAFKA'),
      mongo: laneServer('HERMES_TEST_MONGO'),
      replication: 1,
    }),
  discard: () => Promise.resolve(),
});
const onServersOfItsOwn = new Stage('on servers of its own, with three brokers', {
  get: async () => {
    // named here: the lane finds the servers of a spec by its text
    own ??= await OwnServers.start({ startKafka, startMongo });
    return own.addresses;
  },
  discard: endOwn,
});
let own: OwnServers | undefined;

async function endOwn(): Promise<void> {
  await own?.end();
  own = undefined;
}

afterAll(endOwn, END_MS);

function onLane(name: string, deeds: Deeds): void {
  onServersOfTheLane.add(name, deeds);
}

function onOwn(name: string, deeds: Deeds): void {
  onServersOfItsOwn.add(name, deeds);
}

onLane('kill -9 of each process in turn', async ({ stack, amid }) => {
  for (const name of ['projector-1', 'projector-2', 'ingest-1', 'ingest-2', 'query'] as const) {
    await amid();
    await stack.kill(name);
    await amid();
    await stack.launch(name);
  }
  await amid();
});

onLane(
  'a projector that is paused longer than its session, and goes on beside its successor',
  async ({ stack, feed, group, amid }) => {
    await amid();
    stack.app('projector-1').pause();
    await Promise.all([under(PAUSE_MS), feed.hasMembers(group, 1)]);
    await amid();
    stack.app('projector-1').resume();
    await feed.hasMembers(group, 2);
    await amid();
  },
);

onLane('rebalances every two seconds', async ({ feed, group }) => {
  let moved = 0;
  for (let round = 0; round < 4; round += 1) {
    // what it gets is nobody's while it is a member, and the others change theirs both times
    const other = await every(REBALANCE_EVERY_MS, feed.join(group));
    moved += other.partitions;
    await every(REBALANCE_EVERY_MS, other.leave());
  }
  expect(moved).toBeGreaterThanOrEqual(4);
});

onLane('every message up to five times', async (round) => {
  const copies = await repeating(round, 100, async () => {
    for (let left = 5; left > 0; left -= 1) await round.amid();
  });
  expect(copies).toBeGreaterThanOrEqual(100);
});

onLane('messages removed before a projector has read them', async (round) => {
  const { feed, random, amid } = round;
  let removed = 0;
  for (let left = 2; left > 0; left -= 1) {
    await amid();
    await whileUnread(round, UNREAD, async ({ to, messages }) => {
      const some = shuffled([...to.keys()], random).slice(0, 3 + Math.floor(random() * (PARTITIONS - 2)));
      await feed.removeBefore(to, some);
      removed += messages.filter((message) => isEntry(message) && some.includes(message.partition)).length;
    });
  }
  expect(removed).toBeGreaterThan(20);
  await amid();
});

onLane('messages shuffled, ahead of the originals and without them', async (round) => {
  const { feed, random, amid } = round;
  let inverted = 0;
  for (let left = 2; left > 0; left -= 1) {
    await amid();
    await whileUnread(round, UNREAD, async ({ to, messages }) => {
      const others = shuffled(messages, random);
      inverted += inversions(others);
      await feed.publish(others);
      await feed.removeBefore(to, [...to.keys()]);
      const again = shuffled([...to.keys()], random).slice(0, PARTITIONS / 2);
      await feed.publish(messages.filter(({ partition }) => again.includes(partition)));
    });
  }
  expect(inverted).toBeGreaterThan(10);
  await amid();
});

onLane('the topic deleted and recreated', async (round) => {
  const { feed, random, amid } = round;
  await amid();
  let lost = 0;
  await whileUnread(round, UNREAD, async ({ messages }) => {
    await feed.remove();
    // an operator who recreated it may be faster than the relay
    if (random() < 0.5) await feed.create(PARTITIONS);
    lost = messages.filter(isEntry).length;
    await until('it is there again', () => feed.isPublishedTo(), { limitMs: LIMIT_MS, everyMs: ASK_EVERY_MS });
  });
  expect(lost).toBeGreaterThanOrEqual(UNREAD);
  await amid();
  await feed.remove();
  await until('it is there again', () => feed.isPublishedTo(), { limitMs: LIMIT_MS, everyMs: ASK_EVERY_MS });
  expect(await feed.partitions()).toHaveLength(PARTITIONS);
  await amid();
});

onLane('events over the inbound topic, and kill -9 of an ingest that takes them', reportOverTopic);

onOwn('one of three brokers killed while it is published to, and started again', async (round) => {
  const { feed, random, amid } = round;
  await amid();
  const partitions = await feed.partitions();
  expect(partitions.map(({ copies }) => copies)).toEqual(Array(PARTITIONS).fill(3));
  expect(await feed.setting('min.insync.replicas')).toBe('2');
  const { leader } = partitions[Math.floor(random() * PARTITIONS)]!;
  const broker = own!.brokers[leader - 1]!;
  await broker.kill();
  const before = await messagesOf(feed);
  const isPublished = async (): Promise<boolean> => (await messagesOf(feed)) > before + 100n;
  await until('it is published on', isPublished, { limitMs: LIMIT_MS, everyMs: ASK_EVERY_MS });
  expect((await feed.partitions()).map(({ inSync }) => inSync)).toEqual(Array(PARTITIONS).fill(2));
  await broker.start();
  const isWhole = async (): Promise<boolean> => (await feed.partitions()).every(({ inSync }) => inSync === 3);
  await until('all copies are in sync', isWhole, { limitMs: LIMIT_MS, everyMs: ASK_EVERY_MS });
  await amid();
});

onOwn('broker, view store and event store killed and started again', async (round) => {
  const { amid } = round;
  const { brokers, stores } = own!;
  for (const killed of [brokers, ...stores.map((store) => [store])]) {
    await amid();
    await Promise.all(killed.map((server) => server.kill()));
    await amid();
    await Promise.all(killed.map((server) => server.start()));
  }
  await amid();
});

declareRounds(onServersOfTheLane, onServersOfItsOwn);

/** Time in which requests come and nothing else happens. */
function under(ms: number): Promise<void> {
  return new Promise((wake) => setTimeout(wake, ms));
}

/** The deed's report, once this much time has passed. */
async function every<T>(ms: number, deed: Promise<T>): Promise<T> {
  const [done] = await Promise.all([deed, under(ms)]);
  return done;
}

/** Messages that the topic has had, as soon as all its partitions are led. */
async function messagesOf(feed: Topic): Promise<bigint> {
  let sum = -1n;
  const asked = async (): Promise<boolean> => {
    const ends = await feed.ends().catch(() => undefined);
    sum = ends?.reduce((all, end) => all + end, 0n) ?? -1n;
    return sum >= 0n;
  };
  await until('all partitions are led', asked, { limitMs: LIMIT_MS, everyMs: ASK_EVERY_MS });
  return sum;
}
