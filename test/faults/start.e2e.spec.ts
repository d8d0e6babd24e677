/** Starting and stopping as operators do it: one clear line for each way it cannot go, and a clean end. */
import { createServer, type Server } from 'node:net';
import { Hermes, freePort, temporaryFolder } from '../harness/hermes.js';

let folder: Awaited<ReturnType<typeof temporaryFolder>>;

beforeEach(async () => {
  folder = await temporaryFolder();
});

afterEach(async () => {
  await folder.remove();
});

/** What it printed, without its log. */
function lines(output: string): string[] {
  return output.split('\n').filter((line) => line.trim() !== '');
}

test('Ctrl-C drains and exits 0, and a second start finds everything', async () => {
  const first = await Hermes.start({ dataDir: folder.path });
  await first.api.must('/event-types', { category: 'disk', state: 'full' });
  expect(await first.stop()).toBe(0);
  const second = await Hermes.start({ dataDir: folder.path });
  expect((await second.api.read('/event-types/disk-full'))['name']).toBe('disk-full');
  expect(await second.stop()).toBe(0);
});

test('a second instance on the same data is refused', async () => {
  const first = await Hermes.start({ dataDir: folder.path });
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
