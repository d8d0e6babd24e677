/** Stores that were lost, replaced or damaged between two starts: rebuilt, or refused with a message that says what to do. */
import { copyFile, cp, open, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Json } from '../harness/api.js';
import { Hermes, temporaryFolder } from '../harness/hermes.js';

let made: Awaited<ReturnType<typeof temporaryFolder>>;
let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let dataDir: string;
let before: Json;
const running: Hermes[] = [];

const file = (name: string): string => join(dataDir, name);
const GARBAGE = 'this was views and entries once, and is neither now '.repeat(2000);

async function start(args: readonly string[] = []): Promise<Hermes> {
  const hermes = await Hermes.start({ dataDir, args });
  running.push(hermes);
  return hermes;
}

async function labors(hermes: Hermes): Promise<Json> {
  return (await hermes.api.read('/labors?sort=host&limit=1000'))['items']!;
}

/** Some history in a data folder, stopped; every test gets a copy. */
beforeAll(async () => {
  made = await temporaryFolder();
  dataDir = made.path;
  const hermes = await start();
  await hermes.api.must('/event-types', [
    { category: 'disk', state: 'full' },
    { category: 'disk', state: 'cleaned' },
  ]);
  await hermes.api.must('/fates', { creates: 'disk-full', completedBy: 'disk-cleaned' });
  const hosts = Array.from({ length: 500 }, (_, index) => `host-${index}`);
  await hermes.api.must('/events', { type: 'disk-full', hosts });
  await hermes.api.must('/events', { type: 'disk-cleaned', hosts: hosts.slice(0, 100) });
  before = await labors(hermes);
  expect(await hermes.stop()).toBe(0);
}, 60_000);

beforeEach(async () => {
  folder = await temporaryFolder();
  dataDir = join(folder.path, 'data');
  await cp(made.path, dataDir, { recursive: true });
});

afterEach(async () => {
  await Promise.all(running.splice(0).map((hermes) => hermes.kill()));
  await folder.remove();
});

afterAll(() => made.remove());

/** Refused by one line with this in it. */
async function refused(words: RegExp, args: readonly string[] = []): Promise<void> {
  const run = await Hermes.run({ dataDir, args, env: { HERMES_PORT: '0', HERMES_LOG_LEVEL: 'error' } });
  expect(run).toEqual({ code: 1, output: expect.stringMatching(words) as string });
  expect(run.output.trimEnd().split('\n')).toHaveLength(1);
}

async function served(args: readonly string[] = []): Promise<void> {
  const hermes = await start(args);
  expect(await labors(hermes)).toEqual(before);
  expect(await hermes.stop()).toBe(0);
}

test.each(['removed', 'removed, its log left', 'emptied'])(
  'views that were %s are rebuilt',
  async (how) => {
    if (how === 'emptied') await truncate(file('views.db'));
    else await rm(file('views.db'));
    if (how !== 'removed, its log left') await rm(file('views.db-wal'), { force: true });
    await served();
  },
  60_000,
);

test.each([
  ['views.db', 'garbage'],
  ['views-generation-1.db', 'cut in half'],
  ['views-events-0.db', 'garbage'],
  ['views-events-0.db', 'removed'],
])(
  'views whose %s is %s are refused, and --rebuild replaces them',
  async (name, how) => {
    if (how === 'garbage') await writeFile(file(name), GARBAGE);
    else if (how === 'removed') await rm(file(name));
    else await truncate(file(name), Math.floor((await stat(file(name))).size / 8192) * 4096);
    await rm(file(`${name}-wal`), { force: true });
    await refused(new RegExp(`${name.replace('.', '\\.')} .*--rebuild`));
    await served(['--rebuild']);
    await served();
  },
  60_000,
);

test('views that are damaged within are detected, and --rebuild replaces them', async () => {
  const name = 'views-generation-1.db';
  await rm(file(`${name}-shm`), { force: true });
  const views = await open(file(name), 'r+');
  const { size } = await views.stat();
  await views.write(Buffer.alloc(size - 3 * 4096, 'x'), 0, undefined, 3 * 4096);
  await views.close();
  await rm(file(`${name}-wal`), { force: true });
  const run = await Hermes.launch({ dataDir });
  running.push(run);
  // it may be seen at the start, or when the first of it is read
  await run.answers('ready').catch(() => undefined);
  const read = run.listening() && (await run.api.get('/labors?limit=1000').catch(() => undefined));
  expect(read === undefined || read.status === 503).toBe(true);
  await run.kill();
  await served(['--rebuild']);
}, 90_000);

test.each(['removed', 'emptied', 'cut in half', 'garbage'])(
  'a journal that is %s is refused, and nothing is written over it',
  async (how) => {
    const whole = join(folder.path, 'whole.db');
    await copyFile(file('journal.db'), whole);
    for (const log of ['journal.db-wal', 'journal.db-shm']) await rm(file(log), { force: true });
    if (how === 'removed') await rm(file('journal.db'));
    if (how === 'emptied') await truncate(file('journal.db'));
    if (how === 'cut in half') await truncate(file('journal.db'), Math.floor((await stat(whole)).size / 8192) * 4096);
    if (how === 'garbage') await writeFile(file('journal.db'), GARBAGE);
    const left = await readFile(file('journal.db')).catch(() => undefined);
    for (const args of [[], ['--rebuild']]) {
      await refused(/^the journal .*journal\.db .*(lost or empty|is no journal of Hermes|is damaged)/, args);
      expect(await readFile(file('journal.db')).catch(() => undefined)).toEqual(left);
    }
    await copyFile(whole, file('journal.db'));
    await served();
  },
  60_000,
);

test('J6: another journal in its place is refused until --rebuild, and then served', async () => {
  const own = dataDir;
  dataDir = join(folder.path, 'other');
  const other = await start();
  await other.api.must('/event-types', { category: 'fan', state: 'broken' });
  await other.api.must('/events', { type: 'fan-broken', hosts: ['x', 'y'] });
  expect(await other.stop()).toBe(0);
  for (const log of ['journal.db-wal', 'journal.db-shm']) await rm(join(own, log), { force: true });
  await copyFile(file('journal.db'), join(own, 'journal.db'));
  dataDir = own;
  await refused(/it is journal .* remove its -witness/);
  await rm(file('journal.db-witness'));
  await refused(/journal .*--rebuild/);
  const rebuilt = await start(['--rebuild']);
  expect([...(await rebuilt.api.read('/hosts'))['items']!].map((host) => String(host['host']))).toEqual(['x', 'y']);
  expect(await labors(rebuilt)).toEqual([]);
  await rebuilt.api.must('/events', { type: 'fan-broken', host: 'z' });
  expect((await rebuilt.api.get('/hosts/z')).status).toBe(200);
  expect(await rebuilt.stop()).toBe(0);
}, 60_000);
