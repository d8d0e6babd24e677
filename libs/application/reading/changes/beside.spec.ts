/** Followers whose filters look beside the labor: at names, at its host, at its quest. */
import { hostStream, LAST_POSITION, partitionOf, questStream, type HostDocument, type Position } from '#contracts';
import { newHost, type HostName, type Instant, type NamesEntry } from '#domain';
import { until } from '../../../testing/until.js';
import { at, freshnessOf, hostName, hostOf, NOW, progressOf, questId, questOf, typeOf } from '../testing-documents.js';
import type { FakeViews } from '../testing-views.js';
import { stopAll, world } from './testing-followers.js';

afterEach(stopAll);

const WEB = { hostQuery: { is: 'attribute', among: ['role:web'] } } as const;

/** The host's document is as of `position`. */
function put(views: FakeViews, host: string, position: Position, state: Partial<HostDocument['state']> = {}): void {
  const document = { ...hostOf(host), position, state: { ...newHost, ...state } };
  views.hostDocuments = [...views.hostDocuments.filter((each) => each.host !== document.host), document];
}

function alias(views: FakeViews, host: string, name: string): void {
  const signed = { by: null, recordedAt: '2026-01-01T00:00:00.000Z' as Instant };
  const entry: NamesEntry = { kind: 'HostAliased', host: hostName(host), names: [hostName(name)], ...signed };
  const { length: revision } = views.namesNow;
  views.namesNow = [...views.namesNow, { revision, position: at(revision), entry }];
}

async function looked(views: FakeViews, times = 2): Promise<void> {
  const { looks } = views;
  await until('looks', async () => views.looks > looks + times);
}

test('hosts are followed by any of their names, as these are when a labor changes, and by former ones', async () => {
  const { views, follow, change } = world();
  alias(views, 'web-1', 'w1');
  const { follower: byAlias } = await follow(null, { host: ['w1'] });
  const { follower: byFormer } = await follow(null, { formerHost: ['w1'] });
  const { follower: early } = await follow(null, { host: ['w2'] });
  change('web-1~0', at(12));
  change('w1~0', at(13));
  change('web-2~0', at(14));
  await until('they came', async () => byAlias.ids().length === 1 && byFormer.ids().length === 1);
  expect([byAlias.ids(), byFormer.ids()]).toEqual([['web-1~0'], ['w1~0']]);
  await looked(views);
  alias(views, 'web-2', 'w2');
  await looked(views);
  // nothing is sent for that
  expect(early.ids()).toEqual([]);
  change('web-2~0', at(15));
  await until('it came', async () => early.ids().length === 1);
});

test('a query of hosts is asked of each host once for all filters, and only where a labor passes the rest of one', async () => {
  const { views, follow, change } = world();
  put(views, 'web-1', at(20), { attributes: { role: 'web' } });
  put(views, 'db-1', at(20), { attributes: { role: 'db' } });
  const open = [{ id: 'web-2~0', type: typeOf('x-b'), quest: null, chain: 'web-2~0', earlier: 0 }];
  put(views, 'web-2', at(20), { open: open as unknown as HostDocument['state']['open'] });
  const { follower: web } = await follow(null, { ...WEB, type: ['x-a'] }, 'a');
  const hostQuery = { is: 'any', of: [WEB.hostQuery, { is: 'open', type: 'x-b' }] };
  const { follower: either } = await follow(null, { hostQuery, state: ['open'], type: ['x-a'] }, 'b');
  const { follower: all } = await follow(null, {}, 'c');
  await looked(views);
  change('web-1~0', at(12));
  change('db-1~0', at(12));
  change('web-2~0', at(12));
  change('x-1~0', at(12), at(12), { type: typeOf('x-c') });
  await until('they came', async () => all.ids().length === 4);
  expect(web.ids()).toEqual(['web-1~0']);
  expect([...either.ids()].sort()).toEqual(['web-1~0', 'web-2~0']);
  await looked(views);
  const asked = views.argumentsOf('queriedHosts').map(([, hosts]) => [...(hosts as readonly HostName[])].sort());
  expect(asked).toEqual([['db-1', 'web-1', 'web-2']]);
  // what changes of a host changes no labor
  put(views, 'db-1', at(30), { attributes: { role: 'web' } });
  await looked(views);
  expect(web.ids()).toEqual(['web-1~0']);
  change('db-1~0', at(31));
  put(views, 'db-1', at(31), { attributes: { role: 'web' } });
  await until('it came', async () => web.ids().includes('db-1~0'));
});

