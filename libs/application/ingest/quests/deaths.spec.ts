/** Rule 19: whatever fails or dies, each host of a quest gets its event exactly once. */
import fc from 'fast-check';
import { questStream } from '#contracts';
import type { QuestId } from '#domain';
import {
  createMemoryJournal,
  faultyJournal,
  ingestRig,
  type IngestRig,
  MemoryStore,
  mortalJournal,
  scriptedFaults,
  seededFaults,
  until,
} from '#testing';
import { closeMortal, defined, eventsOf, kinds, names, quest, requireOnce, unfinished } from './testing-quests.js';

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
  const idle = () => answer !== undefined && unfinished(store).length === 0;
  await until('it died or was done', () => hasDied() || idle());
  await closeMortal(rig.ingest, {
    get isOver() {
      return hasDied();
    },
  });
  return answer as { readonly ok?: boolean } | undefined;
}

function isAccepted(store: MemoryStore): boolean {
  return kinds(store.streams.get(questStream(1 as QuestId)) ?? []).includes('QuestHostsAccepted');
}

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
  await until('it says that embarking has stalled', () => ingest.notReady() !== null);
  failing = false;
  await until('all is embarked', () => unfinished(store).length === 0);
  requireOnce(store, 1, ['a', 'b']);
  await until('it is ready again', () => ingest.notReady() === null);
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
  expect(unfinished(store)).toEqual([]);
  expect(eventsOf(store, 1).size).toBe(0);
});

test('rule 19: killed at random, again and again: each host exactly once, and every batch ended', async () => {
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
      const last = ingestRig(createMemoryJournal({ store }), now + 10_000, 'the only one');
      last.ingest.start();
      await until('all is embarked', () => unfinished(store).length === 0);
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
