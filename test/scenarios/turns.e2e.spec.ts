/** Whose turn it is, how long things took, and events for the hosts that a query selects, over HTTP on a whole Hermes. */
import { eventually } from '../../libs/testing/until.js';
import { wholeHermes } from '../harness/whole.js';

const hermes = wholeHermes();

type Items = readonly { readonly id: string }[];

async function idsOf(path: string): Promise<readonly string[]> {
  const { items } = (await hermes.api.read(path)) as unknown as { readonly items: Items };
  return items.map(({ id }) => id);
}

test('an event goes to the hosts that a query selects; sent again under its key, to those of the first time', async () => {
  const { api } = hermes;
  for (const name of ['sel-1', 'sel-2', 'sel-3'])
    await api.must(`/hosts/${name}/attributes`, { set: { team: name === 'sel-3' ? 'db' : 'web' } });
  const body = { type: 'disk-full', hostQuery: 'name ~ sel-* and team = web', note: 'n' };
  const headers = { 'idempotency-key': 'selected-1' };
  const first = await api.call('POST', '/events', body, headers);
  expect([first.status, first.body['accepted']]).toEqual([201, 2]);
  expect(first.body['events']).toMatchObject([{ id: 'sel-1~1' }, { id: 'sel-2~1' }]);
  await api.must('/hosts/sel-3/attributes', { set: { team: 'web' } });
  expect((await api.call('POST', '/events', body, headers)).body).toEqual(first.body);
  expect(await idsOf('/labors?host=sel-1,sel-2,sel-3&sort=host')).toEqual(['sel-1~1', 'sel-2~1']);
  const effects = await api.must('/events?effects=true', { type: 'disk-cleaned', hostQuery: 'name = sel-2' });
  expect(effects['events']).toMatchObject([{ id: 'sel-2~2', closed: ['sel-2~1'] }]);
  const nobody = await api.post('/events', { type: 'disk-full', hostQuery: 'name ~ sel-nobody-*' });
  expect(nobody).toMatchObject({ status: 422, body: { errors: [{ path: 'hostQuery' }] } });
});

test('for a user are the labors that are assigned to it, and by their actors those of its hosts and quests', async () => {
  const { api } = hermes;
  await api.must('/event-types', { category: 'turn', state: 'needed' });
  await api.must('/event-types', { category: 'turn', state: 'taken' });
  await api.must('/fates', { creates: 'turn-needed', completedBy: 'turn-taken', actors: ['owner', 'creator'] });
  for (const [name, owner] of [
    ['turn-1', 'ann'],
    ['turn-2', 'bob'],
  ] as const)
    await api.must(`/hosts/${name}/attributes`, { set: { owner } });
  await api.must('/events', { type: 'turn-needed', hosts: ['turn-1', 'turn-2'] });
  const made = { type: 'turn-needed', hosts: ['turn-2'], creator: 'ann', description: 'turns' };
  await api.must('/quests', made);
  const forAnn = '/labors?for=ann&type=turn-needed&sort=host';
  expect(await idsOf(forAnn)).toEqual(['turn-1~1', 'turn-2~2']);
  // an assigned labor is its assignee's alone
  await api.must('/labors/turn-2~1/assign', { to: 'ann' });
  await api.must('/labors/turn-1~1/assign', { to: 'bob' });
  expect(await idsOf(forAnn)).toEqual(['turn-2~1', 'turn-2~2']);
  expect((await api.read(`${forAnn}&count=true`))['total']).toBe(2);
  // another owner, and the host's labors are that one's
  await api.must('/labors/turn-1~1/assign', { to: null });
  await api.must('/hosts/turn-1/attributes', { set: { owner: 'cat' } });
  expect(await idsOf('/labors?for=cat')).toEqual(['turn-1~1']);
  expect(await idsOf(forAnn)).toEqual(['turn-2~1', 'turn-2~2']);
  await api.must('/events', { type: 'turn-taken', host: 'turn-2' });
  expect(await idsOf(forAnn)).toEqual([]);
});

test('how long labors were open, by type and of a quest; waived ones count nowhere', async () => {
  const { api } = hermes;
  await api.must('/event-types', { category: 'took', state: 'begun' });
  await api.must('/event-types', { category: 'took', state: 'ended' });
  await api.must('/fates', { creates: 'took-begun', completedBy: 'took-ended' });
  const hosts = ['took-1', 'took-2', 'took-3', 'took-4'];
  const made = await api.must('/quests', { type: 'took-begun', hosts, description: 'took' });
  const path = `/quests/${String(made['id'])}`;
  expect(await api.read(`${path}/times`)).toEqual({ labors: 0, medianS: null, p90S: null, steps: [] });
  const { items } = (await api.read(`${path}/labors?sort=host`)) as unknown as {
    readonly items: readonly { readonly opened: { readonly at: string } }[];
  };
  // what is reported later may have happened before
  const ended = [60, 240, 120].map((seconds, n) => ({
    ...{ type: 'took-ended', host: hosts[n] },
    at: new Date(Date.parse(items[n]!.opened.at) + seconds * 1000).toISOString(),
  }));
  await api.must('/events', ended);
  await api.must('/labors/took-4~0/waive', { reason: 'gone' });
  const times = { labors: 3, medianS: 120, p90S: 240 };
  expect(await api.read(`${path}/times`)).toEqual({ ...times, steps: [{ type: 'took-begun', ...times }] });
  await eventually('times to close of all, which are counted now and then', async () => {
    const stats = (await api.read('/stats')) as unknown as {
      readonly timeToClose: { readonly value: readonly { readonly type: string }[] | null };
    };
    const found = stats.timeToClose.value?.find(({ type }) => type === 'took-begun');
    expect(found).toEqual({ type: 'took-begun', ...times });
  });
  expect(await api.get('/quests/999999/times')).toMatchObject({ status: 404, body: { code: 'quest-unknown' } });
});

test('a quest’s hosts by hostQuery, beside other filters', async () => {
  const { api } = hermes;
  for (const name of ['qh-1', 'qh-2', 'qh-3'])
    await api.must(`/hosts/${name}/attributes`, { set: { team: name === 'qh-3' ? 'db' : 'web' } });
  const made = await api.must('/quests', { type: 'disk-full', hosts: ['qh-1', 'qh-2', 'qh-3'], description: 'qh' });
  await api.must('/events', { type: 'disk-cleaned', host: 'qh-2' });
  const asked = async (query: string, more = '') => {
    const path = `/quests/${String(made['id'])}/hosts?hostQuery=${encodeURIComponent(query)}${more}`;
    const { items, total } = (await api.read(`${path}&count=true`)) as unknown as {
      readonly items: readonly { readonly host: string }[];
      readonly total: number;
    };
    expect(total).toBe(items.length);
    return items.map(({ host }) => host);
  };
  expect(await asked('team = web')).toEqual(['qh-1', 'qh-2']);
  expect(await asked('not team = web')).toEqual(['qh-3']);
  expect(await asked('team = web', '&state=open')).toEqual(['qh-1']);
  expect(await asked('team = web', '&sort=stepSince')).toEqual(['qh-1']);
});
