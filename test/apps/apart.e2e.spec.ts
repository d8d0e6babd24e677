/** Ingest, projector and query as processes of their own refuse what would live in one of them, and say what they need. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Hermes, temporaryFolder } from '../harness/hermes.js';

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

test.each(apps)('%s alone refuses embedded stores, one line each, and touches no folder', async (app, names) => {
  const dataDir = join(folder.path, 'data');
  const { code, output } = await Hermes.run({ app, dataDir });
  expect(code).toBe(1);
  const lines = output.trimEnd().split('\n');
  expect(lines.map((line) => line.split(' ')[0])).toEqual(names);
  for (const line of lines)
    expect(line).toMatch(/ is \w+, .*: for \w+ apart set HERMES_\w+=\w+ and HERMES_\w+, or run /);
  expect(existsSync(dataDir)).toBe(false);
});

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
});

test('the help of an app alone is its own', async () => {
  const { code, output } = await Hermes.run({ app: 'query', dataDir: folder.path, args: ['--help'] });
  expect(code).toBe(0);
  expect(output).toContain('npm run start:query');
  expect(output).toContain('HERMES_MONGO_URL_FILE');
  expect(output).not.toContain('--fold-anew');
});