test.each<readonly [string, Position]>([
  ['live', at(12)],
  ['late, behind the progress', at(20)],
  ['late, without a place yet', LAST_POSITION],
])(
  'a labor whose host is not written yet is judged once it is, however far progress has come: %s',
  async (_, seenAt) => {
    const { views, follow, change } = world();
    put(views, 'web-1', at(9));
    const { follower } = await follow(null, WEB);
    const { follower: other } = await follow(null, {}, 'b');
    change('web-1~0', at(12), seenAt);
    await until('the other has it', async () => other.ids().includes('web-1~0'));
    views.advance(at(30));
    await looked(views, 3);
    expect(follower.ids()).toEqual([]);
    // nobody resumes behind it
    expect(follower.places().every((place) => BigInt(place.split('.')[1] ?? 0) <= at(12))).toBe(true);
    // nor does who begins now
    const { follower: joining } = await follow(null, WEB, 'c');
    expect(joining.places()[0]).toBe(`7.${at(12)}`);
    put(views, 'web-1', at(12), { attributes: { role: 'web' } });
    await until('it came', async () => follower.ids().length === 1);
    change('web-2~0', at(31));
    put(views, 'web-2', at(31), { attributes: { role: 'web' } });
    await until('the next one came', async () => follower.ids().length === 2);
    expect(follower.places().at(-1)).toBe(`7.${at(30)}`);
  },
);

test('who joins, or resumes, gets a labor that others were sent before its host was written', async () => {
  const { views, follow, change } = world();
  const { follower: other } = await follow(null, {}, 'b');
  change('web-1~0', at(12));
  await until('the other has it', async () => other.ids().length === 1);
  const { follower: joining } = await follow(null, WEB);
  const { follower: resuming } = await follow(`7.${at(10)}`, WEB);
  await looked(views);
  for (const follower of [joining, resuming]) {
    expect(follower.ids()).toEqual([]);
    // what it waits for lies beyond
    expect(follower.places().at(-1)).toBe(`7.${at(10)}`);
  }
  put(views, 'web-1', at(12), { attributes: { role: 'web' } });
  for (const follower of [joining, resuming]) {
    await until('it came', async () => follower.ids().includes('web-1~0'));
  }
  expect(other.ids()).toEqual(['web-1~0']);
});

test('for a user: what is assigned to it, and of nobody’s what its hosts and quests have for their owner and creator', async () => {
  const { views, follow, change } = world();
  put(views, 'web-1', at(20), { attributes: { owner: 'ann' } });
  put(views, 'web-2', at(20), { attributes: { owner: 'bob' } });
  views.questsNow = [questOf(4, 'completed'), questOf(5, 'open', { creator: 'bob' })];
  const { follower } = await follow(null, { for: 'ann' });
  const { follower: all } = await follow(null, {}, 'b');
  const both = { actors: ['owner', 'creator'] as const };
  change('web-1~0', at(12), at(12), both);
  change('web-1~1', at(12), at(12), { ...both, assignee: 'bob' });
  change('web-1~2', at(12), at(12), { ...both, state: 'waived' });
  change('web-2~0', at(12), at(12), { assignee: 'ann' });
  change('web-2~1', at(12), at(12), both);
  // its quest is counted later than its labor is open again
  change('web-2~2', at(12), at(12), { ...both, quest: questId(4) });
  change('web-2~3', at(12), at(12), { ...both, quest: questId(5) });
  change('web-2~4', at(12), at(12), { actors: ['owner'], quest: questId(4) });
  await until('all came', async () => all.ids().length === 8);
  await looked(views);
  expect([...follower.ids()].sort()).toEqual(['web-1~0', 'web-2~0', 'web-2~2']);
});

test('a labor of a quest that is not in the views yet is judged once it is, or its partition has passed the labor', async () => {
  const { views, follow, change } = world();
  const [slow, quick] = [partitionOf(questStream(questId(4)), 4), partitionOf(hostStream(hostName('web-1')), 4)];
  expect(slow).not.toBe(quick);
  const reach = (position: number): void => {
    const partitions = [0, 1, 2, 3].map((partition) =>
      progressOf(partition, at(partition === slow ? position : 40), Date.parse(NOW)),
    );
    views.freshnessNow = freshnessOf(partitions);
  };
  reach(10);
  const { follower } = await follow(null, { for: 'ann' });
  const { follower: other } = await follow(null, {}, 'b');
  const ofCreator = { actors: ['creator'] as const, quest: questId(4) };
  change('web-1~0', at(41), at(41), ofCreator);
  change('web-1~1', at(42), at(42), { ...ofCreator, quest: questId(9) });
  await until('the other has it', async () => other.ids().includes('web-1~1'));
  views.questsNow = [questOf(4, null, { embarkedAt: null })];
  await looked(views);
  expect(follower.ids()).toEqual([]);
  views.questsNow = [questOf(4, null)];
  await until('it came', async () => follower.ids().includes('web-1~0'));
  reach(50);
  views.advance(at(50));
  change('web-3~0', at(51));
  await until('its place', async () => other.places().at(-1) === `7.${at(50)}`);
  expect(follower.ids()).toEqual(['web-1~0']);
});
