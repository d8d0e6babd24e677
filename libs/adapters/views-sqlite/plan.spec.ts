/** No page of any filter, alone or with a state, reads a table from end to end or sorts what is not bounded. */
import type { Database } from '#adapters/sqlite';
import {
  positionOf,
  type EventFilter,
  type HostFilter,
  type LaborAsOfFilter,
  type LaborFilter,
  type LaborSort,
  type PageRequest,
  type QuestFilter,
  type QuestHostFilter,
} from '#contracts';
import type { HostName, Instant, LaborId, QuestId, TypeName } from '#domain';
import {
  closedLabor,
  eventDoc,
  hostDoc,
  intercept,
  laborDoc,
  lastEventDoc,
  newGeneration,
  partDoc,
  questRecord,
  recountOf,
  temporaryFolder,
} from '#testing';
import { openViews } from './open.js';
import { Connections } from './testing-connections.js';
import type { SqliteViews } from './views.js';

const path = temporaryFolder();
let connections: Connections;
let views: SqliteViews;
let generation: number;
let asked: { readonly database: Database; readonly sql: string }[];

beforeEach(async () => {
  const file = path('views.sqlite');
  connections = new Connections(file);
  views = await openViews(file, { connect: connections.connect });
  generation = await newGeneration(views);
  await fill();
  asked = [];
  for (const database of [connections.events(), connections.generation(generation)]) {
    intercept(database, 'prepare', (prepare, sql) => {
      asked.push({ database, sql });
      return prepare(sql);
    });
  }
});

afterEach(() => views.close());

const HOSTS = ['a', 'b', 'c'] as HostName[];
const TYPES = ['x-a', 'x-b'] as TypeName[];
const QUESTS = [1, 2] as QuestId[];
const NOW = '2024-02-01T00:00:00.000Z' as Instant;
const EARLY = '2023-01-01T00:00:00.000Z' as Instant;

/** One or two of each kind, so that no filter is answered without looking. */
async function fill(): Promise<void> {
  const labors = Array.from({ length: 24 }, (_, n) => {
    const host = HOSTS[n % 3] as HostName;
    const labor = laborDoc({
      ...{ host, n, type: TYPES[n % 2] as TypeName, quest: n % 4 < 2 ? (QUESTS[n % 4] as QuestId) : null },
      ...{
        assignee: n % 5 === 0 ? 'ann' : null,
        ack:
          n % 7 === 0 ? { by: 'ann', principal: 'bob', at: NOW, note: null, position: laborDoc({ n }).position } : null,
      },
      opened: { ...laborDoc({ host, n }).opened, principal: n % 2 === 0 ? 'agent' : 'bob' },
      ...(n % 6 === 2 && { chain: 'a~1' as LaborId, actors: ['owner'] as const }),
    });
    return n % 3 === 0 ? closedLabor(labor, n + 30) : labor;
  });
  await views.writer.apply(generation, {
    labors,
    events: labors.map(({ host, type, quest }, n) =>
      eventDoc({ host, type, quest, n, key: `k${n}`, by: 'ann', principal: 'bob' }),
    ),
    parts: QUESTS.flatMap((quest) => HOSTS.map((host) => partDoc({ quest, host }))),
    quests: QUESTS.map((quest) => questRecord(quest, 1, { target: quest === 1 ? EARLY : null })),
    hosts: HOSTS.map((host, n) => {
      const retired = n === 0 ? { by: null, principal: null, at: NOW, reason: 'sold' } : null;
      const state = { ...hostDoc({ host, open: n }).state, attributes: { role: 'web', rack: n }, retired };
      return hostDoc({ host, state, lastEvent: lastEventDoc(n) });
    }),
  });
  await views.writer.storeRecount(generation, QUESTS[0] as QuestId, recountOf(9), 0);
}

/** Every step of every statement prepared since the last call, by statement. */
function plans(): readonly { readonly sql: string; readonly steps: readonly string[] }[] {
  return asked.splice(0).map(({ database, sql }) => {
    const rows = database.prepare(`EXPLAIN QUERY PLAN ${sql}`).all() as { readonly detail: string }[];
    return { sql, steps: rows.map(({ detail }) => detail) };
  });
}

/** Tables that grow with hosts, labors or history; those of counters and control do not. */
const LARGE = /^SCAN (labors|hosts|parts|events|quests)( |$)/;
const SORTS = /^USE TEMP B-TREE/;
/** Only rows of equal place are sorted among themselves: what one event opened. */
const TIES = 'USE TEMP B-TREE FOR LAST TERM OF ORDER BY';

