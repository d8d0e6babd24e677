/** Opening a journal's file: what is made, what is refused, and that it costs the same however long the journal is. */
import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from '@photostructure/sqlite';
import { JOURNAL_STREAM, START } from '#contracts';
import { StoreUnavailable, type Journal } from '#ports';
import { intercept, streamWrite as write, temporaryFolder } from '#testing';
import { openSqliteJournal } from './index.js';
import { openJournal } from './open.js';
import { prepareStatements } from './statements.js';

const path = temporaryFolder();
let file: string;
let journal: Journal | undefined;

beforeEach(() => {
  file = path('journal.sqlite');
});

afterEach(async () => {
  await journal?.close();
  journal = undefined;
});

async function reopened(): Promise<Journal> {
  await journal?.close();
  return (journal = await openSqliteJournal({ file }));
}

describe('opening', () => {
  test('J6: a new file gets the given identity and time, and keeps them', async () => {
    const newId = () => '0f8fad5b-d9cb-469f-a165-70867728950e';
    journal = await openSqliteJournal({ file, newId, now: () => Date.UTC(2024, 1, 29) });
    expect(journal.identity).toBe(newId());
    expect(await journal.head()).toMatchObject({ stream: JOURNAL_STREAM, recordedAt: '2024-02-29T00:00:00.000Z' });
    expect((await reopened()).identity).toBe(newId());
  });

  test('a link to a journal is as good as the journal: its log, which lies elsewhere, is synced', async () => {
    const folder = path('elsewhere');
    await mkdir(folder);
    const real = join(folder, 'journal.sqlite');
    await (await openSqliteJournal({ file: real })).close();
    await symlink(real, file);
    journal = await openSqliteJournal({ file });
    expect(await journal.append([write('host-a', 1)])).toMatchObject([{ kind: 'appended' }]);
  });

  test("another program's database is refused and left as it was", async () => {
    const other = new DatabaseSync(file);
    other.exec('CREATE TABLE plants (name TEXT)');
    other.close();
    const before = await readFile(file);
    await expect(openSqliteJournal({ file })).rejects.toThrow(`${file} is no journal of Hermes: name another file`);
    expect(await readFile(file)).toEqual(before);
  });

  test("another program's database without tables is refused as well", async () => {
    const other = new DatabaseSync(file);
    other.exec('PRAGMA application_id = 77');
    other.close();
    await expect(openSqliteJournal({ file })).rejects.toThrow('is no journal of Hermes');
  });

  test('a file that is no database is refused and left as it was', async () => {
    const text = 'Dear diary, '.repeat(200);
    await writeFile(file, text);
    await expect(openSqliteJournal({ file })).rejects.toThrow(`${file} is no journal of Hermes: name another file`);
    expect(await readFile(file, 'utf8')).toBe(text);
  });

  test('a file of another layout is refused with what to do', async () => {
    await (await openSqliteJournal({ file })).close();
    const database = new DatabaseSync(file);
    database.exec('PRAGMA user_version = 99');
    database.close();
    await expect(openSqliteJournal({ file })).rejects.toThrow(
      /journal layout 99, this Hermes works with layout 5: start the Hermes that made it/,
    );
  });

  test('a journal whose first entry is no identity is refused as damaged', async () => {
    await (await openSqliteJournal({ file })).close();
    const database = new DatabaseSync(file);
    database.exec("UPDATE entries SET type = 'Other', checksum = NULL");
    database.close();
    await expect(openSqliteJournal({ file })).rejects.toThrow(
      'the journal is damaged (it does not begin with its identity): stop Hermes and restore it from a backup',
    );
  });

  test('a folder that is not there is StoreUnavailable; a database without a log on disk is refused', async () => {
    const nowhere = path('none', 'journal.sqlite');
    await expect(openSqliteJournal({ file: nowhere })).rejects.toThrow(StoreUnavailable);
    await expect(openSqliteJournal({ file: ':memory:' })).rejects.toThrow('cannot have a write-ahead log');
  });

  test('making a file that was cut short leaves an empty one, which the next start makes a journal of', async () => {
    const database = new DatabaseSync(file);
    intercept(database, 'exec', (exec, sql) => {
      if (sql === 'COMMIT') throw Object.assign(new Error('disk I/O error'), { errcode: 10 });
      exec(sql);
    });
    expect(() => openJournal({ file }, database)).toThrow(StoreUnavailable);
    expect(await (await reopened()).readAll(START, 10)).toHaveLength(1);
  });

  test('opening reads no more of a long journal than of an empty one', async () => {
    const rowsRead = async () => {
      const database = new DatabaseSync(file);
      const rows: number[] = [];
      intercept(database, 'prepare', (prepare, sql) => {
        const statement = prepare(sql);
        intercept(statement, 'all', (all, ...values: unknown[]) => {
          const answer: unknown[] = all(...values);
          rows.push(answer.length);
          return answer;
        });
        return statement;
      });
      await openJournal({ file }, database).close();
      return rows;
    };
    expect(await rowsRead()).toEqual([1]);
    const long = await reopened();
    for (let n = 0; n < 5; n += 1) await long.append([write('host-a', 1000)]);
    await long.close();
    expect(await rowsRead()).toEqual([1]);
  });

  test('no statement of the journal walks through a table or sorts one', async () => {
    await reopened();
    const database = new DatabaseSync(file);
    const statements: string[] = [];
    const restore = intercept(database, 'prepare', (prepare, sql) => {
      statements.push(sql);
      return prepare(sql);
    });
    prepareStatements(database);
    restore();
    expect(statements.length).toBeGreaterThan(5);
    for (const sql of statements) {
      const plan = database.prepare(`EXPLAIN QUERY PLAN ${sql}`).all() as { detail: string }[];
      const walks = plan.map(({ detail }) => detail).filter((detail) => /SCAN|TEMP B-TREE/.test(detail));
      // the last entry of all is the first one of a walk backwards
      expect([sql, walks]).toEqual([sql, sql.endsWith('ORDER BY e.position DESC LIMIT 1') ? ['SCAN e'] : []]);
    }
    database.close();
  });
});

