/** Commands on labors and quests over HTTP, singly and by ids, and what repeats do. */
import { wholeHermes } from '../harness/whole.js';

const hermes = wholeHermes();

test('a key sent again answers the first event, in one request or many', async () => {
  const { api } = hermes;
  const first = await api.post('/events', { type: 'disk-full', host: 'key-1', key: 'k1' });
  expect([first.status, first.body['accepted'], first.body['duplicates']]).toEqual([201, 1, 0]);
  const again = await api.post('/events', { type: 'disk-full', host: 'KEY-1', key: 'k1', note: 'other' });
  expect([again.status, again.body['differing']]).toEqual([200, 1]);
  const { id } = first.body['events']![0]!;
  expect(again.body['events']![0]).toMatchObject({ id, duplicate: true, differs: ['note'] });
  // a key means one event of one type
  const other = await api.post('/events', { type: 'disk-cleaned', host: 'key-1', key: 'k1' });
  expect([other.status, other.body['accepted'], other.body['duplicates']]).toEqual([201, 1, 0]);
  const array = await api.post('/events', [
    { type: 'disk-full', host: 'key-2', key: 'k' },
    { type: 'disk-full', host: 'key-2', key: 'k' },
    { type: 'disk-full', host: 'key-2' },
  ]);
  expect([array.status, array.body['accepted'], array.body['duplicates']]).toEqual([201, 2, 1]);
  expect(await api.total('/labors?host=key-1,key-2')).toBe(3);
});

test('acknowledge, assign and waive one labor', async () => {
  const { api } = hermes;
  await api.must('/events', { type: 'disk-full', host: 'one' });
  for (const [command, body] of [
    ['ack', { by: 'ann', note: 'seen' }],
    ['assign', { to: 'bob' }],
    ['assign', { to: null }],
    ['note', { by: 'cy', text: 'case 4711' }],
    ['waive', { by: 'ann', reason: 'scrapped' }],
    ['note', { text: 'sold' }],
  ] as const) {
    expect((await api.post(`/labors/one~0/${command}`, body)).status).toBe(200);
  }
  expect(await api.read('/labors/one~0')).toMatchObject({
    state: 'waived',
    ack: { by: 'ann' },
    notes: [
      { by: 'cy', note: 'case 4711' },
      { by: null, note: 'sold' },
    ],
    assignee: null,
    closed: { event: null, by: 'ann', note: 'scrapped', fate: null },
  });
  expect(await api.read('/labors/one~0/why')).toMatchObject({ state: 'waived' });
  const late = await api.post('/labors/one~0/waive', { by: 'ann', reason: 'again' });
  expect([late.status, late.body['code']]).toEqual([409, 'labor-not-open']);
});

test('on what a filter finds: counted first, then done once for a key, also when what was done is found no longer', async () => {
  const { api } = hermes;
  const hosts = ['where-1', 'where-2', 'where-3'];
  await api.must('/events', { type: 'disk-full', hosts });
  const body = { where: { state: 'open', host: hosts }, reason: 'scrapped' };
  const examples = hosts.map((host) => `${host}~0`);
  expect((await api.post('/labors/waive?dryRun=true', body)).body).toMatchObject({ found: 3, examples });
  const key = { 'idempotency-key': 'where-1' };
  const done = await api.post('/labors/waive', body, key);
  expect([done.status, done.body['results']]).toMatchObject([200, examples.map((id) => ({ id }))]);
  expect(await api.total('/labors?state=waived&host=where-1,where-2,where-3')).toBe(3);
  expect((await api.post('/labors/waive', body, key)).body).toEqual(done.body);
  const unkeyed = await api.post('/labors/waive', body);
  expect([unkeyed.status, unkeyed.body]).toEqual([200, { results: [] }]);
  const closed = await api.post('/labors/ack', { where: { host: 'where-1' } });
  expect(closed.body['results']).toMatchObject([{ id: 'where-1~0', code: 'labor-not-open' }]);
});

