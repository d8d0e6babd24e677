/** The journal for a thread beside shows what the journal itself shows, and nothing that is not on the disk. */
import { connect, type LogSync } from '#adapters/sqlite';
import { positionOf, START } from '#contracts';
import { StoreUnavailable } from '#ports';
import { streamWrite as write, temporaryFolder } from '#testing';
import { besideOf, openJournalBeside, openSqliteJournal } from './index.js';
import { openJournal } from './open.js';

const path = temporaryFolder();

test('it reads what the journal reads: pages of all, streams in both directions, single entries, the head', async () => {
  const file = path('journal.sqlite');
  const journal = await openSqliteJournal({ file });
  await journal.append([write('host-a', 30), write('host-b', 3)]);
  const beside = openJournalBeside({ file, port: besideOf(journal) });
  expect(beside.identity).toBe(journal.identity);
  await journal.append([write('host-a', 2)]);
  expect(await beside.head()).toEqual(await journal.head());
  for (const [after, limit] of [
    [START, 1000],
    [positionOf(5n), 7],
    [(await journal.head()).position, 1],
  ] as const)
    expect(await beside.readAll(after, limit)).toEqual(await journal.readAll(after, limit));
  const reads = [
    { stream: 'host-a', direction: 'forwards', from: 3, limit: 1000 },
    { stream: 'host-b', direction: 'backwards', limit: 2 },
    { stream: 'host-c', direction: 'forwards', limit: 5 },
  ] as const;
  expect(await beside.read(reads)).toEqual(await journal.read(reads));
  expect(await beside.entryAt(positionOf(4n))).toEqual(await journal.entryAt(positionOf(4n)));
  expect(await beside.entryAt(positionOf(400n))).toBeUndefined();
  await beside.close();
  await journal.close();
});

test('what is committed, and not yet on the disk, is not shown before it is', async () => {
  const file = path('journal.sqlite');
  await (await openSqliteJournal({ file })).close();
  const disk = { syncs: Promise.resolve() };
  const log: LogSync = { sync: () => disk.syncs, close: () => Promise.resolve() };
  const journal = openJournal({ file }, connect('journal', file), {}, log);
  await journal.append([write('host-a', 1)]);
  const beside = openJournalBeside({ file, port: besideOf(journal) });
  const { position } = await beside.head();
  let release = (): void => undefined;
  disk.syncs = new Promise((resolve) => (release = resolve));
  const appended = journal.append([write('host-a', 1)]);
  let shown: number | undefined;
  const reading = beside.readAll(position, 10).then(({ length }) => (shown = length));
  for (let turns = 0; turns < 100; turns += 1) await new Promise(setImmediate);
  expect(shown ?? 0).toBe(0);
  release();
  await appended;
  await reading;
  expect(await beside.readAll(position, 10)).toHaveLength(1);
  await beside.close();
  await journal.close();
});

test('where the journal is closed, and once it is closed itself, its head is refused', async () => {
  const file = path('journal.sqlite');
  const journal = await openSqliteJournal({ file });
  const beside = openJournalBeside({ file, port: besideOf(journal) });
  await journal.close();
  await expect(beside.head()).rejects.toThrow(StoreUnavailable);
  await beside.close();
  await expect(beside.head()).rejects.toThrow(StoreUnavailable);
});
