/** Rule 18: a quest claims open labors by a batch of hosts that it accepts, without events, whatever fails or dies meanwhile. */
import fc from 'fast-check';
import { decodeHostEntry, questClaimUuid, questStream, type Uuid } from '#contracts';
import type { ClaimFrom, HostName, QuestId } from '#domain';
import { StoreUnavailable } from '#ports';
import {
  createMemoryJournal,
  faultyJournal,
  ingestRig,
  mortalJournal,
  report,
  seededFaults,
  until,
  wrapJournal,
  type MemoryStore,
} from '#testing';
import { closeMortal, defined, eventsOf, kinds, names, quest, unfinished } from './testing-quests.js';

const ID = 1 as QuestId;
const of = (hosts: readonly string[], from: ClaimFrom = 'none') => ({
  ...{ hosts: hosts as readonly HostName[], from, by: null },
});
const kindsOf = (store: MemoryStore, host: string) => kinds(store.streams.get(`host-${host}`) ?? []);

test('rule 18: a quest that claims logs no events; each host gets the entry that does it, before the answer', async () => {
  const { ingest, operator, store, host, quest: stream } = await defined();
  await ingest.logEvents([report('a')], operator);
  const answer = await ingest.embarkQuest(quest(['a', 'b', 'a'], { claim: 'none' }), operator);
  expect(answer).toMatchObject({ ok: true, value: { id: 1, hosts: 2, state: 'open' } });
  expect(kinds(await stream(1))).toEqual([
    'QuestDrafted',
    'QuestHostsListed',
    'QuestHostsAccepted',
    'QuestHostsEmbarked',
  ]);
  expect(decodeHostEntry((await host('a'))[1]!)).toMatchObject({
    entry: { kind: 'LaborsClaimed', quest: 1, laborType: 'disk-full', from: 'none', by: 'ann', principal: 'ann' },
  });
  expect(kindsOf(store, 'b')).toEqual(['LaborsClaimed']);
});

test('rule 18: of a type that starts no labors, too; one that was never defined is refused', async () => {
  const { ingest, operator } = await defined();
  const claiming = (type: string) => ingest.embarkQuest(quest(['a'], { type, claim: 'none' }), operator);
  expect(await claiming('disk-cleaned')).toMatchObject({ ok: true });
  expect(await claiming('disk-unheard')).toMatchObject({ problem: { code: 'event-type-unknown' } });
});

test('rule 22: a host that was claimed before its addition was accepted is in already, and gets no event by that', async () => {
  const all = Array.from({ length: 9000 }, (_, nth) => `${nth}`.padStart(250, 'x'));
  const [first, second] = all as [string, string];
  const { ingest, operator, store } = await defined();
  await ingest.embarkQuest(quest(['q']), operator);
  const base = createMemoryJournal({ store });
  const isListing = ({ type }: { readonly type: string }) => type === 'QuestHostsListed';
  let writes = 0;
  const failing = ingestRig(
    wrapJournal(base, {
      append: async (each) => {
        if (each.some(({ entries }) => entries.some(isListing)) && (writes += 1) > 1)
          throw new StoreUnavailable('journal', 'by plan');
        return base.append(each);
      },
    }),
  );
  const key = { ...operator, idempotencyKey: 'once' };
  const added = all as readonly string[] as readonly HostName[];
  expect(await failing.ingest.addQuestHosts(ID, added, key)).toMatchObject({ ok: false });
  expect((store.streams.get(questStream(ID)) ?? []).filter(isListing).length).toBeGreaterThan(1);
  expect(await ingest.claimLabors(ID, of([first, second]), operator)).toMatchObject({ value: { hosts: 2 } });
  // what was taken out since is put in again, with an event of its own
  const leaving = { hosts: [second as HostName], by: null, reason: null };
  expect(await ingest.removeQuestHosts(ID, leaving, operator)).toMatchObject({ value: { hosts: 1 } });
  expect(await ingest.addQuestHosts(ID, added, key)).toMatchObject({ value: { hosts: 8999, state: 'embarking' } });
  ingest.start();
  await until('it is embarked', () => unfinished(store).length === 0);
  await ingest.close();
  expect(kindsOf(store, first)).toEqual(['LaborsClaimed']);
  expect(kindsOf(store, second)).toEqual(['LaborsClaimed', 'QuestLeft', 'EventLogged']);
  expect(kindsOf(store, all[2]!)).toEqual(['EventLogged']);
  expect(kindsOf(store, all.at(-1)!)).toEqual(['EventLogged']);
}, 60_000);

test('rule 22: a host whose event is on its way is not claimed before it has that; others are', async () => {
  const { store, operator } = await defined();
  const base = createMemoryJournal({ store });
  let stopped = true;
  const journal = faultyJournal(base, {
    write: ({ stream }) => (stopped && stream === 'host-a' ? 'failed' : undefined),
  });
  const late = ingestRig(journal);
  expect(await late.ingest.embarkQuest(quest(['a', 'b']), operator)).toMatchObject({ value: { state: 'embarking' } });
  const other = ingestRig(base);
  expect(await other.ingest.claimLabors(ID, of(['c']), operator)).toMatchObject({ value: { hosts: 1 } });
  expect(await other.ingest.claimLabors(ID, of(['a', 'd']), operator)).toMatchObject({ problem: { code: 'conflict' } });
  stopped = false;
  late.ingest.start();
  // it waits for a while, as a small quest needs no longer
  expect(await other.ingest.claimLabors(ID, of(['a', 'd']), operator)).toMatchObject({ value: { hosts: 2 } });
  await late.ingest.close();
  expect(kindsOf(store, 'a')).toEqual(['EventLogged', 'LaborsClaimed']);
}, 20_000);

