/** Rule 22: abandoning is decided by the quest's stream and comes to each host, whatever fails or dies meanwhile. */
import fc from 'fast-check';
import { decodeHostEntry, decodeQuestEntry, encodeEntry, questStream } from '#contracts';
import type { HostName, Instant, QuestEntry, QuestId, TypeName } from '#domain';
import {
  createMemoryJournal,
  faultyJournal,
  ingestRig,
  MemoryStore,
  mortalJournal,
  report,
  seededFaults,
  until,
  wrapJournal,
} from '#testing';
import { INLINE_HOSTS } from '../ingest.js';
import {
  closeMortal,
  defined,
  eventsOf,
  kinds,
  names,
  openIn,
  quest,
  requireEnded,
  unfinished,
} from './testing-quests.js';

const ID = 1 as QuestId;
const WHY = { by: null, reason: 'the fix was withdrawn' };

test('rule 22: a small quest has its end on each host before the answer', async () => {
  const { ingest, operator, quest: stream, host, store } = await defined();
  await ingest.embarkQuest(quest(['a', 'b']), operator);
  await ingest.addQuestHosts(ID, ['c' as HostName], operator);
  const answer = await ingest.abandonQuest(ID, WHY, operator);
  const entries = await stream(1);
  expect(answer).toEqual({ ok: true, value: { id: 1, hosts: 3, isEnded: true, position: entries.at(-1)!.position } });
  expect(kinds(entries).slice(-2)).toEqual(['QuestAbandoned', 'QuestHostsEnded']);
  expect(decodeQuestEntry(entries.at(-2)!)).toMatchObject({ entry: { by: 'ann', reason: WHY.reason } });
  expect(kinds(await host('a'))).toEqual(['EventLogged', 'QuestEnded']);
  expect(decodeHostEntry((await host('c'))[1]!)).toMatchObject({
    entry: { kind: 'QuestEnded', quest: 1, by: 'ann', reason: WHY.reason, principal: 'ann' },
  });
  requireEnded(store, 1, ['a', 'b', 'c']);
});

test('rule 22: it is for ever: every command on it is refused, and writes nothing', async () => {
  const { ingest, operator, journal } = await defined();
  await ingest.embarkQuest(quest(['a']), operator);
  await ingest.abandonQuest(ID, WHY, operator);
  const { position } = await journal.head();
  const refused = { ok: false, problem: { code: 'quest-abandoned' } };
  expect(await ingest.abandonQuest(ID, WHY, operator)).toMatchObject(refused);
  expect(await ingest.amendQuest(ID, { description: 'other' }, operator)).toMatchObject(refused);
  expect(await ingest.addQuestHosts(ID, ['b' as HostName], operator)).toMatchObject(refused);
  expect((await journal.head()).position).toBe(position);
  expect(await ingest.abandonQuest(9 as QuestId, WHY, operator)).toMatchObject({ problem: { code: 'quest-unknown' } });
});

test('with its Idempotency-Key it is answered as before', async () => {
  const { ingest, operator, journal } = await defined();
  await ingest.embarkQuest(quest(['a']), operator);
  const caller = { ...operator, idempotencyKey: 'once' };
  const first = await ingest.abandonQuest(ID, WHY, caller);
  const { position } = await journal.head();
  expect(await ingest.abandonQuest(ID, WHY, caller)).toEqual(first);
  expect(await ingest.abandonQuest(ID, { ...WHY, reason: 'other' }, caller)).toMatchObject({
    problem: { code: 'idempotency-key-reused' },
  });
  expect((await journal.head()).position).toBe(position);
});

test('rule 22: a large quest is answered when it is decided, while it embarks, and goes on in the background', async () => {
  const { ingest, operator, store, quest: stream } = await defined();
  ingest.start();
  const hosts = names(4500);
  await ingest.embarkQuest(quest(hosts), operator);
  expect(await ingest.abandonQuest(ID, WHY, operator)).toMatchObject({
    ok: true,
    value: { hosts: 4500, isEnded: false },
  });
  await until('it is ended', () => unfinished(store).length === 0);
  requireEnded(store, 1, hosts);
  // not all got their event before it
  expect([...eventsOf(store, 1).values()].filter((count) => count > 0).length).toBeLessThan(4500);
  expect(kinds(await stream(1)).filter((kind) => kind === 'QuestHostsEmbarked')).toEqual([]);
  await ingest.close();
}, 20_000);