describe('a file of an earlier layout', () => {
  /** As layout 1 had it: states without a time to live, entries without a checksum or a principal. */
  async function layout1(): Promise<void> {
    const made = await reopened();
    await made.append([write('host-a', 2)]);
    await made.writeState('relay', '7', 0);
    await made.close();
    journal = undefined;
    const database = new DatabaseSync(file);
    database.exec(`
      BEGIN;
      CREATE TABLE old (name TEXT PRIMARY KEY, value TEXT NOT NULL, version INTEGER NOT NULL) STRICT, WITHOUT ROWID;
      INSERT INTO old SELECT name, value, version FROM states;
      DROP TABLE states;
      ALTER TABLE old RENAME TO states;
      ALTER TABLE entries DROP COLUMN principal;
      ALTER TABLE entries DROP COLUMN checksum;
      PRAGMA user_version = 1;
      COMMIT;
    `);
    database.close();
  }

  const versionOf = () => {
    const database = new DatabaseSync(file);
    const row = database.prepare('PRAGMA user_version').get() as unknown;
    database.close();
    return row;
  };

  test('is upgraded in place, with everything in it; its states may expire from then on', async () => {
    await layout1();
    const again = await reopened();
    expect(await again.readAll(START, 10)).toHaveLength(3);
    expect(await again.readState('relay')).toEqual({ value: '7', version: 1 });
    expect(await again.writeState('relay', '8', 1, { ttlMs: 60_000 })).toBe('written');
    expect(await again.readState('relay')).toEqual({ value: '8', version: 2 });
    expect(await again.append([write('host-a', 1)])).toMatchObject([{ kind: 'appended', firstRevision: 2 }]);
    expect(await again.readAll(START, 10)).toHaveLength(4);
    await again.close();
    expect(versionOf()).toEqual({ user_version: 5 });
    expect(await (await reopened()).readState('relay')).toEqual({ value: '8', version: 2 });
  });

  test('an upgrade that is cut short leaves the file as it was', async () => {
    await layout1();
    const database = new DatabaseSync(file);
    intercept(database, 'exec', (exec, sql) => {
      if (sql === 'COMMIT') throw Object.assign(new Error('disk I/O error'), { errcode: 10 });
      exec(sql);
    });
    expect(() => openJournal({ file }, database)).toThrow(StoreUnavailable);
    expect(versionOf()).toEqual({ user_version: 1 });
    expect(await (await reopened()).readState('relay')).toEqual({ value: '7', version: 1 });
  });
});
