/** Starting and stopping as operators do it: one clear line for each way it cannot go, and a clean end. */
import { createHash } from 'node:crypto';
import { readdirSync, statSync, writeFileSync } from 'node:fs';
import { connect, createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { freePort } from '../../libs/testing/free-port.js';
import { Hermes, temporaryFolder, type HermesOptions } from '../harness/hermes.js';
import { until } from '../../libs/testing/until.js';

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
const running: Hermes[] = [];

/** Killed after the test, if that left it running. */
async function start(options: Omit<HermesOptions, 'dataDir'> = {}): Promise<Hermes> {
  const hermes = await Hermes.start({ dataDir: folder.path, ...options });
  running.push(hermes);
  return hermes;
}

beforeEach(async () => {
  folder = await temporaryFolder();
});

afterEach(async () => {
  await Promise.all(running.splice(0).map((hermes) => hermes.kill()));
  await folder.remove();
});

/** What it printed. */
function lines(output: string): string[] {
  return output.split('\n').filter((line) => line.trim() !== '');
}

test('Ctrl-C drains and exits 0, and a second start finds everything', async () => {
  const first = await start();
  await first.api.must('/event-types', { category: 'disk', state: 'full' });
  expect(await first.stop()).toBe(0);
  const second = await start();
  expect((await second.api.read('/event-types/disk-full'))['name']).toBe('disk-full');
  expect(await second.stop()).toBe(0);
});

test('a second instance on the same data is refused', async () => {
  const first = await start();
  const second = await Hermes.run({ dataDir: folder.path, env: { HERMES_PORT: String(await freePort()) } });
  expect(second.code).toBe(1);
  expect(lines(second.output)).toHaveLength(1);
  expect(second.output).toContain(folder.path);
  expect(await first.stop()).toBe(0);
});

test('wrong settings are named, all at once', async () => {
  const run = await Hermes.run({
    dataDir: folder.path,
    env: { HERMES_PORT: 'eighty', HERMES_VIEWS: 'paper', HERMES_PROT: '80' },
  });
  expect(run.code).toBe(1);
  for (const word of ['HERMES_PORT', 'eighty', 'HERMES_VIEWS', 'paper', 'HERMES_PROT'])
    expect(run.output).toContain(word);
  expect(run.output).not.toMatch(/^\s+at /m);
});

test('files and folders that it makes are for its own user', async () => {
  const hermes = await start();
  const made = readdirSync(folder.path);
  expect(made.length).toBeGreaterThan(3);
  for (const name of made) expect([name, statSync(join(folder.path, name)).mode & 0o077]).toEqual([name, 0]);
  expect(await hermes.stop()).toBe(0);
});

test('SIGHUP reads the tokens file again, and ends nothing; so does a change of the file', async () => {
  const file = join(folder.path, 'tokens.json');
  const list = (name: string): void => {
    const sha256 = createHash('sha256').update(name).digest('hex');
    writeFileSync(file, JSON.stringify([{ name, sha256, roles: ['read'] }]));
  };
  list('old');
  const hermes = await start({ env: { HERMES_TOKENS_FILE: file } });
  const status = async (token: string): Promise<number> =>
    (await hermes.api.call('GET', '/labors', undefined, { authorization: `Bearer ${token}` })).status;
  expect(await status('old')).toBe(200);
  list('new');
  hermes.signal('SIGHUP');
  await until('the new token is let in', async () => (await status('new')) === 200);
  expect(await status('old')).toBe(401);
  writeFileSync(file, '[');
  const ready = async (): Promise<string> => (await fetch(`${hermes.api.origin}/health/ready`)).text();
  await until('readiness warns', async () => (await ready()).includes('is not JSON'));
  expect(await status('new')).toBe(200);
  list('third');
  await until('the third token is let in', async () => (await status('third')) === 200);
  expect(await hermes.stop('SIGTERM')).toBe(0);
});

test('binding other than loopback without tokens is refused', async () => {
  const run = await Hermes.run({ dataDir: folder.path, env: { HERMES_HOST: '0.0.0.0' } });
  expect(run.code).toBe(1);
  expect(run.output).toContain('HERMES_TOKENS_FILE');
});

test('an unknown flag is refused', async () => {
  const run = await Hermes.run({ dataDir: folder.path, args: ['--faster'] });
  expect(run.code).toBe(1);
  expect(run.output).toContain('--faster');
});

test('a port in use is one clear line', async () => {
  const port = await freePort();
  const other: Server = createServer();
  await new Promise<void>((done) => other.listen(port, '127.0.0.1', done));
  const run = await Hermes.run({ dataDir: folder.path, env: { HERMES_PORT: String(port) } });
  await new Promise((done) => other.close(done));
  expect(run.code).toBe(1);
  expect(lines(run.output)).toHaveLength(1);
  expect(run.output).toContain(String(port));
});

test('stopped during a rebuild, it ends cleanly, and the next start resumes', async () => {
  const events = 30_000;
  const first = await start();
  await first.api.must('/event-types', { category: 'disk', state: 'full' });
  const hosts = (from: number) => Array.from({ length: 10_000 }, (_, index) => `host-${from + index}`);
  for (let from = 0; from < events; from += 10_000)
    await first.api.must('/events', { type: 'disk-full', hosts: hosts(from) });
  expect(await first.stop()).toBe(0);
  const second = await start({ args: ['--rebuild'], waitFor: 'live' });
  expect(await second.stop()).toBe(0);
  const third = await start();
  expect(await third.api.total('/hosts')).toBe(events);
  expect(await third.stop()).toBe(0);
}, 60_000);

test('a second signal ends it at once, though a request is still being worked on', async () => {
  const hermes = await start();
  const { origin } = hermes.api;
  // its body does not come to its end
  const socket = connect(Number(new URL(origin).port), '127.0.0.1');
  socket.on('error', () => undefined);
  let answer = '';
  socket.on('data', (chunk) => (answer += String(chunk)));
  const closed = new Promise((resolve) => socket.once('close', resolve));
  const head = 'POST /api/v1/events HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n';
  socket.write(`${head}Content-Length: 9\r\n\r\n{`);
  await until('it is worked on', async () =>
    (await (await fetch(`${origin}/metrics`)).text()).includes('\nhermes_http_requests_active 1\n'),
  );
  let code: number | null | undefined;
  // signals that come close upon the first are echoes of it: npm hands on what the terminal has sent already
  await until('it ends', () => {
    void hermes.stop().then((exit) => (code = exit));
    return code !== undefined;
  });
  expect(code).toBe(130);
  await closed;
  expect(answer).toBe('');
});
