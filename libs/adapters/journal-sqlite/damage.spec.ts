/** A journal whose file is not as it was written says so wherever that is read, and is not written to any more. */
import { readFileSync, writeFileSync } from 'node:fs';
import { DatabaseSync } from '@photostructure/sqlite';
import { START } from '#contracts';
import { StoreDamaged, type Journal } from '#ports';
import { intercept, newEntry, streamWrite as write, temporaryFolder } from '#testing';
import { openSqliteJournal, snapshotSqliteJournal } from './index.js';
import { openJournal } from './open.js';

const PAGE = 4096;
const path = temporaryFolder();
let file: string;
let journal: Journal | undefined;
let found: string[];

beforeEach(() => {
  file = path('journal.sqlite');
  found = [];
});

afterEach(async () => {
  await journal?.close();
  journal = undefined;
});

async function open(): Promise<Journal> {
  return (journal = await openSqliteJournal({ file, damaged: (reason) => found.push(reason) }));
}

/** A journal of 3,001 entries whose file `harm` changed while nobody had it open. */
async function harmed(harm: (bytes: Buffer) => void): Promise<Journal> {
  const made = await open();
  const entry = { ...newEntry('{"note":"needle"}'), principal: 'principal-of-one' };
  await made.append([{ stream: 'host-b', expected: 'none', entries: [entry] }]);
  for (let thousands = 0; thousands < 3; thousands += 1) await made.append([write('host-a', 1000)]);
  await made.close();
  const bytes = readFileSync(file);
  harm(bytes);
  writeFileSync(file, bytes);
  return open();
}

async function readThrough(of: Journal): Promise<void> {
  for (let after = START; ;) {
    const last = (await of.readAll(after, 1000)).at(-1);
    if (last === undefined) return;
    after = last.position;
  }
}

const refusal = /^the journal is damaged \(.+\): stop Hermes and restore it from a backup$/;

/** Reads go on where the file is sound; nothing is written. */
async function expectRefused(of: Journal): Promise<void> {
  expect(found).toEqual([expect.stringMatching(refusal)]);
  expect(await of.append([write('host-c', 1)])).toEqual([
    { kind: 'failed', reason: expect.stringMatching(refusal) as string },
  ]);
  await expect(of.writeState('relay', '7', 0)).rejects.toThrow(StoreDamaged);
  expect((await of.head()).stream).toBe('host-a');
  expect(found).toHaveLength(1);
}

test('a page of zeros is damage, and nothing is written from then on', async () => {
  const of = await harmed((bytes) => bytes.fill(0, 20 * PAGE, 40 * PAGE));
  await expect(readThrough(of)).rejects.toThrow(StoreDamaged);
  await expectRefused(of);
});

test('a page of zeros is damage when a stream is read', async () => {
  const of = await harmed((bytes) => bytes.fill(0, 20 * PAGE, 40 * PAGE));
  const reads = [0, 1000, 2000].map(
    (from) => ({ stream: 'host-a', direction: 'forwards', from, limit: 1000 }) as const,
  );
  await expect(of.read(reads)).rejects.toThrow(StoreDamaged);
});

test.each(['needle', 'host-b', 'principal-of-one'])('one other bit in an entry (%s) is damage', async (text) => {
  const of = await harmed((bytes) => {
    const at = bytes.indexOf(text);
    bytes[at]! ^= 1;
  });
  await expect(readThrough(of)).rejects.toThrow(/is not as it was written/);
});

test('an entry that cannot even be read as a row is damage', async () => {
  const of = await harmed((bytes) => {
    // the bytes before a text say how long it and its neighbours are
    const at = bytes.indexOf('{"note":"needle"}');
    bytes.fill(0xff, at - 100, at);
  });
  await expect(readThrough(of)).rejects.toThrow(StoreDamaged);
});

test('damage that an append runs into fails it, and all that follow', async () => {
  const database = new DatabaseSync(file);
  journal = openJournal({ file }, database);
  const restore = intercept(database, 'exec', (exec, sql) => {
    if (sql === 'BEGIN IMMEDIATE') throw Object.assign(new Error('database disk image is malformed'), { errcode: 11 });
    exec(sql);
  });
  const failed = [{ kind: 'failed', reason: expect.stringMatching(refusal) as string }];
  expect(await journal.append([write('host-a', 1)])).toEqual(failed);
  restore();
  expect(await journal.append([write('host-a', 1)])).toEqual(failed);
});

/** A journal with the states `relay`, which stays, and `lease`, which has expired, one byte of which `harm` changed. */
async function withStates(harm: (bytes: Buffer) => void): Promise<Journal> {
  const made = await openSqliteJournal({ file, now: () => 1000 });
  await made.append([write('host-a', 1)]);
  await made.writeState('relay', '{"place":"4711"}', 0);
  await made.writeState('lease', '{"holder":"somebody"}', 0, { ttlMs: 1 });
  await made.close();
  const bytes = readFileSync(file);
  harm(bytes);
  writeFileSync(file, bytes);
  return open();
}

test('one other bit in a state is damage, for who reads it and for who writes it', async () => {
  const of = await withStates((bytes) => (bytes[bytes.indexOf('4711')]! ^= 1));
  await expect(of.readState('relay')).rejects.toThrow(/\(the state "relay" is not as it was written\)/);
  expect(found).toEqual([expect.stringMatching(refusal)]);
  await expect(of.writeState('relay', '{"place":"1"}', 1)).rejects.toThrow(StoreDamaged);
  expect(await of.append([write('host-a', 1)])).toMatchObject([{ kind: 'failed' }]);
});

test('a state is neither replaced nor removed where its row is not as it was written', async () => {
  const of = await withStates((bytes) => (bytes[bytes.indexOf('somebody')]! ^= 1));
  expect(await of.readState('relay')).toEqual({ value: '{"place":"4711"}', version: 1 });
  await expect(of.writeState('relay', '{"place":"4712"}', 1)).rejects.toThrow(/the state "lease"/);
  expect(await of.readState('relay')).toEqual({ value: '{"place":"4711"}', version: 1 });
});

test('a journal with a changed byte in a state is no backup', async () => {
  await (await withStates((bytes) => (bytes[bytes.indexOf('4711')]! ^= 1))).close();
  const target = path('backup', 'journal.sqlite');
  await expect(snapshotSqliteJournal({ file, target })).rejects.toThrow(/the state "relay" is not as it was written/);
});

test('a former layout has states without a checksum, which are read as they are', async () => {
  const made = await open();
  await made.writeState('relay', '7', 0);
  await made.close();
  const database = new DatabaseSync(file);
  database.exec('UPDATE states SET checksum = NULL');
  database.close();
  const again = await open();
  expect(await again.readState('relay')).toEqual({ value: '7', version: 1 });
  expect(await again.writeState('relay', '8', 1)).toBe('written');
});

test('a former layout has entries without a checksum, which are read as they are', async () => {
  const made = await open();
  await made.append([write('host-a', 2)]);
  await made.close();
  const database = new DatabaseSync(file);
  database.exec('UPDATE entries SET checksum = NULL');
  database.close();
  const again = await open();
  await again.append([write('host-a', 1)]);
  expect(await again.readAll(START, 10)).toHaveLength(4);
});

test('a journal with a changed byte is no backup', async () => {
  await (await harmed((bytes) => (bytes[bytes.indexOf('needle')]! ^= 1))).close();
  const target = path('backup', 'journal.sqlite');
  await expect(snapshotSqliteJournal({ file, target })).rejects.toThrow(
    /the copy is damaged, so the journal may be: the entry at position 2 is not as it was written/,
  );
});
