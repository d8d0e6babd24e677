/** An inventory: entries only where something changes, and the hosts that it lacks are reported. */
import { setTimeout as sleep } from 'node:timers/promises';
import { jest } from '@jest/globals';
import { createMemoryJournal, ingestRig, report, type IngestRig } from '#testing';
import { positionOf, type InventoryItem } from '#contracts';
import type { HostName } from '#domain';
import { NameSet } from './name-set.js';
import { given, item } from './testing-inventory.js';

/** So long an answer waits for the views. */
const WAIT_MS = 5000;

let rig: IngestRig;

beforeEach(async () => {
  rig = ingestRig(createMemoryJournal());
  await rig.define();
});

const kindsOf = async (host: string): Promise<readonly string[]> => (await rig.host(host)).map(({ type }) => type);

const INVENTORY = [item(1, 'a', { role: 'web' }), item(2, 'b', { role: 'db' }, ['rack']), item(3, 'c')];

test('an inventory is written where it changes something, and answered with what it lacks; again, nothing is written', async () => {
  const { ingest, operator } = rig;
  await ingest.logEvents([report('b'), report('x'), report('y')], operator);
  await ingest.commandHost(
    'b',
    { kind: 'HostAttributesSet', by: null, set: { rack: 7, owner: 'ann' }, clear: [] },
    operator,
  );
  await rig.show('b', 'x', 'y');
  await ingest.commandHost('y', { kind: 'HostRetired', by: null, reason: 'sold' }, operator);
  await rig.show('y');
  const first = await ingest.importHosts(given(INVENTORY.slice(0, 1), INVENTORY.slice(1)), operator);
  expect(first).toMatchObject({ changed: 3, unchanged: 0, new: 2, refused: 0, missing: 1, missingHosts: ['x'] });
  await rig.show('a', 'b', 'c');
  expect(rig.views.states.get('b' as HostName)?.attributes).toEqual({ role: 'db', owner: 'ann' });
  const again = await ingest.importHosts(given(INVENTORY), operator);
  expect(again).toMatchObject({ changed: 0, unchanged: 3, new: 0, missing: 1 });
  expect([await kindsOf('a'), await kindsOf('c'), await kindsOf('x')]).toEqual([
    ['HostImported'],
    ['HostImported'],
    ['EventLogged'],
  ]);
  expect(await rig.host('b')).toHaveLength(3);
});

test('rule 23: a host that the last import of the inventory had, and this one lacks, is in it no longer, retired or not', async () => {
  const { ingest, operator, views } = rig;
  const inventoriesOf = (host: string) => views.states.get(host as HostName)?.inventories;
  await ingest.importHosts(given(INVENTORY), operator);
  await ingest.importHosts(given([item(1, 'b'), item(2, 'd')]), operator, { inventory: 'aws' });
  await rig.show('c');
  await ingest.commandHost('c', { kind: 'HostRetired', by: null, reason: 'sold' }, operator);
  await rig.show('a', 'b', 'c', 'd');
  expect(['a', 'b', 'd'].map(inventoriesOf)).toEqual([['default'], ['default', 'aws'], ['aws']]);
  const second = () => ingest.importHosts(given([item(1, 'a', { role: 'web' })]), operator);
  expect(await second()).toMatchObject({ changed: 0, unchanged: 1, missing: 2, missingHosts: ['b', 'd'] });
  await rig.show('a', 'b', 'c', 'd');
  expect(['a', 'b', 'c', 'd'].map(inventoriesOf)).toEqual([['default'], ['aws'], [], ['aws']]);
  const stored = (await Promise.all(['a', 'b', 'c', 'd'].map(kindsOf))).flat();
  expect(await second()).toMatchObject({ unchanged: 1, missing: 2 });
  expect((await Promise.all(['a', 'b', 'c', 'd'].map(kindsOf))).flat()).toEqual(stored);
});