test('a quest that had many hosts is left to the background, however few are left in it', async () => {
  const { ingest, operator, store } = await defined();
  const hosts = names(INLINE_HOSTS + 1) as readonly string[] as readonly HostName[];
  await ingest.embarkQuest(quest(hosts.slice(1)), operator);
  await ingest.addQuestHosts(ID, hosts.slice(0, 1), operator);
  await ingest.removeQuestHosts(ID, { hosts: hosts.slice(1), by: null, reason: null }, operator);
  expect(await ingest.abandonQuest(ID, WHY, operator)).toMatchObject({ value: { hosts: 1, isEnded: false } });
  ingest.start();
  await until('it is ended', () => unfinished(store).length === 0);
  await ingest.close();
  expect(openIn(store, ID)).toEqual([]);
}, 20_000);

test('rule 22: an embarking that comes late adds no event behind the end', async () => {
  const { store, ingest, operator } = await defined();
  let stopped = true;
  const journal = faultyJournal(createMemoryJournal({ store }), {
    write: ({ stream }) => (stopped && stream.startsWith('host-') ? 'failed' : undefined),
  });
  const late = ingestRig(journal);
  // accepted, and not embarked
  expect(await late.ingest.embarkQuest(quest(['a', 'b']), operator)).toMatchObject({ value: { state: 'embarking' } });
  const key = { ...operator, idempotencyKey: 'again' };
  expect(await late.ingest.embarkQuest(quest(['c']), key)).toMatchObject({ value: { id: 2, state: 'embarking' } });
  for (const id of [1, 2] as QuestId[])
    expect(await ingest.abandonQuest(id, WHY, operator)).toMatchObject({ ok: true });
  stopped = false;
  late.ingest.start();
  expect(await late.ingest.embarkQuest(quest(['c']), key)).toMatchObject({ ok: true });
  await until('it was looked for', () => late.views.questPages > 0);
  await late.ingest.close();
  requireEnded(store, 1, ['a', 'b']);
  requireEnded(store, 2, ['c']);
  expect([...eventsOf(store, 1).values(), ...eventsOf(store, 2).values()].every((count) => count === 0)).toBe(true);
});

test('rule 22: hosts that are being added when another process abandons the quest are answered so', async () => {
  const { store, ingest, operator } = await defined();
  await ingest.embarkQuest(quest(['a']), operator);
  const base = createMemoryJournal({ store });
  let before: Promise<unknown> | undefined;
  const adding = ingestRig(
    wrapJournal(base, {
      append: async (writes) => {
        if (writes.some(({ stream }) => stream === 'host-b')) await (before ??= ingest.abandonQuest(ID, WHY, operator));
        return base.append(writes);
      },
    }),
  );
  const added = await adding.ingest.addQuestHosts(ID, ['b' as HostName], operator);
  expect(added).toMatchObject({ ok: true, value: { hosts: 1, state: 'abandoned' } });
  requireEnded(store, 1, ['a', 'b']);
  expect(eventsOf(store, 1).get('b')).toBe(0);
});

test.each(['claimed', 'added again'])(
  'rule 22: a host that is %s while the end comes to it for an earlier batch has the end behind that, too',
  async (how) => {
    const { store, ingest, operator } = await defined();
    const hosts = ['h' as HostName];
    await ingest.logEvents([report('h')], operator);
    await ingest.embarkQuest(quest(hosts), operator);
    if (how === 'added again') await ingest.removeQuestHosts(ID, { hosts, by: null, reason: null }, operator);
    let [reached, release] = [(): void => {}, (): void => {}];
    const isReached = new Promise<void>((resolve) => (reached = resolve));
    const isReleased = new Promise<void>((resolve) => (release = resolve));
    const base = createMemoryJournal({ store });
    const slow = ingestRig(
      wrapJournal(base, {
        append: async (writes) => {
          if (!writes.some(({ stream }) => stream === 'host-h')) return base.append(writes);
          reached();
          await isReleased;
          return base.append(writes);
        },
      }),
    ).ingest;
    const second =
      how === 'claimed'
        ? slow.claimLabors(ID, { hosts, from: 'none', by: null }, operator)
        : slow.addQuestHosts(ID, hosts, operator);
    await isReached;
    const abandoning = ingestRig(
      wrapJournal(base, {
        append: async (writes) => {
          const appended = await base.append(writes);
          if (writes.some(({ stream }) => stream === 'host-h')) {
            release();
            await second;
          }
          return appended;
        },
      }),
    );
    expect(await abandoning.ingest.abandonQuest(ID, WHY, operator)).toMatchObject({
      ok: true,
      value: { isEnded: true },
    });
    expect(await second).toMatchObject({ ok: true, value: { state: 'abandoned' } });
    const its = kinds(store.streams.get('host-h') ?? []);
    expect(its.filter((kind) => kind === (how === 'claimed' ? 'LaborsClaimed' : 'EventLogged'))).toHaveLength(
      how === 'claimed' ? 1 : 3,
    );
    expect(openIn(store, ID)).toEqual([]);
  },
);

