/** Bodies that are no plain JSON, over a fake of the use cases: what reaches them, and how their outcomes are answered. */
import type { StreamedEvents } from '#application';
import { done, positionOf, START, type EventReport } from '#contracts';
import type { QuestId } from '#domain';
import { INGEST } from '#platform';
import { serve, type Served } from '../../test/harness/served.js';
import { IngestModule } from './index.js';

const position = positionOf(7n);
const NDJSON = { 'content-type': 'application/x-ndjson' };
const TEXT = { 'content-type': 'text/plain' };

let calls: (readonly unknown[])[] = [];
let streamed: Partial<StreamedEvents>;
let served: Served;

const ingest = {
  async logEventStream(batches: AsyncIterable<readonly EventReport[]>): Promise<StreamedEvents> {
    for await (const batch of batches) calls.push(batch.map(({ host, path }) => `${path} ${host}`));
    return { position, accepted: 0, duplicates: 0, differing: 0, newHosts: 0, refused: 0, refusals: [], ...streamed };
  },
  async logEvents(reports: readonly EventReport[]) {
    calls.push(reports);
    return done({ position, accepted: reports.length, duplicates: 0, differing: 0, newHosts: 0, events: [] });
  },
  async embarkQuest(request: unknown) {
    calls.push([request]);
    return done({ id: 1 as QuestId, position, hosts: 2, state: 'open' as const });
  },
};

beforeAll(async () => {
  served = await serve({ modules: [IngestModule], useCases: [[INGEST, ingest]] });
});

afterAll(() => served.close());

beforeEach(() => {
  calls = [];
  streamed = {};
});

const line = (host: string, type = 'disk-full') => `${JSON.stringify({ host, type })}\n`;

describe('NDJSON', () => {
  test('good lines reach the use case; its refusals and the bad lines are one list, in the order of lines', async () => {
    streamed = {
      ...{ accepted: 1, duplicates: 1, refused: 1 },
      refusals: [{ path: '3', code: 'event-type-unknown', message: 'no such type' }],
    };
    const answer = await served.send('/events', NDJSON, `${line('a')}\n${line('b', 'no-such')}{\n${line('c')}7`);
    expect(calls).toEqual([['1 a', '3 b', '5 c']]);
    expect([answer.status, answer.headers['hermes-position']]).toEqual([201, '7']);
    expect(answer.body).toMatchObject({ position: '7', accepted: 1, duplicates: 1, rejected: 3 });
    expect(answer.body).toMatchObject({
      errors: [
        { line: 3, code: 'event-type-unknown', detail: 'no such type' },
        { line: 4, code: 'malformed' },
        { line: 6, code: 'validation-failed' },
      ],
    });
  });

  test('200 where all were repeats, 422 where no line was good, and the problem of the store', async () => {
    streamed = { duplicates: 1 };
    expect((await served.send('/events', NDJSON, line('a'))).status).toBe(200);
    streamed = { position: START };
    expect(await served.send('/events', NDJSON, '{}')).toMatchObject({
      status: 422,
      body: { code: 'validation-failed', errors: [{ path: 'line 1' }] },
    });
    const problem = { code: 'store-unavailable', detail: '5 events are stored', retryAfterS: 1 } as const;
    streamed = { accepted: 5, problem };
    expect(await served.send('/events', NDJSON, line('a'))).toMatchObject({
      status: 503,
      headers: { 'retry-after': '1' },
      body: { detail: problem.detail },
    });
  });
});

test.each([
  ['application/cloudevents+json', (event: object) => JSON.stringify(event)],
  ['application/cloudevents-batch+json', (event: object) => JSON.stringify([event])],
])('CloudEvents as %s', async (media, write) => {
  const event = { specversion: '1.0', id: '1', source: 's', type: 'disk-full', subject: 'A' };
  const headers = { 'content-type': media, 'ce-id': 'a copy, which does not count' };
  expect((await served.send('/events', headers, write(event))).status).toBe(201);
  expect(calls).toMatchObject([[{ host: 'a', key: 's 1', by: 's', type: 'disk-full' }]]);
});

describe('hosts as plain text', () => {
  test('the rest of a quest is in the query, checked as in JSON', async () => {
    const query =
      'type=disk-full&description=x&target=2030-01-01T00:00:00+02:00&reference=https://a.example/?a,b&reference=OPS-1';
    expect((await served.send(`/quests?${query}`, TEXT, '\ufeffweb-1\r\nWEB-2.\n\n')).status).toBe(201);
    expect(calls).toMatchObject([
      [
        {
          ...{ type: 'disk-full', description: 'x', target: '2029-12-31T22:00:00.000Z', hosts: ['web-1', 'web-2'] },
          references: [{ url: 'https://a.example/?a,b' }, { key: 'OPS-1' }],
        },
      ],
    ]);
  });

  test('what is no UTF-8 is malformed', async () => {
    const answer = await served.send('/quests?type=disk-full&description=x', TEXT, Buffer.from([0x61, 0xff]));
    expect(answer).toMatchObject({ status: 400, body: { code: 'malformed' } });
  });

  test('JSON beside a query is refused: one of them would be passed over', async () => {
    const answer = await served.call('POST', '/quests?type=disk-full', { type: 'a-b', hosts: ['a'], description: 'x' });
    expect(answer).toMatchObject({ status: 422, body: { errors: [{ path: 'type', code: 'unknown' }] } });
  });

  test('a JSON text is no plain text', async () => {
    expect(await served.call('POST', '/quests', 'web-1')).toMatchObject({ status: 422 });
    expect(calls).toEqual([]);
  });
});

test('a body without a type, or of another type, is refused with the types that are taken', async () => {
  for (const headers of [{}, { 'content-type': 'text/html' }, { 'content-type': 'nonsense' }]) {
    const answer = await served.send('/quests/1/hosts', headers, 'x');
    expect(answer).toMatchObject({ status: 415, body: { code: 'unsupported-media-type' } });
    expect((answer.body as { readonly detail: string }).detail).toMatch(/send application\/json, text\/plain$/);
  }
});