test('no host is taken off an inventory by a dry run, by one that is not whole, nor by one that did not come to its end', async () => {
  const { ingest, operator } = rig;
  await ingest.importHosts(given(INVENTORY), operator);
  await rig.show('a', 'b', 'c');
  const second = [item(1, 'a', { role: 'web' })];
  const dry = await ingest.importHosts(given(second), operator, { dryRun: true });
  expect(dry).toMatchObject({ unchanged: 1, missing: 2, missingHosts: ['b', 'c'] });
  await ingest.importHosts(given(second), operator, { isWhole: () => false });
  async function* failing(): AsyncGenerator<readonly InventoryItem[]> {
    yield second;
    throw new Error('the sender went away');
  }
  await expect(ingest.importHosts(failing(), operator)).rejects.toThrow('went away');
  expect([await kindsOf('b'), await kindsOf('c')]).toEqual([['HostImported'], ['HostImported']]);
  await ingest.importHosts(given(second), operator);
  expect([await kindsOf('b'), await kindsOf('c')]).toEqual([
    ['HostImported', 'HostMissing'],
    ['HostImported', 'HostMissing'],
  ]);
});

test('a dry run counts the same, and writes nothing', async () => {
  const { ingest, operator } = rig;
  await ingest.logEvents([report('b'), report('x')], operator);
  await rig.show('b', 'x');
  const dry = await ingest.importHosts(given(INVENTORY), operator, { dryRun: true });
  expect(dry).toMatchObject({ changed: 3, unchanged: 0, new: 2, missing: 1, missingHosts: ['x'] });
  expect(await rig.host('a')).toEqual([]);
});

test('of an inventory of which not all is known, it is not said what it lacks', async () => {
  const { ingest, operator } = rig;
  await ingest.logEvents([report('x')], operator);
  await rig.show('x');
  const imported = await ingest.importHosts(given(INVENTORY), operator, { isWhole: () => false });
  expect(imported).toMatchObject({ changed: 3 });
  expect(imported).not.toHaveProperty('missing');
  expect(imported).not.toHaveProperty('missingHosts');
});

test('the host of a line that is rejected is not missing, and its line is refused', async () => {
  const { ingest, operator } = rig;
  await ingest.logEvents([report('x'), report('y')], operator);
  await rig.show('x', 'y');
  const rejected = {
    line: 2,
    host: 'x' as HostName,
    fault: { code: 'validation-failed', message: 'too long' } as const,
  };
  const imported = await ingest.importHosts(given([item(1, 'a', { role: 'web' }), rejected, item(3, 'x')]), operator);
  expect(imported).toMatchObject({ changed: 1, unchanged: 0, refused: 2, missing: 1, missingHosts: ['y'] });
  expect(imported.refusals).toEqual([
    { path: '2', code: 'validation-failed', message: 'too long' },
    { path: '3', code: 'invalid', message: expect.stringContaining('before') as unknown },
  ]);
  expect([await kindsOf('x'), await kindsOf('y')]).toEqual([['EventLogged', 'HostImported'], ['EventLogged']]);
});

test('a host that is named again is refused, and so is what has no room, each by its line', async () => {
  const { ingest, operator } = rig;
  const many = Object.fromEntries(Array.from({ length: 65 }, (_, n) => [`n${n}`, n]));
  const imported = await ingest.importHosts(
    given([item(1, 'a', { role: 'web' }), item(2, 'b', many)], [item(3, 'a', { role: 'db' })]),
    operator,
  );
  expect(imported).toMatchObject({ changed: 1, refused: 2 });
  expect(imported.refusals.map(({ path, code }) => [path, code])).toEqual([
    ['2', 'attributes-full'],
    ['3', 'invalid'],
  ]);
  // nobody had heard of it
  expect(await rig.host('b')).toEqual([]);
  await ingest.logEvents([report('b')], operator);
  await rig.show('a', 'b');
  const again = await ingest.importHosts(given([item(1, 'b', many), item(2, 'a')]), operator);
  expect(again).toMatchObject({ changed: 0, unchanged: 1, refused: 1 });
  await rig.show('b');
  expect(rig.views.states.get('b' as HostName)).toMatchObject({ inventories: ['default'], attributes: {} });
});

