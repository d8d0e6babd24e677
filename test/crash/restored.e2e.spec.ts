/** J6: stores that were put back from copies of different days, as an operator does it: one line that names the way out, or nothing to do. */
import { cp, mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Hermes, temporaryFolder } from '../harness/hermes.js';
import { until } from '../../libs/testing/until.js';

/** Each starts Hermes several times. */
const LIMIT_MS = 300_000;

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
const running: Hermes[] = [];

beforeEach(async () => {
  folder = await temporaryFolder();
});

afterEach(async () => {
  await Promise.all(running.splice(0).map((hermes) => hermes.kill()));
  await folder.remove();
});

async function start(dataDir: string, args: readonly string[] = []): Promise<Hermes> {
  const hermes = await Hermes.start({ dataDir, args });
  running.push(hermes);
  return hermes;
}

/** The data folder as it was at the end of two days, with three events and with five; each is a copy of a stopped Hermes. */
async function twoDays(): Promise<{ readonly yesterday: string; readonly today: string }> {
  const [dataDir, yesterday] = [join(folder.path, 'data'), join(folder.path, 'yesterday')];
  const first = await start(dataDir);
  await first.api.must('/event-types', [
    { category: 'disk', state: 'full' },
    { category: 'disk', state: 'cleaned' },
  ]);
  await first.api.must('/fates', { creates: 'disk-full', completedBy: 'disk-cleaned' });
  await first.api.must('/events', { type: 'disk-full', hosts: ['a', 'b', 'c'] });
  expect(await first.api.total('/labors?state=open')).toBe(3);
  expect(await first.stop()).toBe(0);
  await cp(dataDir, yesterday, { recursive: true });
  const second = await start(dataDir);
  await second.api.must('/events', { type: 'disk-cleaned', hosts: ['a', 'b'] });
  expect(await second.api.total('/labors?state=open')).toBe(1);
  expect(await second.stop()).toBe(0);
  return { yesterday, today: dataDir };
}

/** The journal of one copy with the views of another. */
async function mixed(name: string, from: { readonly journal: string; readonly views: string }): Promise<string> {
  const target = join(folder.path, name);
  await mkdir(target, { mode: 0o700 });
  for (const [source, isOfJournal] of [
    [from.journal, true],
    [from.views, false],
  ] as const) {
    const files = (await readdir(source)).filter((file) => /^(?:journal|views)/.test(file));
    expect(files.length).toBeGreaterThan(2);
    for (const file of files.filter((each) => each.startsWith('journal') === isOfJournal))
      await cp(join(source, file), join(target, file));
  }
  return target;
}

test(
  'the journal of yesterday with the views of today stops the start with one line; the command that it names mends it',
  async () => {
    const { yesterday, today } = await twoDays();
    const dataDir = await mixed('journal-of-yesterday', { journal: yesterday, views: today });
    const { code, output } = await Hermes.run({ dataDir, env: { HERMES_PORT: '0' } });
    const lines = output.trimEnd().split('\n');
    expect({ code, lines }).toEqual({ code: 1, lines: [expect.stringContaining('start once with --rebuild')] });
    const mended = await start(dataDir, ['--rebuild']);
    expect(await mended.api.total('/labors?state=open')).toBe(3);
    await mended.api.must('/events', { type: 'disk-cleaned', hosts: ['c'] });
    expect(await mended.api.total('/labors?state=open')).toBe(2);
    expect(await mended.stop()).toBe(0);
    // and that was all
    const again = await start(dataDir);
    expect(await again.api.total('/labors?state=open')).toBe(2);
  },
  LIMIT_MS,
);

test(
  'the views of yesterday with the journal of today come up to it by themselves',
  async () => {
    const { yesterday, today } = await twoDays();
    const dataDir = await mixed('views-of-yesterday', { journal: today, views: yesterday });
    const hermes = await start(dataDir);
    await until('it has come up', async () => (await hermes.api.total('/labors?state=open')) === 1);
    expect(await hermes.api.total('/events')).toBe(5);
    await hermes.api.must('/events', { type: 'disk-cleaned', hosts: ['c'] });
    expect(await hermes.api.total('/labors?state=open')).toBe(0);
  },
  LIMIT_MS,
);

test(
  'a journal of yesterday that went another way since stops the start, too',
  async () => {
    const { yesterday, today } = await twoDays();
    // as many entries as today's, of other events
    const other = await start(yesterday);
    await other.api.must('/events', { type: 'disk-full', hosts: ['d', 'e'] });
    expect(await other.stop()).toBe(0);
    const dataDir = await mixed('another-way', { journal: yesterday, views: today });
    const { code, output } = await Hermes.run({ dataDir, env: { HERMES_PORT: '0' } });
    expect(code).toBe(1);
    expect(output).toMatch(/another entry there: .*--rebuild\n$/);
    const mended = await start(dataDir, ['--rebuild']);
    expect(await mended.api.total('/labors?state=open')).toBe(5);
  },
  LIMIT_MS,
);
