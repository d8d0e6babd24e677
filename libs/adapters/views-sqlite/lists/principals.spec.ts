/** Lists of one principal's labors cost what they show, however many labors he has to do with, and each labor is shown once. */
import type { LaborDocument, LaborFilter, LaborSort } from '#contracts';
import type { HostName } from '#domain';
import { closedLabor, intercept, laborDoc, newGeneration, temporaryFolder } from '#testing';
import { openViews } from '../open.js';
import type { SqlValue } from '../store.js';
import { Connections } from '../testing-connections.js';
import type { SqliteViews } from '../views.js';

/** More than are sorted in the order of hosts. */
const MANY = 10_200;
const OPEN = 60;
const COUNT = 100_000;

const path = temporaryFolder();
let views: SqliteViews;
let generation: number;
/** Rows of the lists' statements since the last list. */
let rows: number;

beforeEach(async () => {
  const file = path('views.sqlite');
  const connections = new Connections(file);
  views = await openViews(file, { connect: connections.connect });
  generation = await newGeneration(views);
  for (let from = 0; from < MANY; from += 1700) {
    const labors = Array.from({ length: 1700 }, (_, n) => laborOf(from + n));
    await views.writer.apply(generation, { labors });
  }
  intercept(connections.generation(generation), 'prepare', (prepare, sql) => {
    const statement = prepare(sql);
    intercept(statement, 'all', (all, ...values: SqlValue[]) => {
      const found = all(...values) as unknown[];
      rows += found.length;
      return found;
    });
    return statement;
  });
  rows = 0;
});
afterEach(() => views.close());

/** All were opened with the agent's token, which closed all but the last {@link OPEN}; ben acknowledged every hundredth and closed every second of these. */
function laborOf(n: number): LaborDocument {
  const host = `h${String(MANY - n).padStart(6, '0')}` as HostName;
  const plain = laborDoc({ n, host });
  const acked =
    n % 100 === 0 ? { by: 'b', principal: 'ben', at: plain.lastSeen, note: null, position: plain.position } : null;
  const labor: LaborDocument = { ...plain, opened: { ...plain.opened, principal: 'agent' }, ack: acked };
  if (n >= MANY - OPEN) return labor;
  const { closed, ...rest } = closedLabor(labor, n);
  return { ...rest, closed: closed && { ...closed, principal: n % 200 === 0 ? 'ben' : 'agent' } };
}

const list = (filter: LaborFilter, sort: LaborSort, limit = 20, count: number | false = false) =>
  views.reader.labors(generation, filter, { sort, limit, after: null, count });

test.each(['-openedAt', 'openedAt', 'host'] as const)('what is open of one with many closed, by %s', async (sort) => {
  const { items } = await list({ principal: ['agent'], state: ['open'] }, sort);
  expect(items).toHaveLength(20);
  for (const { labor } of items) expect([labor.state, labor.opened.principal]).toEqual(['open', 'agent']);
  // in the order of hosts there is no index of them: a batch or two is looked at
  expect(rows).toBeLessThan(sort === 'host' ? 9000 : 300);
});

test('a labor that both have touched is shown and counted once', async () => {
  for (const sort of ['-openedAt', 'openedAt', 'host'] as const) {
    const { items, total } = await list({ principal: ['ben'] }, sort, 1000, COUNT);
    expect([new Set(items.map(({ labor }) => labor.id)).size, items.length, total]).toEqual([102, 102, 102]);
    const both = await list({ principal: ['agent', 'ben', 'nobody'] }, sort, 10, COUNT);
    expect(both.total).toBe(MANY);
  }
});

test('a labor whose principals change is found by those that it has, and by no others', async () => {
  const labor = laborOf(MANY - 1);
  const said = {
    by: 'c',
    principal: 'cleo',
    at: labor.lastSeen,
    note: null,
    position: laborDoc({ n: MANY + 1 }).position,
  };
  const later = { ...labor, assignment: { to: null, ...said }, position: laborDoc({ n: MANY + 1 }).position };
  await views.writer.apply(generation, { labors: [later] });
  expect((await list({ principal: ['cleo'] }, 'openedAt')).items.map((item) => item.labor.id)).toEqual([labor.id]);
  const again = { ...later, assignment: null, position: laborDoc({ n: MANY + 2 }).position };
  await views.writer.apply(generation, { labors: [again] });
  expect((await list({ principal: ['cleo'] }, 'openedAt')).items).toEqual([]);
  expect((await list({ principal: ['agent'], state: ['open'] }, 'openedAt', 1000)).items).toHaveLength(OPEN);
});
