/** Ingest, projector and query as processes of their own refuse what would live in one of them, and say what they need. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { freePort } from '../../libs/testing/free-port.js';
import { Hermes, temporaryFolder } from '../harness/hermes.js';
import { until } from '../../libs/testing/until.js';

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
beforeEach(async () => {
  folder = await temporaryFolder();
});
afterEach(async () => {
  await folder.remove();
});

const apps = [
  ['ingest', ['HERMES_JOURNAL', 'HERMES_FEED', 'HERMES_VIEWS']],
  ['projector', ['HERMES_JOURNAL', 'HERMES_FEED', 'HERMES_VIEWS']],
  ['query', ['HERMES_VIEWS']],
] as const;

test.each(apps)(
  '%s alone refuses embedded stores, one line each, and touches no folder',
  async (app, names) => {
    const dataDir = join(folder.path, 'data');
    const { code, output } = await Hermes.run({ app, dataDir });
    expect(code).toBe(1);
    const lines = output.trimEnd().split('\n');
    expect(lines.map((line) => line.split(' ')[0])).toEqual(names);
    for (const line of lines)
      expect(line).toMatch(/ is \w+, .*: for \w+ apart set HERMES_\w+=\w+ and HERMES_\w+, or run /);
    expect(existsSync(dataDir)).toBe(false);
  },
  60_000,
);

test('an app alone refuses one embedded store among remote ones in one line, which shows no secret', async () => {
  const env = {
    HERMES_JOURNAL: 'eventstore',
    HERMES_EVENTSTORE_URL: 'kurrentdb://admin:hunter2@127.0.0.1:1',
    HERMES_FEED: 'kafka',
    HERMES_KAFKA_BROKERS: '127.0.0.1:1',
  };
  const { code, output } = await Hermes.run({ app: 'ingest', dataDir: folder.path, env });
  expect([code, output.trimEnd().split('\n').length]).toEqual([1, 1]);
  expect(output).toMatch(/^HERMES_VIEWS is sqlite/);
  expect(output).not.toContain('hunter2');
}, 60_000);

test('the help of an app alone is its own', async () => {
  const { code, output } = await Hermes.run({ app: 'query', dataDir: folder.path, args: ['--help'] });
  expect(code).toBe(0);
  expect(output).toContain('npm run start:query');
  expect(output).toContain('HERMES_MONGO_URL_FILE');
  expect(output).not.toContain('--rebuild');
}, 60_000);

test('a store that is away is waited for: live, not ready, and a signal ends the wait', async () => {
  const port = await freePort();
  // nothing listens on port 1
  const env = {
    HERMES_PORT: String(port),
    HERMES_VIEWS: 'mongo',
    HERMES_MONGO_URL: 'mongodb://hermes:hunter2@127.0.0.1:1',
  };
  const query = await Hermes.launch({ app: 'query', dataDir: folder.path, env });
  try {
    const ask = (what: string): Promise<Response | undefined> =>
      fetch(`http://127.0.0.1:${port}${what}`).catch(() => undefined);
    const isLive = async (): Promise<boolean> => (await ask('/health/live'))?.status === 200;
    await until('health is answered', isLive, { seen: () => query.output });
    expect((await ask('/health/ready'))?.status).toBe(503);
    expect((await ask('/api/v1/labors'))?.status).toBe(503);
    expect(await query.stop('SIGTERM')).toBe(0);
    expect(query.output).toContain('a store is away, so the start waits for it');
    expect(query.output).not.toContain('hunter2');
  } finally {
    await query.kill();
  }
}, 60_000);
