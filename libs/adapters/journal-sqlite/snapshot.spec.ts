/** A copy of the journal's file for a backup: consistent beside a writer, whole or not at all, and never over anything. */
import { mkdirSync, openSync, readdirSync, readFileSync, writeFileSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { START } from '#contracts';
import type { Journal } from '#ports';
import { streamWrite as write, temporaryFolder } from '#testing';
import { openSqliteJournal, snapshotSqliteJournal } from './index.js';

const path = temporaryFolder();
let file: string;
let target: string;
let journal: Journal;

beforeEach(async () => {
  file = path('journal.db');
  target = path('backups', 'monday', 'journal.db');
  journal = await openSqliteJournal({ file });
});

afterEach(() => journal.close());

async function entriesOf(of: Journal): Promise<number> {
  let count = 0;
  for (let after = START; ;) {
    const page = await of.readAll(after, 1000);
    const last = page.at(-1);
    if (last === undefined) return count;
    count += page.length;
    after = last.position;
  }
}

test('what was acknowledged before is in it, entries and states, though somebody writes all the while', async () => {
  // large enough that a copy in steps would not come to its end
  for (let thousands = 0; thousands < 20; thousands += 1) await journal.append([write('host-a', 1000)]);
  await journal.writeState('relay', '7', 0);
  const ending = new AbortController();
  let appended = 0;
  const load = (async () => {
    while (!ending.signal.aborted) {
      await journal.append([write('host-b', 100)]);
      appended += 1;
    }
  })();
  const before = (await journal.head()).position;
  const snapshot = await snapshotSqliteJournal({ file, target });
  const after = (await journal.head()).position;
  ending.abort();
  await load;
  expect(appended).toBeGreaterThan(0);
  expect(snapshot.identity).toBe(journal.identity);
  expect(snapshot.head.position).toBeGreaterThanOrEqual(before);
  expect(snapshot.head.position).toBeLessThanOrEqual(after);
  expect(readdirSync(dirname(target)).sort()).toEqual(['journal.db', 'journal.db-witness']);

  const copy = await openSqliteJournal({ file: target });
  expect(await entriesOf(copy)).toBe(Number(snapshot.head.position));
  expect(await copy.readState('relay')).toEqual({ value: '7', version: 1 });
  expect((await copy.append([write('host-c', 1)]))[0]!.kind).toBe('appended');
  await copy.close();
});

test('a journal that nobody has open is copied and left as it is', async () => {
  await journal.append([write('host-a', 10)]);
  await journal.close();
  const before = readFileSync(file);
  const { head, sizeBytes } = await snapshotSqliteJournal({ file, target });
  expect(head).toMatchObject({ stream: 'host-a', revision: 9 });
  expect(sizeBytes).toBe(readFileSync(target).length);
  expect(readFileSync(file)).toEqual(before);
});

test('J1: after the end, the file alone is the whole journal', async () => {
  await journal.append([write('host-a', 10)]);
  await journal.close();
  writeFileSync(path('alone.db'), readFileSync(file));
  const alone = await openSqliteJournal({ file: path('alone.db') });
  expect(await entriesOf(alone)).toBe(11);
  await alone.close();
});

test('nothing is written over, and a running copy keeps others out', async () => {
  mkdirSync(dirname(target), { recursive: true });
  writeFileSync(target, 'precious');
  await expect(snapshotSqliteJournal({ file, target })).rejects.toThrow(`${target} is there already`);
  expect(readFileSync(target, 'utf8')).toBe('precious');
  expect(readdirSync(dirname(target))).toEqual(['journal.db']);

  const other = path('other', 'journal.db');
  const both = await Promise.allSettled([
    snapshotSqliteJournal({ file, target: other }),
    snapshotSqliteJournal({ file, target: other }),
  ]);
  expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  expect(both.find(({ status }) => status === 'rejected')).toMatchObject({
    reason: { message: expect.stringContaining('a backup is running, or was cut short') as string },
  });
  expect(readdirSync(dirname(other)).sort()).toEqual(['journal.db', 'journal.db-witness']);
});

test('what is no journal, or none of these days, is refused before anything is made', async () => {
  await expect(snapshotSqliteJournal({ file: path('none.db'), target })).rejects.toThrow('none.db is not there');
  writeFileSync(path('diary.db'), 'Dear diary, '.repeat(200));
  await expect(snapshotSqliteJournal({ file: path('diary.db'), target })).rejects.toThrow('is no journal of Hermes');
  expect(readdirSync(path())).not.toContain('backups');
});

test('a journal that is damaged is no backup, and nothing of it is left', async () => {
  await journal.append([write('host-a', 1500), write('host-a', 1500)]);
  await journal.close();
  const descriptor = openSync(file, 'r+');
  writeSync(descriptor, Buffer.alloc(20_000, 'x'), 0, 20_000, 20 * 4096);
  await expect(snapshotSqliteJournal({ file, target })).rejects.toThrow(/the copy is damaged, so the journal may be: /);
  expect(readdirSync(path())).toContain('backups');
  expect(readdirSync(path('backups'))).toEqual([]);
});
