/** What ingest counts and what it says of its queues. */
import { CatalogueTimeline, createIngest, silentLog, systemClock } from '#application';
import { createMemoryJournal, faultyJournal, ingestRig, report, scriptedFaults, until, wrapJournal } from '#testing';
import type { Journal } from '#ports';
import type { HostName } from '#domain';

function counted(journal: Journal, limits = { maxWaitingEntries: 100, maxWaitingBytes: 100_000 }) {
  const counts = { accepted: 0, duplicates: 0, differing: 0, newHosts: 0 };
  const ingest = createIngest({
    ...{ journal, timeline: new CatalogueTimeline(journal), clock: systemClock, log: silentLog, limits },
    owner: 'the only one',
    views: {
      freshness: async () => undefined,
      for: () => ({
        hosts: async () => ({ items: [], next: null }),
        host: async () => undefined,
        event: async () => undefined,
        laborsById: async () => [],
        behindAmong: async () => [],
        hostsBehind: async () => 0,
        questsBehind: async () => false,
        events: async () => ({ items: [], next: null }),
        quests: async () => ({ items: [], next: null }),
        labors: async () => ({ items: [], next: null }),
        effects: async () => [],
      }),
      unfinishedQuests: async () => [],
    },
    meters: {
      logged: (accepted, duplicates, newHosts) => {
        counts.accepted += accepted;
        counts.duplicates += duplicates;
        counts.newHosts += newHosts;
      },
      differing: (repeats) => {
        counts.differing += repeats;
      },
      visible: () => undefined,
      withoutEffect: () => undefined,
      audited: () => undefined,
      changesPublished: () => undefined,
    },
  });
  return { ingest, counts };
}

const caller = { principal: null, mayReportRestricted: true };

test('events are counted that are stored, repeats apart, and nothing that is no event', async () => {
  const journal = createMemoryJournal();
  await ingestRig(journal).define();
  const { ingest, counts } = counted(journal);
  await ingest.logEvents([report('a'), report('b', { key: 'k' }), report('b', { key: 'k' })], caller);
  await ingest.logEvents([report('b', { key: 'k', note: 'another' })], caller);
  expect(counts).toEqual({ accepted: 2, duplicates: 2, differing: 1, newHosts: 2 });
  const rest = { type: 'disk-full' as never, creator: null, description: 'x', target: null, references: [] };
  await ingest.embarkQuest({ ...rest, hosts: ['a', 'c'] as HostName[] }, caller);
  expect(counts).toEqual({ accepted: 4, duplicates: 2, differing: 1, newHosts: 3 });
});

test('what failed is not counted', async () => {
  const journal = createMemoryJournal();
  await ingestRig(journal).define();
  const failing = wrapJournal(journal, {
    append: async (writes) => writes.map(() => ({ kind: 'failed', reason: 'full' }) as const),
  });
  const { ingest, counts } = counted(failing);
  expect(await ingest.logEvents([report('a')], caller)).toMatchObject({ problem: { code: 'store-unavailable' } });
  expect(counts).toEqual({ accepted: 0, duplicates: 0, differing: 0, newHosts: 0 });
});

test('the queue’s size is reported, and beyond its limit requests are refused until it shrinks', async () => {
  const journal = createMemoryJournal();
  await ingestRig(journal).define();
  let go: () => void = () => undefined;
  const gate = new Promise<void>((open) => (go = open));
  const slow = wrapJournal(journal, {
    append: async (writes) => {
      await gate;
      return journal.append(writes);
    },
  });
  const { ingest } = counted(slow, { maxWaitingEntries: 2, maxWaitingBytes: 100_000 });
  expect(ingest.waiting()).toEqual({ entries: 0, bytes: 0, commands: 0, unshown: 0 });
  const first = ingest.logEvents([report('a'), report('b')], caller);
  await until('entries wait', () => ingest.waiting().entries > 0, { everyMs: 0 });
  expect(ingest.waiting()).toEqual({ entries: 2, bytes: expect.any(Number) as number, commands: 0, unshown: 0 });
  expect(ingest.waiting().bytes).toBeGreaterThan(50);
  expect(await ingest.logEvents([report('c')], caller)).toMatchObject({ problem: { code: 'overloaded' } });
  go();
  expect(await first).toMatchObject({ ok: true });
  expect(ingest.waiting()).toEqual({ entries: 0, bytes: 0, commands: 0, unshown: 0 });
  expect(await ingest.logEvents([report('c')], caller)).toMatchObject({ ok: true });
});

test('an append of unknown outcome that is found is counted once, as accepted', async () => {
  const journal = createMemoryJournal();
  await ingestRig(journal).define();
  const faulty = faultyJournal(journal, scriptedFaults({ writes: ['stored'] }));
  const { ingest, counts } = counted(faulty);
  await ingest.logEvents([report('a')], caller);
  expect(counts).toEqual({ accepted: 1, duplicates: 0, differing: 0, newHosts: 1 });
});
