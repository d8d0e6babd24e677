/**
 * The apps apart while a server is away: writes are refused in time while the event store is killed or hangs, ingest goes
 * on without Kafka and without MongoDB, query without Kafka and the event store; all by themselves, and nothing that was
 * acknowledged is lost. One stack, under writers all the while; the tests go on from each other.
 */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { openEventStoreJournal } from '#adapters/journal-eventstore';
import { openMongoViews } from '#adapters/views-mongo';
import { canonicalViews, type ServerProcess, startEventStore, startKafka, startMongo, until } from '#testing';
import { differences } from '../crash/differences.js';
import { historyOf, readWhole } from '../crash/history.js';
import { Collector } from '../harness/collector.js';
import { temporaryFolder } from '../harness/hermes.js';
import { cleanFold, served, tidyUp } from '../projection/rig.js';
import { APPS, AppsApart } from './apps-apart.js';
import { Writers } from './writers.js';

const WRITERS = 4;
/** Longest that anyone waits for the answer that a store is away. */
const ANSWER_MS = 2000;
/** Longest wait for anything that comes by itself. */
const LIMIT_MS = 90_000;
const prefix = `away-${crypto.randomUUID().slice(0, 8)}`;

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let kafka: ServerProcess;
let mongo: ServerProcess;
let eventstore: ServerProcess;
let addresses: { readonly kafka: string; readonly mongo: string; readonly eventstore: string };
let apps: AppsApart;
let writers: Writers;
/** Where the apps' traces go: of what a test asks to be traced, and nothing else. */
let collector: Collector;
/** How long this machine keeps a process waiting: what an answer is late by that, it is not Hermes' doing. */
const held = monitorEventLoopDelay({ resolution: 10 });

