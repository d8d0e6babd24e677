/** The lines of writes: in a file of their own over a rotation, a full disk and the end; and a reader who reads none holds nobody up. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, renameSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { until } from '../../libs/testing/until.js';
import { Api } from '../harness/api.js';
import { Hermes, mainOf, temporaryFolder } from '../harness/hermes.js';
import { smallDisk } from '../harness/small-disk.js';

const TYPE = { category: 'disk', state: 'full' };
/** Their lines are more than a pipe takes. */
const FLOOD = 3000;

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let hermes: Hermes | undefined;
beforeEach(async () => {
  folder = await temporaryFolder();
});
afterEach(async () => {
  await hermes?.kill();
  hermes = undefined;
  await folder.remove();
});

const start = async (file: string, env: Readonly<Record<string, string>> = {}): Promise<Hermes> =>
  (hermes = await Hermes.start({ dataDir: join(folder.path, 'data'), env: { HERMES_AUDIT_FILE: file, ...env } }));

const routes = (file: string): readonly string[] =>
  (existsSync(file) ? readFileSync(file, 'utf8') : '')
    .split('\n')
    .slice(0, -1)
    .map((line) => {
      const { msg, method, route } = JSON.parse(line) as Record<string, string>;
      return `${msg ?? ''} ${method ?? ''} ${route ?? ''}`;
    });

const TYPES = 'write POST /api/v1/event-types';
const EVENTS = 'write POST /api/v1/events';
const event = (host: string): object => ({ type: 'disk-full', host });

test('whatever the level of the log, each write is in the file; after SIGHUP, in the new one; at the end, all', async () => {
  const file = join(folder.path, 'audit.log');
  const running = await start(file, { HERMES_LOG_LEVEL: 'warn' });
  const { api } = running;
  await api.must('/event-types', TYPE);
  await until('it is written', () => routes(file).length === 1);
  expect(statSync(file).mode & 0o777).toBe(0o600);
  renameSync(file, `${file}.1`);
  running.signal('SIGHUP');
  await until('there is a new file', () => existsSync(file));
  for (let nth = 0; nth < 100; nth += 1) await api.must('/events', event(`a${nth}`));
  expect(await running.stop('SIGTERM')).toBe(0);
  expect(routes(`${file}.1`)).toEqual([TYPES]);
  expect(routes(file)).toEqual(Array.from({ length: 100 }, () => EVENTS));
  expect(running.output).not.toContain('"write"');
}, 60_000);

test('a file whose folder is absent stops the start with one line', async () => {
  const env = { HERMES_AUDIT_FILE: join(folder.path, 'none', 'audit.log'), HERMES_PORT: '0' };
  const { code, output } = await Hermes.run({ dataDir: join(folder.path, 'data'), env });
  expect(code).toBe(1);
  expect(output.trim()).toMatch(/^HERMES_AUDIT_FILE: \S+ cannot be written \(ENOENT\): its folder must exist[^\n]*$/);
}, 60_000);

test('its disk is full: writes go on, readiness warns, and lines are written when there is space', async () => {
  const disk = await smallDisk(1);
  if (disk === undefined) {
    console.warn('no small disk can be mounted here: libs/platform/operate/line-file.spec.ts holds this with a folder');
    return;
  }
  try {
    const file = join(disk.path, 'audit.log');
    const { api } = await start(file);
    await api.must('/event-types', TYPE);
    await until('it is written', () => routes(file).length === 1);
    await disk.fill();
    const warnings = async (): Promise<string> => {
      const answer = await fetch(`${api.origin}/health/ready`);
      expect(answer.status).toBe(200);
      return ((await answer.json()) as { readonly warnings: readonly string[] }).warnings.join(' ');
    };
    let sent = 0;
    await until('the disk is full', async () => {
      await api.must('/events', event('a'));
      sent += 1;
      return (await warnings()).includes(`audit: HERMES_AUDIT_FILE: ${file} cannot be written (ENOSPC)`);
    });
    disk.free();
    await until('all lines are there', () => routes(file).length === sent + 1);
    await until('readiness warns no more', async () => !(await warnings()).includes('audit'));
  } finally {
    await hermes?.kill();
    await disk.remove();
  }
}, 60_000);

test('who reads nothing of standard error holds nobody up', async () => {
  const child = spawn(process.execPath, [mainOf('standalone')], {
    env: { PATH: process.env['PATH'], HERMES_DATA_DIR: join(folder.path, 'data'), HERMES_PORT: '0' },
    // nothing listens on the last one: it is not read
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  try {
    let printed = '';
    child.stdout.on('data', (chunk: Buffer) => (printed += chunk.toString()));
    const origin = (): string | undefined => /^Hermes listens on (\S+)/m.exec(printed)?.[1];
    await until('it listens', () => origin() !== undefined, { limitMs: 30_000 });
    const api = new Api(origin() ?? '');
    await api.must('/event-types', TYPE);
    const statuses = new Set<number>();
    for (let nth = 0; nth < FLOOD; nth += 20) {
      const asked = Array.from({ length: 20 }, () => api.post('/events', { type: 'no-type', host: 'a' }));
      for (const { status } of await Promise.all(asked)) statuses.add(status);
    }
    expect([...statuses]).toEqual([422]);
    const ended = once(child, 'exit');
    child.kill('SIGTERM');
    await ended;
  } finally {
    child.kill('SIGKILL');
  }
}, 60_000);
