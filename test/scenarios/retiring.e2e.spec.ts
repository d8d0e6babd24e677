/** Rule 10 over HTTP, from a wrong fate to a clean catalogue: foreseen, retired, its labors found, restored, deleted. */
import { DISKS, wholeHermes } from '../harness/whole.js';

const hermes = wholeHermes({
  types: [...DISKS.types, { category: 'disk', state: 'worn' }, { category: 'disk', state: 'renewed' }],
  fates: [...DISKS.fates, { creates: 'disk-worn', completedBy: 'disk-renewed', name: 'renew' }],
});

async function refused(method: string, path: string): Promise<readonly [number, string]> {
  const { status, body } = await hermes.api.call(method, path);
  return [status, String(body['code'])];
}

async function hostsOf(query: string): Promise<readonly string[]> {
  const { items } = await hermes.api.read(`/labors?${query}&sort=host`);
  return [...items!].map((labor) => String(labor['host']));
}

test('a fate that is in use is foreseen, retired and restored; its labors are stranded meanwhile', async () => {
  const { api } = hermes;
  await api.must('/events', { type: 'disk-full', hosts: ['a', 'b', 'c'] });
  await api.must('/quests', { type: 'disk-worn', hosts: ['c', 'd'], description: 'worn disks' });
  expect(await hostsOf('stranded=true')).toEqual([]);

  const foreseen = await api.post('/fates/renew/retire?dryRun=true', undefined);
  expect([foreseen.status, foreseen.body]).toMatchObject([
    200,
    {
      fate: { id: 2, status: 'retired' },
      changes: true,
      labors: [{ type: 'disk-worn', effect: 'stranded', open: 2, quests: [{ quest: 1, open: 2 }] }],
    },
  ]);
  expect(await api.read('/fates/renew')).toMatchObject({ status: 'in-force' });

  const retired = await api.post('/fates/renew/retire', undefined);
  expect([retired.status, retired.body]).toMatchObject([200, { id: 2, status: 'retired' }]);
  expect(await hostsOf('stranded=true')).toEqual(['c', 'd']);
  expect(await hostsOf('stranded=false')).toEqual(['a', 'b', 'c']);
  const [labor] = [...(await api.read('/labors?stranded=true&sort=host'))['items']!];
  expect(labor).toMatchObject({ stranded: true, type: 'disk-worn', quest: 1 });
  expect((await api.post('/labors/search', { stranded: true, count: true })).body).toMatchObject({ total: 2 });
  const why = await api.read(`/labors/${String(labor!['id'])}/why`);
  expect(why).toMatchObject({ openingFate: { id: 2, status: 'retired' }, completedBy: [] });
  expect(await api.read('/fates?status=retired')).toMatchObject({ items: [{ id: 2 }] });
  expect(await api.read('/event-types?starting=true')).toMatchObject({ items: [{ name: 'disk-full' }] });

  // nothing completes them, and no quest of the type embarks
  await api.must('/events', { type: 'disk-renewed', host: 'c' });
  expect(await hostsOf('stranded=true')).toEqual(['c', 'd']);
  const quest = await api.post('/quests', { type: 'disk-worn', hosts: ['e'], description: 'no more' });
  expect([quest.status, quest.body['code']]).toEqual([422, 'event-type-not-starting']);
  const again = await api.post('/fates', { creates: 'disk-worn', completedBy: 'disk-renewed' });
  expect([again.status, again.body['code']]).toEqual([409, 'fate-exists']);
  expect(String(again.body['detail'])).toContain('POST /fates/2/restore');

  expect(await refused('DELETE', '/fates/2')).toEqual([409, 'in-use']);
  expect((await api.post('/fates/2/restore', undefined)).body).toMatchObject({ status: 'in-force' });
  await api.must('/events', { type: 'disk-renewed', hosts: ['c', 'd'] });
  expect(await hostsOf('stranded=true')).toEqual([]);
  expect(await api.read('/quests/1')).toMatchObject({ state: 'completed' });
});

test('rule 22: hosts that are added when no fate starts the type any more are in the quest without a labor', async () => {
  const { api } = hermes;
  await api.must('/fates/2/retire', undefined);
  const added = await api.post('/quests/1/hosts', { hosts: ['c', 'f', 'g'] });
  expect([added.status, added.body]).toMatchObject([201, { id: 1, hosts: 2, without: 2, state: 'open' }]);
  expect(await api.read('/quests/1')).toMatchObject({ hosts: 4, progress: { hosts: { total: 4, without: 2 } } });
  expect(await hostsOf('quest=1&state=open')).toEqual([]);
  await api.must('/fates/2/restore', undefined);
});

test('the figures over everything tell what is stranded', async () => {
  const { api } = hermes;
  await api.must('/fates/1/retire', undefined);
  const answer = await api.read('/stats');
  expect(answer).toMatchObject({ stranded: { value: [{ type: 'disk-full', open: 3 }] } });
  const csv = await fetch(`${api.origin}/api/v1/labors?stranded=true&format=csv`).then((response) => response.text());
  const [head = '', first = ''] = csv.split('\r\n');
  expect(first.split(',')[head.split(',').indexOf('stranded')]).toBe('true');
  await api.must('/fates/1/restore', undefined);
});

test('what was defined by mistake goes, and its name is free', async () => {
  const { api } = hermes;
  const [types, fates] = [
    [
      { category: 'dsik', state: 'full' },
      { category: 'dsik', state: 'ok' },
    ],
    { creates: 'dsik-full', completedBy: 'dsik-ok', name: 'mistake' },
  ];
  await api.must('/event-types', types);
  const fate = `/fates/${String((await api.must('/fates', fates))['id'])}`;
  expect(await refused('DELETE', fate)).toEqual([409, 'not-retired']);
  expect(await refused('POST', '/event-types/dsik-full/retire')).toEqual([409, 'in-use']);
  await api.must(`${fate}/retire`, undefined);
  for (const name of ['dsik-full', 'dsik-ok']) await api.must(`/event-types/${name}/retire`, undefined);
  expect(await refused('POST', `${fate}/restore`)).toEqual([409, 'event-type-retired']);
  expect(await refused('DELETE', '/event-types/dsik-ok')).toEqual([409, 'in-use']);
  for (const path of [fate, '/event-types/dsik-full', '/event-types/dsik-ok']) {
    expect((await api.call('DELETE', path)).status).toBe(200);
    expect((await api.call('DELETE', path)).status).toBe(404);
    expect((await api.get(path)).status).toBe(404);
  }
  expect((await api.post('/event-types', types)).status).toBe(201);
  expect((await api.post('/fates', fates)).status).toBe(201);
});
