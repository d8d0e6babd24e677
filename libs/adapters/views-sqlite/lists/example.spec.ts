/** The worked example of README.md beside this file, run: its table is stored, and its statements are those that are asked. */
import type { LaborDocument, LaborFilter } from '#contracts';
import type { QuestId, TypeName } from '#domain';
import { closedLabor, intercept, laborDoc, newGeneration, temporaryFolder } from '#testing';
import { block, table } from '../../../../test/docs/markdown.js';
import { classOf } from '../labor-class.js';
import { openedSinceOf, spanOf } from '../labor-span.js';
import { openViews } from '../open.js';
import { Connections } from '../testing-connections.js';
import type { SqlValue } from '../store.js';
import type { SqliteViews } from '../views.js';

const PAGE = 'libs/adapters/views-sqlite/lists/README.md';
const FILTER: LaborFilter = { state: ['open'], acked: false, type: ['disk-swap', 'reboot'] as TypeName[] };
const LIMIT = 50;

const path = temporaryFolder();
let views: SqliteViews;
let generation: number;
let asked: { readonly sql: string; readonly values: readonly SqlValue[] }[];

interface Pair {
  readonly type: TypeName;
  readonly laborClass: number;
  readonly words: string;
  readonly labors: number;
  readonly passes: boolean;
}

const pairs: readonly Pair[] = table(PAGE, 'pairs').map(([type = '', cell = '', labors = '', passes = '']) => {
  const [, laborClass = '', words = ''] = /^(\d+) \((.*)\)$/.exec(cell) ?? [];
  return {
    ...{ type: type as TypeName, laborClass: Number(laborClass), words },
    ...{ labors: Number(labors), passes: passes.startsWith('yes') },
  };
});

function laborOf({ type, words }: Pair, n: number): LaborDocument {
  const labor = laborDoc({
    ...{ n, type, actors: ['owner'], assignee: n % 20 === 0 ? 'ann' : null },
    quest: words.includes('in a quest') ? (7 as QuestId) : null,
    ack: words.includes('acknowledged')
      ? { by: 'ann', principal: null, at: laborDoc({ n }).opened.at, note: null, position: laborDoc({ n }).position }
      : null,
  });
  return words.includes('completed') ? closedLabor(labor, n + 1) : labor;
}

beforeEach(async () => {
  const file = path('views.sqlite');
  const connections = new Connections(file);
  views = await openViews(file, { connect: connections.connect });
  generation = await newGeneration(views);
  let n = 0;
  const labors = pairs.flatMap((pair) => Array.from({ length: pair.labors }, () => laborOf(pair, (n += 1))));
  await views.writer.apply(generation, { labors });
  asked = [];
  intercept(connections.generation(generation), 'prepare', (prepare, sql) => {
    const statement = prepare(sql);
    intercept(statement, 'all', (all, ...values: SqlValue[]) => {
      asked.push({ sql, values });
      return all(...values) as unknown[];
    });
    return statement;
  });
});
afterEach(() => views.close());

function list(filter: LaborFilter, after: readonly string[] | null = null) {
  return views.reader.labors(generation, filter, { sort: 'openedAt', limit: LIMIT, after, count: 100_000 });
}

const ranges = () => asked.filter(({ sql }) => sql.includes('INDEXED BY labors_'));

test('the classes of the table are those of its labors', () => {
  expect(pairs.length).toBe(5);
  expect(pairs.map((pair) => classOf(laborOf(pair, 1)))).toEqual(pairs.map(({ laborClass }) => laborClass));
});

test('each pair that passes is a range of the index that the page names, read in the steps that it names', async () => {
  const passing = pairs.filter(({ passes }) => passes);
  const { items, total } = await list(FILTER);
  expect([items.length, total]).toEqual([LIMIT, passing.reduce((sum, { labors }) => sum + labors, 0)]);
  const first = ranges().slice(0, passing.length);
  const shown = first.map(({ sql, values }) => {
    let place = 0;
    const filled = sql.replaceAll('?', () => {
      const value = values[(place += 1) - 1];
      return typeof value === 'string' ? `'${value}'` : String(value);
    });
    return filled.replaceAll(' ASC', '');
  });
  expect(shown).toContain(block(PAGE, 'range').trim().replace(/\s+/g, ' '));
  expect(first.map(({ values }) => values)).toEqual(passing.map(({ type, laborClass }) => [type, laborClass, 34]));
  expect(asked.filter(({ sql }) => sql.includes('count('))).toEqual([]);
});

test('the next page begins after the last row, in every range', async () => {
  const { next } = await list(FILTER);
  asked = [];
  await list(FILTER, next);
  for (const { sql } of ranges()) expect(sql).toContain('(opened_at, id) > (?, ?)');
  expect(ranges().length).toBeGreaterThanOrEqual(3);
});

test('with an assignee he leads: a range for each class, and the type is checked row by row', async () => {
  const { items } = await list({ ...FILTER, assignee: ['ann'] });
  expect(items.length).toBeGreaterThan(0);
  const led = ranges().filter(({ sql }) => sql.includes('labors_assignee_opened'));
  expect(led.map(({ values }) => values.filter((value) => typeof value === 'number').at(0))).toEqual([1, 5]);
  for (const { sql } of led) expect(sql).toContain('type IN (SELECT value FROM json_each(?))');
});

test('the span of 90 minutes is 22', () => {
  const ms = 90 * 60_000;
  expect(spanOf(0, ms)).toBe(22);
  expect(openedSinceOf(22, ms)).toBe(ms - 2 ** 23);
});
