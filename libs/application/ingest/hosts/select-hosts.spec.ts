/** Hosts of a request that gives a query: those of the views that know all that was before it. */
import { done, failed, positionOf, type HostFilter, type HostQuery } from '#contracts';
import { noNames, type HostName } from '#domain';
import type { HostRow, ViewsReader } from '#ports';
import { Gate } from '../../reading/gate.js';
import { TRIED_ONCE } from '../names/own-names.js';
import { MAX_SELECTED, onHosts, type HostSelector } from './select-hosts.js';

const WEB: HostQuery = { is: 'attribute', among: ['role:web'] };
const CALLER = { principal: 'ann' } as Parameters<typeof onHosts>[2];

class Hosts implements Pick<ViewsReader, 'hosts'> {
  asked: HostFilter[] = [];

  constructor(private readonly count: number) {}

  async hosts(...[, filter, { limit, after }]: Parameters<ViewsReader['hosts']>) {
    this.asked.push(filter);
    const from = after === null ? 0 : Number(after[0]);
    const items = Array.from({ length: Math.min(limit, this.count - from) }, (_, n) => row(from + n));
    return { items, next: from + items.length < this.count ? [String(from + items.length)] : null };
  }
}

const row = (n: number): HostRow => ({ host: `h${n}` as HostName }) as HostRow;

const aliases = new Map([['w' as HostName, 'web-1' as HostName]]);
const own: HostSelector['own'] = {
  for: async () => ({ ...noNames, aliases }),
  hosts: async (named) => named.map((name) => aliases.get(name) ?? name),
};

function selectorOver(hosts: Hosts, shown = 5n): HostSelector {
  const pass: Gate['pass'] = async ({ minPosition }) => {
    expect(minPosition).toBe(positionOf(5n));
    if (shown < 5n) return failed({ code: 'not-caught-up', detail: 'late' });
    return done({ generation: 1 } as never);
  };
  const gate = { pass } as unknown as Gate;
  return {
    journal: { head: async () => ({ position: positionOf(5n) }) } as never,
    gate,
    views: { for: () => hosts },
    own,
  };
}

const named = (selector: HostSelector, query: HostQuery) =>
  onHosts(selector, { query, beside: [] }, CALLER, TRIED_ONCE, async (hosts) => done(hosts.length));

test('names are taken as they are, as own names, and nobody is asked', async () => {
  const hosts = new Hosts(3);
  const names = ['w', 'a'] as HostName[];
  expect(await onHosts(selectorOver(hosts), names, CALLER, TRIED_ONCE, async (given) => done(given))).toEqual(
    done(['web-1', 'a']),
  );
  expect(hosts.asked).toEqual([]);
});

test('a query gives all that it selects, of hosts in service', async () => {
  const hosts = new Hosts(2500);
  expect(await named(selectorOver(hosts), WEB)).toEqual(done(2500));
  const query = { is: 'all', of: [WEB, { is: 'not', of: { is: 'retired' } }] };
  expect(hosts.asked).toEqual([{ query }, { query }, { query }]);
});

test('rule 23: a query may name a host by an alias', async () => {
  const hosts = new Hosts(1);
  const of = [{ is: 'not', of: { is: 'name', among: ['w' as HostName] } }, { is: 'retired' }] as const;
  await named(selectorOver(hosts), { is: 'any', of });
  const byOwnName = { is: 'not', of: { is: 'name', among: ['web-1'] } };
  expect(hosts.asked).toEqual([{ query: { is: 'any', of: [byOwnName, { is: 'retired' }] } }]);
});

test('rule 19: of a request that is sent again, what an earlier try stored is among the hosts, and is all of them once it was accepted', async () => {
  const hosts = new Hosts(3);
  const again = (accepted: boolean) =>
    onHosts(
      ...([selectorOver(hosts), { query: WEB, beside: [] }, CALLER, TRIED_ONCE] as const),
      async (given) => done(given),
      { tried: async () => ({ accepted, hosts: ['h1', 'gone'] as HostName[] }) },
    );
  expect(await again(false)).toEqual(done(['h0', 'h1', 'h2', 'gone']));
  hosts.asked = [];
  expect(await again(true)).toEqual(done(['h1', 'gone']));
  expect(hosts.asked).toEqual([]);
});

test('rule 23: a name of before stands for the host that it means by now, once, also beside a query', async () => {
  const hosts: HostSelector['views'] = {
    for: () => ({ hosts: async () => ({ items: ['w', 'web-1'].map((host) => ({ host }) as HostRow), next: null }) }),
  };
  const selector = { ...selectorOver(new Hosts(0)), views: hosts };
  const given = await onHosts(
    selector,
    { query: WEB, beside: ['w' as HostName, 'x' as HostName] },
    CALLER,
    TRIED_ONCE,
    async (own) => done(own),
  );
  expect(given).toEqual(done(['web-1', 'x']));
});

test('one that speaks of retired hosts is asked as it is', async () => {
  for (const query of [{ is: 'retired' }, { is: 'any', of: [WEB, { is: 'not', of: { is: 'retired' } }] }] as const) {
    const hosts = new Hosts(1);
    await named(selectorOver(hosts), query);
    expect(hosts.asked).toEqual([{ query }]);
  }
});

test('views that are late give no hosts, and no query gives more than it may', async () => {
  expect(await named(selectorOver(new Hosts(1), 4n), WEB)).toMatchObject({ problem: { code: 'not-caught-up' } });
  expect(await named(selectorOver(new Hosts(MAX_SELECTED)), WEB)).toEqual(done(MAX_SELECTED));
  const hosts = new Hosts(10 * MAX_SELECTED);
  expect(await named(selectorOver(hosts), WEB)).toMatchObject({ problem: { code: 'too-broad' } });
  expect(hosts.asked).toHaveLength(MAX_SELECTED / 1000 + 1);
});