test('rule 14: a waive is taken back, and the quest that was over for it is open again', async () => {
  const { api } = hermes;
  const made = await api.must('/quests', { type: 'disk-full', hosts: ['back-1'], description: 'full disks' });
  const quest = `/quests/${String(made['id'])}`;
  await api.must('/labors/back-1~0/waive', { by: 'ann', reason: 'scrapped' });
  expect(await api.read(quest)).toMatchObject({ state: 'completed', progress: { waived: 1, open: 0 } });
  await api.must('/labors/back-1~0/reopen', { by: 'ben', reason: 'another one was scrapped' });
  expect(await api.read('/labors/back-1~0')).toMatchObject({
    state: 'open',
    closed: null,
    reopened: { by: 'ben', note: 'another one was scrapped' },
  });
  expect(await api.read(quest)).toMatchObject({
    state: 'open',
    completedAt: null,
    progress: { chains: 1, unstarted: 1, waived: 0, open: 1, steps: [{ type: 'disk-full', open: 1, closed: 0 }] },
  });
  const again = await api.post('/labors/back-1~0/reopen', { reason: 'again' });
  expect([again.status, again.body['code']]).toEqual([409, 'cannot-reopen']);
  await api.must('/events', { type: 'disk-cleaned', host: 'back-1' });
  expect(await api.read(quest)).toMatchObject({ state: 'completed', progress: { completed: 1, waived: 0 } });
});

test('rule 22: a quest is abandoned for ever: what of it is open is waived, the rest stays as it was', async () => {
  const { api } = hermes;
  const hosts = ['over-1', 'over-2', 'over-3'];
  const made = await api.must('/quests', { type: 'disk-full', hosts, description: 'full disks' });
  const quest = `/quests/${String(made['id'])}`;
  await api.must('/events', { type: 'disk-full', host: 'over-1' });
  await api.must('/events', { type: 'disk-cleaned', host: 'over-2' });
  const why = { by: 'ann', reason: 'the fix was withdrawn' };
  const answer = await api.post(`${quest}/abandon`, why);
  expect([answer.status, answer.body]).toEqual([
    200,
    { id: made['id'], position: expect.any(String) as string, hosts: 3, state: 'abandoned' },
  ]);
  expect(await api.read(quest)).toMatchObject({
    state: 'abandoned',
    abandoned: { ...why, principal: null, ended: true },
    completedAt: null,
    progress: { chains: 3, completed: 1, waived: 2, open: 0, hosts: { total: 3, done: 3, open: 0, parked: 0 } },
  });
  expect(await api.read('/labors/over-1~0')).toMatchObject({
    state: 'waived',
    closed: { event: null, by: 'ann', note: why.reason },
  });
  expect(await api.read('/labors/over-1~1')).toMatchObject({ state: 'open', quest: null });
  expect(await api.read('/labors/over-2~0')).toMatchObject({ state: 'completed' });
  expect(await api.total('/quests?state=abandoned')).toBe(1);
  for (const [path, body] of [
    [`${quest}/abandon`, why],
    [`${quest}/hosts`, { hosts: ['over-4'] }],
  ] as const) {
    const refused = await api.post(path, body);
    expect([refused.status, refused.body['code']]).toEqual([409, 'quest-abandoned']);
  }
  expect((await api.patch(quest, { description: 'other' })).body['code']).toBe('quest-abandoned');
  const reopened = await api.post('/labors/over-1~0/reopen', { reason: 'no' });
  expect([reopened.status, reopened.body['code']]).toEqual([409, 'cannot-reopen']);
});

test('rule 22: hosts are taken out: their open chains stay open outside the quest, what is closed stays in it; added again they get a new event', async () => {
  const { api } = hermes;
  const hosts = ['out-1', 'out-2', 'out-3'];
  const made = await api.must('/quests', { type: 'disk-full', hosts, description: 'full disks' });
  const quest = `/quests/${String(made['id'])}`;
  await api.must('/events', { type: 'disk-cleaned', host: 'out-1' });
  const wanted = { hosts: ['out-1', 'out-2', 'out-9'], by: 'ann', reason: 'wrong site' };
  expect((await api.post(`${quest}/hosts/remove?dryRun=true`, wanted)).body).toMatchObject({
    ...{ hosts: 2, notIn: ['out-9'], chains: 1 },
  });
  expect(await api.read(quest)).toMatchObject({ hosts: 3 });
  const answer = await api.post(`${quest}/hosts/remove`, wanted);
  expect([answer.status, answer.body]).toMatchObject([200, { hosts: 2, notIn: ['out-9'], state: 'removed' }]);
  expect(await api.read(quest)).toMatchObject({
    state: 'open',
    hosts: 1,
    progress: { chains: 2, completed: 1, unstarted: 1, hosts: { total: 2, done: 1, open: 1, without: 0 } },
  });
  expect(await api.read('/labors/out-2~0')).toMatchObject({ state: 'open', quest: null });
  expect(await api.read('/labors/out-1~0')).toMatchObject({ state: 'completed', quest: made['id'] });
  await api.must('/events', { type: 'disk-cleaned', host: 'out-3' });
  expect(await api.read(quest)).toMatchObject({ state: 'completed', progress: { completed: 2, hosts: { done: 2 } } });
  expect(await api.must(`${quest}/hosts`, { hosts: ['out-2'] })).toMatchObject({ hosts: 1 });
  expect(await api.read(quest)).toMatchObject({
    state: 'open',
    hosts: 2,
    progress: { chains: 3, open: 1, hosts: { total: 3, done: 2, open: 1 } },
  });
});