/**
 * `sorted` names the index whose range may be sorted, since it was measured before; `scanned` that which a list without
 * any filter walks along in its order; `ties` is part of the names of indexes that lack the last key.
 */
function expectBounded(
  allowed: { readonly sorted?: string; readonly ties?: string; readonly walked?: RegExp } = {},
): void {
  const found = plans();
  expect(found.length).toBeGreaterThan(0);
  for (const { sql, steps } of found) {
    for (const step of steps) {
      if (allowed.walked?.test(step) === true && / LIMIT \?$/.test(sql)) continue;
      expect(`${step} in ${sql}`).not.toMatch(LARGE);
      if (allowed.sorted !== undefined && sql.includes(allowed.sorted)) continue;
      if (allowed.ties !== undefined && sql.includes(allowed.ties) && step === TIES) continue;
      expect(`${step} in ${sql}`).not.toMatch(SORTS);
    }
  }
}

async function firstAndNext<S extends string>(
  read: (page: PageRequest<S>) => Promise<{ readonly next: PageRequest<S>['after'] }>,
  sort: S,
): Promise<void> {
  const { next } = await read({ sort, limit: 1, after: null, count: false });
  expect(next).not.toBeNull();
  await read({ sort, limit: 1, after: next, count: false });
}

const LABOR_FILTERS: Readonly<Record<string, LaborFilter>> = {
  none: {},
  type: { type: TYPES },
  host: { host: HOSTS },
  quest: { quest: QUESTS },
  'no quest': { quest: ['none'] },
  'quest or none': { quest: [...QUESTS, 'none'] },
  chain: { chain: ['a~1' as LaborId, 'a~3' as LaborId] },
  assignee: { assignee: ['ann', 'bob'] },
  principal: { principal: ['bob'] },
  principals: { principal: ['agent', 'bob'] },
  acked: { acked: true },
  'not acked': { acked: false },
  actor: { actor: ['owner'] },
  openedSince: { openedSince: EARLY },
  openedBefore: { openedBefore: NOW },
  closedSince: { closedSince: EARLY },
  overdue: { overdue: { is: true, now: NOW } },
  'not overdue': { overdue: { is: false, now: NOW } },
  stranded: { stranded: { is: true, types: TYPES } },
  for: { for: { user: 'ann', hosts: HOSTS, quests: QUESTS } },
  'not stranded': { stranded: { is: false, types: TYPES.slice(1) } },
};

describe('labors', () => {
  const cases = Object.keys(LABOR_FILTERS).flatMap((name) =>
    (['-openedAt', 'openedAt', 'host'] as const).map((sort) => [name, sort] as const),
  );
  test.each(cases)('%s by %s: no scan and no sort, alone and with a state', async (name, sort) => {
    const filter = LABOR_FILTERS[name] ?? {};
    const states: readonly LaborFilter['state'][] =
      name === 'closedSince' ? [undefined, ['completed']] : [undefined, ['open'], ['open', 'completed']];
    for (const state of states) {
      const whole = state === undefined ? filter : { ...filter, state };
      await firstAndNext<LaborSort>((page) => views.reader.labors(generation, whole, page), sort);
    }
    const times: Readonly<Record<string, string>> = {
      closedSince: '_closed',
      openedSince: '_opened',
      openedBefore: '_opened',
    };
    const byTime = (sort === 'host' ? times[name] : undefined) ?? '';
    // a chain's follow-ups are few, and on one host; that hosts or principals have few labors was counted before
    const isSorted = name === 'host' || name === 'for' || (name.startsWith('principal') && sort === 'host');
    const few = isSorted ? 'NOT INDEXED WHERE number IN' : name === 'chain' && sort === 'host' && '_chain_opened';
    const sorted = few === false ? byTime : few;
    expectBounded(sorted === '' ? {} : { sorted });
  });

  const past = Object.keys(LABOR_FILTERS).filter((name) => !['for', 'overdue', 'not overdue'].includes(name));
  test.each(past)('R11: %s as of a place: no scan and no sort, alone and with a state', async (name) => {
    const filter = (LABOR_FILTERS[name] ?? {}) as LaborAsOfFilter;
    const { position } = laborDoc({ n: 45 });
    const first = { limit: 1, after: null };
    let shown = 0;
    for (const sort of ['-openedPlace', 'openedPlace'] as const) {
      for (const state of [undefined, ['open'], ['completed'], ['open', 'completed']] as const) {
        const whole = state === undefined ? filter : { ...filter, state };
        const { next: after } = await views.reader.laborsAsOf(generation, position, whole, { ...first, sort });
        if (after !== null) await views.reader.laborsAsOf(generation, position, whole, { ...first, sort, after });
        shown += after === null ? 0 : 1;
      }
    }
    expect(shown).toBeGreaterThan(1);
    const few = name === 'host' || name === 'chain';
    expectBounded({ ties: '_term', ...(few && { sorted: 'NOT INDEXED WHERE number IN' }) });
  });

  test.each(['-openedAt', 'openedAt', 'host'] as const)('of many types, or of hosts with many, by %s', async (sort) => {
    const [host] = HOSTS as [HostName];
    const labors = Array.from({ length: 800 }, (_, n) =>
      laborDoc({ host, n: n + 100, type: n < 760 ? (TYPES[0] as TypeName) : (`x-${n}` as TypeName) }),
    );
    await views.writer.apply(generation, { labors });
    asked = [];
    for (const filter of [{}, { host: [host] }, { host: HOSTS }, { openedSince: EARLY, type: TYPES }]) {
      if (sort !== 'host' || !('openedSince' in filter)) {
        await firstAndNext<LaborSort>((page) => views.reader.labors(generation, filter, page), sort);
      }
    }
    expect(asked.some(({ sql }) => sql.includes('FROM json_each(?) AS asked') && sql.includes('_type_'))).toBe(true);
    expectBounded();
  });

  test('counting reads indexes alone', async () => {
    for (const [name, filter] of Object.entries(LABOR_FILTERS)) {
      if (name === 'chain' || name === 'host' || name === 'for') continue;
      await views.reader.labors(generation, filter, { sort: '-openedAt', limit: 1, after: null, count: 100_000 });
    }
    const counting = plans().filter(({ sql }) => sql.startsWith('SELECT count(*), '));
    expect(counting.length).toBeGreaterThan(5);
    for (const { sql, steps } of counting) {
      for (const step of steps) if (step.includes('labors_')) expect(`${step} in ${sql}`).toMatch(/COVERING INDEX/);
    }
  });
});

