/** Rule 23 over HTTP, from a machine that reports under two names to one host with its whole history. */
import { spawnSync } from 'node:child_process';
import { block } from '../docs/markdown.js';
import { wholeHermes } from '../harness/whole.js';

const hermes = wholeHermes();

async function hostsOf(path: string): Promise<readonly string[]> {
  return [...(await hermes.api.read(path))['items']!].map((item) => String(item['host']));
}

async function ids(path: string): Promise<readonly string[]> {
  return [...(await hermes.api.read(path))['items']!].map((item) => String(item['id'])).sort();
}

test('rule 23: a machine that reports under two names becomes one host; what was logged before keeps its ids', async () => {
  const { api } = hermes;
  await api.must('/events', { type: 'disk-full', host: 'two-1' });
  await api.must('/events', { type: 'disk-full', host: 'two-1.example.com' });
  const early = await api.post('/hosts/two-1.example.com/aliases', { names: ['two-1'] });
  expect([early.status, early.body['code']]).toEqual([409, 'host-in-use']);
  await api.must('/hosts/two-1/retire', { reason: 'it is two-1.example.com' });
  const given = await api.must('/hosts/two-1.example.com/aliases', { names: ['two-1', 'i-07'] });
  expect(given).toMatchObject({
    host: 'two-1.example.com',
    aliases: ['two-1', 'i-07'],
    changed: true,
    formerHosts: ['two-1'],
  });
  const logged = await api.must('/events', [
    { type: 'disk-cleaned', host: 'TWO-1' },
    { type: 'disk-full', host: 'i-07' },
  ]);
  expect(logged['events']).toMatchObject([{ id: 'two-1.example.com~1' }, { host: 'two-1.example.com' }]);
  expect(await api.read('/hosts/i-07')).toMatchObject({
    host: 'two-1.example.com',
    aliases: ['two-1', 'i-07'],
    openLabors: [{ id: 'two-1.example.com~2' }],
  });
  expect(await ids('/labors?host=two-1')).toEqual(['two-1.example.com~0', 'two-1.example.com~2']);
  expect(await ids('/labors?formerHost=two-1')).toEqual(['two-1~0']);
  expect(await ids('/events?host=i-07&formerHost=two-1')).toEqual([
    ...['two-1.example.com~0', 'two-1.example.com~1', 'two-1.example.com~2', 'two-1~0'],
  ]);
  expect(await hostsOf('/hosts?host=two-1')).toEqual(['two-1.example.com']);
  expect(await hostsOf('/hosts?formerHost=two-1&retired=true')).toEqual(['two-1']);
  expect(await api.read('/labors/two-1~0/why')).toMatchObject({ labor: 'two-1~0', state: 'waived' });
});

test('quests, commands and their lists take any name; two names of a host are one', async () => {
  const { api } = hermes;
  await api.must('/hosts/q-1/aliases', { names: ['q-a', 'q-b'] });
  const made = await api.must('/quests', {
    type: 'disk-full',
    hosts: ['q-a', 'q-b', 'q-2'],
    description: 'full disks',
  });
  expect(made['hosts']).toBe(2);
  const quest = `/quests/${String(made['id'])}`;
  expect(await hostsOf(`${quest}/hosts?host=q-b`)).toEqual(['q-1']);
  expect(await ids('/quests?host=q-a')).toEqual([String(made['id'])]);
  expect(await api.must(`${quest}/hosts`, { hosts: ['q-a'] })).toMatchObject({ hosts: 0 });
  const set = await api.must('/hosts/q-a/attributes', { set: { role: 'db' } });
  expect(set).toMatchObject({ host: 'q-1', changed: true });
  const retired = await api.must('/hosts/retire', { hosts: ['q-b', 'q-2'], reason: 'sold' });
  expect(retired['results']).toMatchObject([{ host: 'q-1' }, { host: 'q-2' }]);
  expect(await api.read(quest)).toMatchObject({ state: 'completed', progress: { waived: 2 } });
});

test('rules name hosts that nobody listed; If-Match, ETag, and what may not be', async () => {
  const { api } = hermes;
  expect(await api.read('/names/rules')).toMatchObject({ cut: [], domain: null });
  const cut = await api.call('PUT', '/names/rules', { cut: ['lan.test'] });
  expect([cut.status, cut.body]).toMatchObject([200, { changed: true, cut: ['lan.test'], domain: null }]);
  expect(await api.must('/events', { type: 'disk-full', host: 'r-1.lan.test' })).toMatchObject({
    events: [{ host: 'r-1' }],
  });
  expect(await api.read('/hosts/r-1.lan.test')).toMatchObject({ host: 'r-1', aliases: [] });
  const renaming = await api.call('PUT', '/names/rules', { cut: ['lan.test'], domain: 'example.com' });
  expect([renaming.status, renaming.body['code']]).toEqual([409, 'host-in-use']);
  const contradiction = await api.call('PUT', '/names/rules', { cut: ['com'], domain: 'example.com' });
  expect([contradiction.status, contradiction.body['code']]).toEqual([422, 'name-rules-invalid']);
  const stale = await api.call('PUT', '/names/rules', {}, { 'if-match': '"no"' });
  expect([stale.status, stale.body['code']]).toEqual([412, 'precondition-failed']);
  const off = await api.call('PUT', '/names/rules', {}, { 'if-match': String(cut.headers.get('etag')) });
  expect([off.status, off.body['changed']]).toEqual([200, true]);
});

test('an alias is taken back; refusals name what is wrong', async () => {
  const { api } = hermes;
  await api.must('/hosts/t-1/aliases', { names: ['t-a'] });
  const faults = await api.post('/hosts/t-2/aliases', { names: ['t-a', 't-2', 't-1'] });
  expect(faults.status).toBe(422);
  expect((faults.body['errors'] as unknown as { code: string }[]).map(({ code }) => code)).toEqual([
    'alias-taken',
    'alias-of-itself',
    'host-in-use',
  ]);
  const removed = await api.call('DELETE', '/hosts/t-a/aliases/t-a');
  expect([removed.status, removed.body]).toMatchObject([200, { host: 't-1', aliases: [] }]);
  const again = await api.call('DELETE', '/hosts/t-1/aliases/t-a');
  expect([again.status, again.body['code']]).toEqual([404, 'alias-unknown']);
  expect(await api.must('/events', { type: 'disk-full', host: 't-a' })).toMatchObject({ events: [{ id: 't-a~0' }] });
});

test('the commands of the page on names: a machine that reported under two names, to its whole history', async () => {
  const { api } = hermes;
  await api.must('/events', { type: 'disk-full', hosts: ['web-1', 'web-1.example.com'] });
  expect(await api.read('/hosts/web-1')).toMatchObject({ host: 'web-1' });
  const commands = block('docs/names.md', 'names').replaceAll('http://127.0.0.1:4400', api.origin);
  // each answer on a line
  const each = commands.replaceAll(/^(curl .*)$/gm, '$1; echo');
  const run = spawnSync('sh', ['-ec', each], { encoding: 'utf8', timeout: 30_000 });
  expect([run.status, run.stderr]).toEqual([0, '']);
  const [shown, retired, given, events] = run.stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  expect(shown).toMatchObject({ host: 'web-1', openLabors: [{ id: 'web-1~0' }] });
  expect(retired).toMatchObject({ host: 'web-1', changed: true });
  expect(given).toMatchObject({ host: 'web-1.example.com', formerHosts: ['web-1'] });
  expect((events?.['items'] as readonly { id: string }[]).map(({ id }) => id).sort()).toEqual([
    'web-1.example.com~0',
    'web-1~0',
  ]);
});
