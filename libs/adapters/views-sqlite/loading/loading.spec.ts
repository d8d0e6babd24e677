/** What a file is while it is loading, what an end in the middle of it leaves, and what it is in the end. */
import { copyFileSync, existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { DatabaseSync } from '@photostructure/sqlite';
import { connect, type Database } from '#adapters/sqlite';
import { StoreDamaged, StoreFull, type LoadedDocuments } from '#ports';
import {
  hostDoc,
  intercept,
  laborDoc,
  newGeneration,
  partDoc,
  positionAt,
  temporaryFolder,
  NEW_GENERATION,
} from '#testing';
import { generationFile } from '../file-names.js';
import { openViews } from '../open.js';

const path = temporaryFolder();
const PROGRESS = Array.from({ length: NEW_GENERATION.partitions }, (_, partition) => ({
  ...{ partition, position: positionAt(9), entryId: 'e', number: 3, heardAtMs: 0 },
}));

function documents(from: number, count: number): LoadedDocuments {
  const ns = Array.from({ length: count }, (_, n) => from + n);
  return {
    labors: ns.map((n) => laborDoc({ n })),
    parts: ns.map((n) => partDoc({ n, host: `h${n}` as never })),
    hosts: ns.map((n) => hostDoc({ host: `h${n}` as never })),
  };
}

function schemaOf(file: string): readonly unknown[] {
  const database = new DatabaseSync(file, { readOnly: true });
  try {
    return database
      .prepare("SELECT type, name, tbl_name, sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite_%' ORDER BY name")
      .all();
  } finally {
    database.close();
  }
}

function tablesOf(file: string): readonly unknown[] {
  return schemaOf(file).map((each) => (each as { readonly name: string }).name);
}

test('a loaded file has the tables and indexes of one that was made empty, in the same order, and nothing else', async () => {
  const file = path('views.sqlite');
  const views = await openViews(file);
  const made = await newGeneration(views);
  const { number } = await views.loader.create(NEW_GENERATION);
  await views.loader.load(number, 'a', (add) => add(documents(0, 100)));
  await views.loader.finish(number, PROGRESS);
  await views.close();
  expect(schemaOf(generationFile(file, number))).toEqual(schemaOf(generationFile(file, made)));
  const folder = readdirSync(path()).filter((name) => !name.endsWith('.sqlite'));
  expect(folder).toEqual([]);
});

/** As kill -9 leaves them: what was written by then, and no more. */
function copies(file: string, to: string): void {
  const folder = dirname(file);
  for (const name of readdirSync(folder).filter((each) => each.startsWith('views')))
    copyFileSync(join(folder, name), join(to, name));
}

test('R5: killed in the middle of a unit, also of one that fills more than the memory, the units before it are there, whole', async () => {
  const file = path('views.sqlite');
  const views = await openViews(file, { cacheBytes: 200_000 });
  const { number } = await views.loader.create(NEW_GENERATION);
  await views.loader.load(number, 'a', (add) => add(documents(0, 50)));
  const killed = path('killed');
  mkdirSync(killed);
  await views.loader.load(number, 'b', async (add) => {
    for (let n = 0; n < 20; n += 1) await add(documents(100 + n * 100, 100));
    copies(file, killed);
  });
  await views.close();

  const again = await openViews(join(killed, basename(file)));
  expect(await again.loader.loaded(number)).toEqual(['a']);
  await again.loader.load(number, 'b', (add) => add(documents(100, 10)));
  await again.loader.finish(number, PROGRESS);
  expect(await again.reader.totals(number)).toMatchObject({ hosts: 60, labors: { open: 60 } });
  await again.close();
});

test('R5: killed after the last step and before control says so, it is whole: its units are known, and it is finished', async () => {
  const file = path('views.sqlite');
  const killed = path('killed');
  mkdirSync(killed);
  const views = await openViews(file, {
    connect: (each) => {
      const database = connect('views', each);
      if (each === file)
        intercept(database, 'prepare', (prepare, sql, ...rest) => {
          if (sql.startsWith("UPDATE generations SET state = 'folding'")) copies(file, killed);
          return prepare(sql, ...rest);
        });
      return database;
    },
  });
  const { number } = await views.loader.create(NEW_GENERATION);
  await views.loader.load(number, 'a', (add) => add(documents(0, 50)));
  await views.loader.finish(number, PROGRESS);
  await views.close();

  const again = await openViews(join(killed, basename(file)));
  expect((await again.control.generations()).map(({ state }) => state)).toEqual(['loading']);
  expect(await again.loader.loaded(number)).toEqual(['a']);
  let isAsked = false;
  await again.loader.load(number, 'a', async () => void (isAsked = true));
  // one without documents, as attempts are noted
  await again.loader.load(number, 'b', async () => undefined);
  expect([isAsked, await again.loader.loaded(number)]).toEqual([false, ['a', 'b']]);
  const steps: string[] = [];
  await again.loader.finish(number, PROGRESS, ({ name }) => steps.push(name));
  expect(steps).toEqual([]);
  expect(await again.reader.totals(number)).toMatchObject({ hosts: 50, labors: { open: 50 } });
  expect(await again.writer.progress(number)).toEqual(PROGRESS);
  await again.close();
  expect(tablesOf(generationFile(join(killed, basename(file)), number))).toEqual(
    tablesOf(generationFile(file, number)),
  );
});

test('what a kill between control and the last clean-up of a loaded file has left is removed by the next start', async () => {
  const file = path('views.sqlite');
  const before = await openViews(file);
  const { number } = await before.loader.create(NEW_GENERATION);
  await before.loader.load(number, 'a', (add) => add(documents(0, 50)));
  await before.loader.finish(number, PROGRESS);
  await before.close();
  const loaded = generationFile(file, number);
  const tables = tablesOf(loaded);
  const database = new DatabaseSync(loaded);
  database.exec('CREATE TABLE loaded_units (unit TEXT PRIMARY KEY) STRICT, WITHOUT ROWID');
  database.close();
  const views = await openViews(file);
  expect(await views.reader.totals(number)).toMatchObject({ hosts: 50 });
  await views.close();
  expect(tablesOf(loaded)).toEqual(tables);
});

test('a unit is on the disk when it is there: each commit waits for it', async () => {
  const asked: string[] = [];
  const file = path('views.sqlite');
  const loading = { file: '' };
  const views = await openViews(file, {
    connect: (each) => {
      const database = connect('views', each);
      if (each !== loading.file) return database;
      intercept(database, 'exec', (exec, sql) => {
        exec(sql);
        const { synchronous } = database.prepare('PRAGMA synchronous').get() as { synchronous: number };
        if (sql === 'COMMIT') asked.push(`synchronous ${synchronous}`);
      });
      return database;
    },
  });
  const { number } = await views.loader.create(NEW_GENERATION);
  loading.file = generationFile(file, number);
  await views.loader.load(number, 'a', (add) => add(documents(0, 3)));
  // 2: FULL
  expect(asked).toEqual(['synchronous 2']);
  expect(existsSync(`${loading.file}-wal`)).toBe(false);
  await views.loader.finish(number, PROGRESS);
  expect(new Set(asked)).toEqual(new Set(['synchronous 2']));
  await views.close();
});

test('R2: a disk without room is named as such, nothing of the unit is left, and the load goes on once there is some', async () => {
  const file = path('views.sqlite');
  let loading: Database | undefined;
  const views = await openViews(file, {
    connect: (each) => {
      const database = connect('views', each);
      if (each.includes('generation')) loading = database;
      return database;
    },
  });
  const { number } = await views.loader.create(NEW_GENERATION);
  await views.loader.load(number, 'a', async (add) => {
    loading?.exec('PRAGMA max_page_count = 60');
    await add(documents(0, 3));
  });
  const full = views.loader.load(number, 'b', async (add) => {
    for (let n = 0; n < 20; n += 1) await add(documents(100 + n * 100, 100));
  });
  await expect(full).rejects.toThrow(StoreFull);
  expect(await views.loader.loaded(number)).toEqual(['a']);
  loading?.exec('PRAGMA max_page_count = 1000000');
  await views.loader.load(number, 'b', (add) => add(documents(100, 10)));
  await views.loader.finish(number, PROGRESS);
  expect(await views.reader.totals(number)).toMatchObject({ hosts: 13 });
  await views.close();
});

test.each(['missing', 'garbage', 'empty'] as const)(
  'a file that is loading and %s keeps nobody from the views: the generation is forgotten, and all else is there',
  async (how) => {
    const file = path('views.sqlite');
    const before = await openViews(file);
    const served = await newGeneration(before);
    const { number } = await before.loader.create(NEW_GENERATION);
    await before.loader.load(number, 'a', (add) => add(documents(0, 50)));
    await before.close();
    const loading = generationFile(file, number);
    if (how === 'missing') rmSync(loading);
    else writeFileSync(loading, how === 'garbage' ? 'x'.repeat(20_000) : '');

    const damage: string[] = [];
    const views = await openViews(file, { damaged: (reason) => damage.push(reason) });
    expect((await views.control.generations()).map((each) => each.number)).toEqual([served]);
    expect([damage, existsSync(loading)]).toEqual([[], false]);
    const next = await views.loader.create(NEW_GENERATION);
    expect(next.number).toBeGreaterThan(number);
    await views.loader.load(next.number, 'a', (add) => add(documents(0, 3)));
    await views.loader.finish(next.number, PROGRESS);
    await views.close();
  },
);

test('a file that is damaged while the views are open is named as such by its loader', async () => {
  const file = path('views.sqlite');
  const views = await openViews(file);
  const { number } = await views.loader.create(NEW_GENERATION);
  writeFileSync(generationFile(file, number), 'x'.repeat(20_000));
  await expect(views.loader.loaded(number)).rejects.toThrow(StoreDamaged);
  await views.control.dropGeneration(number);
  const next = await views.loader.create(NEW_GENERATION);
  expect(await views.loader.loaded(next.number)).toEqual([]);
  await views.close();
});

test('a generation that is loading is known after a restart, with its partitions, and can be dropped', async () => {
  const file = path('views.sqlite');
  const before = await openViews(file);
  const { number } = await before.loader.create({ ...NEW_GENERATION, partitions: 7, hashVersion: 3 });
  await before.close();
  const views = await openViews(file);
  expect(await views.control.generations()).toEqual([
    { ...NEW_GENERATION, partitions: 7, hashVersion: 3, number, state: 'loading' },
  ]);
  await views.control.dropGeneration(number);
  expect(existsSync(generationFile(file, number))).toBe(false);
  await views.close();
});
