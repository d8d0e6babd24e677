/** Rule 23: which hosts an import takes off its inventory, and which it cannot take in. */
import { jest } from '@jest/globals';
import { createMemoryJournal, ingestRig, report, type IngestRig } from '#testing';
import type { InventoryLine } from '#contracts';
import type { HostName } from '#domain';
import { given, item } from './testing-inventory.js';

let rig: IngestRig;

beforeEach(async () => {
  rig = ingestRig(createMemoryJournal());
  await rig.define();
});

const kindsOf = async (host: string): Promise<readonly string[]> => (await rig.host(host)).map(({ type }) => type);

const rejected = (line: number, host: string): InventoryLine => {
  return { line, host: host as HostName, fault: { code: 'validation-failed', message: 'too long' } };
};

const many = Object.fromEntries(Array.from({ length: 65 }, (_, n) => [`n${n}`, n]));

describe.each([{ dryRun: false }, { dryRun: true }])('an import of which no line is taken (%j)', (options) => {
  test.each<readonly [string, readonly (readonly InventoryLine[])[]]>([
    ['has none', []],
    ['has none in its batch', [[]]],
    ['has lines with faults', [[rejected(1, 'x'), rejected(2, 'nobody')]]],
    ['is refused whole', [[item(1, 'nobody', many)], [item(2, 'other', {}, [], ['x'])]]],
  ])('%s: it takes no host off, and does not say what it lacks', async (_, batches) => {
    const { ingest, operator } = rig;
    await ingest.logEvents([report('x')], operator);
    await ingest.importHosts(given([item(1, 'a'), item(2, 'b')]), operator);
    await rig.show('a', 'b', 'x');
    const imported = await ingest.importHosts(given(...batches), operator, options);
    expect([await kindsOf('a'), await kindsOf('b')]).toEqual([['HostImported'], ['HostImported']]);
    expect(imported).toMatchObject({ changed: 0, unchanged: 0 });
    expect(imported).not.toHaveProperty('missing');
  });
});

test('hosts of rejected lines that somebody has heard of are in the inventory, once a line is taken; else nothing is written', async () => {
  const { ingest, operator } = rig;
  await ingest.logEvents([report('x')], operator);
  await rig.show('x');
  const bad = [rejected(1, 'x'), rejected(2, 'nobody')];
  await ingest.importHosts(given(bad), operator);
  expect([await kindsOf('x'), await kindsOf('nobody')]).toEqual([['EventLogged'], []]);
  await ingest.importHosts(given(bad, [item(3, 'a')]), operator);
  expect([await kindsOf('x'), await kindsOf('nobody')]).toEqual([['EventLogged', 'HostImported'], []]);
});

test('rule 23: a line by which its host would be in a 17th inventory is refused, with and without attributes, and writes nothing', async () => {
  const { ingest, operator } = rig;
  const names = Array.from({ length: 16 }, (_, n) => `i-${n}`);
  for (const inventory of names) {
    await ingest.importHosts(given([item(1, 'a')]), operator, { inventory });
    await rig.show('a');
  }
  const stored = await rig.host('a');
  const more = { inventory: 'more' };
  for (const dryRun of [false, true]) {
    const lines = [[item(1, 'a', { role: 'web' }), rejected(2, 'b')], [item(3, 'c')]];
    const imported = await ingest.importHosts(given(...lines), operator, { ...more, dryRun });
    expect(imported).toMatchObject({ changed: 1, refused: 2, refusals: [{ path: '1' }, { path: '2' }], missing: 0 });
    const message = expect.stringContaining('is in 16 inventories') as unknown;
    expect(imported.refusals[0]).toEqual({ path: '1', code: 'inventories-full', message });
  }
  // lines that are refused for something else end no import
  const full = [rejected(1, 'a'), item(2, 'c', { role: 'web' })];
  expect(await ingest.importHosts(given(full), operator, more)).toMatchObject({ changed: 1, refused: 1 });
  expect(await ingest.importHosts(given([item(1, 'a', many), item(2, 'd')]), operator, more)).toMatchObject({
    ...{ changed: 1, refused: 1, refusals: [{ code: 'attributes-full' }] },
  });
  expect(await rig.host('a')).toEqual(stored);
  expect(await ingest.importHosts(given([item(1, 'a')]), operator, { inventory: 'i-0' })).toMatchObject({
    ...{ unchanged: 1, refused: 0 },
  });
  // ended, it leaves room
  await ingest.importHosts(given([item(1, 'other')]), operator, { inventory: 'i-0' });
  await rig.show('a', 'other', 'c', 'd');
  expect(await ingest.importHosts(given([item(1, 'a')]), operator, more)).toMatchObject({ changed: 1, refused: 0 });
});

test('hosts that an import takes off are counted, retired ones among them, also in a dry run, and again not', async () => {
  const { ingest, operator } = rig;
  const hosts = ['a', 'b', 'c'] as const;
  await ingest.importHosts(given(hosts.map((host, nth) => item(nth + 1, host))), operator);
  await rig.show(...hosts);
  await ingest.commandHost('c', { kind: 'HostRetired', by: null, reason: 'sold' }, operator);
  await rig.show(...hosts);
  const second = async (dryRun: boolean) => ingest.importHosts(given([item(1, 'a')]), operator, { dryRun });
  expect(await second(true)).toMatchObject({ unchanged: 1, missing: 1, gone: 2 });
  expect(await second(false)).toMatchObject({ unchanged: 1, missing: 1, gone: 2 });
  await rig.show(...hosts);
  expect(await second(false)).toMatchObject({ unchanged: 1, missing: 1, gone: 0 });
});

describe('where a name became an alias on another ingest a moment ago', () => {
  const x = item(1, 'x', { role: 'web' });

  /** Both hosts are in the inventory, "x" is retired and then an alias of "y". The import begins with the names of before. */
  async function aliased(): Promise<void> {
    const { ingest, operator, names } = rig;
    await ingest.importHosts(given([item(1, 'x'), item(2, 'y')]), operator);
    await rig.show('x', 'y');
    await ingest.commandHost('x', { kind: 'HostRetired', by: null, reason: 'sold' }, operator);
    await rig.show('x', 'y');
    const before = await names.present();
    const order = { host: 'y' as HostName, names: ['x'] as HostName[] };
    expect(await ingest.aliasHost(order, null, operator)).toMatchObject({ ok: true });
    jest.spyOn(names, 'present').mockResolvedValueOnce(before);
  }

  test('a line that names it is of the host that it means by now', async () => {
    await aliased();
    const imported = await rig.ingest.importHosts(given([x]), rig.operator);
    expect(imported).toMatchObject({ changed: 1, refused: 0, missing: 0 });
    expect(await kindsOf('y')).toEqual(['HostImported', 'HostImported']);
  });

  test('of two lines that name one host by now, that of its alias is refused, and the host stays in', async () => {
    await aliased();
    const imported = await rig.ingest.importHosts(given([x, item(2, 'y')]), rig.operator);
    expect(imported).toMatchObject({ changed: 0, unchanged: 1, refusals: [{ path: '1', code: 'alias-taken' }] });
    expect(await kindsOf('y')).toEqual(['HostImported']);
  });

  test('the host of a rejected line that names it stays in, and nothing is written under the alias', async () => {
    await aliased();
    const stored = await rig.host('x');
    const more = { inventory: 'aws' };
    await rig.ingest.importHosts(given([rejected(1, 'x'), item(2, 'z')]), rig.operator, more);
    expect(await kindsOf('y')).toEqual(['HostImported', 'HostImported']);
    expect(await rig.host('x')).toEqual(stored);
  });
});