test('where the sender fails, what came before is stored, and the failure is handed on', async () => {
  const { ingest, operator } = rig;
  async function* failing(): AsyncGenerator<readonly InventoryItem[]> {
    yield INVENTORY;
    throw new Error('the sender went away');
  }
  await expect(ingest.importHosts(failing(), operator)).rejects.toThrow('went away');
  expect(await rig.host('a')).toHaveLength(1);
});

test('while the views are late, nothing is written that is stored already, and the import waits for them', async () => {
  const { ingest, operator, views } = rig;
  const inventory = [item(1, 'a', { role: 'web' }), item(2, 'b', { role: 'db' })];
  await ingest.importHosts(given(inventory), operator);
  // what they have of "a" is all that there is, and of "b" nothing
  await rig.show('a');
  views.position = positionOf(1n);
  const again = ingest.importHosts(given(inventory), operator);
  await sleep(WAIT_MS + 1000);
  await rig.show('b');
  views.position = undefined;
  expect(await again).toMatchObject({ changed: 0, unchanged: 2, refused: 0 });
  expect([(await rig.host('a')).length, (await rig.host('b')).length]).toEqual([1, 1]);
}, 30_000);

test('where the views are away, the import says so', async () => {
  const { ingest, operator, views } = rig;
  views.state = 'folding';
  const clock = jest.spyOn(performance, 'now');
  let nowMs = 0;
  clock.mockImplementation(() => (nowMs += 20_000));
  try {
    const { problem } = await ingest.importHosts(given(INVENTORY), operator);
    expect(problem).toMatchObject({ code: 'not-caught-up' });
  } finally {
    clock.mockRestore();
  }
});

test('missing hosts are counted over all pages, and the first 100 are named', async () => {
  const { ingest, operator, views } = rig;
  await ingest.logEvents([report('b')], operator);
  await rig.show('b');
  const state = views.states.get('b' as HostName);
  for (let n = 0; n < 2500; n += 1) views.states.set(`m${10_000 + n}` as HostName, state!);
  const imported = await ingest.importHosts(given([item(1, 'b')]), operator);
  expect(imported.missing).toBe(2500);
  expect(imported.missingHosts).toHaveLength(100);
  expect(imported.missingHosts?.[0]).toBe('m10000');
});

test('a set of names has what was added, and nothing else, however many', () => {
  const names = new NameSet();
  const all = Array.from({ length: 20_000 }, (_, n) => `host-${n}.example.com`);
  expect(all.every((name) => names.add(name))).toBe(true);
  expect(all.some((name) => names.add(name))).toBe(false);
  expect(names.size).toBe(all.length);
  expect(all.every((name) => names.has(name))).toBe(true);
  expect(all.some((name) => names.has(`${name}x`))).toBe(false);
});

test('rule 23: aliases are taken beside the attributes, each written once; a line of which one is refused is not taken', async () => {
  const { ingest, operator } = rig;
  await ingest.logEvents([report('old'), report('b')], operator);
  await rig.show('old', 'b');
  const inventory = [
    item(1, 'a.example.com', { role: 'web' }, [], ['a', 'i-1']),
    item(2, 'b', { role: 'db' }, [], ['i-1']),
    item(3, 'c', { role: 'db' }, [], ['old']),
    item(4, 'd', {}, [], ['d-1']),
    item(5, 'a', { role: 'db' }),
  ];
  const first = await ingest.importHosts(given(inventory), operator);
  expect(first).toMatchObject({ changed: 2, unchanged: 0, new: 2, refused: 3 });
  expect(first.refusals.map(({ path, code }) => [path, code])).toEqual([
    ['2', 'alias-taken'],
    ['3', 'host-in-use'],
    ['5', 'alias-taken'],
  ]);
  await rig.show('a.example.com', 'b', 'd');
  const second = await ingest.importHosts(given(inventory.slice(0, 1), inventory.slice(3, 4)), operator);
  expect(second).toMatchObject({ changed: 0, unchanged: 2, refused: 0, missing: 2, missingHosts: ['b', 'old'] });
  const third = await ingest.importHosts(given([item(1, 'i-1', { role: 'web' })]), operator, { dryRun: true });
  expect(third).toMatchObject({ changed: 0, unchanged: 1 });
});
