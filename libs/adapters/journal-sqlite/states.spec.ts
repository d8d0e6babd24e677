/** States that expire: removed a few at a time, and never so that a version is given twice. */
import { DatabaseSync } from '@photostructure/sqlite';
import { temporaryFolder } from '#testing';
import type { SqliteJournal } from './journal.js';
import { openJournal } from './open.js';

const path = temporaryFolder();
let journal: SqliteJournal;
let nowMs: number;
let rows: () => number;

beforeEach(() => {
  nowMs = 1_000_000;
  const file = path('journal.sqlite');
  const database = new DatabaseSync(file);
  journal = openJournal({ file, now: () => nowMs }, database);
  const count = database.prepare("SELECT count(*) AS n FROM states WHERE name <> ''");
  rows = () => (count.get() as { readonly n: number }).n;
});

afterEach(() => journal.close());

test('J7: a state is there to the last millisecond of its time to live, and not one longer', async () => {
  await journal.writeState('request', '1', 0, { ttlMs: 500 });
  nowMs += 499;
  expect(await journal.readState('request')).toEqual({ value: '1', version: 1 });
  expect(await journal.writeState('request', '2', 0)).toBe('conflict');
  nowMs += 1;
  expect(await journal.readState('request')).toBeUndefined();
  expect(await journal.writeState('request', '2', 1)).toBe('conflict');
  expect(await journal.writeState('request', '2', 0)).toBe('written');
  expect(await journal.readState('request')).toEqual({ value: '2', version: 2 });
});

test('each write removes a few that have expired, and none that has not', async () => {
  for (let n = 0; n < 10; n += 1) await journal.writeState(`request-${n}`, '1', 0, { ttlMs: 100 });
  await journal.writeState('long', '1', 0, { ttlMs: 100_000 });
  await journal.writeState('lasting', '1', 0);
  expect(rows()).toBe(12);
  nowMs += 1000;
  const left: number[] = [];
  for (let version = 1; version <= 4; version += 1) {
    await journal.writeState('lasting', '2', version);
    left.push(rows());
  }
  expect(left).toEqual([8, 4, 2, 2]);
  expect(await journal.readState('long')).toEqual({ value: '1', version: 1 });
});

test('J7: a version that a removed state had is not given again', async () => {
  await journal.writeState('lease', '1', 0, { ttlMs: 100 });
  await journal.writeState('lease', '2', 1, { ttlMs: 100 });
  nowMs += 1000;
  await journal.writeState('other', '1', 0);
  expect(rows()).toBe(1);
  expect(await journal.writeState('lease', '3', 0)).toBe('written');
  expect((await journal.readState('lease'))!.version).toBeGreaterThan(2);
});
