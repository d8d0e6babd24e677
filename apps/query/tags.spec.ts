/** Tags of answers: nothing is sent where its reader has it already. */
import { createHash } from 'node:crypto';
import { done, failed, positionOf } from '#contracts';
import { READING } from '#platform';
import { listenOverFake } from '../../test/harness/served.js';
import { QueryModule } from './index.js';

const shown = { position: positionOf(18446744073709551614n), ageMs: 1234, generation: 3 };
const query = listenOverFake(QueryModule, READING);

const labor = {
  ...{
    id: 'web-1~0',
    host: 'web-1',
    type: 'a-b',
    state: 'open',
    quest: null,
    chain: 'web-1~0',
    closed: null,
    ack: null,
    notes: [],
  },
  opened: { event: 'web-1~0', at: '2030-01-01T00:00:00.000Z' },
};
const why = { labor: 'web-1~0', opened: {}, openingFate: null, closed: null, closingFate: null, completedBy: [] };
const dossier = { host: 'a', parked: null, openLabors: [], next: [], lastByCategory: [], newestEvents: [], quests: [] };
const tagged: readonly (readonly [path: string, body: object])[] = [
  ['/event-types/a-b', { id: 1 }],
  ['/fates/1', { id: 1 }],
  ['/events/web-1~0', { event: { id: 'web-1~0', key: null }, effects: { state: 'pending' } }],
  ['/labors/web-1~0', { labor, next: [] }],
  ['/labors/web-1~0/why', why],
  ['/quests/7', { id: 7, tally: { steps: {} }, references: [], parked: null }],
  ['/hosts/a', dossier],
  ['/labors', { items: [{ labor }], next: ['a', '7'] }],
  ['/events', { items: [], next: null }],
  ['/quests/7/hosts', { items: [], next: null }],
  ['/fates', { items: [], next: null }],
];

test.each(tagged)('GET %s has a tag, and 304 for who has it', async (path, body) => {
  query.answer(() => done({ ...shown, body }));
  const first = await query.ask(path);
  const etag = first.headers.get('etag') ?? '';
  expect([first.status, first.headers.get('cache-control')]).toEqual([200, 'no-cache']);
  expect(etag).toMatch(/^"[\w-]{27}(\.[\w-]{27})?"$/);
  expect(first.headers.get('content-type')).toBe('application/json; charset=utf-8');
  expect(typeof (await first.json())).toBe('object');
  // further on, with the same to show
  query.answer(() => done({ ...shown, position: positionOf(18446744073709551615n), ageMs: 5, body }));
  for (const known of [etag, `"other", W/${etag}`, '*']) {
    for (const method of ['GET', 'HEAD']) {
      const again = await query.ask(path, { 'if-none-match': known }, method);
      expect([again.status, await again.text()]).toEqual([304, '']);
      expect(again.headers.get('etag')).toBe(etag);
      expect(again.headers.get('hermes-position')).toBe('18446744073709551615');
      expect(again.headers.get('hermes-age')).toBe('0.005');
      expect(again.headers.get('content-length')).toBeNull();
    }
  }
  const other = await query.ask(path, { 'if-none-match': '"other"' });
  expect([other.status, other.headers.get('etag')]).toEqual([200, etag]);
});

test('a long answer is the JSON that it would be in one piece, with its length and the tag of its bytes', async () => {
  const items = Array.from({ length: 1000 }, (_, nth) => ({ labor: { ...labor, id: `wéb-${nth}~0` } }));
  query.answer(() => done({ ...shown, body: { items, next: ['a', '7'] } }));
  const answer = await query.ask('/labors', { 'accept-encoding': 'identity' });
  const bytes = Buffer.from(await answer.arrayBuffer());
  expect(bytes.length).toBeGreaterThan(150_000);
  expect(answer.headers.get('content-length')).toBe(String(bytes.length));
  expect(answer.headers.get('content-type')).toBe('application/json; charset=utf-8');
  expect(answer.headers.get('etag')).toBe(`"${createHash('sha1').update(bytes).digest('base64url')}"`);
  const text = bytes.toString();
  expect(JSON.stringify(JSON.parse(text))).toBe(text);
  expect((JSON.parse(text) as { items: { id: string }[] }).items.map(({ id }) => id)).toEqual(
    items.map(({ labor: { id } }) => id),
  );
});

test('a changed body has another tag, also where only the clock has changed it', async () => {
  const tagOf = async (overdue: boolean): Promise<string | null> => {
    query.answer(() =>
      done({ ...shown, body: { id: 7, tally: { steps: {} }, references: [], parked: null, overdue } }),
    );
    return (await query.ask('/quests/7')).headers.get('etag');
  };
  expect(await tagOf(true)).toBe(await tagOf(true));
  expect(await tagOf(true)).not.toBe(await tagOf(false));
});

test('a 404 has no tag, and If-None-Match does not hide it', async () => {
  query.answer(() => failed({ code: 'labor-unknown', detail: 'none' }));
  const answer = await query.ask('/labors/web-1~0', { 'if-none-match': '*' });
  expect([answer.status, answer.headers.get('etag')]).toEqual([404, null]);
});

test('figures with their age have no tag', async () => {
  const aged = (value: unknown): object => ({ value, ageMs: 0 });
  const totals = { labors: {}, quests: {} };
  const body = {
    totals: aged(totals),
    openByType: aged([]),
    stranded: aged([]),
    oldestOpen: aged(null),
    timeToClose: aged([]),
    eventsPerHour: aged([]),
  };
  query.answer(() => done({ ...shown, body }));
  const answer = await query.ask('/stats', { 'if-none-match': '*' });
  expect([answer.status, answer.headers.get('etag')]).toEqual([200, null]);
});