test('rule 18: a quest claims the open labors of its type, from no quest or from any, and names the hosts without', async () => {
  const { api } = hermes;
  const hosts = ['mine-1', 'mine-2', 'mine-3'];
  await api.must('/events', { type: 'disk-full', hosts: ['mine-1', 'mine-2'] });
  const other = await api.must('/quests', { type: 'disk-full', hosts: ['mine-2'], description: 'another' });
  const claiming = { type: 'disk-full', hosts, description: 'full disks', claim: true };
  const made = await api.post('/quests', claiming);
  expect([made.status, made.body]).toMatchObject([201, { hosts: 3, state: 'open' }]);
  const quest = `/quests/${String(made.body['id'])}`;
  expect(await api.read(quest)).toMatchObject({
    state: 'open',
    hosts: 3,
    progress: { chains: 2, unstarted: 2, hosts: { total: 3, open: 2, without: 1 } },
  });
  expect(await api.read('/labors/mine-2~1')).toMatchObject({ quest: other['id'] });
  const more = await api.post(`${quest}/claim`, { hosts: ['mine-2', 'mine-4'], from: 'any' });
  expect([more.status, more.body]).toMatchObject([200, { hosts: 2, state: 'open' }]);
  expect(await api.read('/labors/mine-2~1')).toMatchObject({ quest: made.body['id'] });
  expect(await api.read(`/quests/${String(other['id'])}`)).toMatchObject({ state: 'empty', progress: { labors: 0 } });
  await api.must('/events', { type: 'disk-cleaned', hosts: ['mine-1', 'mine-2'] });
  expect(await api.read(quest)).toMatchObject({
    state: 'completed',
    progress: { chains: 3, completed: 3, hosts: { total: 4, done: 2, without: 2 } },
  });
});

test('rule 15: a labor moves with its chain, out of a quest and into another, and both are counted again', async () => {
  const { api } = hermes;
  const embark = async (...hosts: readonly string[]) => {
    const { id } = await api.must('/quests', { type: 'disk-full', hosts, description: 'full disks' });
    return { id: Number(id), path: `/quests/${String(id)}` };
  };
  const [from, to] = [await embark('move-1', 'move-2'), await embark('move-3')];
  await api.must('/events', { type: 'disk-cleaned', host: 'move-3' });
  expect(await api.read(to.path)).toMatchObject({ state: 'completed' });
  const moved = await api.post('/labors/move-1~0/adopt', { quest: to.id, by: 'ann' });
  expect(moved.status).toBe(200);
  expect(await api.read('/labors/move-1~0')).toMatchObject({ state: 'open', quest: to.id });
  expect(await api.read(from.path)).toMatchObject({
    hosts: 2,
    progress: { chains: 1, open: 1, hosts: { total: 2, open: 1, without: 1, done: 0 } },
  });
  expect(await api.read(to.path)).toMatchObject({
    ...{ state: 'open', completedAt: null, hosts: 1 },
    progress: { chains: 2, open: 1, completed: 1, hosts: { total: 2, open: 1, without: 0, done: 1 } },
  });
  expect((await api.post('/labors/move-1~0/adopt', { quest: to.id })).status).toBe(200);

  await api.must('/labors/adopt', { labors: ['move-1~0', 'move-2~0'], quest: null });
  expect(await api.read(from.path)).toMatchObject({ state: 'empty', progress: { chains: 0, percent: null } });
  expect(await api.read(to.path)).toMatchObject({ state: 'completed', progress: { hosts: { total: 1, done: 1 } } });
  expect(await api.total('/labors?quest=none&host=move-1,move-2')).toBe(2);

  await api.must('/labors/move-1~0/adopt', { quest: from.id });
  await api.must(`${from.path}/abandon`, { reason: 'over' });
  expect(await api.read('/labors/move-1~0')).toMatchObject({ state: 'waived', quest: from.id });
  for (const [quest, status, code] of [
    [from.id, 409, 'quest-abandoned'],
    [999_999, 404, 'quest-unknown'],
  ] as const) {
    const refused = await api.post('/labors/move-2~0/adopt', { quest });
    expect([refused.status, refused.body['code']]).toEqual([status, code]);
  }
  expect((await api.post('/labors/move-1~0/adopt', { quest: null })).body['code']).toBe('labor-not-open');
});

