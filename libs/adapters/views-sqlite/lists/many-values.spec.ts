/** Filters of ten thousand values of a field, and of several fields: the same items as those few that are there, in bounded work. */
import type { EventFilter, HostFilter, LaborFilter, Page, PageRequest, QuestFilter } from '#contracts';
import type { HostName, LaborId, QuestId, TypeName } from '#domain';
import {
  eventDoc,
  hostDoc,
  intercept,
  laborDoc,
  newGeneration,
  partDoc,
  questRecord,
  recountOf,
  temporaryFolder,
} from '#testing';
import { openViews } from '../open.js';
import type { SqlValue } from '../store.js';
import { Connections } from '../testing-connections.js';
import type { SqliteViews } from '../views.js';

/** As many statements as a list may take, whatever its filter: each is at most some thousand rows. */
const MOST_STATEMENTS = 60_000;
const MANY = 10_000;
const LIMIT_MS = 60_000;

const path = temporaryFolder();
let views: SqliteViews;
let generation: number;
let statements: number;
/** The most hosts, or chains, that one statement looked up. */
let mostNames: number;

beforeEach(async () => {
  const file = path('views.sqlite');
  const connections = new Connections(file);
  views = await openViews(file, {
    connect: (each) => {
      const database = connections.connect(each);
      intercept(database, 'prepare', (prepare, sql) => {
        const statement = prepare(sql);
        intercept(statement, 'all', (all, ...values: SqlValue[]) => {
          noted(values);
          return all(...values) as unknown[];
        });
        intercept(statement, 'get', (get, ...values: SqlValue[]) => {
          noted(values);
          return get(...values) as unknown;
        });
        return statement;
      });
      return database;
    },
  });
  generation = await newGeneration(views);
  const hosts = many('h', (name) => name as HostName).slice(0, 30);
  await views.writer.apply(generation, {
    labors: hosts.map((host, n) =>
      laborDoc({
        n,
        host,
        type: type(n % 3),
        quest: ((n % 4) + 1) as QuestId,
        assignee: `p${n % 5}`,
        opened: { ...laborDoc({ n, host }).opened, principal: `p${n % 5}` },
        ack: { by: null, principal: `p${n % 3}`, at: laborDoc().lastSeen, note: null, position: laborDoc().position },
        chain: `h0~${n % 7}` as LaborId,
      }),
    ),
    events: hosts.map((host, n) =>
      eventDoc({
        n,
        host,
        type: type(n % 3),
        category: `c${n % 3}`,
        quest: ((n % 4) + 1) as QuestId,
        ...{ by: `p${n % 5}`, principal: `p${n % 4}` },
        key: `k${n}`,
      }),
    ),
    parts: hosts.map((host, n) => partDoc({ host, quest: ((n % 4) + 1) as QuestId })),
    quests: [1, 2, 3, 4].map((quest) => questRecord(quest as QuestId, 1, { creator: `p${quest}` })),
    hosts: hosts.map((host) => hostDoc({ host })),
  });
  for (const quest of [1, 2, 3, 4]) await views.writer.storeRecount(generation, quest as QuestId, recountOf(9), 0);
  statements = 0;
  mostNames = 0;
});
afterEach(() => views.close());

function noted(values: readonly SqlValue[]): void {
  statements += 1;
  for (const value of values)
    if (typeof value === 'string' && value.startsWith('["h')) mostNames = Math.max(mostNames, value.split(',').length);
}

/** The first few of them are there. */
function many<T>(prefix: string, of: (name: string) => T): T[] {
  return Array.from({ length: MANY }, (_, n) => of(`${prefix}${n}`));
}

function type(n: number): TypeName {
  return `c${n}-x` as TypeName;
}

const host = many('h', (name) => name as HostName);
const types = Array.from({ length: MANY }, (_, n) => type(n));
const quest = Array.from({ length: MANY }, (_, n) => (n + 1) as QuestId);
const people = many('p', String);
const chain = many('h0~', (name) => name as LaborId);

