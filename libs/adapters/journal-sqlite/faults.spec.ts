/** What the journal answers when the disk is full or breaks, and that it goes on afterwards. */
import { DatabaseSync } from '@photostructure/sqlite';
import type { Database } from '#adapters/sqlite';
import { StoreUnavailable, type Journal, type StreamWrite, type WriteOutcome } from '#ports';
import { intercept, newEntry, streamWrite as write, temporaryFolder } from '#testing';
import { openSqliteJournal } from './index.js';
import type { JournalLimits, SqliteJournal } from './journal.js';
import { openJournal } from './open.js';

const path = temporaryFolder();
let file: string;
let database: Database;
let journal: SqliteJournal;

function open(limits: Partial<JournalLimits> = {}): void {
  file = path('journal.sqlite');
  database = new DatabaseSync(file);
  journal = openJournal({ file }, database, limits);
}

afterEach(() => journal.close());

const kinds = (outcomes: readonly WriteOutcome[]) => outcomes.map(({ kind }) => kind);

async function lengthOf(stream: string, of: Journal = journal): Promise<number> {
  const [page] = await of.read([{ stream, direction: 'forwards', limit: of.maxReadEntries }]);
  return page!.length;
}

function writeOf(stream: string, json: string, count = 1): StreamWrite {
  return { stream, expected: 'any', entries: Array.from({ length: count }, () => newEntry(json)) };
}

describe('when the disk is full', () => {
  const large = JSON.stringify('x'.repeat(50_000));

  test('an append fails, nothing of it is stored, reading goes on, and so does appending when there is space again', async () => {
    open();
    await journal.append([write('host-a', 2)]);
    const head = await journal.head();
    database.exec('PRAGMA max_page_count = 20');
    const outcomes = await journal.append([write('host-a', 1), writeOf('host-b', large, 3)]);
    expect(outcomes).toEqual([
      { kind: 'failed', reason: expect.stringMatching(/full/) as string },
      { kind: 'failed', reason: expect.stringMatching(/full/) as string },
    ]);
    expect(await journal.head()).toEqual(head);
    expect(await lengthOf('host-b')).toBe(0);
    expect(await journal.append([write('host-a', 1, 1)])).toMatchObject([{ kind: 'appended', firstRevision: 2 }]);
    database.exec('PRAGMA max_page_count = 1000000');
    expect(kinds(await journal.append([writeOf('host-b', large, 3)]))).toEqual(['appended']);
    await journal.close();
    const again = await openSqliteJournal({ file });
    expect(await lengthOf('host-b', again)).toBe(3);
    await again.close();
  });

  test('J7: a state is not written, and StoreUnavailable says why', async () => {
    open();
    await journal.writeState('relay', '1', 0);
    database.exec('PRAGMA max_page_count = 10');
    await expect(journal.writeState('relay', large, 1)).rejects.toThrow(/journal unavailable: .*full/);
    expect(await journal.readState('relay')).toEqual({ value: '1', version: 1 });
  });
});

describe('what a broken commit means', () => {
  /** The next statement of this text fails so, once. */
  function breakNext(text: string, error: Error): void {
    const restore = intercept(database, 'exec', (exec, sql) => {
      if (sql !== text) {
        exec(sql);
        return;
      }
      restore();
      throw error;
    });
  }

  const sqliteError = (errcode: number) => Object.assign(new Error('it broke'), { errcode });

  test.each([
    ['COMMIT', 13, 'failed'],
    ['COMMIT', 10, 'unknown'],
    ['COMMIT', 5, 'unknown'],
    ['COMMIT', 522, 'unknown'],
    ['BEGIN IMMEDIATE', 10, 'failed'],
    ['BEGIN IMMEDIATE', 5, 'failed'],
  ])('J3: %s with code %i is %s; the next append goes through', async (statement, errcode, kind) => {
    open();
    breakNext(statement, sqliteError(errcode));
    expect(await journal.append([write('host-a', 1)])).toEqual([{ kind, reason: 'it broke' }]);
    expect(await lengthOf('host-a')).toBe(0);
    expect(await journal.append([write('host-a', 1, 'none')])).toMatchObject([{ kind: 'appended', firstRevision: 0 }]);
  });

  test('J7: a state of unknown outcome is said to be unknown', async () => {
    open();
    breakNext('COMMIT', sqliteError(10));
    expect(await journal.writeState('relay', '1', 0)).toBe('unknown');
    expect(await journal.readState('relay')).toBeUndefined();
  });

  test('a defect is an exception for each call that shared the commit, and harms no later one', async () => {
    open();
    breakNext('COMMIT', new TypeError('a defect'));
    const answers = await Promise.allSettled([
      journal.append([write('host-a', 1)]),
      journal.append([write('host-b', 1)]),
    ]);
    expect(answers.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(kinds(await journal.append([write('host-a', 1, 'none')]))).toEqual(['appended']);
  });

  test('while another process holds the file appends fail; then they go through', async () => {
    open();
    const other = new DatabaseSync(file);
    other.exec('BEGIN IMMEDIATE');
    expect(await journal.append([write('host-a', 1)])).toEqual([
      { kind: 'failed', reason: expect.stringMatching(/locked/) as string },
    ]);
    other.exec('ROLLBACK');
    other.close();
    expect(kinds(await journal.append([write('host-a', 1)]))).toEqual(['appended']);
  });

  test('a read that SQLite cannot do is StoreUnavailable', async () => {
    open();
    database.exec('DROP TABLE states');
    await expect(journal.readState('relay')).rejects.toThrow(StoreUnavailable);
  });
});
