/** Through the router everything is as it is without: the README's first minute, the demo, a stream of events. */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { playDemo } from '../../apps/standalone/demo.js';
import { block } from '../docs/markdown.js';
import { Hermes, mainOf, temporaryFolder } from '../harness/hermes.js';
import { until } from '../../libs/testing/until.js';

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let hermes: Hermes;
let router: ChildProcess;
let printed = '';
let exited: Promise<number | null>;
let origin: string;

/** One Hermes stands for all three apps: they would need remote stores. */
beforeAll(async () => {
  folder = await temporaryFolder();
  hermes = await Hermes.start({ dataDir: folder.path });
  const behind = ['ingest', 'projector', 'query'].flatMap((app) => [`--${app}`, hermes.api.origin]);
  router = spawn(process.execPath, [mainOf('router'), '--port', '0', ...behind], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  router.stdout?.on('data', (chunk: Buffer) => (printed += chunk.toString()));
  exited = new Promise((resolve) => router.once('exit', resolve));
  await until('the router listens', () => printed.includes('\n'));
  origin = /http:\S+(?=\.)/.exec(printed)?.[0] ?? '';
}, 60_000);

afterAll(async () => {
  router.kill('SIGKILL');
  await exited;
  await hermes.kill();
  await folder.remove();
});

test('the demo is played, and then the first minute prints what the README shows', async () => {
  const printed: string[] = [];
  await playDemo(origin, (line) => printed.push(line));
  expect(printed).toContain('Demo: look around:');
  const paste = block('README.md', 'first-minute').replaceAll('http://127.0.0.1:4400', origin);
  const run = spawnSync('bash', ['-c', paste], { cwd: folder.path, encoding: 'utf8', timeout: 30_000 });
  expect(run.stderr).toBe('');
  expect(run.stdout.trimEnd().split('\n').at(-1)).toContain('"event":"web-1~1"');
}, 60_000);

test('a stream of events is answered, and what each app documents is at hand', async () => {
  const lines = Array.from({ length: 1000 }, (_, index) =>
    JSON.stringify({ type: 'puppet-restart-required', host: `streamed-${index}` }),
  );
  const answer = await fetch(`${origin}/api/v1/events`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-ndjson' },
    body: lines.join('\n'),
  });
  expect(answer.status).toBe(201);
  expect((await answer.text()).trimEnd().split('\n').length).toBeGreaterThanOrEqual(1);
  expect((await fetch(`${origin}/api/v1/admin/status`)).status).toBe(200);
  const page = await (await fetch(`${origin}/api/query/docs`)).text();
  const [script] = /docs\/page\.js/.exec(page) ?? [];
  for (const path of ['openapi.json', script]) expect((await fetch(`${origin}/api/query/${path}`)).status).toBe(200);
});

test('Ctrl-C stops it', async () => {
  router.kill('SIGINT');
  expect(await exited).toBe(0);
});