async function expectAll<S extends string, T>(
  read: (page: PageRequest<S>) => Promise<Page<T>>,
  sorts: readonly S[],
  all: number,
): Promise<void> {
  for (const sort of sorts) {
    const { items, total, next } = await read({ sort, limit: 20, after: null, count: 1000 });
    const rest = next === null ? { items: [] } : await read({ sort, limit: 20, after: next, count: false });
    expect([sort, new Set([...items, ...rest.items]).size, total]).toEqual([sort, all, all]);
  }
  expect(statements).toBeLessThan(MOST_STATEMENTS);
}

const LABORS: Readonly<Record<string, LaborFilter>> = {
  host: { host },
  type: { type: types },
  quest: { quest: [...quest, 'none'] },
  chain: { chain },
  assignee: { assignee: people },
  principal: { principal: people },
  'few principals': { principal: people.slice(0, 300) },
  'all of them': { host, type: types, quest, chain, assignee: people, principal: people },
};
test.each(Object.entries(LABORS))(
  'labors by %s',
  async (_name, filter) => {
    await expectAll((page) => views.reader.labors(generation, filter, page), ['-openedAt', 'openedAt', 'host'], 30);
  },
  LIMIT_MS,
);

test.each([
  ['hosts', { host }],
  ['chains', { chain }],
])(
  'labors of ten thousand %s are looked up some hundreds at a time, and others have their turns in between',
  async (_names, filter) => {
    const page = { sort: '-openedAt', limit: 20, after: null, count: 1000 } as const;
    await views.reader.labors(generation, filter, page);
    expect(mostNames).toBeLessThanOrEqual(500);
  },
);

test('a labor that moved from one of ten thousand hosts to another is listed and counted once', async () => {
  const moved = laborDoc({ id: 'h3~900' as LaborId, host: 'h9000' as HostName });
  await views.writer.apply(generation, { labors: [moved] });
  for (const sort of ['-openedAt', 'host'] as const) {
    const { items, total } = await views.reader.labors(
      generation,
      { host },
      { sort, limit: 50, after: null, count: 1000 },
    );
    expect([items.filter(({ labor }) => labor.id === moved.id).length, items.length, total]).toEqual([1, 31, 31]);
  }
});

const EVENTS: Readonly<Record<string, EventFilter>> = {
  host: { host },
  'host and category': { host, category: many('c', String) },
  category: { category: many('c', String) },
  type: { type: types },
  key: { key: many('k', String) },
  by: { by: people },
  principal: { principal: people },
  quest: { quest },
  'all of them': {
    ...{ host, type: types, quest, by: people, principal: people },
    ...{ key: many('k', String), category: many('c', String) },
  },
};
test.each(Object.entries(EVENTS))(
  'events by %s',
  async (_name, filter) => {
    await expectAll((page) => views.reader.events(filter, page), ['-position', 'position'], 30);
  },
  LIMIT_MS,
);

const HOSTS: Readonly<Record<string, HostFilter>> = {
  host: { host },
  prefix: { hostPrefix: many('h', String) },
  'host and prefix': { host, hostPrefix: many('g', String) },
  quest: { quest },
  'host, prefix and quest': { host, hostPrefix: many('g', String), quest, parked: false },
};
test.each(Object.entries(HOSTS))(
  'hosts by %s',
  async (_name, filter) => {
    await expectAll((page) => views.reader.hosts(generation, filter, page), ['host'], 30);
  },
  LIMIT_MS,
);

const QUESTS: Readonly<Record<string, QuestFilter>> = {
  host: { host },
  creator: { creator: people },
  'host, creator and type': { host, creator: people, type: ['reboot-required' as TypeName, ...types] },
};
test.each(Object.entries(QUESTS))(
  'quests by %s',
  async (_name, filter) => {
    await expectAll((page) => views.reader.quests(generation, filter, page), ['-id', 'id', 'target'], 4);
  },
  LIMIT_MS,
);