const EVENT_FILTERS: Readonly<Record<string, EventFilter>> = {
  host: { host: HOSTS },
  key: { key: ['k1', 'k2', 'k3'] },
  type: { type: TYPES },
  category: { category: ['reboot'] },
  by: { by: ['ann'] },
  principal: { principal: ['bob'] },
  quest: { quest: QUESTS },
  since: { since: EARLY },
  until: { until: NOW },
  afterPosition: { afterPosition: positionOf(5n) },
};

describe('events', () => {
  test.each(Object.keys(EVENT_FILTERS))('%s: no scan and no sort', async (name) => {
    for (const sort of ['-position', 'position'] as const) {
      await firstAndNext((page) => views.reader.events(EVENT_FILTERS[name] ?? {}, page), sort);
    }
    expectBounded();
  });

  test('without a filter the table is walked along in its order, and counted by its hours', async () => {
    await firstAndNext((page) => views.reader.events({}, page), 'position');
    await views.reader.lastByCategory(HOSTS[0] as HostName, 5);
    await views.reader.totals(generation);
    await views.reader.timesToClose(generation, null);
    await views.reader.timesToClose(generation, QUESTS[0] as QuestId);
    expectBounded({ walked: /^SCAN events$/ });
  });
});

const QUEST_FILTERS: Readonly<Record<string, QuestFilter>> = {
  none: {},
  state: { state: ['open', 'embarking'] },
  creator: { creator: ['ann'] },
  host: { host: HOSTS },
  type: { type: ['reboot-required' as TypeName] },
  'not overdue': { overdue: { is: false, now: EARLY } },
};

