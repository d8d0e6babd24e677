/** Which files are opened, which are emptied, which are refused; what a crash leaves behind. */
import { stat, writeFile } from 'node:fs/promises';
import { DatabaseSync } from '@photostructure/sqlite';
import { StoreUnavailable } from '#ports';
import { eventDoc, hostDoc, laborDoc, newGeneration, temporaryFolder } from '#testing';
import { openSqliteViews } from './index.js';
import { LAYOUT_VERSION } from './layout.js';
import type { Database } from './store.js';

const path = temporaryFolder();

function rawly<T>(file: string, work: (database: Database) => T): T {
  const database = new DatabaseSync(file);
  try {
    return work(database);
  } finally {
    database.close();
  }
}

function tablesOf(file: string): readonly string[] {
  return rawly(file, (database) =>
    (database.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").all() as { name: string }[]).map(
      ({ name }) => name,
    ),
  );
}

describe('opening', () => {
  test('a file that is no database is refused by name, and left as it is', async () => {
    const file = path('notes.txt');
    const text = 'not a database at all\n'.repeat(400);
    await writeFile(file, text);
    await expect(openSqliteViews({ file })).rejects.toThrow(`${file} holds no views of Hermes`);
    expect((await stat(file)).size).toBe(text.length);
  });

  test('another application’s database is refused by name, and left as it is', async () => {
    const file = path('other.sqlite');
    rawly(file, (database) => {
      database.exec('CREATE TABLE labors_1 (x); PRAGMA application_id = 77');
    });
    await expect(openSqliteViews({ file })).rejects.toThrow(`${file} holds no views of Hermes`);
    expect(tablesOf(file)).toEqual(['labors_1']);
  });

  test('asked to, it begins anew over views and over what is no database, not over another application’s', async () => {
    const file = path('views.sqlite');
    const before = await openSqliteViews({ file });
    await before.control.claim({ journal: 'journal-a', eventsVersion: 1 });
    await before.close();
    const after = await openSqliteViews({ file, anew: true });
    expect(await after.control.identity()).toBeUndefined();
    await after.close();
    await writeFile(file, 'not a database at all\n'.repeat(400));
    await (await openSqliteViews({ file, anew: true })).close();
    const other = path('other.sqlite');
    rawly(other, (database) => {
      database.exec('CREATE TABLE labors_1 (x); PRAGMA application_id = 77');
    });
    await expect(openSqliteViews({ file: other, anew: true })).rejects.toThrow(`${other} holds no views of Hermes`);
    expect(tablesOf(other)).toEqual(['labors_1']);
  });

  test('a folder that is not there, or a file that is a folder, makes the store unavailable', async () => {
    await expect(openSqliteViews({ file: path('nowhere', 'views.sqlite') })).rejects.toThrow(StoreUnavailable);
    await expect(openSqliteViews({ file: path() })).rejects.toThrow(StoreUnavailable);
  });

  test('views of another layout are begun anew', async () => {
    const file = path('views.sqlite');
    const before = await openSqliteViews({ file });
    await before.control.claim({ journal: 'journal-a', eventsVersion: 1 });
    await before.writer.apply(await newGeneration(before), { events: [eventDoc()] });
    await before.close();
    rawly(file, (database) => {
      database.exec(`PRAGMA user_version = ${LAYOUT_VERSION + 1}`);
    });
    const after = await openSqliteViews({ file });
    expect(await after.control.identity()).toBeUndefined();
    expect(await after.control.generations()).toEqual([]);
    expect(await after.reader.event(eventDoc().id)).toBeUndefined();
    await after.writer.apply(await newGeneration(after), { events: [eventDoc()] });
    await after.close();
    const again = await openSqliteViews({ file });
    expect(await again.reader.event(eventDoc().id)).toEqual(eventDoc());
    await again.close();
  });

  test('what a crash left of a generation and of events given up is cleared away', async () => {
    const file = path('views.sqlite');
    const before = await openSqliteViews({ file });
    const [first, second] = [await newGeneration(before), await newGeneration(before)];
    for (const generation of [first, second]) {
      await before.writer.apply(generation, { events: [eventDoc()], labors: [laborDoc()], hosts: [hostDoc()] });
    }
    await before.close();
    const whole = tablesOf(file).length;
    rawly(file, (database) => {
      database.exec(`DELETE FROM generations WHERE number = ${first}; UPDATE views SET events = events + 1`);
      database.exec('CREATE TABLE events_1 AS SELECT * FROM events_0; DROP INDEX events_0_type');
      database.exec('CREATE TABLE event_spans_1 (x); CREATE TABLE event_types_1 (x)');
    });
    await (await openSqliteViews({ file })).close();
    const left = tablesOf(file);
    expect(left).toHaveLength(whole - 6);
    expect(left.filter((table) => table.endsWith('_0'))).toEqual([]);
    expect(left).toContain(`labors_${second}`);
  });
});

describe('giving up large tables', () => {
  test('several at once get along', async () => {
    const file = path('views.sqlite');
    const views = await openSqliteViews({ file });
    const generations = [await newGeneration(views), await newGeneration(views), await newGeneration(views)];
    for (const generation of generations) await views.writer.apply(generation, { labors: [laborDoc()] });
    await Promise.all([
      ...generations.map((generation) => views.control.dropGeneration(generation)),
      views.control.resetEvents(2),
      views.control.resetEvents(3),
    ]);
    await views.close();
    expect(tablesOf(file).filter((table) => /^(labors|hosts|parts)_/.test(table))).toEqual([]);
    expect(tablesOf(file).filter((table) => table.startsWith('events_'))).toEqual(['events_2']);
  });

  test('dropping a generation lets others go on meanwhile, and leaves no table', async () => {
    const file = path('views.sqlite');
    const views = await openSqliteViews({ file });
    const [large, served] = [await newGeneration(views), await newGeneration(views)];
    await views.control.activate(served);
    const labors = Array.from({ length: 12_000 }, (_, n) => laborDoc({ n }));
    await views.writer.apply(large, { labors });
    let turns = 0;
    const dropping = views.control.dropGeneration(large).then(() => 'dropped' as const);
    for (;;) {
      const next = await Promise.race([
        dropping,
        new Promise<'turn'>((done) =>
          setImmediate(() => {
            done('turn');
          }),
        ),
      ]);
      if (next === 'dropped') break;
      turns += 1;
      expect((await views.control.generations()).map(({ number }) => number)).toEqual([served]);
      await views.writer.apply(served, { labors: [laborDoc({ n: turns })] });
    }
    expect(turns).toBeGreaterThan(10);
    await views.close();
    expect(tablesOf(file).filter((table) => table.endsWith(`_${large}`))).toEqual([]);
  });
});
