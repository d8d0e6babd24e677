/** Lists of labors that no index leads: merged from many types and classes, or found by the ids of hosts. */
import { positionOf, type LaborDocument, type LaborFilter, type LaborSort } from '#contracts';
import type { HostName, Instant, LaborId, TypeName } from '#domain';
import { closedLabor, laborDoc, newGeneration, temporaryFolder } from '#testing';
import { openSqliteViews } from '../index.js';

const path = temporaryFolder();
type Views = Awaited<ReturnType<typeof openSqliteViews>>;
let views: Views;
let generation: number;

beforeEach(async () => {
  views = await openSqliteViews({ file: path('views.sqlite') });
  generation = await newGeneration(views);
  await views.writer.apply(generation, { labors: LABORS });
});
afterEach(() => views.close());

const TYPES = Array.from({ length: 90 }, (_, n) => `t${n}-x` as TypeName);
const HOSTS = ['a', 'a-b', 'a.b', 'b', ...Array.from({ length: 40 }, (_, n) => `h${n}`)] as HostName[];
const LATER = positionOf(2n ** 64n - 1n);
const second = (n: number) => new Date(Date.UTC(2024, 0, 1) + n * 1000).toISOString() as Instant;

/** One type and one host have many; of labors opened in the same second there are several. */
const LABORS: readonly LaborDocument[] = Array.from({ length: 1500 }, (_, n) => {
  const host = n % 3 === 0 ? HOSTS[0]! : HOSTS[(n * 31) % HOSTS.length]!;
  const labor = laborDoc({
    ...{ n, host, id: `${host}~${n}` as LaborId, type: n % 2 === 0 ? TYPES[0]! : TYPES[(n * 17) % 90]! },
    ...{
      assignee: n % 11 === 0 ? 'ann' : null,
      ack:
        n % 5 === 0
          ? { by: 'ann', principal: 'ann', at: second(n), note: null, position: laborDoc({ n }).position }
          : null,
    },
    opened: { ...laborDoc({ n }).opened, at: second(Math.floor(n / 4)) },
  });
  return n % 4 === 1 ? labor : closedLabor(labor, Math.floor(n / 4) + (n % 900));
});

const ORDERS: Record<LaborSort, (a: LaborDocument, b: LaborDocument) => number> = {
  openedAt: (a, b) => compare([a.opened.at, a.id], [b.opened.at, b.id]),
  '-openedAt': (a, b) => ORDERS.openedAt(b, a),
  host: (a, b) => compare([a.host, a.opened.at, a.id], [b.host, b.opened.at, b.id]),
};

function compare(a: readonly string[], b: readonly string[]): number {
  const index = a.findIndex((key, each) => key !== b[each]);
  return index < 0 ? 0 : a[index]! < b[index]! ? -1 : 1;
}

function passes(filter: LaborFilter, labor: LaborDocument): boolean {
  const { openedSince, openedBefore, closedSince, stranded } = filter;
  return (
    (filter.state?.includes(labor.state) ?? true) &&
    (filter.type?.includes(labor.type) ?? true) &&
    (filter.host?.includes(labor.host) ?? true) &&
    (filter.assignee?.includes(labor.assignee ?? '') ?? true) &&
    (filter.acked === undefined || filter.acked === (labor.ack !== null)) &&
    (openedSince === undefined || labor.opened.at >= openedSince) &&
    (openedBefore === undefined || labor.opened.at < openedBefore) &&
    (closedSince === undefined || (labor.closed !== null && labor.closed.at >= closedSince)) &&
    (stranded === undefined || stranded.is === (labor.state === 'open' && stranded.types.includes(labor.type)))
  );
}

async function expectListed(filter: LaborFilter, labors: readonly LaborDocument[], limits = [40, 2000]): Promise<void> {
  const passing = labors.filter((labor) => passes(filter, labor));
  for (const sort of ['-openedAt', 'openedAt', 'host'] as const) {
    for (const limit of limits) {
      const shown: string[] = [];
      let after: readonly string[] | null = null;
      do {
        const page: Awaited<ReturnType<Views['reader']['labors']>> = await views.reader.labors(generation, filter, {
          ...{ sort, limit, after, count: 100_000 },
        });
        expect(page.total).toBe(passing.length);
        shown.push(...page.items.map(({ labor }) => labor.id));
        after = page.next;
      } while (after !== null && shown.length <= passing.length);
      expect(shown).toEqual([...passing].sort(ORDERS[sort]).map(({ id }) => id));
    }
  }
}

const FILTERS: readonly LaborFilter[] = [
  {},
  { state: ['open'] },
  { acked: true },
  { type: TYPES.slice(0, 60) },
  { stranded: { is: false, types: TYPES.slice(0, 3) } },
  { stranded: { is: true, types: TYPES.slice(0, 50) } },
  { openedSince: second(100), openedBefore: second(300) },
  { closedSince: second(500) },
  { type: TYPES.slice(1, 80), closedSince: second(700), assignee: ['ann'] },
  { host: HOSTS.slice(0, 2) },
  { host: HOSTS.slice(2), state: ['open'] },
  { host: HOSTS, type: TYPES.slice(0, 40), openedSince: second(50) },
  { host: ['a', 'absent'] as HostName[], type: TYPES.slice(0, 1), state: ['completed'] },
];

test.each(FILTERS)('%j: in pages of any size what the simplest filter answers', async (filter) => {
  await expectListed(filter, LABORS);
});

test('a host with more labors than its types and classes are worth is listed from these', async () => {
  const one = 'a' as HostName;
  const labors = LABORS.map((labor) => ({ ...labor, type: TYPES[0]! }));
  await views.writer.apply(generation, { labors: labors.map((labor) => ({ ...labor, position: LATER })) });
  await expectListed({ host: [one] }, labors);
  await expectListed({ host: [one, 'b' as HostName], state: ['open'] }, labors);
});

test('a labor that moved to another host is listed there, under its old id, and not where it was', async () => {
  const [from, to] = ['a', 'a-b'] as [HostName, HostName];
  const moved = LABORS.map((labor, n) => (labor.host === from && n % 4 === 1 ? { ...labor, host: to } : labor));
  await views.writer.apply(generation, { labors: moved.map((labor) => ({ ...labor, position: LATER })) });
  await expectListed({ host: [from] }, moved);
  await expectListed({ host: [to] }, moved);
  await expectListed({ host: [from, to], state: ['open'] }, moved);
});
