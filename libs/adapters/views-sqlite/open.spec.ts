/** Which files are opened, which are emptied, which are refused; what a crash leaves behind. */
import { readdir, rm, stat, writeFile } from 'node:fs/promises';
import { DatabaseSync } from '@photostructure/sqlite';
import type { Database } from '#adapters/sqlite';
import { StoreUnavailable } from '#ports';
import { eventDoc, hostDoc, laborDoc, newGeneration, temporaryFolder } from '#testing';
import { openSqliteViews } from './index.js';
import { LAYOUT_VERSION } from './layout.js';
import { openViews } from './open.js';

const path = temporaryFolder();

function rawly<T>(file: string, work: (database: Database) => T): T {
  const database = new DatabaseSync(file);
  try {
    return work(database);
  } finally {
    database.close();
  }
}

async function filesOf(): Promise<readonly string[]> {
  return (await readdir(path())).sort();
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

  test.each(['rebuild', 'another layout', 'a damaged control'])(
    'no number of a generation is given twice: not after %s either',
    async (how) => {
      const file = path('views.sqlite');
      const before = await openSqliteViews({ file });
      const first = await newGeneration(before);
      const second = await newGeneration(before);
      await before.control.dropGeneration(how === 'rebuild' ? second : first);
      await before.close();
      if (how === 'another layout')
        rawly(file, (database) => {
          database.exec('PRAGMA user_version = 1');
        });
      if (how === 'a damaged control') await writeFile(file, 'not a database at all\n'.repeat(400));
      const after = await openSqliteViews({ file, rebuild: how !== 'another layout' });
      expect(await newGeneration(after)).toBe(second + 1);
      await after.close();
    },
  );

  test('with `rebuild` it replaces views and files that are no database, but not another application’s', async () => {
    const file = path('views.sqlite');
    const before = await openSqliteViews({ file });
    await before.control.claim({ journal: 'journal-a', eventsVersion: 1 });
    await before.close();
    const after = await openSqliteViews({ file, rebuild: true });
    expect(await after.control.identity()).toBeUndefined();
    await after.close();
    await writeFile(file, 'not a database at all\n'.repeat(400));
    await (await openSqliteViews({ file, rebuild: true })).close();
    const other = path('other.sqlite');
    rawly(other, (database) => {
      database.exec('CREATE TABLE labors_1 (x); PRAGMA application_id = 77');
    });
    await expect(openSqliteViews({ file: other, rebuild: true })).rejects.toThrow(`${other} holds no views of Hermes`);
    expect(tablesOf(other)).toEqual(['labors_1']);
  });

  test('a folder that is not there, or a file that is a folder, makes the store unavailable', async () => {
    await expect(openSqliteViews({ file: path('nowhere', 'views.sqlite') })).rejects.toThrow(StoreUnavailable);
    await expect(openSqliteViews({ file: path() })).rejects.toThrow(StoreUnavailable);
  });

  test('views of another layout are replaced by empty ones', async () => {
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

  test('files that a crash left of what was given up, or made and not named, are removed', async () => {
    const file = path('views.sqlite');
    const views = await openSqliteViews({ file });
    const generation = await newGeneration(views);
    await views.writer.apply(generation, { events: [eventDoc()], hosts: [hostDoc()] });
    await views.close();
    const whole = await filesOf();
    for (const orphan of ['views-events-7.sqlite', 'views-generation-9.sqlite', 'views-generation-9.sqlite-wal']) {
      await writeFile(path(orphan), 'left behind');
    }
    const others = ['views-notes.sqlite', 'views-events-7.txt', 'my-views-events-7.sqlite'];
    for (const other of others) await writeFile(path(other), 'of somebody else');
    const again = await openSqliteViews({ file });
    expect((await again.reader.host(generation, hostDoc().host))?.host).toBe(hostDoc().host);
    await again.close();
    expect(await filesOf()).toEqual([...whole, ...others].sort());
  });

  test('nothing is removed before what a killed process committed to control is on the disk', async () => {
    const file = path('views.sqlite');
    await (await openSqliteViews({ file })).close();
    const orphan = path('views-generation-9.sqlite');
    await writeFile(orphan, 'named by the control that is on the disk');
    const sync = () => Promise.reject(new Error('EIO: i/o error, fdatasync'));
    const logSync = () => ({ sync, close: () => Promise.resolve() });
    await expect(openViews(file, { logSync })).rejects.toThrow(/views\.sqlite cannot be synced: EIO/);
    expect(await filesOf()).toContain('views-generation-9.sqlite');
    await (await openSqliteViews({ file })).close();
    expect(await filesOf()).not.toContain('views-generation-9.sqlite');
  });

  test.each([
    ['events', 'views-events-0.sqlite'],
    ['a generation', 'views-generation-1.sqlite'],
  ])(
    'views whose file of %s is missing, empty or cut short are refused by its name, and replaced with `rebuild`',
    async (_, name) => {
      const file = path('views.sqlite');
      const views = await openSqliteViews({ file });
      await views.writer.apply(await newGeneration(views), { events: [eventDoc()], hosts: [hostDoc()] });
      await views.close();
      for (const harm of [
        () => writeFile(path(name), 'x'.repeat(5000)),
        () => writeFile(path(name), ''),
        () => rm(path(name)),
      ]) {
        await harm();
        await expect(openSqliteViews({ file })).rejects.toThrow(
          `${path(name)} holds no views of Hermes, or damaged ones: start once with --rebuild`,
        );
      }
      const rebuilt = await openSqliteViews({ file, rebuild: true });
      expect(await rebuilt.control.generations()).toEqual([]);
      await rebuilt.close();
    },
  );

  test('views whose control file is gone begin empty, without the files beside it', async () => {
    const file = path('views.sqlite');
    const views = await openSqliteViews({ file });
    await views.writer.apply(await newGeneration(views), { events: [eventDoc()], hosts: [hostDoc()] });
    await views.close();
    await rm(file);
    const rebuilt = await openSqliteViews({ file });
    expect(await rebuilt.control.generations()).toEqual([]);
    expect(await rebuilt.reader.event(eventDoc().id)).toBeUndefined();
    expect(await rebuilt.reader.host(await newGeneration(rebuilt), hostDoc().host)).toBeUndefined();
    await rebuilt.close();
  });
});

describe('giving up', () => {
  test('several generations and lists of events at once get along, and leave no file', async () => {
    const file = path('views.sqlite');
    const views = await openSqliteViews({ file });
    const generations = [await newGeneration(views), await newGeneration(views), await newGeneration(views)];
    for (const generation of generations) await views.writer.apply(generation, { labors: [laborDoc()] });
    await Promise.all([
      ...generations.map((generation) => views.control.dropGeneration(generation)),
      views.control.resetEvents(2),
      views.control.resetEvents(3),
    ]);
    await views.writer.apply(await newGeneration(views), { events: [eventDoc()] });
    await views.close();
    expect(await filesOf()).toEqual(['views-events-2.sqlite', 'views-generation-4.sqlite', 'views.sqlite']);
    const again = await openSqliteViews({ file });
    expect(await again.reader.event(eventDoc().id)).toEqual(eventDoc());
    await again.close();
  });

  test('a generation that cannot be named leaves no file, and its number is free', async () => {
    const file = path('views.sqlite');
    const views = await openSqliteViews({ file });
    const other = new DatabaseSync(file);
    other.exec('BEGIN IMMEDIATE');
    await expect(newGeneration(views)).rejects.toThrow(StoreUnavailable);
    await expect(views.control.resetEvents(2)).rejects.toThrow(StoreUnavailable);
    other.exec('ROLLBACK');
    other.close();
    expect((await filesOf()).filter((name) => name.includes('generation'))).toEqual([]);
    expect(await newGeneration(views)).toBe(1);
    await views.control.resetEvents(2);
    await views.close();
    expect(await filesOf()).toEqual(['views-events-1.sqlite', 'views.sqlite']);
  });
});