test('a quest of many batches of one host is ended in chunks of hosts, and its stream is read once for it', async () => {
  const { store, clock } = await defined();
  const signed = { by: 'ann', recordedAt: new Date(clock.nowMs()).toISOString() as Instant };
  const { hosts: _, ...asked } = quest([]);
  const entries: QuestEntry[] = [
    { kind: 'QuestDrafted', quest: ID, ...asked, type: 'disk-full' as TypeName, ...signed },
    ...names(500).flatMap((host): QuestEntry[] => {
      const batch = crypto.randomUUID();
      return [
        { kind: 'QuestHostsListed', batch, hosts: [host as HostName], ...signed },
        { kind: 'QuestHostsAccepted', batch, hosts: 1, ...signed },
        { kind: 'QuestHostsEmbarked', batch, ...signed },
      ];
    }),
    { kind: 'QuestAbandoned', reason: 'over', ...signed },
  ];
  const base = createMemoryJournal({ store });
  const encoded = entries.map((entry) => encodeEntry(entry, crypto.randomUUID(), undefined));
  await base.append([{ stream: questStream(ID), expected: 'none', entries: encoded }]);
  let reads = 0;
  const watched = wrapJournal(base, {
    read: (all) => {
      reads += all.filter(({ stream }) => stream === questStream(ID)).length;
      return base.read(all);
    },
  });
  const { ingest } = ingestRig(watched);
  ingest.start();
  await until('it is ended', () => unfinished(store).length === 0);
  await ingest.close();
  requireEnded(store, 1, names(500));
  // each entry once to find the hosts, and pages of the whole to know the quest and to state its end
  expect(reads).toBeLessThan(entries.length * 1.5);
});

test('rule 22: killed at random, again and again: each host has the end, and nothing of the quest comes behind it', async () => {
  const scenario = fc.record({
    hosts: fc.constantFrom(3, 900, 2600),
    deaths: fc.array(fc.integer({ min: 3, max: 24 }), { minLength: 1, maxLength: 4 }),
  });
  await fc.assert(
    fc.asyncProperty(scenario, async ({ hosts, deaths }) => {
      const { store, operator, clock } = await defined();
      const wanted = names(hosts);
      let now = clock.nowMs();
      for (const death of deaths) await liveAndAbandon(store, death, wanted, (now += 10_000));
      const last = ingestRig(createMemoryJournal({ store }), now + 10_000, 'the only one');
      last.ingest.start();
      await until('all is done', () => unfinished(store).length === 0);
      await last.ingest.abandonQuest(ID, WHY, operator);
      await until('it is ended', () => unfinished(store).length === 0);
      await last.ingest.close();
      const types = kinds(store.streams.get(questStream(ID)) ?? []);
      if (!types.includes('QuestHostsAccepted')) return;
      requireEnded(store, 1, wanted);
      for (const once of ['QuestAbandoned', 'QuestHostsEnded'])
        expect(types.filter((type) => type === once)).toHaveLength(1);
    }),
    { numRuns: 12 },
  );
}, 120_000);

/** One process that embarks quest 1 where it is not there, abandons it, and dies at the given change of the journal, or when all is done. */
async function liveAndAbandon(store: MemoryStore, dieAt: number, hosts: readonly string[], startMs: number) {
  const life = { isOver: false };
  const mortal = mortalJournal(createMemoryJournal({ store }), (nth) => (life.isOver ||= nth >= dieAt));
  const faulty = faultyJournal(mortal.journal, seededFaults({ seed: dieAt, writes: 0.05, reads: 0.01 }));
  // the same process begins again each time: it need not wait for its own lease
  const { ingest, operator } = ingestRig(faulty, startMs, 'the only one');
  ingest.start();
  let answered = false;
  const act = async (): Promise<void> => {
    if (!store.streams.has(questStream(ID))) await ingest.embarkQuest(quest(hosts), operator);
    await ingest.abandonQuest(ID, WHY, operator);
  };
  const end = (): void => void (answered = true);
  act().then(end, end);
  await until('it died or was done', () => life.isOver || (answered && unfinished(store).length === 0));
  await closeMortal(ingest, life);
}
