/** Labors of the hosts that a query selects: the same ones whatever the pages' size, and a page's work has an end. */
import type { CursorKey, HostQuery, LaborSort, PageRequest } from '#contracts';
import type { HostName } from '#domain';
import type { HostRow, LaborRow, ViewsReader } from '#ports';
import { laborsOfHosts, MOST_HOSTS } from './labors-of-hosts.js';
import { laborOf } from './testing-documents.js';

const QUERY: HostQuery = { is: 'retired' };

/** Views that keep the order of hosts, over names as given; `isSelected` may change between two pages. */
class Lists implements Pick<ViewsReader, 'hosts' | 'labors'> {
  hostPages = 0;
  isSelected: (name: string) => boolean = () => true;

  constructor(
    private readonly names: readonly string[],
    private readonly stored: readonly LaborRow[],
  ) {}

  async hosts(...[, filter, { limit, after }]: Parameters<ViewsReader['hosts']>) {
    expect(filter).toEqual({ query: QUERY });
    this.hostPages += 1;
    const found = this.names.filter((name) => this.isSelected(name) && name > (after?.[0] ?? ''));
    const items = found.slice(0, limit).map((host) => ({ host }) as HostRow);
    return { items, next: found.length > limit ? [items.at(-1)!.host] : null };
  }

  async labors(...[, filter, { limit, after }]: Parameters<ViewsReader['labors']>) {
    const names = new Set(filter.host);
    const found = this.stored.filter(
      (row) => names.has(row.labor.host) && (after === null || keyOf(row).join(' ') > after.join(' ')),
    );
    const items = found.slice(0, limit);
    return { items, next: found.length > limit ? keyOf(items.at(-1)!) : null };
  }
}

function keyOf({ labor }: LaborRow): CursorKey {
  return [labor.host, labor.opened.at, labor.id];
}

const nameOf = (n: number): string => `h-${String(n).padStart(6, '0')}`;
const namesOf = (count: number): readonly string[] => Array.from({ length: count }, (_, n) => nameOf(n));
const rowOf = (id: string): LaborRow => ({ labor: laborOf(id), parked: false });
const page = (sort: LaborSort, over: Partial<PageRequest<LaborSort>> = {}): PageRequest<LaborSort> => {
  return { sort, limit: 2, after: null, count: false, ...over };
};
const ask = async (views: Lists, request: PageRequest<LaborSort>, host?: readonly HostName[]) => {
  return laborsOfHosts(views, { generation: 1, filter: host ? { host } : {}, query: QUERY }, request);
};

async function all(views: Lists, limit: number): Promise<readonly string[]> {
  const ids: string[] = [];
  for (let after: CursorKey | null = null; ;) {
    const answer = await ask(views, page('host', { limit, after }));
    if (!answer.ok) throw new Error(answer.problem.detail);
    ids.push(...answer.value.items.map(({ labor }) => labor.id));
    after = answer.value.next;
    if (after === null) return ids;
  }
}

test('the labors of few hosts have every sort', async () => {
  const views = new Lists(namesOf(3), [rowOf('h-000000~0'), rowOf('h-000002~0'), rowOf('x~0')]);
  for (const sort of ['-openedAt', 'openedAt', 'host'] as const) {
    const answer = await ask(views, page(sort, { limit: 9 }));
    expect(answer.ok && answer.value.items.map(({ labor }) => labor.id)).toEqual(['h-000000~0', 'h-000002~0']);
  }
});

test('those of many hosts go by host, without a total', async () => {
  const views = new Lists(namesOf(MOST_HOSTS + 1), []);
  for (const request of [page('openedAt'), page('host', { count: 100 })]) {
    expect(await ask(views, request)).toMatchObject({ ok: false, problem: { code: 'too-broad' } });
  }
  expect(await ask(views, page('host'))).toEqual({ ok: true, value: { items: [], next: null } });
});

test('pages of any size show each labor of many hosts once', async () => {
  const ids = [0, 999, 1000, 1001, 3500, 4999].flatMap((n) => [`${nameOf(n)}~0`, `${nameOf(n)}~1`, `${nameOf(n)}~2`]);
  for (const limit of [1, 2, 3, 6, 7, 1000]) {
    const views = new Lists(namesOf(5000), [...ids.map(rowOf), rowOf('x~0')]);
    expect(await all(views, limit)).toEqual(ids);
  }
});

test('a host that is no more selected between two pages hides none of the others', async () => {
  const ids = [10, 1500].flatMap((n) => [`${nameOf(n)}~0`, `${nameOf(n)}~1`]);
  const views = new Lists(namesOf(3000), ids.map(rowOf));
  const first = await ask(views, page('host', { limit: 1 }));
  views.isSelected = (name) => name !== nameOf(10);
  const after = first.ok ? first.value.next : null;
  const second = await ask(views, page('host', { limit: 3, after }));
  expect(second.ok && second.value.items.map(({ labor }) => labor.id)).toEqual(ids.slice(1));
});

test('a page of labors goes through a bounded number of hosts, and the next goes on', async () => {
  const ids = [20_000, 49_999].map((n) => `${nameOf(n)}~0`);
  const views = new Lists(namesOf(50_000), ids.map(rowOf));
  const first = await ask(views, page('host'));
  expect(first).toMatchObject({ ok: true, value: { items: [] } });
  expect(first.ok && first.value.next).not.toBeNull();
  expect(views.hostPages).toBe(20);
  expect(await all(views, 10)).toEqual(ids);
});
