/**
 * J6, F5: journal, feed and views that were put back from copies of different days, over EventStoreDB, Kafka and MongoDB: one line
 * that names the way out, or nothing to do; afterwards the views are a clean fold of the journal. The tests go on from each other.
 */
import { openEventStoreJournal } from '#adapters/journal-eventstore';
import { openKafkaFeed, type KafkaFeed } from '#adapters/feed-kafka';
import { openMongoViews } from '#adapters/views-mongo';
import { canonicalViews, eventually, laneServer, until } from '#testing';
import { feedPlaceOf } from '#ports';
import { differences } from '../crash/differences.js';
import { Hermes } from '../harness/hermes.js';
import { cleanFold, served, tidyUp } from '../projection/rig.js';
import { CopiedStores } from './copies.js';
import { Topic } from './topic.js';

type App = 'standalone' | 'ingest' | 'projector' | 'query';

const PARTITIONS = 4;
const LIMIT_MS = 120_000;
const WAIT_MS = 60_000;
const prefix = `restored-${crypto.randomUUID().slice(0, 8)}`;
const NO_ENTRY = /^the feed has carried entries up to position \d+, and the journal holds (?:no|another) entry there: /;

let stores: CopiedStores;
let feed: KafkaFeed;
let running: Hermes[] = [];

beforeAll(async () => {
  stores = await CopiedStores.start();
  const brokers = laneServer('HERMES_TEST_KAFKA').split(',');
  feed = await openKafkaFeed({ brokers, prefix, partitions: PARTITIONS });
  await history();
}, LIMIT_MS);

afterAll(async () => {
  await kill();
  await feed.close();
  await stores.end();
  await tidyUp();
}, LIMIT_MS);

/** What a failed test leaves running would write into the next one's stores. */
afterEach(kill, LIMIT_MS);

/** Yesterday three labors; today an ingest alone: two are done and there is a fourth, which the topic has and no projector has read. */
async function history(): Promise<void> {
  const first = await start('standalone');
  await first.api.must('/event-types', [
    { category: 'disk', state: 'full' },
    { category: 'disk', state: 'cleaned' },
  ]);
  await first.api.must('/fates', { creates: 'disk-full', completedBy: 'disk-cleaned' });
  await first.api.must('/events', { type: 'disk-full', hosts: ['a', 'b', 'c'] });
  expect(await first.api.total('/labors?state=open')).toBe(3);
  await stop();
  await stores.keep('yesterday');
  const ingest = await start('ingest');
  await ingest.api.must('/events', { type: 'disk-cleaned', hosts: ['a', 'b'] });
  await ingest.api.must('/events', { type: 'disk-full', hosts: ['d'] });
  const last = ingest.api.position;
  const newest = async (): Promise<readonly bigint[]> =>
    (await feed.newest()).map((message) => feedPlaceOf(message).position);
  await until(
    'all partitions have heard of it',
    async () => {
      const positions = await newest();
      return positions.length === PARTITIONS && positions.every((position) => position >= last);
    },
    { limitMs: WAIT_MS },
  );
  await stop();
  await stores.keep('today');
}

test(
  'journal and views of yesterday under the topic of today: each process says so in one line, and an ingest empties it',
  async () => {
    await stores.putBack({ journal: 'yesterday', views: 'yesterday' });
    const [ingest, projector, both] = await Promise.all([
      refused('ingest'),
      refused('projector'),
      refused('standalone'),
    ]);
    for (const line of [ingest, projector, both]) expect(line).toMatch(NO_ENTRY);
    for (const line of [ingest, both]) expect(line).toMatch(/ start once with --rebuild, which empties it$/);
    expect(projector).toMatch(/ start an ingest once with --rebuild, which empties it$/);
    const mended = await apart(['--rebuild'], []);
    expect(await mended.open()).toBe(3);
    // the positions of today's entries are given again
    await mended.write('disk-cleaned', ['c']);
    await mended.write('disk-full', ['e', 'f']);
    expect(await mended.open()).toBe(4);
    await stop();
    // and that was all
    const again = await apart([], []);
    await again.write('disk-full', ['g']);
    expect(await again.open()).toBe(5);
    await isCleanFold();
    await stop();
    // who follows changes has heard that three labors are not what they were
    expect(await resetsPublished()).toBe(1);
    await stores.keep('since');
  },
  LIMIT_MS,
);

test(
  'the journal of today under views and topic that went another way since: each is named, one after the other, and mended',
  async () => {
    await stores.putBack({ journal: 'today', views: 'since' });
    for (const app of ['ingest', 'projector'] as const) expect(await refused(app)).toMatch(NO_ENTRY);
    const ingest = await start('ingest', ['--rebuild']);
    expect(await refused('projector')).toMatch(/^the views are folded up to position .* start once with --rebuild$/);
    const mended = await apart(ingest, ['--rebuild']);
    expect(await mended.open()).toBe(2);
    await mended.write('disk-cleaned', ['d']);
    expect(await mended.open()).toBe(1);
    await isCleanFold();
    await stop();
    await stores.keep('today whole');
  },
  LIMIT_MS,
);

