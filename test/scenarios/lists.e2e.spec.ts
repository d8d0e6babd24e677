/** Lists over HTTP: filters, sorts and cursors, each item exactly once however the pages are cut. */
import type { Json } from '../harness/api.js';
import { DISKS, wholeHermes } from '../harness/whole.js';

const HOSTS = Array.from({ length: 30 }, (_, index) => `web-${String(index).padStart(2, '0')}`);
const hermes = wholeHermes({
  types: [...DISKS.types, { category: 'fan', state: 'slow', description: 'a fan turns slower than it should' }],
  fates: [
    { creates: 'disk-full', completedBy: 'disk-cleaned', name: 'clean', actors: ['owner'] },
    { creates: 'fan-slow', completedBy: 'disk-cleaned' },
  ],
});

beforeAll(async () => {
  const { api } = hermes;
  await api.must('/events', { type: 'disk-full', hosts: HOSTS, by: 'monitor' });
  await api.must('/events', { type: 'disk-cleaned', hosts: HOSTS.slice(0, 10), by: 'janitor', key: 'tuesday' });
  await api.must('/events', { type: 'fan-slow', host: 'db-1', note: 'fan 2 ✓', attributes: { rpm: 120, hot: true } });
  await api.must('/quests', {
    type: 'disk-full',
    hosts: HOSTS.slice(20),
    description: 'make room',
    creator: 'storage',
  });
  await api.must('/labors/db-1~0/assign', { to: 'ann' });
  await api.must('/labors/db-1~0/ack', { by: 'ann', note: 'on my way' });
});

async function all(path: string, limit: number): Promise<readonly Json[]> {
  const items: Json[] = [];
  let cursor = '';
  do {
    const page = await hermes.api.read(`${path}${path.includes('?') ? '&' : '?'}limit=${limit}${cursor}`);
    items.push(...page['items']!);
    const next: unknown = page['next'];
    cursor = typeof next === 'string' ? `&cursor=${encodeURIComponent(next)}` : '';
  } while (cursor !== '');
  return items;
}

test.each([
  '/labors',
  '/labors?sort=openedAt',
  '/labors?sort=host',
  '/events',
  '/events?sort=position',
  '/hosts',
  '/quests',
  '/event-types',
  '/fates',
])('%s: the pages together are the list', async (path) => {
  const whole = await all(path, 1000);
  expect(whole.length).toBeGreaterThan(0);
  expect(await all(path, 7)).toEqual(whole);
  expect(await hermes.api.read(`${path}${path.includes('?') ? '&' : '?'}count=true&limit=1`)).toMatchObject({
    total: whole.length,
  });
});

const counted: readonly (readonly [path: string, total: number])[] = [
  ['/labors', 41],
  ['/labors?state=open', 31],
  ['/labors?state=completed', 10],
  ['/labors?state=completed,open', 41],
  ['/labors?state=open&state=completed', 41],
  ['/labors?state=waived', 0],
  ['/labors?type=disk-full', 40],
  ['/labors?type=fan-slow,disk-full', 41],
  ['/labors?host=web-00', 1],
  ['/labors?host=WEB-20.', 2],
  ['/labors?host=', 0],
  ['/labors?quest=1', 10],
  ['/labors?quest=none', 31],
  ['/labors?chain=web-20~0', 1],
  ['/labors?assignee=ann', 1],
  ['/labors?acked=true', 1],
  ['/labors?acked=false&state=open', 30],
  ['/labors?actor=owner', 40],
  ['/labors?stranded=true', 0],
  ['/labors?stranded=false', 41],
  ['/labors?overdue=true', 0],
  ['/labors?openedSince=2999-01-01T00:00:00Z', 0],
  ['/labors?openedBefore=2999-01-01T00:00:00Z', 41],
  ['/labors?closedSince=2001-01-01T00:00:00Z', 10],
  ['/events', 51],
  ['/events?host=web-00', 2],
  ['/events?key=tuesday', 10],
  ['/events?type=disk-cleaned', 10],
  ['/events?category=disk', 50],
  ['/events?by=monitor,janitor', 40],
  ['/events?quest=1', 10],
  ['/events?since=2999-01-01T00:00:00Z', 0],
  ['/events?until=2999-01-01T00:00:00Z', 51],
  ['/hosts', 31],
  ['/hosts?host=web-*', 30],
  ['/hosts?host=web-0*,db-1', 11],
  ['/hosts?open=true', 21],
  ['/hosts?open=false', 10],
  ['/hosts?quest=1', 10],
  ['/hosts?parked=true', 0],
  ['/quests', 1],
  ['/quests?state=open', 1],
  ['/quests?state=completed,empty', 0],
  ['/quests?creator=storage', 1],
  ['/quests?host=web-29', 1],
  ['/quests?host=web-00', 0],
  ['/quests?type=disk-full', 1],
  ['/quests?overdue=true', 0],
  ['/quests/1/labors', 10],
  ['/quests/1/labors?state=completed', 0],
  ['/quests/1/hosts', 10],
  ['/event-types', 3],
  ['/event-types?category=disk', 2],
  ['/event-types?starting=true', 2],
  ['/event-types?status=retired', 0],
  ['/fates', 2],
  ['/fates?creates=disk-full', 1],
  ['/fates?completedBy=disk-cleaned', 2],
];

