/** The inbound topic end to end on a real broker: messages become events once, whatever ends in the middle; others are rejected whole. */
import kafkajs, { type Kafka, type Message } from 'kafkajs';
import { createInbound, silentLog, type RunningInbound } from '#application';
import type { Inbound, InboundHandler } from '#ports';
import { createMemoryJournal, Gate, ingestRig, type IngestRig, laneServer, MemoryStore, until } from '#testing';
import { openKafkaInbound } from '#adapters/feed-kafka';

const PATIENCE_MS = 30_000;
const limits = { limitMs: PATIENCE_MS };
const brokers = () => laneServer('HERMES_TEST_KAFKA').split(',');
const timers = { sessionMs: 6000, heartbeatMs: 200, fetchMs: 50, firstPauseMs: 20, longestPauseMs: 500 };

/** One ingest over a journal that outlives it. */
interface Process {
  readonly inbound: Inbound;
  readonly running: RunningInbound;
  readonly rig: IngestRig;
  readonly counted: { accepted: number; duplicates: number; rejected: number };
}

let kafka: Kafka;
let prefix: string;
const open: Inbound[] = [];

beforeEach(() => {
  kafka = new kafkajs.Kafka({ brokers: brokers(), logLevel: kafkajs.logLevel.NOTHING });
  prefix = `inbound-${crypto.randomUUID()}`;
});

afterEach(async () => {
  await Promise.all(open.splice(0).map((inbound) => inbound.close()));
}, PATIENCE_MS);

async function openInbound(batchMessages = 500): Promise<Inbound> {
  const inbound = await openKafkaInbound({ brokers: brokers(), prefix, batchMessages, timers });
  open.push(inbound);
  return inbound;
}

/** `wrap`: around the handler, as a process that dies in the middle has it. */
async function start(store: MemoryStore, wrap = (handler: InboundHandler) => handler): Promise<Process> {
  const rig = ingestRig(createMemoryJournal({ store }), Date.now());
  await rig.define();
  const inbound = await openInbound(50);
  const counted = { accepted: 0, duplicates: 0, rejected: 0 };
  const meters = {
    received: (accepted: number, duplicates: number, rejected: number) => {
      counted.accepted += accepted;
      counted.duplicates += duplicates;
      counted.rejected += rejected;
    },
  };
  const running = createInbound({
    inbound,
    ingest: rig.ingest,
    principal: 'topic',
    clock: rig.clock,
    log: silentLog,
    meters,
  });
  const handler = wrap((batch, signal) => running.take(batch, signal));
  running.start((listener) => inbound.consume(handler, listener));
  return { inbound, running, rig, counted };
}

async function produce(messages: readonly Message[]): Promise<void> {
  const producer = kafka.producer({ createPartitioner: kafkajs.Partitioners.DefaultPartitioner });
  await producer.connect();
  await producer.send({ topic: `${prefix}.inbound`, messages: [...messages] });
  await producer.disconnect();
}

async function keys({ rig }: Process, host: string): Promise<readonly string[]> {
  return (await rig.host(host)).map(({ json }) => (JSON.parse(json) as { key: string }).key);
}

const event = (host: string, more: object = {}): Message => ({
  key: host,
  value: JSON.stringify({ host, type: 'disk-full', ...more }),
});
const CE = { ce_specversion: '1.0', ce_source: '/agents/7', ce_type: 'disk-full', ce_subject: 'web-1' };

