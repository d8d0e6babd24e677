/** Hosts of their own right (rule 23): attributes, inventories, retiring, and lists of them. */
import { until } from '../../libs/testing/until.js';
import { wholeHermes } from '../harness/whole.js';

const hermes = wholeHermes();

async function names(path: string): Promise<readonly string[]> {
  return [...(await hermes.api.read(path))['items']!].map((item) => String(item['host']));
}

async function imports(path: string, type: string, body: string) {
  const { api } = hermes;
  const response = await fetch(`${api.origin}/api/v1${path}`, {
    method: 'POST',
    headers: { 'content-type': type },
    body,
  });
  api.waitFor(BigInt(response.headers.get('hermes-position') ?? '0'));
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

test('rule 23: attributes are set, shown and asked for; the same again writes nothing', async () => {
  const { api } = hermes;
  const first = await api.post('/hosts/attr-1/attributes', { set: { role: 'web', rack: 7, owner: 'ann' } });
  expect([first.status, first.body]).toMatchObject([200, { changed: true, newHost: true }]);
  const again = await api.post('/hosts/attr-1/attributes', { set: { role: 'web' }, clear: ['none'] });
  expect([again.status, again.body['changed']]).toEqual([200, false]);
  await api.must('/hosts/attr-1/attributes', { set: { role: 'db' }, clear: ['owner'] });
  await api.must('/hosts/attr-2/attributes', { set: { role: 'db', rack: '7' } });
  expect(await api.read('/hosts/attr-1')).toMatchObject({
    attributes: { role: 'db', rack: 7 },
    retired: null,
    inventories: [],
    lastEvent: null,
    newestEvents: [],
  });
  expect(await names('/hosts?attribute=role:db')).toEqual(['attr-1', 'attr-2']);
  expect(await names('/hosts?attribute=role:db&attribute=rack:7&host=attr-1')).toEqual(['attr-1']);
  expect(await names('/hosts?attribute=role:web&host=attr-*')).toEqual([]);
  const search = await api.post('/hosts/search', { attribute: ['role:db', 'rack:7'], limit: 1, count: true });
  expect(search.body).toMatchObject({ items: [{ host: 'attr-1', attributes: { role: 'db', rack: 7 } }], total: 2 });
});

test('rule 23: a host is retired: what was open is waived, its quest is over, its next event revives it', async () => {
  const { api } = hermes;
  const made = await api.must('/quests', { type: 'disk-full', hosts: ['gone-1'], description: 'full disks' });
  const quest = `/quests/${String(made['id'])}`;
  await api.must('/events', { type: 'disk-full', host: 'gone-1' });
  const retired = await api.must('/hosts/gone-1/retire', { by: 'ann', reason: 'sold' });
  expect(retired['changed']).toEqual(true);
  expect(await api.read(quest)).toMatchObject({ state: 'completed', progress: { waived: 1, open: 0 } });
  expect(await api.read('/labors/gone-1~1')).toMatchObject({
    state: 'waived',
    closed: { event: null, by: 'ann', note: 'sold' },
  });
  expect(await api.read('/hosts/gone-1')).toMatchObject({
    retired: { by: 'ann', reason: 'sold' },
    lastEvent: { event: 'gone-1~1', type: 'disk-full' },
    openLabors: [],
  });
  expect(await names('/hosts?retired=true&host=gone-*')).toEqual(['gone-1']);
  expect((await api.must('/hosts/gone-1/retire', { reason: 'again' }))['changed']).toEqual(false);
  await api.must('/events', { type: 'disk-full', host: 'gone-1' });
  expect(await names('/hosts?retired=true&host=gone-*')).toEqual([]);
  expect(await api.read('/hosts/gone-1')).toMatchObject({ retired: null, openLabors: [{ id: 'gone-1~3' }] });
});

test('rule 23: a retirement is taken back by reopening what it waived', async () => {
  const { api } = hermes;
  await api.must('/events', { type: 'disk-full', hosts: ['wrong-1', 'wrong-2'] });
  const { results } = (await api.must('/hosts/retire', { hosts: ['wrong-1', 'wrong-2', 'never'], reason: 'sold' })) as {
    results?: unknown;
  };
  expect(results).toMatchObject([
    { host: 'wrong-1', changed: true },
    { host: 'wrong-2', changed: true },
    { host: 'never', code: 'host-unknown' },
  ]);
  await api.must('/labors/wrong-1~0/reopen', { by: 'ben', reason: 'the wrong one' });
  expect(await names('/hosts?retired=true&host=wrong-*')).toEqual(['wrong-2']);
  expect(await api.read('/labors/wrong-1~0')).toMatchObject({ state: 'open', reopened: { note: 'the wrong one' } });
  const never = await api.post('/hosts/never/retire', { reason: 'sold' });
  expect([never.status, never.body['code']]).toEqual([404, 'host-unknown']);
});

test('hosts that were not heard of since an instant, also those that never were', async () => {
  const { api } = hermes;
  await api.must('/events', { type: 'disk-full', host: 'quiet-1' });
  await api.must('/hosts/quiet-2/attributes', { set: { role: 'db' } });
  const heard = String((await api.read('/hosts/quiet-1'))['lastEvent']!['recordedAt']);
  const after = new Date(Date.parse(heard) + 1).toISOString();
  expect(await names(`/hosts?host=quiet-*&notHeardSince=${heard}`)).toEqual(['quiet-2']);
  expect(await names(`/hosts?host=quiet-*&notHeardSince=${after}`)).toEqual(['quiet-1', 'quiet-2']);
});

test('hostQuery selects hosts, and labors by their hosts; a fault says where', async () => {
  const { api } = hermes;
  await api.must('/hosts/hq-1/attributes', { set: { role: 'web', rack: 7 } });
  await api.must('/hosts/hq-2/attributes', { set: { role: 'db', rack: 7 } });
  await api.must('/events', { type: 'disk-full', hosts: ['hq-1', 'hq-3'] });
  const asked = (path: string, query: string) =>
    `${path}?hostQuery=${encodeURIComponent(`name ~ hq-* and (${query})`)}`;
  expect(await names(asked('/hosts', 'rack = 7'))).toEqual(['hq-1', 'hq-2']);
  expect(await names(asked('/hosts', 'not rack = 7'))).toEqual(['hq-3']);
  expect(await names(asked('/hosts', 'open(disk-full) and role = web'))).toEqual(['hq-1']);
  const search = await api.post('/hosts/search', { hostQuery: 'name ~ hq-* and role in (web, db)', count: true });
  expect(search.body).toMatchObject({ total: 2 });
  expect(await names(`${asked('/labors', 'open')}&state=open&sort=host`)).toEqual(['hq-1', 'hq-3']);
  expect(await names(asked('/labors', 'role = db'))).toEqual([]);
  expect(await api.get(`/labors?hostQuery=${encodeURIComponent('role = web or')}`)).toMatchObject({
    status: 422,
    body: {
      errors: [
        {
          path: 'hostQuery',
          message:
            'at character 14: the text ends where it takes not, or (, or the name of an attribute, or name, or open, or retired',
        },
      ],
    },
  });
});

test('rule 17: a quest embarks the hosts that a query selects, and they are taken out by one', async () => {
  const { api } = hermes;
  for (const [name, role] of [
    ['hqq-1', 'web'],
    ['hqq-2', 'web'],
    ['hqq-3', 'db'],
    ['hqq-4', 'web'],
  ] as const)
    await api.must(`/hosts/${name}/attributes`, { set: { role } });
  await api.must('/hosts/hqq-4/retire', { reason: 'sold' });
  const key = { 'idempotency-key': 'by-query' };
  const quest = { type: 'disk-full', description: 'disks', hostQuery: 'name ~ hqq-* and role = web' };
  const embarked = await api.post('/quests', quest, key);
  expect(embarked).toMatchObject({ status: 201, body: { hosts: 2, state: 'open' } });
  const labors = `/quests/${String(embarked.body['id'])}/labors?hostQuery=`;
  expect(await names(`${labors}${encodeURIComponent('name = hqq-2')}`)).toEqual(['hqq-2']);
  await api.must('/hosts/hqq-3/attributes', { set: { role: 'web' } });
  expect((await api.post('/quests', quest, key)).body).toEqual(embarked.body);
  const path = `/quests/${String(embarked.body['id'])}/hosts`;
  expect(await names(path)).toEqual(['hqq-1', 'hqq-2']);
  expect(await api.must(path, { hostQuery: 'name = hqq-3 and not open' })).toMatchObject({ hosts: 1 });
  await api.must(`${path}/remove`, { hostQuery: 'name in (hqq-1, hqq-2)' });
  expect(await names(path)).toEqual(['hqq-3']);
  expect((await api.post(path, { hostQuery: 'name = nobody' })).body).toMatchObject({ code: 'quest-without-hosts' });
  expect(await api.must(path, { hosts: ['hqq-5'], hostQuery: 'name = hqq-1' })).toMatchObject({ hosts: 2 });
  const wrong = await api.post('/quests', { ...quest, hostQuery: 'role =' });
  expect(wrong).toMatchObject({ status: 422, body: { errors: [{ path: 'hostQuery' }] } });
});

test('an inventory as CSV and as NDJSON: entries only where something changes, and the hosts that it lacks are reported', async () => {
  const { api } = hermes;
  await api.must('/events', { type: 'disk-full', host: 'inv-0' });
  const csv = 'host,role,owner\r\ninv-1,web,ann\r\ninv-2,db,\r\n';
  const dry = await imports('/hosts/import?dryRun=true', 'text/csv', csv);
  expect(dry).toMatchObject({ status: 200, body: { changed: 2, new: 2, dryRun: true } });
  expect((await api.get('/hosts/inv-1')).status).toBe(404);
  const first = await imports('/hosts/import', 'text/csv', csv);
  expect(first).toMatchObject({ status: 200, body: { changed: 2, unchanged: 0, new: 2, rejected: 0 } });
  expect(first.body['missingHosts']).toContain('inv-0');
  expect(Number(first.body['missing'])).toBe((await api.total('/hosts?retired=false')) - 2);
  expect(await names('/hosts?attribute=role:web&host=inv-*')).toEqual(['inv-1']);
  const lines = '{"host":"inv-1","attributes":{"role":"web","owner":null}}\n{"host":"inv-2"}\n{"host":7}\n';
  const second = await imports('/hosts/import', 'application/x-ndjson', lines);
  expect(second).toMatchObject({
    status: 200,
    body: { changed: 1, unchanged: 1, new: 0, rejected: 1, errors: [{ line: 3 }] },
  });
  expect(await api.read('/hosts/inv-1')).toMatchObject({ attributes: { role: 'web' } });
  expect(await api.read('/hosts/inv-2')).toMatchObject({ inventories: ['default'] });
  const third = await imports('/hosts/import', 'application/x-ndjson', lines);
  expect(third).toMatchObject({ body: { changed: 0, unchanged: 2 } });
});

test('rule 23: hosts that no inventory has, as of its last import, are listed, exported and commanded', async () => {
  const { api } = hermes;
  const inNone = '/hosts?import=missing&host=lost-*';
  await api.must('/events', { type: 'disk-full', hosts: ['lost-1', 'lost-2', 'lost-3'] });
  expect(await names(inNone)).toEqual(['lost-1', 'lost-2', 'lost-3']);
  const cmdb = '/hosts/import?inventory=cmdb';
  await imports(cmdb, 'text/csv', 'host\nlost-1\nlost-2\nlost-4\n');
  await imports('/hosts/import?inventory=aws', 'text/csv', 'host\nlost-2\n');
  expect(await names(inNone)).toEqual(['lost-3']);
  expect(await names('/hosts?import=listed&host=lost-*')).toEqual(['lost-1', 'lost-2', 'lost-4']);
  expect(await api.read('/hosts/lost-2')).toMatchObject({ inventories: ['cmdb', 'aws'] });
  const dry = await imports(`${cmdb}&dryRun=true`, 'text/csv', 'host\nlost-4\n');
  expect(dry.body).toMatchObject({ changed: 0, unchanged: 1, gone: 2, dryRun: true });
  expect(await names(inNone)).toEqual(['lost-3']);
  const second = await imports(cmdb, 'text/csv', 'host\nlost-4\n');
  expect(second.body).toMatchObject({ changed: 0, unchanged: 1, gone: 2 });
  expect(second.body['missingHosts']).toEqual(expect.arrayContaining(['lost-1', 'lost-2', 'lost-3']));
  // it was in the inventory of aws all the while, and one that nobody had heard of before is in none
  expect(await names(inNone)).toEqual(['lost-1', 'lost-3']);
  await api.must('/events', { type: 'disk-full', host: 'lost-5' });
  expect(await names(inNone)).toEqual(['lost-1', 'lost-3', 'lost-5']);
  const csv = await fetch(`${api.origin}/api/v1${inNone}&format=csv`).then((response) => response.text());
  expect(csv.split('\r\n').map((row) => row.split(',')[0])).toEqual(['host', 'lost-1', 'lost-3', 'lost-5', '']);
  const where = { import: 'missing', host: 'lost-*' };
  expect(await api.must('/hosts/retire', { where, reason: 'scrapped' })).toMatchObject({
    results: ['lost-1', 'lost-3', 'lost-5'].map((host) => ({ host, changed: true })),
  });
  expect(await names(`${inNone}&retired=false`)).toEqual([]);
});

test('rule 23: hosts are commanded by a filter: some at once, many as an operation', async () => {
  const { api } = hermes;
  const few = ['sold-1', 'sold-2', 'sold-3'];
  await api.must('/events', { type: 'disk-full', hosts: few });
  const set = await api.post('/hosts/attributes', { where: { host: 'sold-*' }, set: { room: 'cellar' } });
  expect([set.status, set.body['results']]).toMatchObject([200, few.map((host) => ({ host, changed: true }))]);
  const where = { attribute: 'room:cellar', retired: false };
  const dry = await api.post('/hosts/retire?dryRun=true', { where, reason: 'sold' });
  expect([dry.status, dry.body]).toMatchObject([200, { found: 3, examples: few }]);
  const retired = await api.post('/hosts/retire', { where, reason: 'sold' });
  expect([retired.status, retired.body['results']]).toMatchObject([200, few.map((host) => ({ host, changed: true }))]);
  expect(await api.total('/labors?state=waived&host=sold-1,sold-2,sold-3')).toBe(3);
  expect((await api.post('/hosts/retire', { where, reason: 'sold' })).body).toEqual({ results: [] });

  const many = Array.from({ length: 1200 }, (_, nth) => `rack-${String(nth).padStart(4, '0')}`);
  await api.must('/events', { type: 'disk-full', hosts: many });
  const named = { where: { host: 'rack-*' }, set: { room: 'attic' }, by: 'ann' };
  const accepted = await api.post('/hosts/attributes', named, { 'idempotency-key': 'attic-1' });
  expect([accepted.status, accepted.body]).toMatchObject([202, { found: 1200, state: 'running' }]);
  const path = `/operations/${String(accepted.body['id'])}`;
  await until('it is over', async () => String((await api.read(path))['state']) === 'done', { limitMs: 60_000 });
  const over = await api.read(path);
  expect(over).toMatchObject({
    ...{ on: 'hosts', command: 'attributes', said: { set: { room: 'attic' }, clear: [] }, by: 'ann' },
    ...{ found: 1200, done: 1200, left: 0, refused: [], where: named.where },
  });
  api.waitFor(BigInt(String(over['position'])));
  expect(await api.total('/hosts?attribute=room:attic')).toBe(1200);
  const results = await api.read(`${path}/results?limit=2`);
  expect(results['items']).toMatchObject(many.slice(0, 2).map((id) => ({ id, state: 'done' })));
}, 120_000);
