/** R11: a page about the past ends where its work is done, and goes on there; what is forgotten is said. */
import {
  NO_HOSTS_COUNTED,
  type CursorKey,
  type HostDocument,
  type Page,
  type PageRequest,
  type PastParts,
  type QuestDocument,
} from '#contracts';
import type { HostName } from '#domain';
import { at, hostName, hostOf, questOf, TALLY } from '../testing-documents.js';
import { hostAsOf, hostsAsOf, type HostPastReader } from './hosts.js';
import { questsAsOf } from './quest-pages.js';
import { questAsOf, type QuestPastReader } from './quests.js';

/** Pages of a list by one key. */
function listOf<T>(items: readonly T[], keyOf: (item: T) => string) {
  return ({ after, limit }: PageRequest<string>): Promise<Page<T>> => {
    const begin = after === null ? 0 : items.findIndex((item) => keyOf(item) === after[0]) + 1;
    const page = items.slice(begin, begin + limit);
    const last = begin + limit < items.length ? page.at(-1) : undefined;
    return Promise.resolve({ items: page, next: last === undefined ? null : [keyOf(last)] });
  };
}

const nothing = () => Promise.resolve({ items: [], next: null });
const PARTS: PastParts = {
  ...{ tally: TALLY, hosts: NO_HOSTS_COUNTED, emptied: null, behind: false, looked: 60_000, forgetful: 3 },
};

function questsOf(documents: readonly QuestDocument[]): QuestPastReader & { readonly summed: number[] } {
  const summed: number[] = [];
  const list = listOf(documents, ({ quest }) => String(quest));
  return {
    summed,
    quest: (_, id) => Promise.resolve(documents.find(({ quest }) => quest === id)),
    quests: (_, __, page) => list(page),
    questEntries: nothing,
    partsAsOf: (_, quest) => {
      summed.push(quest);
      return Promise.resolve(PARTS);
    },
    parts: () => Promise.resolve([]),
  };
}

/** Never counted, so that its parts are summed. */
const QUESTS = Array.from({ length: 5 }, (_, n) => questOf(n + 1, null));

/** By numbers, page by page, however short they are. */
async function pages<T>(read: (after: CursorKey | null) => Promise<Page<T>>): Promise<readonly (readonly T[])[]> {
  const all: (readonly T[])[] = [];
  for (let after: CursorKey | null = null; all.length < 20;) {
    const { items, next }: Page<T> = await read(after);
    all.push(items);
    if (next === null) return all;
    after = next;
  }
  throw new Error('it does not end');
}

test.each(['id', 'target'] as const)(
  'a page of quests by %s sums no more parts than are the work of one page',
  async (sort) => {
    const views = questsOf(QUESTS);
    const read = async (after: CursorKey | null) =>
      questsAsOf(views, 1, at(50), {}, { sort, limit: 50, after, count: false });
    const found = await pages(read);
    expect(found.map((page) => page.map(({ quest }) => quest))).toEqual([[1, 2], [3, 4], [5]]);
    expect(views.summed).toEqual([1, 2, 3, 4, 5]);
  },
);

test('however many quests are sorted by target, a page is full', async () => {
  const many = Array.from({ length: 6000 }, (_, n) => questOf(n + 1, 'open'));
  const { items, next } = await questsAsOf(...([questsOf(many), 1, at(50), {}] as const), {
    sort: 'target',
    limit: 50,
    after: null,
    count: false,
  });
  expect(items.map(({ quest }) => quest as number)).toEqual(Array.from({ length: 50 }, (_, n) => n + 1));
  expect(next).not.toBeNull();
});

test('a page on which nothing passes is empty, and goes on; what needs no numbers is not summed', async () => {
  const views = questsOf(QUESTS);
  const none = await pages((after) =>
    questsAsOf(views, 1, at(50), { state: ['abandoned'] }, { sort: 'id', limit: 50, after, count: false }),
  );
  expect(none).toEqual([[], [], []]);
  expect(views.summed).toHaveLength(5);
  await questsAsOf(views, 1, at(50), { creator: ['nobody'] }, { sort: 'id', limit: 50, after: null, count: false });
  expect(views.summed).toHaveLength(5);
});

test('a quest says how many of its parts have forgotten what they were', async () => {
  expect(await questAsOf(questsOf(QUESTS), 1, QUESTS[0]!.quest, at(50))).toMatchObject({ forgetful: 3 });
});

test('a clean count holds as long as nothing of the quest lies beyond the place', async () => {
  const document = questOf(1, 'open');
  const views = questsOf([document]);
  expect(await questAsOf(views, 1, document.quest, at(50))).toMatchObject({
    recount: { ...document.recount, label: at(50) },
  });
  expect(views.summed).toEqual([]);
});

function hostsOf(documents: readonly HostDocument[], looked: number): HostPastReader {
  const rows = documents.map(({ host, state, updatedAt, lastEvent, parked }) => ({
    ...{ host, openLabors: 0, updatedAt, lastEvent, parked, attributes: state.attributes },
    ...{ retired: state.retired, inventories: state.inventories },
  }));
  const list = listOf(rows, ({ host }) => host);
  return {
    host: (_, name) => Promise.resolve(documents.find(({ host }) => host === name)),
    hosts: (_, __, page) => list(page),
    events: nothing,
    openAsOf: () => Promise.resolve({ open: [], looked, forgetful: 1 }),
    parts: () => Promise.resolve([]),
  };
}

test('a page of hosts looks at no more labors than are the work of one page; a host says what it has forgotten', async () => {
  const documents = ['a', 'b', 'c', 'd', 'e'].map((name): HostDocument => ({ ...hostOf(name), position: at(90) }));
  const views = hostsOf(documents, 60_000);
  const found = await pages((after) =>
    hostsAsOf(views, 1, at(50), {}, { sort: 'host', limit: 50, after, count: false }),
  );
  expect(found.map((page) => page.map(({ host }) => host as string))).toEqual([['a', 'b'], ['c', 'd'], ['e']]);
  expect(await hostAsOf(views, 1, hostName('a'), at(50))).toMatchObject({ isExact: false, updatedAt: null });
  expect(await hostAsOf(views, 1, hostName('a'), at(90))).toMatchObject({ isExact: true });
  expect(await hostAsOf(views, 1, 'a' as HostName, at(1))).toBeUndefined();
});