describe('quests and hosts', () => {
  test.each(Object.keys(QUEST_FILTERS))('quests by %s: no scan and no sort', async (name) => {
    for (const sort of ['-id', 'id', 'target'] as const) {
      await firstAndNext((page) => views.reader.quests(generation, QUEST_FILTERS[name] ?? {}, page), sort);
    }
    // those of hosts were looked up before
    expectBounded({ sorted: 'FROM quests NOT INDEXED WHERE quest IN' });
  });

  const filters: readonly HostFilter[] = [
    { host: HOSTS },
    { hostPrefix: ['a', 'b'] },
    { quest: QUESTS },
    { open: true },
    { open: true, hostPrefix: ['b', 'c'] },
    { quest: QUESTS, open: true },
    { attribute: ['role:web'], hostPrefix: ['a', 'b', 'c'], retired: false },
    { attribute: ['role:web', 'role:web'], notHeardSince: NOW },
    { retired: false },
    { listed: false },
    { listed: false, retired: false, hostPrefix: ['a', 'b', 'c'] },
    { notHeardSince: NOW },
    { notHeardSince: NOW, hostPrefix: ['a', 'b', 'c'] },
  ];
  test.each(filters)('hosts by %j: no scan and no sort', async (filter) => {
    await firstAndNext((page) => views.reader.hosts(generation, filter, page), 'host');
    expectBounded();
  });

  test('of several fields the one leads that fewest hosts pass', async () => {
    const page = { sort: 'host', limit: 1, after: null, count: 100_000 } as const;
    const retired = await views.reader.hosts(generation, { retired: true }, page);
    const both = await views.reader.hosts(generation, { attribute: ['role:web', 'rack:1'] }, page);
    expect([retired.total, both.total]).toEqual([1, 1]);
    expectBounded();
    // none of the many hosts with the attribute is looked at: none was last heard of before that
    await views.reader.hosts(generation, { attribute: ['role:web'], notHeardSince: EARLY }, page);
    expect(asked.filter(({ sql }) => sql.startsWith('SELECT attribute, host'))).toEqual([]);
  });

  test('hosts without a filter are walked along by name; a quest’s hosts and their labors are found', async () => {
    await firstAndNext((page) => views.reader.hosts(generation, {}, page), 'host');
    await firstAndNext((page) => views.reader.questHosts(generation, QUESTS[0] as QuestId, {}, page), 'host');
    expectBounded({ walked: /^SCAN hosts USING COVERING INDEX/, sorted: '_quest_host' });
  });

  test.each<QuestHostFilter>([
    {},
    { state: ['open', 'without'] },
    { host: HOSTS.slice(1) },
    { hostPrefix: ['b', 'c'] },
    { attribute: ['role:web'] },
    { query: { is: 'attribute', among: ['role:web'] } },
    { step: TYPES },
    { stepBefore: NOW },
    { host: HOSTS, hostPrefix: ['a'], attribute: ['role:web'], state: ['open'], step: TYPES, stepBefore: NOW },
  ])('a quest’s hosts: %p, in either order', async (filter) => {
    for (const sort of ['host', 'stepSince'] as const)
      await firstAndNext((page) => views.reader.questHosts(generation, QUESTS[0] as QuestId, filter, page), sort);
    // of one host its labors of eight classes are merged
    expectBounded({ sorted: 'SELECT doc FROM labors INDEXED BY labors_quest_host' });
  });

  test('a quest’s hosts by an attribute that few hosts have are found among these', async () => {
    const query = { is: 'attribute', among: ['role:nothing'] } as const;
    const page = { sort: 'host', limit: 10, after: null, count: 10 } as const;
    await views.reader.questHosts(generation, QUESTS[0] as QuestId, { query }, page);
    expectBounded();
    const listed = asked.filter(({ sql }) => sql.includes('SELECT host, host'));
    expect(listed.filter(({ sql }) => sql.includes('FROM host_attributes WHERE'))).not.toEqual([]);
    expect(listed.filter(({ sql }) => sql.includes('FROM parts INDEXED BY parts_state'))).toEqual([]);
  });

  test('a quest’s steps on hosts with an attribute that few hosts have are found by these hosts', async () => {
    const page = { sort: 'stepSince', limit: 10, after: null, count: false } as const;
    await views.reader.questHosts(generation, QUESTS[0] as QuestId, { attribute: ['role:nothing'] }, page);
    expectBounded();
    expect(asked.filter(({ sql }) => sql.includes('FROM host_attributes WHERE'))).not.toEqual([]);
    expect(asked.filter(({ sql }) => sql.includes('labors_quest_opened'))).toEqual([]);
  });

  test('what events did, and which fates fired, is found by indexes', async () => {
    const labors = [
      laborDoc({ n: 50, occurrences: 500, absorbed: [{ position: positionOf(7n), at: laborDoc().lastSeen }] }),
    ];
    await views.writer.apply(generation, { labors, events: [eventDoc({ n: 60 })] });
    asked = [];
    await views.reader.effects(generation, [eventDoc({ n: 60 }).id]);
    expect(asked.some(({ sql }) => sql.includes('labors_forgotten'))).toBe(true);
    await views.reader.firedFates(generation);
    expectBounded({ walked: /^SCAN fired_fates$/ });
  });

  test('what projection asks again and again finds its rows', async () => {
    const { writer, reader } = views;
    const [quest] = QUESTS as [QuestId];
    const [host] = HOSTS as [HostName];
    await writer.dirtyQuests(generation, null, 10);
    await writer.sumParts(generation, quest);
    await writer.questsOfHost(generation, host, null, 10);
    await writer.parkedHosts(generation, null, 10);
    await writer.parkedQuests(generation, null, 10);
    await reader.questsBehind(generation, positionOf(5n), null);
    await reader.eventsPerHour(EARLY);
    expectBounded({ walked: /hosts_parked/ });
  });
});
