/** However large and however made a body is, others have their turn while it is read and checked. */
import { jest } from '@jest/globals';
import { MAX_EVENTS } from '#contracts';
import { INGEST } from '#platform';
import { overFake } from '../../../test/harness/served.js';
import { mostInATurn, turnsOf } from '../../../libs/testing/turns.js';
import { IngestModule } from '../ingest.module.js';

const MIB = 1024 * 1024;

const ingest = overFake(IngestModule, INGEST);

afterEach(() => {
  jest.restoreAllMocks();
});

const objectOf = (fields: number): string =>
  `{${Array.from({ length: fields }, (_, nth) => `"${nth.toString(36)}":1`).join(',')}}`;

/** As large as a body may be, with as many fields as events of that size can have. */
function largest(): Buffer {
  const room = Math.floor((8 * MIB - 2) / MAX_EVENTS) - 1;
  const attributes = Object.fromEntries(Array.from({ length: 32 }, (_, nth) => [`attribute-${nth}`, nth]));
  const event = { host: 'web-1.example.com', type: 'system-reboot-required', key: 'k', attributes, note: '' };
  const note = 'é, "quoted" '.repeat(100);
  for (let length = note.length; ; length -= 1) {
    const text = JSON.stringify({ ...event, note: note.slice(0, length) });
    if (Buffer.byteLength(text) <= room) return Buffer.from(`[${Array<string>(MAX_EVENTS).fill(text).join(',')}]`);
  }
}

async function turnsFor(body: Buffer): Promise<[status: number, turns: string]> {
  expect(body.length).toBeLessThanOrEqual(8 * MIB);
  let status = 0;
  const turns = await turnsOf(async () => {
    ({ status } = await ingest.send('/events', { 'content-type': 'application/json' }, body));
  });
  return [status, turns];
}

test('the largest array of events, and the largest bodies that are none, hold up nobody', async () => {
  ingest.answer({ ok: true, value: { position: 1n, accepted: 1, duplicates: 0, events: [] } });
  const many = (item: string): string => `[${item}${`,${item}`.repeat((8 * MIB - 20) / (item.length + 1) - 1)}]`;
  const most = (item: string): string => `[${item}${`,${item}`.repeat(999_990)}]`;
  const bodies: readonly (readonly [string, Buffer, number])[] = [
    ['events', largest(), 201],
    ['brackets', Buffer.from(many('[]')), 413],
    ['numbers', Buffer.from(many('1')), 413],
    ['an object of texts', Buffer.from(`{"a": ${most('"abc"')}}`), 422],
    ['a long text', Buffer.from(`{"a": "${'\\"'.repeat(4 * MIB - 10)}"}`), 422],
    ['an object of many fields', Buffer.from(objectOf(900_000)), 413],
    ['an object of as many fields as there may be', Buffer.from(objectOf(20_000)), 422],
    ['too many hosts', Buffer.from(`{"type": "a-b", "hosts": ${most('"a"')}}`), 422],
    ['bad hosts', Buffer.from(`{"type": "a-b", "hosts": [${'1,'.repeat(9_999)}1]}`), 422],
    ['data', Buffer.from(`{"type": "a-b", "host": "a", "data": {"x": ${most('1')}}}`), 413],
    ['attributes', Buffer.from(`{"type": "a-b", "host": "a", "attributes": ${most('1')}}`), 422],
    ['a pair of many fields', Buffer.from(`{"type": ${objectOf(20_000)}, "host": "a"}`), 422],
    ['bad events', Buffer.from(`[${`${objectOf(15)},`.repeat(9_999)}1]`), 422],
    [
      'large data',
      Buffer.from(`[${`{"type": "a-b", "host": "a", "data": {"x": [${'1,'.repeat(19_000)}1]}},`.repeat(50)}1]`),
      422,
    ],
  ];
  const seen: unknown[] = [];
  for (const [what, body] of bodies) seen.push([what, ...(await turnsFor(body))]);
  expect(seen).toEqual(bodies.map(([what, , status]) => [what, status, 'in turns']));
}, 60_000);

test('twenty large bodies at once hold up nobody', async () => {
  const body = Buffer.from(`{"a": [1${',1'.repeat(499_999)}]}`);
  const turns = await turnsOf(() =>
    Promise.all(
      Array.from({ length: 20 }, async () => {
        expect((await ingest.send('/events', { 'content-type': 'application/json' }, body)).status).toBe(422);
      }),
    ),
  );
  expect(turns).toBe('in turns');
}, 60_000);

test('of the answers to ten requests with many events, a few hundred events are written out in one turn', async () => {
  let nowMs = 0;
  jest.spyOn(performance, 'now').mockImplementation(() => nowMs);
  const shown = { key: null, host: 'a', type: 'a-b', revision: 0, position: 1n, duplicate: false, differs: [] };
  const event = {
    ...shown,
    get id() {
      nowMs += 1;
      return 'a~0';
    },
  };
  const events = Array<typeof event>(3000).fill(event);
  ingest.answer({ ok: true, value: { position: 1n, accepted: events.length, duplicates: 0, events } });
  const logged = () => ingest.call('POST', '/events', { host: 'a', type: 'a-b' });
  const most = await mostInATurn(
    () => nowMs,
    () => Promise.all(Array.from({ length: 10 }, logged)),
  );
  expect(nowMs).toBe(30_000);
  expect(most).toBeLessThan(1000);
});