test(
  'views of yesterday under journal and topic of today come up to them by themselves; so does a topic that is gone',
  async () => {
    await stores.putBack({ journal: 'today whole', views: 'yesterday' });
    const first = await start('standalone');
    await eventually(
      'it has come up',
      async () => {
        expect(await first.api.total('/labors?state=open')).toBe(1);
      },
      { limitMs: WAIT_MS },
    );
    await isCleanFold();
    await stop();
    const topic = await Topic.open(laneServer('HERMES_TEST_KAFKA'), `${prefix}.journal`);
    await topic.remove();
    await topic.close();
    const second = await start('standalone');
    await second.api.must('/events', { type: 'disk-full', hosts: ['h'] });
    expect(await second.api.total('/labors?state=open')).toBe(2);
    await isCleanFold();
    await stop();
  },
  LIMIT_MS,
);

test(
  "another Hermes' journal, with views of its own, under this topic: whatever is asked, it says whose the topic is, and leaves it",
  async () => {
    await stores.putBack({ journal: null, views: null });
    const before = (await feed.newest()).length;
    for (const args of [[], ['--rebuild']])
      expect(await refused('standalone', args)).toMatch(
        /^the feed carries entries of journal \S+, this is journal \S+: set a HERMES_PREFIX that no other Hermes has\. Only where .* by hand with kafka-delete-records\.sh, and then start once with --rebuild$/,
      );
    expect((await feed.newest()).length).toBe(before);
    const resets = await resetsPublished();
    // by hand
    await feed.empty();
    const mended = await start('standalone', ['--rebuild']);
    await mended.api.must('/event-types', { category: 'disk', state: 'full' });
    await mended.api.must('/events', { type: 'disk-full', hosts: ['a'] });
    expect(await mended.api.total('/events')).toBe(1);
    await until('who follows changes hears of it', async () => (await resetsPublished()) > resets, {
      limitMs: WAIT_MS,
    });
    await isCleanFold();
    await stop();
  },
  LIMIT_MS,
);

function env(): Readonly<Record<string, string>> {
  return {
    ...{ HERMES_JOURNAL: 'eventstore', HERMES_FEED: 'kafka', HERMES_VIEWS: 'mongo', HERMES_PREFIX: prefix },
    ...{ HERMES_EVENTSTORE_URL: stores.addresses.eventstore, HERMES_MONGO_URL: stores.addresses.mongo },
    ...{ HERMES_KAFKA_BROKERS: laneServer('HERMES_TEST_KAFKA'), HERMES_PARTITIONS: String(PARTITIONS) },
    ...{ HERMES_PORT: '0', HERMES_LOG_LEVEL: 'error', HERMES_CHANGES: 'true' },
  };
}

async function start(app: App, args: readonly string[] = []): Promise<Hermes> {
  const hermes = await Hermes.start({ app, dataDir: '', env: env(), args });
  running.push(hermes);
  return hermes;
}

/** The line of a start that ends by itself. */
async function refused(app: App, args: readonly string[] = []): Promise<string> {
  const { code, output } = await Hermes.run({ app, dataDir: '', env: env(), args });
  const lines = output.trimEnd().split('\n');
  expect({ app, code, lines: lines.length, output }).toEqual({ app, code: 1, lines: 1, output });
  return lines[0] ?? '';
}

/** An ingest, or its flags; a projector with these; and a query. */
async function apart(ingest: Hermes | readonly string[], projector: readonly string[]) {
  const writing = ingest instanceof Hermes ? ingest : await start('ingest', ingest);
  const [reading] = await Promise.all([start('query'), start('projector', projector)]);
  return {
    write: (type: string, hosts: readonly string[]) => writing.api.must('/events', { type, hosts }),
    open: async (): Promise<number> => {
      reading.api.waitFor(writing.api.position);
      return reading.api.total('/labors?state=open');
    },
  };
}

async function stop(): Promise<void> {
  const all = running;
  running = [];
  expect(await Promise.all(all.map((hermes) => hermes.stop('SIGTERM')))).toEqual(all.map(() => 0));
}

async function kill(): Promise<void> {
  await Promise.all(running.splice(0).map((hermes) => hermes.kill()));
}

/** The keys of all changes, in their order by partition. */
async function published(): Promise<readonly string[]> {
  const topic = await Topic.open(laneServer('HERMES_TEST_KAFKA'), `${prefix}.changes`);
  const keys: string[] = [];
  const ends = await topic.ends();
  const tap = await topic.tap(
    ends.map(() => 0n),
    ({ key }) => keys.push(String(key)),
  );
  await tap.heardTo(ends);
  await tap.close();
  await topic.close();
  return keys;
}

async function resetsPublished(): Promise<number> {
  return (await published()).filter((key) => key === 'reset').length;
}

async function isCleanFold(): Promise<void> {
  const { eventstore, mongo } = stores.addresses;
  const journal = await openEventStoreJournal({ url: eventstore, prefix });
  const views = await openMongoViews({ url: mongo, prefix, access: 'write' });
  try {
    const shown = await canonicalViews(views.reader, await served(views));
    expect(differences(shown, await cleanFold(journal))).toEqual([]);
  } finally {
    await views.close();
    await journal.close();
    await tidyUp();
  }
}
