/**
 * Labors of the hosts that a query selects. Views have no index of what both say, so the hosts are looked up first: few of
 * them become names in the filter; many are gone through in their order, with the labors' list beside them.
 */
import {
  done,
  failed,
  type CursorKey,
  type HostQuery,
  type LaborFilter,
  type LaborSort,
  type Outcome,
  type Page,
  type PageRequest,
} from '#contracts';
import type { HostName } from '#domain';
import type { LaborRow, ViewsReader } from '#ports';

/** Up to as many hosts a list has every sort, and a total. */
export const MOST_HOSTS = 1000;
/** Pages of hosts gone through for one page of labors, however few of them have any. */
const MOST_PAGES = 20;
/** A key of the sort by host after every labor of the host. */
const LAST = ['9999-12-31T23:59:59.999Z', '~'] as const;

interface Selected {
  readonly generation: number;
  readonly filter: LaborFilter;
  readonly query: HostQuery;
}

/** `too-broad` where many hosts match and the sort is another than by host, or a total is asked for. A page may be short. */
export async function laborsOfHosts(
  views: Pick<ViewsReader, 'hosts' | 'labors'>,
  { generation, filter, query }: Selected,
  page: PageRequest<LaborSort>,
): Promise<Outcome<Page<LaborRow>>> {
  const hostsAfter = async (after: CursorKey | null) => {
    const asked = { query, ...(filter.host && { host: filter.host }) };
    const { items, next } = await views.hosts(generation, asked, {
      sort: 'host',
      limit: MOST_HOSTS,
      after,
      count: false,
    });
    return { host: items.map(({ host }) => host), next };
  };
  const first = await hostsAfter(null);
  if (first.next === null) return done(await views.labors(generation, { ...filter, host: first.host }, page));
  if (page.sort !== 'host' || page.count !== false) {
    const detail = `hostQuery selects more than ${MOST_HOSTS} hosts: ask with sort=host and without count, or for fewer hosts`;
    return failed({ code: 'too-broad', detail });
  }
  const items: LaborRow[] = [];
  // the cursor's host may have further labors, whether or not it is selected by now
  let hosts = page.after === null ? first : { host: [page.after[0] as HostName], next: page.after.slice(0, 1) };
  for (let pages = 0; pages < MOST_PAGES && items.length < page.limit; pages += 1) {
    if (pages > 0) hosts = await hostsAfter(hosts.next);
    const after = pages === 0 ? page.after : null;
    const limit = page.limit - items.length;
    const labors = await views.labors(generation, { ...filter, host: hosts.host }, { ...page, after, limit });
    items.push(...labors.items);
    if (labors.next !== null || hosts.next === null) return done({ items, next: labors.next });
  }
  const last = hosts.host.at(-1);
  return done({ items, next: last === undefined ? null : [last, ...LAST] });
}
