/** A full disk and a broken one: nothing by half, and going on when it is over. */
import { DatabaseSync } from '@photostructure/sqlite';
import type { Database } from '#adapters/sqlite';
import { StoreUnavailable } from '#ports';
import { eventDoc, hostDoc, intercept, laborDoc, newGeneration, temporaryFolder } from '#testing';
import type { HostName } from '#domain';
import { generationFile } from './file-names.js';
import { openViews } from './open.js';
import { Connections } from './testing-connections.js';
import type { SqliteViews } from './views.js';

const path = temporaryFolder();
let database: Database;
let views: SqliteViews;
let generation: number;

beforeEach(async () => {
  const file = path('views.sqlite');
  const connections = new Connections(file);
  views = await openViews(file, { connect: connections.connect });
  generation = await newGeneration(views);
  database = connections.generation(generation);
});

afterEach(() => views.close());

function hostsOf(count: number) {
  return Array.from({ length: count }, (_, n) => hostDoc({ host: `w${n}` as HostName }));
}

test('a full disk: the batch is refused as a whole but for its events, reads go on, and so do writes when there is space again', async () => {
  await views.writer.apply(generation, { hosts: hostsOf(3) });
  const { page_count: pages } = database.prepare('PRAGMA page_count').get() as { page_count: number };
  database.exec(`PRAGMA max_page_count = ${pages + 2}`);
  const labors = Array.from({ length: 500 }, (_, n) => laborDoc({ n }));
  const large = { labors, hosts: hostsOf(5).slice(3), events: [eventDoc()] };
  await expect(views.writer.apply(generation, large)).rejects.toThrow(StoreUnavailable);
  await expect(views.writer.apply(generation, large)).rejects.toThrow(/full/);
  expect((await views.writer.load(generation, { hosts: hostsOf(5).map(({ host }) => host) })).hosts).toHaveLength(3);
  expect(await views.reader.totals(generation)).toMatchObject({ hosts: 3, events: 1, labors: { open: 0 } });

  database.exec('PRAGMA max_page_count = 1000000');
  expect(await views.writer.apply(generation, large)).toEqual({ conflicts: [] });
  expect(await views.reader.totals(generation)).toMatchObject({ hosts: 5, events: 1, labors: { open: 500 } });
});

test('a commit that fails is a StoreUnavailable, and leaves nothing of the batch', async () => {
  const restore = intercept(database, 'exec', (exec, sql) => {
    if (sql === 'COMMIT') throw Object.assign(new Error('disk I/O error'), { errcode: 10 });
    exec(sql);
  });
  await expect(views.writer.apply(generation, { hosts: hostsOf(2) })).rejects.toThrow(
    /views unavailable: disk I\/O error/,
  );
  restore();
  expect((await views.writer.load(generation, { hosts: hostsOf(2).map(({ host }) => host) })).hosts).toEqual([]);
  expect(await views.writer.apply(generation, { hosts: hostsOf(2) })).toEqual({ conflicts: [] });
});

test('another process in the middle of a write makes the store unavailable, for a while', async () => {
  const other = new DatabaseSync(generationFile(path('views.sqlite'), generation));
  other.exec('BEGIN IMMEDIATE');
  await expect(views.writer.apply(generation, { hosts: hostsOf(1) })).rejects.toThrow(StoreUnavailable);
  expect((await views.writer.load(generation, { hosts: hostsOf(1).map(({ host }) => host) })).hosts).toEqual([]);
  other.exec('ROLLBACK');
  other.close();
  expect(await views.writer.apply(generation, { hosts: hostsOf(1) })).toEqual({ conflicts: [] });
});

test('a defect comes out as it is, and undoes the batch but for its events', async () => {
  const bad = { ...laborDoc(), assignee: {} as unknown as string };
  await expect(views.writer.apply(generation, { events: [eventDoc()], labors: [bad] })).rejects.not.toThrow(
    StoreUnavailable,
  );
  expect(await views.reader.labor(generation, bad.id)).toBeUndefined();
  expect(await views.reader.event(eventDoc().id)).toEqual(eventDoc());
  expect(await views.writer.apply(generation, { events: [eventDoc()] })).toEqual({ conflicts: [] });
});

test('statements are prepared once', async () => {
  let prepared = 0;
  intercept(database, 'prepare', (prepare, sql) => {
    prepared += 1;
    return prepare(sql);
  });
  const batch = { events: [eventDoc()], labors: [laborDoc()], hosts: hostsOf(1) };
  await views.writer.apply(generation, batch);
  const first = prepared;
  for (let round = 0; round < 20; round += 1) await views.writer.apply(generation, batch);
  expect(first).toBeGreaterThan(0);
  expect(prepared).toBe(first);
});
