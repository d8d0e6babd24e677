/** Fates in a file: the commands of docs/api.md as a team runs them, through to what becomes of labors and quests. */
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { parse, stringify } from 'yaml';
import { block } from '../docs/markdown.js';
import { wholeHermes } from '../harness/whole.js';

const FILE = block('docs/api.md', 'catalogue file');
const hermes = wholeHermes({ each: true });
const YAML = { 'content-type': 'application/yaml' };

async function put(text: string, query = '', headers: Record<string, string> = {}) {
  const { api } = hermes;
  const response = await fetch(`${api.origin}/api/v1/catalogue${query}`, {
    ...{ method: 'PUT', body: text, headers: { ...YAML, ...headers } },
  });
  const position = response.headers.get('hermes-position');
  if (position !== null) api.waitFor(BigInt(position));
  const body = (await response.json()) as Readonly<Record<string, unknown>>;
  return { status: response.status, body, etag: response.headers.get('etag') ?? '' };
}

test('the commands of the guide: foreseen, taken, and written by Hermes as the guide has it', async () => {
  const { api } = hermes;
  writeFileSync(hermes.path('catalogue.yaml'), FILE);
  const commands = block('docs/api.md', 'catalogue commands').replace('http://127.0.0.1:4400', api.origin);
  const run = spawnSync('sh', ['-ec', commands], { cwd: hermes.path(), encoding: 'utf8', timeout: 30_000 });
  expect([run.status, run.stderr]).toEqual([0, '']);
  const changes = [
    { change: 'defined', eventType: 'disk-checked' },
    {
      change: 'amended',
      eventType: 'disk-full',
      from: { description: null },
      to: { description: 'less than 5 % are free' },
    },
    {
      ...{ change: 'amended', fate: 1, name: 'clean', creates: 'disk-full', completedBy: 'disk-cleaned' },
      ...{ from: { name: null, actors: [] }, to: { name: 'clean', actors: ['owner'] } },
    },
    { change: 'defined', fate: 2, name: null, creates: 'disk-cleaned', completedBy: 'disk-checked' },
  ];
  const [foreseen, taken] = run.stdout
    .replace('}{', '}\n{')
    .split('\n')
    .map((line) => JSON.parse(line) as object);
  expect(foreseen).toMatchObject({ dryRun: true, changes, unchanged: 1, revision: 7 });
  expect(taken).toMatchObject({ changes, unchanged: 1, revision: 7 });
  const again = await put(FILE);
  expect(again.body).toMatchObject({ changes: [], unchanged: 5, revision: 7 });
  const written = await api.call('GET', '/catalogue', undefined, { 'hermes-min-position': String(api.position) });
  expect(written.body).toEqual(parse(FILE));
  expect(spawnSync('sh', ['-ec', commands], { cwd: hermes.path(), encoding: 'utf8' }).status).toBe(0);
  expect(readFileSync(hermes.path('catalogue.yaml'), 'utf8')).toBe(FILE);
});

test('rule 10: what the file lacks is retired; its labors are foreseen as stranded, and a way back restores everything', async () => {
  const { api } = hermes;
  const before = await put(FILE);
  await api.must('/events', { type: 'disk-full', hosts: ['a', 'b'] });
  const other = stringify({
    eventTypes: [
      { category: 'disk', state: 'full' },
      { category: 'disk', state: 'worn' },
    ],
    fates: [{ name: 'clean', creates: 'disk-worn', completedBy: 'disk-full' }],
  });
  for (;;) {
    const { body } = await put(other, '?dryRun=true');
    const [, stranded] = body['labors'] as readonly { readonly open: number }[];
    expect(body['labors']).toMatchObject([
      { type: 'disk-cleaned', effect: 'stranded' },
      { type: 'disk-full', effect: 'stranded' },
      { effect: 'freed' },
    ]);
    // the views may be behind
    if (stranded?.open === 2) break;
  }
  const taken = await put(other, '', { 'if-match': before.etag, 'idempotency-key': 'to-worn-disks' });
  expect([taken.status, (taken.body['changes'] as { change: string }[]).map(({ change }) => change)]).toEqual([
    200,
    ['retired', 'retired', 'amended', 'defined', 'retired', 'retired', 'defined'],
  ]);
  expect(await api.read('/labors?stranded=true&count=true')).toMatchObject({ total: 2 });
  expect(await api.read('/fates/clean')).toMatchObject({ id: 3, creates: 'disk-worn' });
  // with the tag of a catalogue that is no more; with the key that the request had
  expect((await put(FILE, '', { 'if-match': before.etag })).status).toBe(412);
  expect((await put(FILE, '', { 'if-match': taken.etag })).status).toBe(200);
  expect((await put(other, '', { 'idempotency-key': 'to-worn-disks' })).body).toEqual(taken.body);
  expect(await api.read('/fates/clean')).toMatchObject({ id: 1, creates: 'disk-full' });
  await api.must('/events', { type: 'disk-cleaned', hosts: ['a', 'b'] });
  expect(await api.read('/labors?state=open&type=disk-cleaned&count=true')).toMatchObject({ total: 2 });
});

test('a file with faults changes nothing, and each is named by its place', async () => {
  const wrong = FILE.replace('follows: clean', 'follows: cleam').replace('creates: disk-full', 'creates: disk-ful');
  const { status, body } = await put(wrong);
  expect([status, body]).toMatchObject([
    422,
    {
      code: 'validation-failed',
      errors: [
        { path: 'fates[0].follows', code: 'fate-unknown' },
        { path: 'fates[1].creates', code: 'event-type-unknown' },
      ],
    },
  ]);
  expect(await hermes.api.read('/fates')).toMatchObject({ items: [{ id: 1, name: null }] });
});