beforeAll(async () => {
  folder = await temporaryFolder();
  collector = await Collector.start();
  const [brokers, views, events] = await Promise.all([
    startKafka({ folder: `${folder.path}/kafka` }),
    startMongo({ folder: `${folder.path}/mongo` }),
    startEventStore({ folder: `${folder.path}/eventstore` }),
  ]);
  kafka = brokers.nodes[0]!;
  mongo = views.server;
  eventstore = events.process;
  addresses = { kafka: brokers.brokers.join(','), mongo: views.url, eventstore: events.url };
  apps = new AppsApart({
    ...{ HERMES_JOURNAL: 'eventstore', HERMES_FEED: 'kafka', HERMES_VIEWS: 'mongo', HERMES_PREFIX: prefix },
    ...{ HERMES_EVENTSTORE_URL: addresses.eventstore, HERMES_KAFKA_BROKERS: addresses.kafka },
    ...{ HERMES_MONGO_URL: addresses.mongo, HERMES_PARTITIONS: '4', HERMES_LOG_LEVEL: 'warn' },
    ...{ OTEL_EXPORTER_OTLP_ENDPOINT: collector.origin, OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json' },
    ...{ OTEL_TRACES_SAMPLER: 'parentbased_traceidratio', OTEL_TRACES_SAMPLER_ARG: '0' },
  });
  for (const app of APPS) await apps.launch(app);
  await ready();
  const defined = await apps.ask('ingest', '/event-types', { category: 'disk', state: 'full' });
  expect(defined.status).toBe(201);
  writers = new Writers(apps.originOf('ingest'), 'disk-full', WRITERS);
  held.enable();
}, LIMIT_MS);

/** What a test that failed has left away. */
afterEach(async () => {
  for (const server of [kafka, mongo, eventstore]) if (!server.running) await server.start();
  eventstore.resume();
}, LIMIT_MS);

afterAll(async () => {
  held.disable();
  await apps.kill();
  await Promise.all([kafka, mongo, eventstore].map((server) => server.kill()));
  await collector.close();
  await folder.remove();
  await tidyUp();
}, LIMIT_MS);

beforeEach(() => {
  held.reset();
});

test('a request that is traced is one trace through all processes: its append, its publishing, its projection', async () => {
  const [traceId, parentId] = [hex(), hex().slice(16)];
  const traceparent = `00-${traceId}-${parentId}-01`;
  const event = { type: 'disk-full', host: 'traced-1', key: 'traced' };
  expect((await apps.ask('ingest', '/events', event, { traceparent })).status).toBe(201);
  const stages = ['POST /api/v1/events', 'journal append', 'feed publish', 'views project'];
  const spans = await collector.trace(traceId, stages);
  const [request, ...others] = stages.map((name) => spans.find((span) => span.name === name)!);
  expect(request!.parentSpanId).toBe(parentId);
  expect(others.map((span) => span.parentSpanId)).toEqual(others.map(() => request!.spanId));
  const services = [request!, ...others].map(({ resource }) => resource['service.name']);
  expect(services).toEqual(['hermes-ingest', 'hermes-ingest', 'hermes-ingest', 'hermes-projector']);
});

const lost = {
  killed: { away: () => eventstore.kill(), back: () => eventstore.start() },
  hung: {
    away: async () => {
      eventstore.pause();
    },
    back: async () => {
      eventstore.resume();
    },
  },
};

test.each(['killed', 'hung'] as const)(
  'event store %s: every write is 503 with Retry-After within two seconds, and writes go on when it is back',
  async (how) => {
    const acknowledged = writers.acknowledged.length;
    await until('writers are at work', () => writers.acknowledged.length >= acknowledged + WRITERS);
    await lost[how].away();
    const sinceMs = performance.now();
    const others = [
      apps.ask('ingest', '/event-types', { category: 'disk', state: 'cleaned' }),
      apps.ask('ingest', '/event-types', { category: 'disk', state: 'lost' }, { 'idempotency-key': how }),
      apps.ask('ingest', '/quests', { type: 'disk-full', hosts: ['writer-0'], creator: 'ann', description: 'x' }),
      apps.ask('ingest', '/events', { type: 'disk-full', hosts: ['new-1', 'new-2', 'writer-1'] }),
    ];
    const round = (): boolean => writers.since(sinceMs).length >= 2 * WRITERS;
    await until('every writer has been answered', round, { limitMs: LIMIT_MS });
    const answers = [...writers.since(sinceMs), ...(await Promise.all(others))];
    const shown = answers.map(({ status, retryAfter, code }) => `${status} ${code} after ${retryAfter}`);
    expect(shown.filter((one) => !/^503 (store-unavailable|outcome-unknown) after 1$/.test(one))).toEqual([]);
    expectInTime(answers);
    expect(await apps.readiness()).toEqual({
      ingest: expect.stringMatching(/^journal: it takes no writes: /) as string,
      // it hears nothing either, which it says after ten seconds, or at once where it has to look into the journal
      projector: expect.stringMatching(
        /^ready$|nothing was heard from the relay|^projection: journal unavailable/,
      ) as string,
      query: 'ready',
    });
    await lost[how].back();
    await goesOn();
    await ready();
  },
  LIMIT_MS,
);

test(
  'Kafka away: ingest takes events as before; the event store away too: query answers, also one that is restarted',
  async () => {
    await kafka.kill();
    const sinceMs = performance.now();
    await takesEvents(sinceMs);
    // where what is not ready is sent nothing, events would be refused for want of a feed that they do not need
    expect(await apps.readiness()).toMatchObject({ ingest: 'ready', query: 'ready' });
    expect(await apps.health('ingest')).toMatchObject({
      warnings: [expect.stringMatching(/^relay: feed unavailable: .*no broker can be reached/) as string],
    });
    const unseen = writers.position;
    await eventstore.kill();
    const before = await queryAnswers(unseen);
    await apps.process('query').kill();
    await apps.launch('query');
    await until('query is ready', async () => (await apps.readiness()).query === 'ready', { limitMs: LIMIT_MS });
    const after = await queryAnswers(unseen);
    // no newer, and it says so
    expect(after.position).toBe(before.position);
    expect(after.ageS).toBeGreaterThan(before.ageS);
    await eventstore.start();
    await goesOn();
    await kafka.start();
    await caughtUp();
    await ready();
  },
  LIMIT_MS * 2,
);

test(
  'MongoDB away: reads are 503 with Retry-After within two seconds, ingest takes events, and what came meanwhile is shown later',
  async () => {
    await mongo.kill();
    const sinceMs = performance.now();
    const answers = [];
    for (const path of ['/events?limit=1', '/hosts/writer-0', '/labors']) answers.push(await apps.ask('query', path));
    for (const answer of answers)
      expect(answer).toMatchObject({ status: 503, code: 'store-unavailable', retryAfter: '1' });
    await takesEvents(sinceMs);
    expectInTime(answers);
    const away = expect.stringMatching(/: .*the server is not reached/) as string;
    await until('the projector has met it', async () => (await apps.readiness()).projector !== 'ready');
    expect(await apps.readiness()).toEqual({ ingest: 'ready', projector: away, query: away });
    await mongo.start();
    await caughtUp();
    await ready();
  },
  LIMIT_MS * 2,
);

test(
  'after all of it nothing acknowledged is lost, nothing is there twice, and the views are a clean fold of the journal',
  async () => {
    await writers.stop();
    await caughtUp();
    const journal = await openEventStoreJournal({ url: addresses.eventstore, prefix });
    const views = await openMongoViews({ url: addresses.mongo, prefix, access: 'write' });
    try {
      const { hosts, faults } = historyOf(await readWhole(journal));
      expect(faults).toEqual([]);
      const keys = [...hosts.values()].flat().map(({ entry }) => (entry.kind === 'EventLogged' ? entry.key : null));
      const stored = keys.filter((key) => key !== null);
      const there = new Set<string>(stored);
      expect(stored).toHaveLength(there.size);
      expect(writers.acknowledged.filter((key) => !there.has(key))).toEqual([]);
      expect(differences(await canonicalViews(views.reader, await served(views)), await cleanFold(journal))).toEqual(
        [],
      );
      process.stdout.write(`${writers.acknowledged.length} events acknowledged, ${writers.attempts.length} requests\n`);
    } finally {
      await views.close();
      await journal.close();
    }
    for (const app of APPS) expect([app, await apps.process(app).stop('SIGTERM')]).toEqual([app, 0]);
  },
  LIMIT_MS,
);

/** What query says while nothing new can come: lists, documents, how fresh they are, and that a later place is not reached. */
async function queryAnswers(unseen: bigint): Promise<{ readonly position: string; readonly ageS: number }> {
  const document = await apps.ask('query', '/hosts/writer-0');
  const list = await apps.ask('query', '/events?limit=5');
  expect([document.status, list.status]).toEqual([200, 200]);
  const late = await apps.ask('query', '/events', undefined, {
    'hermes-min-position': String(unseen),
    'hermes-wait': '0.5',
  });
  expect(late).toMatchObject({ status: 503, code: 'not-caught-up', retryAfter: '1' });
  expectInTime([document, list, late]);
  return { position: list.headers.get('hermes-position') ?? '', ageS: Number(list.headers.get('hermes-age')) };
}

/** The writers go on as if nothing was away: each request since then is answered 201, in time. */
async function takesEvents(sinceMs: number): Promise<void> {
  const enough = (): boolean => writers.since(sinceMs).length >= 10 * WRITERS;
  await until('events were sent', enough, { limitMs: LIMIT_MS });
  const sent = writers.since(sinceMs);
  expect(sent.flatMap(({ status, code }) => (status === 201 ? [] : [`${status} ${code}`]))).toEqual([]);
  expectInTime(sent);
}

function expectInTime(answers: readonly { readonly tookMs: number }[]): void {
  const limitMs = ANSWER_MS + held.max / 1e6;
  expect(answers.filter(({ tookMs }) => tookMs > limitMs)).toEqual([]);
}

async function ready(): Promise<void> {
  let last = {};
  const all = async (): Promise<boolean> =>
    Object.values((last = await apps.readiness())).every((reason) => reason === 'ready');
  await until('all are ready', all, { limitMs: LIMIT_MS, seen: () => JSON.stringify(last) });
}

/** Each writer has an event acknowledged, by itself. */
async function goesOn(): Promise<void> {
  const hosts = new Set<string | undefined>();
  const from = writers.acknowledged.length;
  const all = (): boolean => {
    for (const key of writers.acknowledged.slice(from)) hosts.add(key.split('/')[0]);
    return hosts.size === WRITERS;
  };
  await until('every writer goes on', all, { limitMs: LIMIT_MS });
}

/** What was acknowledged by now is shown. */
async function caughtUp(): Promise<void> {
  const headers = { 'hermes-min-position': String(writers.position), 'hermes-wait': '10' };
  const shown = async (): Promise<boolean> =>
    (await apps.ask('query', '/events?limit=1', undefined, headers)).status === 200;
  await until('the views are caught up', shown, { limitMs: LIMIT_MS });
}

function hex(): string {
  return crypto.randomUUID().replaceAll('-', '');
}
