/** R11: what a page of hosts with many labors looks up is bounded, however many entries of theirs opened none. */
import { connect, type Database } from '#adapters/sqlite';
import type { CursorKey, LaborDocument, LaborPlaceSort } from '#contracts';
import type { HostName, LaborId } from '#domain';
import { hostDoc, intercept, laborDoc, newGeneration, positionAt, temporaryFolder } from '#testing';
import { openViews } from '../open.js';
import type { SqlValue } from '../store.js';
import type { SqliteViews } from '../views.js';

/** More than are sorted for a page. */
const MANY = 10_400;
const LAST = 3_000_000;
const SORTS = ['openedPlace', '-openedPlace'] as const;
const path = temporaryFolder();
let views: SqliteViews;
let generation: number;
/** Rows of the lists' statements, and ids that they were asked to look up, since the last page. */
let looked = 0;

beforeEach(async () => {
  // long reads have connections of their own
  views = await openViews(path('views.sqlite'), { connect: (file) => counted(connect('views', file)) });
  generation = await newGeneration(views);
});
afterEach(() => views.close());

function counted(database: Database): Database {
  const count = (values: readonly SqlValue[], found: number) => {
    looked += found;
    for (const value of values) {
      if (typeof value === 'string' && value.startsWith('["h')) looked += (JSON.parse(value) as unknown[]).length;
    }
  };
  intercept(database, 'prepare', (prepare, sql) => {
    const statement = prepare(sql);
    intercept(statement, 'all', (all, ...values: SqlValue[]) => {
      const found = all(...values) as unknown[];
      count(values, found.length);
      return found;
    });
    intercept(statement, 'get', (get, ...values: SqlValue[]) => {
      count(values, 1);
      return get(...values) as unknown;
    });
    return statement;
  });
  return database;
}

/** Opened by its host's `revision`-th entry, which has the place `place`. */
function opened(host: HostName, revision: number, place: number): LaborDocument {
  return laborDoc({ n: place, host, id: `${host}~${revision}` as LaborId });
}

async function stored(labors: readonly LaborDocument[]): Promise<void> {
  for (let from = 0; from < labors.length; from += 2000)
    await views.writer.apply(generation, { labors: labors.slice(from, from + 2000) });
  const hosts = [...new Set(labors.map(({ host }) => host))];
  await views.writer.apply(generation, { hosts: hosts.map((host) => hostDoc({ host, n: LAST })) });
}

/** All pages of the labors that were there at the place; the first page, and the most that a page has looked up. */
async function listed(place: number, host: readonly HostName[], sort: LaborPlaceSort, limit: number) {
  const ids: string[] = [];
  let [most, first, pages] = [0, -1, 0];
  for (let after: CursorKey | null = null; ;) {
    looked = 0;
    const request = { sort, limit, after };
    const { items, next } = await views.reader.laborsAsOf(generation, positionAt(place), { host }, request);
    ids.push(...items.map(({ labor }) => labor.id));
    if (first < 0) first = items.length;
    pages += 1;
    most = Math.max(most, looked);
    if (next === null) return { ids, first, most, pages };
    expect(next).not.toEqual(after);
    after = next;
  }
}

const idsOf = (labors: readonly LaborDocument[], sort: LaborPlaceSort) => {
  const ids = labors.map(({ id }) => id);
  return sort === 'openedPlace' ? ids : ids.toReversed();
};

test('a host that opened nothing for millions of entries has full pages, whatever the place', async () => {
  const host = 'h' as HostName;
  const labors = Array.from({ length: MANY }, (_, n) => opened(host, 10 * n, 10 * n));
  await stored(labors);
  for (const sort of SORTS) {
    for (const place of [LAST, 50_000, 5]) {
      const { ids, first, most } = await listed(place, [host], sort, 1000);
      const expected = labors.filter((_, n) => 10 * n <= place);
      expect(ids).toEqual(idsOf(expected, sort));
      expect(first).toBeGreaterThanOrEqual(Math.min(200, expected.length));
      expect(most).toBeLessThan(30_000);
    }
  }
}, 60_000);

test('entries that opened nothing between labors are leapt over, in both orders', async () => {
  const host = 'h' as HostName;
  const revisions = Array.from({ length: MANY }, (_, n) => n + 40_000 * Math.floor(n / 300));
  const labors = revisions.map((revision, n) => opened(host, revision, n));
  await stored(labors);
  for (const sort of SORTS) {
    const { ids, pages, most } = await listed(LAST, [host], sort, 1000);
    expect(ids).toEqual(idsOf(labors, sort));
    expect(pages).toBeLessThan(30);
    expect(most).toBeLessThan(30_000);
  }
}, 60_000);

test('many hosts with few labors each are walked together', async () => {
  const hosts = Array.from({ length: 200 }, (_, n) => `h${n}` as HostName);
  const labors = Array.from({ length: MANY }, (_, n) => opened(hosts[n % 200]!, 1000 * Math.floor(n / 200), n));
  await stored(labors);
  const { ids, pages, most } = await listed(LAST, hosts, '-openedPlace', 1000);
  expect(ids).toEqual(idsOf(labors, '-openedPlace'));
  expect(pages).toBeLessThan(30);
  expect(most).toBeLessThan(200_000);
}, 60_000);

test('where what comes next is not found, a page goes on through the labors of all hosts, and the next one from there', async () => {
  const host = 'h' as HostName;
  // ids of six digits that begin alike are read for each revision of seven
  const own = Array.from({ length: 6 * MANY }, (_, n) => opened(host, 200_000 + n, n));
  const others = Array.from({ length: MANY }, (_, n) => opened(`x${n}` as HostName, 0, own.length + n));
  await stored([...own, ...others]);
  const { ids, first, pages, most } = await listed(LAST, [host], '-openedPlace', 1000);
  expect(first).toBe(0);
  expect(pages).toBeGreaterThan(own.length / 1000);
  expect(ids).toEqual(idsOf(own, '-openedPlace'));
  expect(most).toBeLessThan(60_000);
}, 120_000);
