/** R11 over HTTP: what was so then, by position and by instant, as a list, singly and whole; and what is not known of the past. */
import { wholeHermes } from '../harness/whole.js';

const hermes = wholeHermes();

type Items = readonly Readonly<Record<string, unknown>>[];

async function idsAt(path: string): Promise<readonly string[]> {
  const items = (await hermes.api.read(path))['items'] as unknown as Items;
  return items.map(({ id }) => String(id));
}

test('R11: labors, quests, hosts, fates and figures are shown as they were then', async () => {
  const { api } = hermes;
  await api.must('/event-types', [
    { category: 'past', state: 'due' },
    { category: 'past', state: 'done' },
    { category: 'past', state: 'over' },
  ]);
  await api.must('/fates', { creates: 'past-due', completedBy: 'past-done', name: 'past' });
  const begun = await api.must('/quests', {
    type: 'past-due',
    hosts: ['past-1', 'past-2', 'past-3'],
    description: 'as it was',
  });
  const quest = `/quests/${String(begun['id'])}`;
  await api.must('/hosts/past-1/attributes', { set: { role: 'web' } });
  await api.must('/labors/past-1~0/ack', { by: 'ann' });
  const then = String(api.position);
  await api.must('/events', [
    { type: 'past-done', host: 'past-1' },
    { type: 'past-due', host: 'past-4' },
  ]);
  await api.must('/hosts/past-1/attributes', { set: { role: 'db' } });
  await api.must('/labors/past-2~0/waive', { reason: 'gone' });
  await api.must('/fates', { creates: 'past-due', completedBy: 'past-over' });
  await api.must('/fates/past/retire', {});

  const labors = `/labors?type=past-due`;
  const now = await api.read(`${labors}&state=open`);
  expect((now['items'] as unknown as Items).map(({ host }) => host).sort()).toEqual(['past-3', 'past-4']);
  expect((await idsAt(`${labors}&state=open&asOf=${then}`)).toSorted()).toEqual(['past-1~0', 'past-2~0', 'past-3~0']);
  expect(await idsAt(`${labors}&state=completed&asOf=${then}`)).toEqual([]);
  expect(await idsAt(`${labors}&acked=true&asOf=${then}`)).toEqual(['past-1~0']);
  expect(await api.read(`/labors/past-1~0?asOf=${then}`)).toMatchObject({
    ...{ state: 'open', closed: null, ack: { by: 'ann' } },
    next: [{ type: 'past-done', closes: ['past-1~0'] }],
  });
  expect(await api.read(`/labors/past-2~0/why?asOf=${then}`)).toMatchObject({
    state: 'open',
    completedBy: [{ type: 'past-done' }],
    openingFate: { status: 'in-force' },
  });
  expect(await api.read(`${quest}?asOf=${then}`)).toMatchObject({ state: 'open', progress: { labors: 3, open: 3 } });
  expect(await api.read(quest)).toMatchObject({ progress: { labors: 3, open: 1, completed: 1, waived: 1 } });
  expect((await idsAt(`${quest}/labors?state=open&asOf=${then}`)).length).toBe(3);
  expect(await api.read(`/hosts/past-1?asOf=${then}`)).toMatchObject({ attributes: { role: 'web' }, openLabors: [{}] });
  expect((await api.read(`/hosts?attribute=role:web&asOf=${then}`))['items']).toMatchObject([
    { host: 'past-1', open: 1 },
  ]);
  expect(await api.read(`/fates/past?asOf=${then}`)).toMatchObject({ status: 'in-force' });
  expect(await api.read('/fates/past')).toMatchObject({ status: 'retired' });
  const stats = await api.read(`/stats?asOf=${then}`);
  const open = (stats['openByType'] as unknown as { readonly value: Items }).value;
  expect(open.find(({ type }) => type === 'past-due')).toMatchObject({ open: 3 });
  expect(stats).not.toHaveProperty('eventsPerHour');
  // as of the last entry it is what it is
  expect((await idsAt(`${labors}&state=open&asOf=${api.position}`)).toSorted()).toEqual(['past-3~0', 'past-4~0']);
});

test('R11: an instant is a place, named in a header, at which pages and whole lists go on', async () => {
  const { api } = hermes;
  await api.must('/events', { type: 'disk-full', hosts: ['p-1', 'p-2', 'p-3'] });
  const event = (await api.read('/events/p-3~0')) as { readonly recordedAt?: unknown; readonly position?: unknown };
  const instant = String(event.recordedAt);
  await new Promise((resolve) => setTimeout(resolve, 5));
  await api.must('/events', { type: 'disk-full', hosts: ['p-4', 'p-5'] });
  const path = `/labors?host=p-1,p-2,p-3,p-4,p-5&sort=openedPlace&asOf=${instant}`;
  expect(await idsAt(path)).toEqual(['p-1~0', 'p-2~0', 'p-3~0']);
  const first = await api.read(`${path}&limit=2`);
  expect(await idsAt(`${path}&limit=2&cursor=${String(first['next'])}`)).toEqual(['p-3~0']);
  const csv = await fetch(`${api.origin}/api/v1${path}&format=csv`);
  expect((await csv.text()).split('\r\n').filter((line) => line.startsWith('p-'))).toHaveLength(3);
  expect(csv.headers.get('hermes-as-of')).toBe((await api.get(path)).headers.get('hermes-as-of'));
  const before = await api.read('/labors?asOf=1999-12-31T23:59:59Z');
  expect(before['items']).toEqual([]);
});

test('R11: what is not known of the past is refused, and what lies ahead', async () => {
  const { api } = hermes;
  for (const [path, field] of [
    ['/labors?asOf=2100-01-01T00:00:00Z', 'asOf'],
    ['/labors?asOf=1&sort=host', 'sort'],
    ['/labors?asOf=1&count=true', 'count'],
    ['/labors?asOf=1&hostQuery=role%20%3D%20web', 'hostQuery'],
    ['/quests?asOf=1&count=true', 'count'],
    ['/events?asOf=1', 'asOf'],
    ['/quests/1/burndown?asOf=1', 'asOf'],
  ] as const) {
    const answer = await api.get(path);
    expect([path, answer.status, (answer.body['errors'] as unknown as Items)[0]?.['path']]).toEqual([path, 422, field]);
  }
  const ahead = await api.get('/labors?asOf=18446744073709551615', 0);
  expect([ahead.status, ahead.body['code']]).toEqual([503, 'not-caught-up']);
});
