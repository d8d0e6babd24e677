/** An ingest with the inbound topic through Nest and the whole platform: failures go back, figures and readiness show them, closing drains. */
import { ingestParts, startInbound } from '#apps/ingest';
import { createInProcessFeed } from '#adapters/feed-inprocess';
import type { RunningIngest } from '#application';
import { createApp, createLog, INGEST, readSettings, type App, type Stores } from '#platform';
import { StoreUnavailable, type Inbound, type InboundHandler, type Journal, type Views } from '#ports';
import { createMemoryJournal, faultyJournal, Gate, until, wrapJournal } from '#testing';

/** A topic that hands over one message on request, and ends as the port says. */
class OneInbound implements Inbound {
  readonly topic = 'hermes.inbound';
  readonly batchMessages = 500;
  readonly rejected: string[] = [];
  handler: InboundHandler = () => Promise.reject(new Error('not consumed'));
  consumed = false;
  private inFlight: Promise<void> = Promise.resolve();
  private offset = 0n;

  constructor(private readonly steps: string[]) {}

  async consume(handler: InboundHandler) {
    this.handler = handler;
    this.consumed = true;
    const close = async (): Promise<void> => {
      this.steps.push('leaving');
      await this.inFlight.catch(() => undefined);
      this.steps.push('left');
    };
    return { assigned: new Set([0]), close };
  }

  async reject(messages: Parameters<Inbound['reject']>[0]): Promise<void> {
    this.rejected.push(...messages.map(({ code }) => code));
  }

  async close(): Promise<void> {
    this.steps.push('topic closed');
  }

  deliver(event: object): Promise<void> {
    const value = Buffer.from(JSON.stringify(event));
    const message = { partition: 0, offset: (this.offset += 1n), timestampMs: 1, key: null, value, headers: {} };
    this.inFlight = this.handler({ partition: 0, messages: [message] }, new AbortController().signal);
    return this.inFlight;
  }
}

const event = { host: 'web-1', type: 'disk-full' };
let app: App;
let inbound: OneInbound;
let gate: Gate;
let state: 'there' | 'away' | 'slow';
let steps: string[];

beforeEach(async () => {
  state = 'there';
  steps = [];
  gate = new Gate();
  inbound = new OneInbound(steps);
  const faulty = faultyJournal(createMemoryJournal(), { write: () => (state === 'away' ? 'failed' : undefined) });
  const append: Journal['append'] = async (writes) => {
    if (state === 'slow') await gate.pass();
    const outcomes = await faulty.append(writes);
    steps.push('stored');
    return outcomes;
  };
  const stores: Stores = {
    journal: wrapJournal(faulty, { append }),
    feed: createInProcessFeed({ partitions: 4, bufferMessages: 100 }),
    views: { reader: {} } as Views,
    inbound,
    close: async () => void steps.push('stores closed'),
  };
  const settings = readSettings({ HERMES_PORT: '0' });
  app = await createApp({ ...ingestParts(stores), settings, log: createLog('silent', process.stderr), stores });
  await app.listen();
  const definition = { category: 'disk', state: 'full', description: null, restricted: false };
  await app.nest
    .get<RunningIngest>(INGEST)
    .defineEventTypes([definition], { principal: null, mayReportRestricted: true });
  startInbound(app, stores);
  await until('the inbound topic is consumed', () => inbound.consumed, { everyMs: 0 });
  steps.length = 0;
});

afterEach(async () => {
  await app.close();
});

async function textOf(url: string): Promise<string> {
  const response = await app.nest.inject({ method: 'GET', url, headers: { host: '127.0.0.1' } });
  return response.body;
}

test('what becomes of messages is counted', async () => {
  await inbound.deliver(event);
  await inbound.deliver({ ...event, key: 'k' });
  await inbound.deliver({ ...event, key: 'k' });
  await inbound.deliver({ ...event, type: 'disk-lost' });
  expect(inbound.rejected).toEqual(['event-type-unknown']);
  const text = await textOf('/metrics');
  expect(text).toContain('hermes_inbound_messages_total{outcome="accepted"} 2');
  expect(text).toContain('hermes_inbound_messages_total{outcome="duplicate"} 1');
  expect(text).toContain('hermes_inbound_messages_total{outcome="rejected"} 1');
});

test('a store that is away: the failure goes back as it was, and readiness says why, until the batch is taken', async () => {
  state = 'away';
  await expect(inbound.deliver(event)).rejects.toThrow(StoreUnavailable);
  // a look is shared for a moment
  const says = async (): Promise<boolean> =>
    (await textOf('/health/ready')).includes('inbound: the messages of partition 0 wait: ');
  await until('readiness says why', says);
  state = 'there';
  await inbound.deliver(event);
  await until('readiness says nothing of it', async () => !(await textOf('/health/ready')).includes('inbound'));
});

test('closing lets the batch in flight end before ingest and the stores are closed', async () => {
  state = 'slow';
  const taken = inbound.deliver(event);
  const closed = app.close();
  await until('it leaves the topic', () => steps.includes('leaving'), { everyMs: 0 });
  gate.open();
  await taken;
  await closed;
  expect(steps.slice(0, 3)).toEqual(['leaving', 'stored', 'left']);
  expect(steps.at(-1)).toBe('stores closed');
});
