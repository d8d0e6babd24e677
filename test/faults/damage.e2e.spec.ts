/** Damage that is found while Hermes runs, or between two starts, as operators and clients see it: which store, and what to do. */
import { open, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Hermes, temporaryFolder } from '../harness/hermes.js';
import { until } from '../../libs/testing/until.js';

const PAGE = 4096;
let folder: Awaited<ReturnType<typeof temporaryFolder>>;
const running: Hermes[] = [];

beforeEach(async () => {
  folder = await temporaryFolder();
});

afterEach(async () => {
  await Promise.all(running.splice(0).map((hermes) => hermes.kill()));
  await folder.remove();
});

async function start(args: readonly string[] = []): Promise<Hermes> {
  const hermes = await Hermes.start({ dataDir: folder.path, args });
  running.push(hermes);
  return hermes;
}

const file = (name: string): string => join(folder.path, name);
const hosts = Array.from({ length: 2000 }, (_, index) => `host-${index}`);

async function history(hermes: Hermes): Promise<void> {
  await hermes.api.must('/event-types', [
    { category: 'disk', state: 'full' },
    { category: 'disk', state: 'cleaned' },
  ]);
  await hermes.api.must('/fates', { creates: 'disk-full', completedBy: 'disk-cleaned' });
  await hermes.api.must('/events', { type: 'disk-full', hosts, note: 'before' });
  await hermes.api.must('/events', { type: 'disk-full', host: 'special', note: 'needle-needle' });
  await hermes.api.must('/events', { type: 'disk-full', host: 'last' });
  expect(await hermes.api.total('/labors?state=open')).toBe(2002);
}

/** Overwrites a third of a file, from its middle on, with zeros. */
async function zero(name: string): Promise<void> {
  const { size } = await stat(file(name));
  const pages = Math.floor(size / PAGE);
  const handle = await open(file(name), 'r+');
  await handle.write(Buffer.alloc(Math.floor(pages / 3) * PAGE), 0, undefined, Math.floor(pages / 2) * PAGE);
  await handle.close();
}

async function notReady(hermes: Hermes): Promise<string> {
  let text = '';
  // a look is shared for a moment
  await until('Hermes is not ready', async () => {
    const answer = await fetch(`${hermes.api.origin}/health/ready`);
    text = await answer.text();
    return answer.status === 503;
  });
  return text;
}

const MEND_JOURNAL = /the journal is damaged \(.+\): stop Hermes and restore it from a backup/;
const MEND_VIEWS = /the views are damaged \(.+\): stop Hermes and start it once with --rebuild/;

test('a byte of the journal that is not as it was written: nothing more is written, and the answer, the log and readiness say why', async () => {
  const first = await start();
  await history(first);
  expect(await first.stop()).toBe(0);
  const bytes = await readFile(file('journal.db'));
  bytes[bytes.lastIndexOf('needle-needle')]! ^= 1;
  await writeFile(file('journal.db'), bytes);

  const hermes = await start();
  const event = { type: 'disk-full', host: 'special', key: 'again' };
  const answer = await hermes.api.post('/events', event);
  expect(answer.status).toBe(503);
  expect(answer.body).toMatchObject({
    code: 'store-unavailable',
    detail: expect.stringMatching(MEND_JOURNAL) as string,
  });
  const other = await hermes.api.post('/events', { type: 'disk-full', host: 'host-1' });
  expect(other.body).toMatchObject({ status: 503, detail: expect.stringMatching(MEND_JOURNAL) as string });
  expect(await notReady(hermes)).toMatch(MEND_JOURNAL);
  expect(hermes.output).toMatch(/a store is damaged/);
  // what is in the views is served
  expect(await hermes.api.total('/labors?state=open')).toBe(2002);
  await hermes.stop();
}, 90_000);

test.each(['/admin/verify', '/admin/rebuilds'])(
  'a byte of the journal that only a thread of %s meets: nothing more is written, as if it had been met in the process itself',
  async (path) => {
    const first = await start();
    await history(first);
    expect(await first.stop()).toBe(0);
    const bytes = await readFile(file('journal.db'));
    bytes[bytes.lastIndexOf('needle-needle')]! ^= 1;
    await writeFile(file('journal.db'), bytes);

    const hermes = await start();
    expect((await fetch(`${hermes.api.origin}/health/ready`)).status).toBe(200);
    await hermes.api.must(path, undefined);
    expect(await notReady(hermes)).toMatch(MEND_JOURNAL);
    expect(hermes.output).toMatch(/a store is damaged/);
    const answer = await hermes.api.post('/events', { type: 'disk-full', host: 'host-1' });
    expect(answer.body).toMatchObject({ status: 503, detail: expect.stringMatching(MEND_JOURNAL) as string });
    await hermes.stop();
  },
  90_000,
);

test('pages of zeros in the journal are damage for all that read them, such as a rebuild', async () => {
  const first = await start();
  await history(first);
  expect(await first.stop()).toBe(0);
  await zero('journal.db');
  const hermes = await Hermes.launch({ dataDir: folder.path, args: ['--rebuild'] });
  running.push(hermes);
  await hermes.answers('live');
  await hermes.printed('a store is damaged');
  expect(await notReady(hermes)).toMatch(MEND_JOURNAL);
  const answer = await hermes.api.post('/events', { type: 'disk-full', host: 'host-1' });
  expect(answer.body).toMatchObject({ status: 503, code: 'store-unavailable' });
}, 90_000);

test('pages of zeros in the views: reads say so, readiness is red, and --rebuild mends it', async () => {
  const first = await start();
  await history(first);
  expect(await first.stop()).toBe(0);
  await zero('views-generation-1.db');
  const hermes = await Hermes.launch({ dataDir: folder.path });
  running.push(hermes);
  await hermes.answers('live');
  const answer = await hermes.api.get('/labors?limit=1000&sort=host');
  expect(answer.status).toBe(503);
  expect(answer.body).toMatchObject({
    code: 'store-unavailable',
    detail: expect.stringMatching(MEND_VIEWS) as string,
  });
  expect(await notReady(hermes)).toMatch(MEND_VIEWS);
  await hermes.stop();
  const mended = await start(['--rebuild']);
  expect(await mended.api.total('/labors?state=open')).toBe(2002);
  expect(await mended.stop()).toBe(0);
}, 90_000);

test('a journal whose log was removed after a kill -9 is refused, until the operator decides', async () => {
  const first = await start();
  await history(first);
  await until('the witness has seen all', async () => {
    const text = await readFile(file('journal.db-witness'), 'utf8').catch(() => '{}');
    return (JSON.parse(text) as { readonly position?: string }).position === String(first.api.position);
  });
  await first.kill();
  for (const suffix of ['-wal', '-shm']) await rm(file(`journal.db${suffix}`), { force: true });
  const run = await Hermes.run({ dataDir: folder.path });
  expect(run.code).toBe(1);
  expect(run.output).toMatch(
    /^the journal .*journal\.db cannot be used: it has lost its end.* put back .*; to keep .* remove its -witness and start once with --rebuild\n$/,
  );
  await rm(file('journal.db-witness'));
  const after = await start(['--rebuild']);
  expect(await after.api.total('/labors?state=open')).toBeLessThan(2002);
  await after.api.must('/event-types', { category: 'new', state: 'begun' });
  expect(await after.stop()).toBe(0);
}, 90_000);
