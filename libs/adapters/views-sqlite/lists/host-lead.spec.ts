/** Hosts that were last heard of in more minutes than become ranges: they are looked for among all, and found the same. */
import { hostPasses, type HostFilter } from '#contracts';
import type { HostName, Instant } from '#domain';
import { allPages, hostDoc, lastEventDoc, newGeneration, temporaryFolder } from '#testing';
import { openSqliteViews } from '../index.js';

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