test('many labors by ids: one result each', async () => {
  const { api } = hermes;
  await api.must('/events', { type: 'disk-full', hosts: ['many-1', 'many-2', 'many-3'] });
  await api.must('/events', { type: 'disk-cleaned', host: 'many-3' });
  // a command is refused only by views that know of the close
  expect(await api.read('/labors/many-3~0')).toMatchObject({ state: 'completed' });
  const answer = await api.post('/labors/ack', { labors: ['many-1~0', 'many-2~0', 'many-3~0', 'many-9~0'], by: 'ann' });
  expect(answer.status).toBe(200);
  expect([...answer.body['results']!].map((result) => [result['id'], result['code'] ?? 'ok'])).toEqual([
    ['many-1~0', 'ok'],
    ['many-2~0', 'ok'],
    ['many-3~0', 'labor-not-open'],
    ['many-9~0', 'labor-unknown'],
  ]);
  expect(await api.total('/labors?acked=true&host=many-1,many-2,many-3')).toBe(2);
});

test('a quest is amended, gets hosts once, completes, and is reopened by one more', async () => {
  const { api } = hermes;
  const made = await api.post('/quests', {
    type: 'disk-full',
    hosts: ['q-1', 'q-1', 'Q-2'],
    description: 'first words',
  });
  expect([made.status, made.body['hosts'], made.body['state']]).toEqual([201, 2, 'open']);
  const path = `/quests/${String(made.body['id'])}`;
  expect((await api.patch(path, { description: 'second words', target: '2999-01-01T00:00:00Z' })).status).toBe(200);
  await api.must(`${path}/hosts`, { hosts: ['q-2', 'q-3'] });
  expect(await api.read(path)).toMatchObject({
    description: 'second words',
    hosts: 3,
    progress: { labors: 3, open: 3 },
  });

  await api.must('/events', { type: 'disk-cleaned', hosts: ['q-1', 'q-2'] });
  await api.must('/labors/q-3~0/waive', { reason: 'scrapped' });
  expect(await api.read(path)).toMatchObject({
    state: 'completed',
    progress: { open: 0, completed: 2, waived: 1, percent: 100 },
  });
  await api.must(`${path}/hosts`, { hosts: ['q-4'] });
  expect(await api.read(path)).toMatchObject({
    state: 'open',
    completedAt: null,
    progress: { labors: 4, open: 1, percent: 75 },
  });
});

test('definitions: the same again is 200, otherwise 409, an array is all or none', async () => {
  const { api } = hermes;
  const statuses = [];
  for (const [path, body] of [
    ['/event-types', { category: 'disk', state: 'full' }],
    ['/event-types', { category: 'disk', state: 'full', description: 'another' }],
    ['/fates', { creates: 'disk-full', completedBy: 'disk-cleaned' }],
    ['/fates', { creates: 'disk-full', completedBy: 'disk-cleaned', name: 'other' }],
    [
      '/event-types',
      [
        { category: 'never', state: 'stored' },
        { category: 'disk', state: 'full', restricted: true },
      ],
    ],
  ] as const) {
    statuses.push((await api.post(path, body)).status);
  }
  expect(statuses).toEqual([200, 409, 200, 409, 409]);
  expect((await api.get('/event-types/never-stored')).status).toBe(404);
  expect((await api.patch('/event-types/disk-full', { description: 'no room' })).status).toBe(200);
  expect((await api.patch('/fates/1', { name: 'clean', actors: ['creator'] })).status).toBe(200);
  expect(await api.read('/fates/clean')).toMatchObject({ id: 1, actors: ['creator'] });
});
