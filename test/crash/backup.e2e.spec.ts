/** `npm run backup` beside a Hermes under load: whole, started elsewhere, and from then on a Hermes of its own. */
import { spawn } from 'node:child_process';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { Hermes, temporaryFolder } from '../harness/hermes.js';
import { until } from '../../libs/testing/until.js';

const MAIN = resolve(import.meta.dirname, '../../dist/apps/standalone/backup.js');

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
const running: Hermes[] = [];

beforeEach(async () => {
  folder = await temporaryFolder();
});

afterEach(async () => {
  await Promise.all(running.splice(0).map((hermes) => hermes.kill()));
  await folder.remove();
});

async function start(dataDir: string): Promise<Hermes> {
  const hermes = await Hermes.start({ dataDir });
  running.push(hermes);
  return hermes;
}

interface Ended {
  readonly code: number | null;
  readonly output: string;
}

/** `shell` stands before it in a shell of its own, as `ulimit` does. */
async function backup(dataDir: string, target: string, shell = ''): Promise<Ended> {
  const command = `${shell} exec "$0" "$@"`;
  const child = spawn('bash', ['-c', command, process.execPath, MAIN, target], {
    env: { PATH: process.env['PATH'], HERMES_DATA_DIR: dataDir },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const chunks: string[] = [];
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => chunks.push(chunk.toString()));
  const code = await new Promise<number | null>((done) => child.once('close', done));
  return { code, output: chunks.join('') };
}

test('taken under load, it has all that was acknowledged before, and both go on by themselves', async () => {
  const hermes = await start(join(folder.path, 'data'));
  await hermes.api.must('/event-types', [
    { category: 'disk', state: 'full' },
    { category: 'disk', state: 'cleaned' },
  ]);
  await hermes.api.must('/fates', { creates: 'disk-full', completedBy: 'disk-cleaned' });
  const fleet = Array.from({ length: 3000 }, (_, index) => `fleet-${index}`);
  await hermes.api.must('/quests', { type: 'disk-full', hosts: fleet, description: 'clean them all' });

  const acknowledged: string[] = [];
  const slowest = { ms: 0 };
  const ending = new AbortController();
  const load = (async () => {
    for (let count = 0; !ending.signal.aborted; count += 1) {
      const begun = performance.now();
      await hermes.api.must('/events', { type: 'disk-full', host: `host-${count}`, key: `key-${count}` });
      slowest.ms = Math.max(slowest.ms, performance.now() - begun);
      acknowledged.push(`host-${count}`);
    }
  })();
  await until('there is a load', () => acknowledged.length > 50);
  const before = acknowledged.length;
  const target = join(folder.path, 'backups', 'monday');
  const made = await backup(join(folder.path, 'data'), target);
  const during = acknowledged.length - before;
  ending.abort();
  await load;
  expect(made).toMatchObject({ code: 0, output: expect.stringMatching(/journal .* up to position \d+ of /) as string });
  expect((await readdir(target)).sort()).toEqual(['journal.db', 'journal.db-witness']);
  // appends went on all the while
  expect(during).toBeGreaterThan(0);
  expect(slowest.ms).toBeLessThan(5000);

  const other = await start(target);
  for (const host of acknowledged.slice(0, before)) {
    expect((await other.api.get(`/events/${host}~0`)).status).toBe(200);
  }
  // the quest was accepted before, so it is finished here as well
  await until('the quest is finished', async () => (await other.api.total('/quests?state=open')) === 1);
  expect(await other.api.total('/events?quest=1')).toBe(3000);
  await other.api.must('/events', { type: 'disk-cleaned', hosts: fleet });
  await hermes.api.must('/events', { type: 'disk-full', host: 'only-here' });
  expect((await other.api.get('/quests/1', 30)).body).toMatchObject({ state: 'completed' });
  await until('the quest is finished', async () => (await hermes.api.total('/quests?state=open')) === 1);
  expect((await hermes.api.get('/hosts/only-here')).status).toBe(200);
  expect((await other.api.get('/hosts/only-here')).status).toBe(404);
  expect([await hermes.stop(), await other.stop()]).toEqual([0, 0]);
}, 120_000);

test('taken of a stopped or a killed Hermes, it is the same', async () => {
  const dataDir = join(folder.path, 'data');
  const hermes = await start(dataDir);
  await hermes.api.must('/event-types', { category: 'disk', state: 'full' });
  await hermes.api.must('/events', { type: 'disk-full', hosts: ['a', 'b', 'c'] });
  await hermes.kill();
  expect((await backup(dataDir, join(folder.path, 'killed'))).code).toBe(0);
  const again = await start(join(folder.path, 'killed'));
  expect(await again.api.total('/events')).toBe(3);
  expect(await again.stop()).toBe(0);
  expect((await backup(join(folder.path, 'killed'), join(folder.path, 'stopped'))).code).toBe(0);
  const third = await start(join(folder.path, 'stopped'));
  expect(await third.api.total('/events')).toBe(3);
}, 60_000);

test('what cannot be backed up, and where there is no place for it, is one clear line', async () => {
  const [dataDir, target] = [join(folder.path, 'data'), join(folder.path, 'target')];
  const line = (text: string) => ({
    code: 1,
    output: expect.stringMatching(new RegExp(`^no backup was made: [^\\n]*${text}[^\\n]*\\n$`)) as string,
  });
  expect(await backup(dataDir, target)).toEqual(line('data/journal.db is not there'));
  const hermes = await start(dataDir);
  await hermes.api.must('/event-types', { category: 'disk', state: 'full' });
  await hermes.api.must('/events', { type: 'disk-full', hosts: Array.from({ length: 2000 }, (_, n) => `host-${n}`) });
  await mkdir(target);
  await writeFile(join(target, 'notes'), 'precious');
  expect(await backup(dataDir, target)).toEqual(
    line('target/notes is there already: name a folder that is new or empty'),
  );
  // no file may grow beyond 100 KiB: as good as a disk that is full
  const full = join(folder.path, 'full');
  expect(await backup(dataDir, full, 'ulimit -f 100;')).toEqual(line('cannot be copied'));
  expect(await readdir(folder.path)).not.toContain('full');
  expect((await backup(dataDir, full)).code).toBe(0);
  expect(await backup(dataDir, '--force')).toMatchObject({ code: 1 });
}, 60_000);