test.each(counted)('%s has %d', async (path, total) => {
  const page = await hermes.api.read(`${path}${path.includes('?') ? '&' : '?'}count=true&limit=1000`);
  expect([page['total'], [...page['items']!].length]).toEqual([total, total]);
});

test('a cursor belongs to its list, sort and filter', async () => {
  const page = await hermes.api.read('/labors?limit=5');
  const cursor = encodeURIComponent(String(page['next']));
  for (const path of ['/events?', '/labors?state=open&', '/labors?sort=host&']) {
    expect((await hermes.api.get(`${path}cursor=${cursor}`)).status).toBe(422);
  }
});

test('pages stay right while labors open', async () => {
  const first = await hermes.api.read('/labors?limit=20&type=disk-full');
  await hermes.api.must('/events', { type: 'fan-slow', hosts: ['new-1', 'new-2'] });
  const second = await hermes.api.read(
    `/labors?limit=1000&type=disk-full&cursor=${encodeURIComponent(String(first['next']))}`,
  );
  const ids = [...first['items']!, ...second['items']!].map((labor) => String(labor['id']));
  expect([new Set(ids).size, ids.length]).toEqual([40, 40]);
});

test('single things: labor, event, host, quest, fate, type, stats', async () => {
  const { api } = hermes;
  expect(await api.read('/labors/db-1~0')).toMatchObject({
    state: 'open',
    assignee: 'ann',
    ack: { by: 'ann', note: 'on my way' },
    opened: { event: 'db-1~0', fate: 2, note: 'fan 2 ✓' },
    closed: null,
    quest: null,
    chain: 'db-1~0',
    occurrences: 1,
  });
  expect(await api.read('/events/db-1~0')).toMatchObject({
    attributes: { rpm: 120, hot: true },
    revision: 0,
    quest: null,
  });
  expect(await api.read('/hosts/web-20')).toMatchObject({
    host: 'web-20',
    openLabors: [{ quest: null }, { quest: 1 }],
    lastStates: [{ category: 'disk', state: 'full', event: 'web-20~1' }],
    newestEvents: [{ id: 'web-20~1', quest: 1 }, { id: 'web-20~0' }],
    quests: [{ id: 1, progress: { chains: 10, open: 10, percent: 0 } }],
  });
  expect(await api.read('/hosts?host=web-20')).toMatchObject({ items: [{ host: 'web-20', open: 2 }] });
  expect(await api.read('/quests/1/hosts?limit=1')).toMatchObject({
    items: [
      {
        host: 'web-20',
        progress: { labors: 1, open: 1, steps: [{ type: 'disk-full', open: 1, closed: 0 }] },
        openLabors: [{ id: 'web-20~1' }],
      },
    ],
  });
  expect(await api.read('/fates/clean')).toMatchObject({ id: 1, creates: 'disk-full', status: 'in-force' });
  expect(await api.read('/event-types/fan-slow')).toMatchObject({ description: 'a fan turns slower than it should' });
  expect(await api.read('/stats')).toMatchObject({
    totals: {
      value: {
        labors: { completed: 10, waived: 0 },
        quests: { embarking: 0, open: 1, completed: 0, abandoned: 0, empty: 0 },
      },
    },
    openByType: {
      value: expect.arrayContaining([expect.objectContaining({ type: 'disk-full', open: 30 })]) as unknown,
    },
  });
  const why = await api.read('/labors/db-1~0/why');
  expect(JSON.stringify(why)).toContain('disk-cleaned');
});
