/** A journal that has lost its end is refused, and is taken once the operator says so. */
import { copyFile, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { DatabaseSync } from '@photostructure/sqlite';
import type { Journal } from '#ports';
import { streamWrite as write, temporaryFolder, until } from '#testing';
import { openSqliteJournal, snapshotSqliteJournal, type SqliteJournalOptions } from './index.js';

const path = temporaryFolder();
let file: string;
const opened: Journal[] = [];

beforeEach(() => {
  file = path('journal.sqlite');
});

afterEach(async () => {
  await Promise.all(opened.splice(0).map((journal) => journal.close()));
});

async function open(options: Partial<SqliteJournalOptions> = {}): Promise<Journal> {
  const journal = await openSqliteJournal({ file, ...options });
  opened.push(journal);
  return journal;
}

async function seen(of = file): Promise<unknown> {
  return JSON.parse(await readFile(`${of}-witness`, 'utf8'));
}

/** The file of a journal whose log is gone, with the witness that saw more. */
async function withoutLog(): Promise<string> {
  const journal = await open();
  await journal.append([write('host-a', 5)]);
  const lost = path('lost.sqlite');
  await copyFile(file, lost);
  await journal.close();
  await copyFile(`${file}-witness`, `${lost}-witness`);
  return lost;
}

test('it says how far the journal is, soon after an append and at the end', async () => {
  const journal = await open();
  await journal.append([write('host-a', 2)]);
  const { position, id } = await journal.head();
  const there = { journal: journal.identity, position: String(position), entry: id };
  await until('the witness has seen it', async () => {
    return JSON.stringify(await seen().catch(() => null)) === JSON.stringify(there);
  });
  await journal.append([write('host-a', 1)]);
  await journal.close();
  expect(await seen()).toMatchObject({ position: String(position + 1n) });
});

test('a journal whose log was removed is refused, left as it is, and taken once the witness is removed', async () => {
  const lost = await withoutLog();
  const before = await readFile(lost);
  await expect(open({ file: lost })).rejects.toThrow(
    /^it has lost its end, .* at position 6: put back the whole journal with its -wal, or a backup; to keep .* remove its -witness/,
  );
  expect(await readFile(lost)).toEqual(before);
  await rm(`${lost}-witness`);
  const journal = await open({ file: lost });
  expect((await journal.append([write('host-a', 1)]))[0]).toMatchObject({ kind: 'appended', firstRevision: 0 });
});

test('an end that was replaced by another is no better than a lost one', async () => {
  const journal = await open();
  await journal.append([write('host-a', 1)]);
  await journal.close();
  const other = new DatabaseSync(file);
  other.exec("UPDATE entries SET id = 'another', checksum = NULL WHERE position = 2");
  other.close();
  await expect(open()).rejects.toThrow('it has lost its end');
});

test('another journal in its place is refused', async () => {
  await (await open()).close();
  const other = await open({ file: path('other.sqlite') });
  await other.close();
  await copyFile(path('other.sqlite'), file);
  await expect(open()).rejects.toThrow(`it is journal ${other.identity}, where journal `);
});

test('a witness that says nothing is refused by its name', async () => {
  await (await open()).close();
  await writeFile(`${file}-witness`, '{"journal":');
  await expect(open()).rejects.toThrow(`${file}-witness does not say how far the journal had come`);
});

test('a witness that cannot be written is reported once, and stops nothing', async () => {
  const reasons: string[] = [];
  await mkdir(`${file}-witness.partial`);
  const journal = await open({ unwitnessed: (reason) => reasons.push(reason) });
  await journal.append([write('host-a', 1)]);
  await until('it is reported', () => reasons.length > 0);
  await journal.append([write('host-a', 1)]);
  await journal.close();
  expect(reasons).toEqual([expect.stringContaining('EISDIR')]);
});

test('a backup has its own, and one of a journal that lost its end is refused', async () => {
  const journal = await open();
  await journal.append([write('host-a', 3)]);
  const target = path('backup', 'journal.sqlite');
  const { head } = await snapshotSqliteJournal({ file, target });
  expect(await seen(target)).toMatchObject({ position: String(head.position), entry: head.id });
  await journal.append([write('host-a', 3)]);
  await journal.close();
  // put there as a whole, a backup is taken; without its witness it is refused
  const restored = path('restored.sqlite');
  await copyFile(target, restored);
  await copyFile(`${file}-witness`, `${restored}-witness`);
  await expect(open({ file: restored })).rejects.toThrow('it has lost its end');
  await copyFile(`${target}-witness`, `${restored}-witness`);
  expect((await (await open({ file: restored })).head()).id).toBe(head.id);
  file = await (async () => {
    file = path('second.sqlite');
    return withoutLog();
  })();
  await expect(snapshotSqliteJournal({ file, target: path('none', 'journal.sqlite') })).rejects.toThrow(
    /so the journal may be: it has lost its end/,
  );
});