test('rule 18: hosts that are in already are claimed as well, and count once; a claimed host gets no event when it is added', async () => {
  const { ingest, operator, store } = await defined();
  await ingest.embarkQuest(quest(['a']), operator);
  expect(await ingest.claimLabors(ID, of(['a', 'b'], 'any'), operator)).toMatchObject({
    ok: true,
    value: { hosts: 2, state: 'open' },
  });
  expect(await ingest.addQuestHosts(ID, ['a', 'b'] as readonly string[] as never, operator)).toMatchObject({
    value: { hosts: 0 },
  });
  expect(kindsOf(store, 'a')).toEqual(['EventLogged', 'LaborsClaimed']);
  expect(kindsOf(store, 'b')).toEqual(['LaborsClaimed']);
  const counts = (store.streams.get(questStream(ID)) ?? []).flatMap(({ type, json }) =>
    type === 'QuestHostsAccepted' ? [(JSON.parse(json) as { hosts: number }).hosts] : [],
  );
  expect(counts).toEqual([1, 1]);
});

test('refused: a quest that is not there, one that is abandoned, and no hosts', async () => {
  const { ingest, operator } = await defined();
  await ingest.embarkQuest(quest(['a']), operator);
  await ingest.embarkQuest(quest(['r']), operator);
  await ingest.abandonQuest(2 as QuestId, { by: null, reason: 'over' }, operator);
  for (const [id, hosts, code] of [
    [9, ['a'], 'quest-unknown'],
    [2, ['r'], 'quest-abandoned'],
    [1, [], 'quest-without-hosts'],
  ] as const)
    expect(await ingest.claimLabors(id as QuestId, of(hosts), operator)).toMatchObject({ problem: { code } });
});

test('rules 18 and 22: while it claims no host is taken out; where it is abandoned, hosts get its end in place of the claim', async () => {
  const { store, operator } = await defined();
  let stopped = true;
  const base = createMemoryJournal({ store });
  const { ingest } = ingestRig(
    faultyJournal(base, { write: ({ stream }) => (stopped && stream.startsWith('host-') ? 'failed' : undefined) }),
  );
  expect(await ingest.embarkQuest(quest(['a', 'b'], { claim: 'none' }), operator)).toMatchObject({
    value: { state: 'embarking' },
  });
  const out = { hosts: ['a'] as readonly string[] as never, by: null, reason: null };
  expect(await ingest.removeQuestHosts(ID, out, operator)).toMatchObject({ problem: { code: 'conflict' } });
  stopped = false;
  const other = ingestRig(base);
  expect(await other.ingest.abandonQuest(ID, { by: null, reason: 'over' }, operator)).toMatchObject({ ok: true });
  ingest.start();
  await until('it was looked for', () => unfinished(store).length === 0);
  await ingest.close();
  expect(kindsOf(store, 'a')).toEqual(['QuestEnded', 'QuestEnded']);
  // under the UUID of the claim, so that this can no longer be added
  const accepted = store.streams.get(questStream(ID))!.find(({ type }) => type === 'QuestHostsAccepted')!;
  const { batch } = JSON.parse(accepted.json) as { batch: Uuid };
  expect(store.streams.get('host-a')?.[0]?.id).toBe(questClaimUuid(batch, 'a' as HostName));
}, 20_000);

test('rule 18: killed at random, again and again: each host is claimed once, and none has an event', async () => {
  const scenario = fc.record({
    hosts: fc.constantFrom(3, 130, 1200),
    lives: fc.array(fc.integer({ min: 1, max: 25 }), { minLength: 1, maxLength: 5 }),
  });
  await fc.assert(
    fc.asyncProperty(scenario, async ({ hosts, lives }) => {
      const wanted = names(hosts);
      const { store, operator, clock } = await defined();
      let now = clock.nowMs();
      const key = { ...operator, idempotencyKey: 'once' };
      for (const dieAt of lives) {
        const life = { isOver: false };
        const mortal = mortalJournal(createMemoryJournal({ store }), (nth) => (life.isOver ||= nth >= dieAt));
        const faulty = faultyJournal(mortal.journal, seededFaults({ seed: dieAt, writes: 0.05, reads: 0.01 }));
        const { ingest } = ingestRig(faulty, (now += 10_000), 'the only one');
        ingest.start();
        let answered = false;
        const end = (): void => void (answered = true);
        ingest.embarkQuest(quest(wanted, { claim: 'none' }), key).then(end, end);
        await until('it died or was done', () => life.isOver || (answered && unfinished(store).length === 0));
        await closeMortal(ingest, life);
      }
      const last = ingestRig(createMemoryJournal({ store }), now + 10_000, 'the only one');
      last.ingest.start();
      expect(await last.ingest.embarkQuest(quest(wanted, { claim: 'none' }), key)).toMatchObject({ ok: true });
      await until('all is claimed', () => unfinished(store).length === 0);
      await last.ingest.close();
      expect([...store.streams.keys()].filter((stream) => stream.startsWith('quest-'))).toHaveLength(1);
      for (const host of wanted) expect(kindsOf(store, host)).toEqual(['LaborsClaimed']);
      expect([...eventsOf(store, 1).values()].every((count) => count === 0)).toBe(true);
    }),
    { numRuns: 12 },
  );
}, 120_000);
