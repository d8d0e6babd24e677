/** Quests: numbered, accepted durably, each host its event exactly once, whatever crashes (rules 17, 19, 22). */
import fc from 'fast-check';
import { decodeHostEntry, decodeQuestEntry, questStream, type StoredEntry } from '#contracts';
import type { HostName, QuestId } from '#domain';
import {
  countingJournal,
  createMemoryJournal,
  faultyJournal,
  ingestRig,
  MemoryStore,
  mortalJournal,
  scriptedFaults,
  seededFaults,
  type IngestRig,
} from '#testing';
import type { QuestRequest } from '../ingest.js';
import { FORGET_AFTER_MS } from './saga.js';
import { listBatch, listedBatches } from './listing.js';

const HOUR_MS = 3_600_000;

function quest(hosts: readonly string[], more: Partial<QuestRequest> = {}): QuestRequest {
  const rest = { creator: null, description: 'full disks', target: null, references: [] };
  return { type: 'disk-full', hosts: hosts as readonly HostName[], ...rest, ...more };
}

function names(count: number, prefix = 'h'): string[] {
  return Array.from({ length: count }, (_, nth) => `${prefix}${nth}`);
}

async function eventually(condition: () => boolean | Promise<boolean>, what: string): Promise<void> {
  for (let tries = 0; tries < 2000; tries += 1) {
    if (await condition()) return;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  throw new Error(`not within ten seconds: ${what}`);
}

function kinds(entries: readonly StoredEntry[]): string[] {
  return entries.map(({ type }) => type);
}

async function defined(store = new MemoryStore()) {
  const journal = countingJournal(createMemoryJournal({ store }));
  const rig = ingestRig(journal);
  await rig.define();
  return { ...rig, store, journal };
}

/** How many events of the quest each host has. */
function eventsOf(store: MemoryStore, id: number): Map<string, number> {
  const counts = new Map<string, number>();
  for (const [stream, entries] of store.streams) {
    if (!stream.startsWith('host-')) continue;
    const its = entries.filter(({ json }) => (JSON.parse(json) as { quest?: number }).quest === id).length;
    counts.set(stream.slice(5), its);
  }
  return counts;
}

function requireOnce(store: MemoryStore, id: number, hosts: readonly string[]): void {
  const counts = eventsOf(store, id);
  expect(hosts.filter((host) => counts.get(host) !== 1)).toEqual([]);
  expect([...counts.values()].reduce((sum, count) => sum + count, 0)).toBe(hosts.length);
}

test('rule 17: a small quest is embarked before the answer; its events carry the quest', async () => {
  const { ingest, operator, quest: stream, host, journal, store } = await defined();
  const answer = await ingest.embarkQuest(quest(['a', 'b', 'a'], { creator: 'cy' }), operator);
  const entries = await stream(1);
  expect(kinds(entries)).toEqual(['QuestDrafted', 'QuestHostsListed', 'QuestHostsAccepted', 'QuestHostsEmbarked']);
  expect(answer).toEqual({ ok: true, value: { id: 1, hosts: 2, state: 'open', position: entries.at(-1)!.position } });
  expect(decodeHostEntry((await host('a'))[0]!)).toMatchObject({
    entry: { type: 'disk-full', category: 'disk', state: 'full', quest: 1, by: 'cy', key: null },
  });
  requireOnce(store, 1, ['a', 'b']);
  expect(await listedBatches(journal)).toEqual([]);
  expect(await ingest.embarkQuest(quest(['a']), operator)).toMatchObject({ value: { id: 2 } });
});

test('rule 17: what is wrong is refused, all at once, and nothing is journalled', async () => {
  const { ingest, operator, reporter, journal } = await defined();
  const { position } = await journal.head();
  const past = quest([], { type: 'disk-cleaned', target: '2001-01-01T00:00:00.000Z' as QuestRequest['target'] });
  const refused = await ingest.embarkQuest(past, operator);
  expect(refused).toMatchObject({ ok: false, problem: { code: 'validation-failed' } });
  expect(!refused.ok && refused.problem.errors!.map(({ path }) => path).sort()).toEqual(['hosts', 'target', 'type']);
  const restricted = quest(['a'], { type: 'power-cut' });
  expect(await ingest.embarkQuest(restricted, reporter)).toMatchObject({ problem: { code: 'event-type-restricted' } });
  expect((await journal.head()).position).toBe(position);
  expect(await ingest.embarkQuest(restricted, operator)).toMatchObject({ ok: true });
});

test('a number whose stream is in use is passed over, and nothing of it stays listed', async () => {
  const { ingest, operator, journal, store } = await defined();
  await ingest.embarkQuest(quest(['a']), operator);
  const draft = store.streams.get(questStream(1 as QuestId))![0]!;
  await journal.append([{ stream: questStream(2 as QuestId), expected: 'none', entries: [draft] }]);
  expect(await ingest.embarkQuest(quest(['b']), operator)).toMatchObject({ ok: true, value: { id: 3 } });
  expect(store.streams.get(questStream(2 as QuestId))).toHaveLength(1);
  expect(await listedBatches(journal)).toEqual([]);
});

test('rule 19: a large quest is answered when it is accepted, and goes on in the background at once', async () => {
  const { ingest, operator, quest: stream, store, journal } = await defined();
  ingest.start();
  const hosts = names(4500);
  const answer = await ingest.embarkQuest(quest(hosts), operator);
  expect(answer).toMatchObject({ ok: true, value: { hosts: 4500, state: 'embarking' } });
  await eventually(async () => (await listedBatches(journal)).length === 0, 'the list is empty');
  expect(kinds(await stream(1)).filter((kind) => kind !== 'QuestHostsListed')).toEqual([
    'QuestDrafted',
    'QuestHostsAccepted',
    'QuestHostsEmbarked',
  ]);
  requireOnce(store, 1, hosts);
  expect(ingest.notReady()).toBeNull();
  await ingest.close();
});

test('hosts are listed in chunks that one write can hold, whatever the names', async () => {
  const { ingest, operator, store, journal } = await defined();
  const hosts = Array.from({ length: 9000 }, (_, nth) => `${nth}`.padStart(250, 'x'));
  expect(await ingest.embarkQuest(quest(hosts), operator)).toMatchObject({ ok: true, value: { hosts: 9000 } });
  const listed = store.streams.get(questStream(1 as QuestId))!.flatMap((stored) => {
    const decoded = decodeQuestEntry(stored);
    expect(stored.json.length).toBeLessThan(journal.maxAppendBytes / 2);
    return decoded.ok && decoded.entry.kind === 'QuestHostsListed' ? [decoded.entry.hosts] : [];
  });
  expect(Math.max(...listed.map(({ length }) => length))).toBeLessThanOrEqual(2000);
  expect(listed.flat()).toEqual(hosts);
});

test('rule 22: hosts that are in get no second event; a quest that was never accepted is unknown', async () => {
  const { ingest, operator, reporter, store, quest: stream } = await defined();
  await ingest.embarkQuest(quest(['a', 'b']), operator);
  const added = await ingest.addQuestHosts(1 as QuestId, ['b', 'c', 'c'] as HostName[], reporter);
  expect(added).toMatchObject({ ok: true, value: { id: 1, hosts: 1, state: 'open' } });
  requireOnce(store, 1, ['a', 'b', 'c']);
  const length = (await stream(1)).length;
  expect(await ingest.addQuestHosts(1 as QuestId, ['c'] as HostName[], reporter)).toMatchObject({
    value: { hosts: 0 },
  });
  expect(await stream(1)).toHaveLength(length);
  expect(await ingest.addQuestHosts(7 as QuestId, ['c'] as HostName[], reporter)).toMatchObject({
    problem: { code: 'quest-unknown' },
  });
});

test('rule 22: additions at once, from two processes, give each host one event', async () => {
  const { ingest, operator, store } = await defined();
  await ingest.embarkQuest(quest(['a']), operator);
  const other = ingestRig(createMemoryJournal({ store }));
  const groups = Array.from({ length: 12 }, (_, nth) =>
    names(4, 'n').map((name, index) => `${name}-${(nth + index) % 6}`),
  );
  const answers = await Promise.all(
    groups.map((hosts, nth) =>
      (nth % 2 === 0 ? ingest : other.ingest).addQuestHosts(1 as QuestId, hosts as HostName[], operator),
    ),
  );
  expect(answers.filter(({ ok }) => !ok)).toEqual([]);
  requireOnce(store, 1, ['a', ...new Set(groups.flat())]);
});

test('rule 22: amending writes what differs, once, and answers a position that shows it', async () => {
  const { ingest, operator, quest: stream } = await defined();
  await ingest.embarkQuest(quest(['a']), operator);
  const amended = await ingest.amendQuest(1 as QuestId, { description: 'second words' }, operator);
  const entries = await stream(1);
  expect(amended).toEqual({ ok: true, value: { position: entries.at(-1)!.position } });
  expect(kinds(entries).at(-1)).toBe('QuestAmended');
  expect(await ingest.amendQuest(1 as QuestId, { description: 'second words' }, operator)).toEqual(amended);
  expect(await stream(1)).toHaveLength(entries.length);
  const past = { target: '2001-01-01T00:00:00.000Z' as QuestRequest['target'] };
  expect(await ingest.amendQuest(1 as QuestId, past, operator)).toMatchObject({
    problem: { code: 'target-not-in-future' },
  });
  expect(await ingest.amendQuest(2 as QuestId, {}, operator)).toMatchObject({ problem: { code: 'quest-unknown' } });
});

test('where the store fails after acceptance the quest is embarking, and goes on when it is back', async () => {
  const store = new MemoryStore();
  await defined(store);
  let failing = true;
  const journal = faultyJournal(createMemoryJournal({ store }), {
    write: ({ stream }) => (failing && stream.startsWith('host-') ? 'failed' : undefined),
  });
  const { ingest, operator } = ingestRig(journal);
  ingest.start();
  const answer = await ingest.embarkQuest(quest(['a', 'b']), operator);
  expect(answer).toMatchObject({ ok: true, value: { id: 1, state: 'embarking' } });
  await eventually(() => ingest.notReady() !== null, 'it says that it stands still');
  failing = false;
  await eventually(async () => (await listedBatches(journal)).length === 0, 'the list is empty');
  requireOnce(store, 1, ['a', 'b']);
  await eventually(() => ingest.notReady() === null, 'it is ready again');
  await ingest.close();
});

test('where the store fails before acceptance nothing is embarked, then or later', async () => {
  const { store } = await defined();
  const journal = faultyJournal(
    createMemoryJournal({ store }),
    scriptedFaults({ writes: Array.from({ length: 30 }, () => 'failed' as const) }),
  );
  const { ingest, operator } = ingestRig(journal);
  expect(await ingest.embarkQuest(quest(['a']), operator)).toMatchObject({ problem: { code: 'store-unavailable' } });
  expect(await listedBatches(journal)).toEqual([]);
  expect(eventsOf(store, 1).size).toBe(0);
});

test('a listed batch is forgotten when it has stood an hour without acceptance, not before', async () => {
  const { ingest, journal, clock } = await defined();
  const since = new Date(clock.nowMs()).toISOString() as Parameters<typeof listBatch>[1]['since'];
  await listBatch(journal, { quest: 9 as QuestId, batch: crypto.randomUUID(), since });
  expect(FORGET_AFTER_MS).toBe(HOUR_MS);
  clock.advance(HOUR_MS - 1);
  ingest.start();
  journal.resetCalls();
  await eventually(() => journal.calls.read >= 2, 'a round');
  expect(await listedBatches(journal)).toHaveLength(1);
  await ingest.close();
  const later = ingestRig(journal, clock.nowMs() + 1);
  later.ingest.start();
  await eventually(async () => (await listedBatches(journal)).length === 0, 'the list is empty');
  await later.ingest.close();
});

test('one process embarks at a time; the other takes over when the lease is over', async () => {
  const { store, operator, ingest, clock, journal } = await defined();
  const dying = mortalJournal(createMemoryJournal({ store }));
  let chunks = 0;
  const first = ingestRig({
    ...dying.journal,
    append: (writes) => {
      if (writes.length > 500 && (chunks += 1) === 2) dying.kill();
      return dying.journal.append(writes);
    },
  });
  const hosts = names(3000);
  await ingest.embarkQuest(quest(hosts), operator);
  first.ingest.start();
  await eventually(() => chunks >= 2, 'it died in the middle');
  journal.resetCalls();
  ingest.start();
  // each round looks at the list and, for what is to do, at the lease
  await eventually(() => journal.calls.readState >= 3, 'a whole round');
  expect(eventsOf(store, 1).size).toBe(1000);
  clock.advance(6000);
  await eventually(async () => (await listedBatches(createMemoryJournal({ store }))).length === 0, 'the list is empty');
  requireOnce(store, 1, hosts);
  await ingest.close();
});

/** Runs one ingest until its journal dies at the given change, or all is done; answers what it answered. */
async function live(store: MemoryStore, dieAt: number, act: (rig: IngestRig) => Promise<unknown>, startMs: number) {
  let died = false;
  const mortal = mortalJournal(createMemoryJournal({ store }), (nth) => (died ||= nth >= dieAt));
  const hasDied = () => died;
  const faulty = faultyJournal(mortal.journal, seededFaults({ seed: dieAt, writes: 0.05, reads: 0.01 }));
  // the same process begins again each time: it need not wait for its own lease
  const rig = ingestRig(faulty, startMs, 'the only one');
  rig.ingest.start();
  let answer: unknown;
  act(rig).then(
    (value) => (answer = value),
    (error: unknown) => (answer = error),
  );
  const journalled = createMemoryJournal({ store });
  // what was not accepted stays listed, and nothing goes on with it
  const idle = async () =>
    answer !== undefined && (!isAccepted(store) || (await listedBatches(journalled)).length === 0);
  await eventually(async () => hasDied() || (await idle()), 'it died or was done');
  if (!hasDied()) await rig.ingest.close();
  return answer as { readonly ok?: boolean } | undefined;
}

function isAccepted(store: MemoryStore): boolean {
  return kinds(store.streams.get(questStream(1 as QuestId)) ?? []).includes('QuestHostsAccepted');
}

test('rule 19: killed at random, again and again: each host exactly once, and the list emptied', async () => {
  const scenario = fc.record({
    hosts: fc.constantFrom(3, 900, 2600),
    deaths: fc.array(fc.integer({ min: 3, max: 14 }), { minLength: 1, maxLength: 4 }),
  });
  await fc.assert(
    fc.asyncProperty(scenario, async ({ hosts, deaths }) => {
      const { store, operator, clock } = await defined();
      const wanted = names(hosts);
      let now = clock.nowMs();
      const [first, ...others] = deaths;
      const answer = await live(store, first!, ({ ingest }) => ingest.embarkQuest(quest(wanted), operator), now);
      for (const death of others) await live(store, death, async () => true, (now += 10_000));
      // what a dead request left unaccepted is forgotten after an hour
      const last = ingestRig(createMemoryJournal({ store }), now + 2 * HOUR_MS, 'the only one');
      last.ingest.start();
      const journal = createMemoryJournal({ store });
      await eventually(async () => (await listedBatches(journal)).length === 0, 'the list is empty');
      await last.ingest.close();
      const accepted = isAccepted(store);
      if (answer?.ok === true) expect(accepted).toBe(true);
      requireOnce(store, 1, accepted ? wanted : []);
      const endings = kinds(store.streams.get(questStream(1 as QuestId)) ?? []).filter(
        (kind) => kind === 'QuestHostsEmbarked',
      );
      expect(endings).toHaveLength(accepted ? 1 : 0);
    }),
    { numRuns: 12 },
  );
}, 120_000);

test('round trips: a thousand hosts inline are a few calls', async () => {
  const { ingest, operator, journal } = await defined();
  journal.resetCalls();
  await ingest.embarkQuest(quest(names(1000)), operator);
  const { append, read, readState, writeState } = journal.calls;
  expect({ append, read: read <= 4, readState: readState <= 4, writeState }).toEqual({
    append: 3,
    read: true,
    readState: true,
    writeState: 3,
  });
});
