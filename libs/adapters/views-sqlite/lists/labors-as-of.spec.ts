/** R11: a page of labors of the past costs a bounded number of rows, whatever passes, and what it left out comes on later pages. */
import { NO_PAST, type CursorKey, type LaborAsOfFilter, type LaborDocument, type Page } from '#contracts';
import type { HostName, QuestId } from '#domain';
import type { LaborAsOfRow } from '#ports';
import { closedLabor, hostDoc, intercept, laborDoc, newGeneration, positionAt, temporaryFolder } from '#testing';
import { openViews } from '../open.js';
import type { SqlValue } from '../store.js';
import { Connections } from '../testing-connections.js';
import type { SqliteViews } from '../views.js';

/** More than are looked at for a page. */
const MANY = 24_000;
/** More of one host, and of one quest's that have left it, than are sorted for a page. */
const MOVED = 10_400;
const LEFT_AT = 100_000;
const quest = 7 as QuestId;
const host = 'large' as HostName;

const path = temporaryFolder();
let views: SqliteViews;
let generation: number;
/** Rows of the lists' statements since the last page. */
let rows = 0;

beforeEach(async () => {
  const file = path('views.sqlite');
  const connections = new Connections(file);
  views = await openViews(file, { connect: connections.connect });
  generation = await newGeneration(views);
  for (let from = 0; from < MANY; from += 2000) {
    const labors = Array.from({ length: 2000 }, (_, n) => laborOf(from + n));
    await views.writer.apply(generation, { labors });
  }
  await views.writer.apply(generation, { hosts: [hostDoc({ host, n: MOVED })] });
  intercept(connections.generation(generation), 'prepare', (prepare, sql) => {
    const statement = prepare(sql);
    intercept(statement, 'all', (all, ...values: SqlValue[]) => {
      const found = all(...values) as unknown[];
      rows += found.length;
      return found;
    });
    return statement;
  });
}, 60_000);
afterEach(() => views.close());

/** The first are of one host, and leave the quest; of the others every hundredth is open still. */
function laborOf(n: number): LaborDocument {
  if (n >= MOVED) {
    const labor = laborDoc({ n, host: `h${n}` as HostName });
    return n % 100 === 0 ? labor : closedLabor(labor, n + 50);
  }
  const { position, recordedAt } = laborDoc({ n: LEFT_AT }).opened;
  const move = { position, at: recordedAt, by: null, principal: null, from: quest };
  return laborDoc({ n, host, past: { ...NO_PAST, moves: [move] }, position });
}

const place = (n: number) => positionAt(n);

/** All pages: how many labors, how many pages, and the most rows that a page looked at. */
async function listed(n: number, filter: LaborAsOfFilter) {
  let [labors, pages, most] = [0, 0, 0];
  const seen = new Set<string>();
  for (let after: CursorKey | null = null; ;) {
    rows = 0;
    const request = { sort: '-openedPlace', limit: 1000, after } as const;
    const { items, next } = await views.reader.laborsAsOf(generation, place(n), filter, request);
    labors += items.length;
    for (const { labor } of items) seen.add(labor.id);
    pages += 1;
    most = Math.max(most, rows);
    if (next === null) break;
    after = next;
  }
  expect(seen.size).toBe(labors);
  return { labors, pages, most };
}

test('what no labor passes ends on a later page, and each has looked at a bounded number', async () => {
  const { labors, pages, most } = await listed(LEFT_AT - 1, { assignee: ['nobody'] });
  expect(labors).toBe(0);
  expect(pages).toBeGreaterThan(1);
  expect(most).toBeLessThan(25_000);
}, 60_000);

test('what was open at a place is found among those that lie near it', async () => {
  const { labors, most } = await listed(MANY - 1, { state: ['open'], type: [laborDoc().type] });
  const lasting = MOVED + Math.floor((MANY - MOVED) / 100);
  expect(labors).toBeGreaterThanOrEqual(lasting);
  expect(labors).toBeLessThan(lasting + 60);
  // little more than it shows
  expect(most).toBeLessThan(2500);
}, 60_000);

test('labors of a quest that many have left, and of a host that has many, are all found', async () => {
  expect((await listed(LEFT_AT - 1, { quest: [quest] })).labors).toBe(MOVED);
  expect((await listed(LEFT_AT, { quest: [quest] })).labors).toBe(0);
  expect((await listed(LEFT_AT, { host: [host] })).labors).toBe(MOVED);
}, 60_000);

/** Of two hosts, with follow-ups of their own; the second has had nothing for a long time. */
async function twoHosts(): Promise<void> {
  const more = (n: number) => [
    laborDoc({ n: 3 * n, host: other, id: `${other}~${n}` as LaborDocument['id'] }),
    ...(n % 7 === 0 ? ['.1', '.10', '.2'] : []).map((end) =>
      closedLabor(laborDoc({ n: 3 * n, host: other, id: `${other}~${n}${end}` as LaborDocument['id'] }), 3 * n + 50),
    ),
  ];
  const labors = Array.from({ length: 500 }, (_, n) => n).flatMap(more);
  await views.writer.apply(generation, { labors });
  await views.writer.apply(generation, { hosts: [hostDoc({ host: other, n: 90_000 })] });
}

const other = 'other' as HostName;

test('R11: pages of hosts with many labors are full, in both orders and as of any place', async () => {
  await twoHosts();
  const request = { limit: 1000, after: null } as const;
  for (const sort of ['openedPlace', '-openedPlace'] as const) {
    for (const at of [LEFT_AT, 7777, 1500, 40]) {
      const ids: string[] = [];
      let most = 0;
      for (let after: CursorKey | null = null; ;) {
        rows = 0;
        const page: Page<LaborAsOfRow> = await views.reader.laborsAsOf(
          ...([generation, place(at), { host: [host, other] }, { ...request, sort, after }] as const),
        );
        ids.push(...page.items.map(({ labor }) => labor.id));
        most = Math.max(most, rows);
        after = page.next;
        if (after === null) break;
        expect(page.items).toHaveLength(1000);
      }
      const expected = placesOf(at);
      expect(ids).toEqual(sort === 'openedPlace' ? expected : expected.toReversed());
      expect(most).toBeLessThan(6000);
    }
  }
}, 120_000);

/** The ids of both hosts' labors up to the place, by the places of their opening, then their ids. */
function placesOf(at: number): readonly string[] {
  const ids: (readonly [number, string])[] = [];
  for (let n = 0; n < MOVED && n <= at; n += 1) ids.push([n, `${host}~${n}`]);
  for (let n = 0; n < 500 && 3 * n <= at; n += 1) {
    for (const end of n % 7 === 0 ? ['', '.1', '.10', '.2'] : ['']) ids.push([3 * n, `${other}~${n}${end}`]);
  }
  return ids.sort(([a, one], [b, two]) => a - b || (one < two ? -1 : 1)).map(([, id]) => id);
}

test('R11: where few labors of such a host pass, a page ends, and says where it goes on', async () => {
  await twoHosts();
  const { labors, pages, most } = await listed(LEFT_AT, { host: [host, other], state: ['completed'] });
  expect(labors).toBe(3 * 72);
  expect(pages).toBeGreaterThan(1);
  expect(most).toBeLessThan(25_000);
}, 60_000);
