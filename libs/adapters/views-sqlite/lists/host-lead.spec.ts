/** Hosts that were last heard of in more minutes than become ranges, and hosts of large quests: what leads to them changes no answer. */
import { hostPasses, type HostFilter } from '#contracts';
import type { HostName, Instant, QuestId } from '#domain';
import { allPages, hostDoc, intercept, lastEventDoc, newGeneration, partDoc, temporaryFolder } from '#testing';
import { openSqliteViews } from '../index.js';
import { openViews } from '../open.js';
import { Connections } from '../testing-connections.js';

const path = temporaryFolder();
const BEGUN_MS = Date.UTC(2024, 0, 1);
const minute = (n: number) => new Date(BEGUN_MS + n * 60_000).toISOString() as Instant;

const DOCUMENTS = Array.from({ length: 2200 }, (_, n) => {
  const host = `w${10_000 + ((n * 7) % 2200)}` as HostName;
  const attributes = { role: n % 3 === 0 ? 'web' : 'db' };
  const retired = n % 5 === 0 ? { by: null, principal: null, at: minute(0), reason: 'sold' } : null;
  const state = { ...hostDoc({ host }).state, attributes, retired };
  return hostDoc({ host, state, lastEvent: n % 11 === 0 ? null : lastEventDoc(n, { recordedAt: minute(n) }) });
});

test.each<HostFilter>([
  { notHeardSince: minute(2190) },
  { notHeardSince: minute(100) },
  { notHeardSince: minute(2190), retired: false },
  { notHeardSince: minute(2190), attribute: ['role:web'] },
  { notHeardSince: minute(2190), attribute: ['role:web'], hostPrefix: ['w10', 'w110'] },
  { notHeardSince: minute(2190), hostPrefix: ['w10', 'w11'], retired: true, open: false },
])('%j', async (filter) => {
  const views = await openSqliteViews({ file: path('views.sqlite') });
  const generation = await newGeneration(views);
  await views.writer.apply(generation, { hosts: DOCUMENTS });
  const expected = DOCUMENTS.filter((document) => hostPasses(document, filter, () => false)).map(({ host }) => host);
  const rows = await allPages((page) => views.reader.hosts(generation, filter, page), 'host', 100);
  expect(rows.map(({ host }) => host)).toEqual(expected.sort());
  expect(expected.length).toBeGreaterThan(20);
  const { total } = await views.reader.hosts(generation, filter, { sort: 'host', limit: 1, after: null, count: 9999 });
  expect(total).toBe(expected.length);
  await views.close();
});

test('hosts of a large quest are found among the few that have an attribute; of a small one, and by what many have, among its own', async () => {
  const [large, small] = [1 as QuestId, 2 as QuestId];
  const rare = DOCUMENTS.filter((_, n) => n % 100 === 7).map(({ host }) => host);
  const hosts = DOCUMENTS.map((document) => {
    const { state, host } = document;
    const attributes = { ...state.attributes, ...(rare.includes(host) && { spare: true }) };
    return { ...document, state: { ...state, attributes } };
  });
  const file = path('views.sqlite');
  const connections = new Connections(file);
  const views = await openViews(file, { connect: connections.connect });
  const generation = await newGeneration(views);
  const inSmall = hosts.slice(0, 9).map(({ host }) => host);
  const parts = [
    ...hosts.map(({ host }) => partDoc({ quest: large, host })),
    ...inSmall.map((host) => partDoc({ quest: small, host })),
  ];
  await views.writer.apply(generation, { hosts, parts });
  const asked: string[] = [];
  intercept(connections.generation(generation), 'prepare', (prepare, sql) => {
    asked.push(sql);
    return prepare(sql);
  });
  const pagesOf = async (filter: HostFilter) => {
    asked.length = 0;
    const rows = await allPages((page) => views.reader.hosts(generation, filter, page), 'host', 500);
    const read = asked.filter((sql) => sql.endsWith(' ORDER BY host ASC LIMIT ?'));
    return { names: rows.map(({ host }) => host), from: new Set(read.map((sql) => /.* FROM (\w+)/s.exec(sql)?.[1])) };
  };
  const few = { attribute: ['spare:true'] };
  expect(await pagesOf({ ...few, quest: [large] })).toEqual({ names: rare.sort(), from: new Set(['host_attributes']) });
  expect((await pagesOf({ ...few, quest: [small] })).from).toEqual(new Set(['parts']));
  expect((await pagesOf({ attribute: ['role:db'], quest: [large] })).from).toEqual(new Set(['parts']));
  await views.close();
});
