/** `POST /events?effects=true` over a fake of the use cases: when it waits, what it says, what it refuses. */
import { done, positionOf, type Effects } from '#contracts';
import { INGEST } from '#platform';
import { fakeOf, serve, type Served } from '../../../test/harness/served.js';
import { IngestModule } from '../index.js';

const position = positionOf(7n);
const event = { key: null, type: 'disk-full', revision: 0, position, duplicate: false, differs: [], newHost: false };
const events = ['a', 'b', 'c', 'd'].map((host) => ({ ...event, id: `${host}~0`, host }));
const logged = { position, accepted: 4, duplicates: 0, differing: 0, newHosts: 0, events };
const calls: (readonly [string, ...unknown[]])[] = [];
let effects: ReadonlyMap<string, unknown>;
let served: Served;

beforeAll(async () => {
  const fake = fakeOf(calls, () => (calls.at(-1)?.[0] === 'effects' ? effects : done(logged)));
  served = await serve({ modules: [IngestModule], useCases: [[INGEST, fake]] });
});
afterAll(() => served.close());
beforeEach(() => {
  calls.length = 0;
});

const body = ['a', 'b', 'c', 'd'].map((host) => ({ host, type: 'disk-full' }));
const named = () => calls.map(([name]) => name);

test('each event says what it did, or why that is not said', async () => {
  effects = new Map<string, Effects | object>([
    ['a~0', { state: 'known', opened: ['a~0'], closed: [], absorbed: [], perhapsAbsorbed: [] }],
    ['b~0', { state: 'known', opened: [], closed: ['b~7'], absorbed: ['b~8'], perhapsAbsorbed: ['b~9'] }],
    ['c~0', { state: 'parked' }],
  ]);
  const answer = await served.call('POST', '/events?effects=true', body);
  expect(answer.status).toBe(201);
  expect((answer.body as { events: readonly object[] }).events).toMatchObject([
    { id: 'a~0', opened: ['a~0'], closed: [], absorbed: [] },
    { id: 'b~0', opened: [], closed: ['b~7'], absorbed: ['b~8'], perhapsAbsorbed: ['b~9'] },
    { id: 'c~0', effects: 'parked' },
    { id: 'd~0', effects: 'pending' },
  ]);
  expect(named()).toEqual(['logEvents', 'effects']);
  expect(calls[1]).toMatchObject(['effects', logged, 5, { principal: null }]);
});

test('without it, nothing is waited for and nothing said', async () => {
  for (const path of ['/events', '/events?effects=false']) {
    const answer = await served.call('POST', path, body);
    expect(answer.status).toBe(201);
    expect((answer.body as { events: readonly object[] }).events[0]).not.toHaveProperty('opened');
  }
  expect(named()).toEqual(['logEvents', 'logEvents']);
});

test('Hermes-Wait says for how long; what is no wait is refused before anything is stored', async () => {
  const json = { 'content-type': 'application/json' };
  await served.send('/events?effects=true', { ...json, 'hermes-wait': '0.5' }, JSON.stringify(body));
  expect(calls[1]).toMatchObject(['effects', logged, 0.5, {}]);
  const refused = await served.send('/events?effects=true', { ...json, 'hermes-wait': '31' }, JSON.stringify(body));
  expect([refused.status, refused.body]).toMatchObject([422, { errors: [{ path: 'header Hermes-Wait' }] }]);
  expect(named()).toEqual(['logEvents', 'effects']);
});

test.each<readonly [string, string, string, string]>([
  ['NDJSON', '/events?effects=true', 'application/x-ndjson', '{"host": "a", "type": "disk-full"}\n'],
  [
    'more than 1,000 events',
    '/events?effects=true',
    'application/json',
    JSON.stringify({ type: 'disk-full', hosts: Array.from({ length: 1001 }, (_, n) => `h-${n}`) }),
  ],
  ['what is neither true nor false', '/events?effects=1', 'application/json', JSON.stringify(body)],
  ['another parameter', '/events?effect=true', 'application/json', JSON.stringify(body)],
])('%s: refused, and nothing is stored', async (_, path, type, text) => {
  const answer = await served.send(path, { 'content-type': type }, text);
  expect([answer.status, answer.body]).toMatchObject([422, { code: 'validation-failed' }]);
  expect(named()).toEqual([]);
});
