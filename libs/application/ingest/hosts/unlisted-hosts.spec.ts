/** The hosts that an inventory does not name, whichever generations the views have meanwhile. */
import { done, failed, START, type PageRequest } from '#contracts';
import type { HostName } from '#domain';
import { GenerationGone, type HostRow } from '#ports';
import { unlistedHosts } from './unlisted-hosts.js';

type Parts = Parameters<typeof unlistedHosts>[0];

const HOSTS = Array.from({ length: 2500 }, (_, nth) => `m${10_000 + nth}` as HostName);

/** Views of which each generation is dropped after as many pages as are given. */
function partsOf(pages: readonly number[], gate?: Parts['gate']): Parts {
  let generation = 0;
  let left = pages[0] ?? Infinity;
  const hosts = async (_: number, __: object, { after, limit }: PageRequest<'host'>) => {
    if (left === 0) {
      generation += 1;
      left = pages[generation] ?? Infinity;
      throw new GenerationGone(generation);
    }
    left -= 1;
    const from = after === null ? 0 : HOSTS.findIndex((host) => host > (after[0] ?? ''));
    const items = HOSTS.slice(from, from + limit).map((host) => ({ host }) as HostRow);
    return { items, next: from + limit < HOSTS.length ? [items.at(-1)!.host] : null };
  };
  const there = { pass: async () => done({ generation }) };
  return { gate: gate ?? there, views: { for: () => ({ hosts }) } } as unknown as Parts;
}

async function found(parts: Parts): Promise<readonly HostName[]> {
  const hosts: HostName[] = [];
  const named = { has: (host: string) => host === HOSTS[1] };
  for await (const page of unlistedHosts(parts, named, { principal: null } as never, START)) {
    if (!page.ok) throw new Error(page.problem.detail);
    hosts.push(...page.value.map(({ host }) => host));
  }
  return hosts;
}

const UNLISTED = HOSTS.filter((_, nth) => nth !== 1);

test('each comes once, also where a generation is dropped meanwhile', async () => {
  expect(await found(partsOf([]))).toEqual(UNLISTED);
  expect(await found(partsOf([1, 0]))).toEqual(UNLISTED);
});

test('it ends where generations are dropped again and again, and where there are no views', async () => {
  await expect(found(partsOf([1, 0, 0]))).rejects.toThrow(GenerationGone);
  const away = { pass: async () => failed({ code: 'not-caught-up', detail: 'no views' }) } as unknown as Parts['gate'];
  await expect(found(partsOf([], away))).rejects.toThrow('no views');
});