test(
  'JSON and CloudEvents become events in their order; what is refused is rejected as it was, with its reason',
  async () => {
    const process = await start(new MemoryStore());
    const cloudEvent = { specversion: '1.0', id: 's', source: '/agents/7', type: 'disk-full', subject: 'web-1' };
    await produce([
      event('web-1', { key: 'json' }),
      {
        key: 'web-1',
        value: JSON.stringify(cloudEvent),
        headers: { 'content-type': 'application/cloudevents+json' },
      },
      { key: 'web-1', value: '{"hosts', headers: { team: ['a', 'b'], source: Buffer.from([0xff]) } },
      { key: 'web-1', value: null, headers: { ...CE, ce_id: 'b' } },
      event('web-1', { type: 'disk-lost' }),
      event('web-1'),
    ]);
    await until('all is taken', () => process.counted.accepted + process.counted.rejected === 6, limits);
    const [json, structured, binary, derived] = await keys(process, 'web-1');
    expect([json, structured, binary]).toEqual(['json', '/agents/7 s', '/agents/7 b']);
    expect(derived).toMatch(new RegExp(`^${prefix}\\.inbound/\\d+/5/\\d{13}$`));
    const [unreadable, unknown] = await rejected(2);
    expect(unreadable).toMatchObject({ key: 'web-1', value: '{"hosts' });
    expect(unreadable?.headers).toMatchObject({
      team: ['a', 'b'],
      'hermes-code': 'malformed',
      'hermes-reason': expect.stringMatching(/^the value is not JSON/) as string,
      'hermes-place': expect.stringMatching(/\.inbound\/\d+\/2$/) as string,
      'hermes-rejected-at': expect.stringMatching(/^\d{4}-.*Z$/) as string,
    });
    expect(unreadable?.bytes['source']).toEqual(Buffer.from([0xff]));
    expect(unknown?.headers).toMatchObject({ 'hermes-code': 'event-type-unknown' });
  },
  PATIENCE_MS * 2,
);

test(
  'a process that ends between the journal and the commit: its messages come again and are no second events',
  async () => {
    const store = new MemoryStore();
    const stored = new Gate();
    let taken = 0;
    // what it stores is never committed, as if it had been killed right after
    const dying = await start(store, (handler) => async (batch, signal) => {
      await handler(batch, signal);
      taken += batch.messages.length;
      await stored.pass();
      throw new Error('killed');
    });
    await until('it is a member', () => dying.running.notReady() === null, limits);
    await produce(Array.from({ length: 200 }, () => event('web-1')));
    await until('a batch is stored', () => taken > 0, limits);
    const closed = dying.running.close();
    stored.open();
    await closed;
    const next = await start(store);
    await until('all is taken', () => next.counted.accepted + next.counted.duplicates === 200, limits);
    expect(next.counted.duplicates).toBe(taken);
    const all = await keys(next, 'web-1');
    expect(all.map((key) => Number(key.split('/')[2]))).toEqual(Array.from({ length: 200 }, (_, offset) => offset));
  },
  PATIENCE_MS * 3,
);

test(
  'an existing topic is taken as it is, and a message that does not fit into the other is rejected without its value',
  async () => {
    const admin = kafka.admin();
    await admin.connect();
    const topics = [{ topic: `${prefix}.inbound`, numPartitions: 3 }];
    const configEntries = [{ name: 'max.message.bytes', value: '2000' }];
    await admin.createTopics({
      topics: [...topics, { topic: `${prefix}.inbound.rejected`, numPartitions: 2, configEntries }],
      waitForLeaders: true,
    });
    await admin.disconnect();
    const process = await start(new MemoryStore());
    await produce([
      { ...event('web-1', { note: 'x'.repeat(5000) }), partition: 2 },
      { ...event('web-1'), partition: 2 },
    ]);
    await until('both are handled', () => process.counted.accepted + process.counted.rejected === 2, limits);
    const [large] = await rejected(1);
    expect(large).toMatchObject({ key: 'web-1', value: undefined });
    expect(large?.headers).toMatchObject({ 'hermes-omitted': 'value', 'hermes-code': 'validation-failed' });
    expect(await keys(process, 'web-1')).toHaveLength(1);
  },
  PATIENCE_MS * 2,
);

interface Rejected {
  readonly key: string | undefined;
  readonly value: string | undefined;
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  readonly bytes: Readonly<Record<string, unknown>>;
}

/** The first `count` of the topic of rejected messages, in the order published. */
async function rejected(count: number): Promise<readonly Rejected[]> {
  const consumer = kafka.consumer({ groupId: `${prefix}.spec`, maxWaitTimeInMs: 50 });
  const all: Rejected[] = [];
  await consumer.connect();
  await consumer.subscribe({ topic: `${prefix}.inbound.rejected`, fromBeginning: true });
  await consumer.run({
    eachMessage: async ({ message: { key, value, headers = {} } }) => {
      const texts = Object.entries(headers).map(([name, given]) => [
        name,
        Array.isArray(given) ? given.map(String) : String(given),
      ]);
      all.push({
        ...{ key: key?.toString(), value: value?.toString(), bytes: headers },
        headers: Object.fromEntries(texts) as Rejected['headers'],
      });
    },
  });
  await until(`${count} are rejected`, () => all.length >= count, limits);
  await consumer.disconnect();
  return all;
}
