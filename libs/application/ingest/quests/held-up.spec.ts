/** Quests that cannot be embarked now: none of them holds up another, each goes on where it was, and readiness says which. */
import { StoreUnavailable } from '#ports';
import { createMemoryJournal, ingestRig, until, wrapJournal } from '#testing';
import { CHUNK_HOSTS } from './quest-turns.js';
import { defined, names, quest, requireOnce, unfinished } from './testing-quests.js';

test('a failure is over once something is embarked, not when all is', async () => {
  const { store } = await defined();
  const base = createMemoryJournal({ store });
  let failing = false;
  let chunks = 0;
  let letChunkGo: () => void = () => undefined;
  const journal = wrapJournal(base, {
    read: (reads) =>
      failing && reads[0]?.stream === 'quest-1'
        ? Promise.reject(new StoreUnavailable('journal', 'by plan'))
        : base.read(reads),
    append: async (writes) => {
      if (writes.length === CHUNK_HOSTS) {
        chunks += 1;
        if (chunks === 2) await new Promise<void>((resolve) => (letChunkGo = resolve));
      }
      return base.append(writes);
    },
  });
  const { ingest, operator } = ingestRig(journal);
  await ingest.embarkQuest(quest(names(3000)), operator);
  failing = true;
  ingest.start();
  await until('it says why nothing is embarked', () => ingest.notReady()?.includes('by plan') === true);
  failing = false;
  await until('the second chunk is being logged', () => chunks === 2);
  expect(ingest.notReady()).toBeNull();
  letChunkGo();
  await until('all is embarked', () => unfinished(store).length === 0);
  await ingest.close();
});

test('a host that cannot be written holds up its quest, and no other', async () => {
  const { store } = await defined();
  const base = createMemoryJournal({ store });
  let broken = true;
  const journal = wrapJournal(base, {
    async append(writes) {
      const fit = writes.filter(({ stream }) => !(broken && stream === 'host-h7'));
      const outcomes = await base.append(fit);
      return writes.map((write) => outcomes[fit.indexOf(write)] ?? { kind: 'failed', reason: 'by plan' });
    },
  });
  const { ingest, operator } = ingestRig(journal);
  await ingest.embarkQuest(quest(names(1001)), operator);
  await ingest.embarkQuest(quest(names(1001, 'other')), operator);
  ingest.start();
  await until('the other quest is embarked', () => unfinished(store).join() === 'quest-1');
  await until('it says which host the quest waits for', () => ingest.notReady()?.includes('h7') === true);
  broken = false;
  await until('all is embarked', () => unfinished(store).length === 0);
  requireOnce(store, 1, names(1001));
  await ingest.close();
}, 60_000);

test('quests that others have left are embarked, though one of a single host cannot be', async () => {
  const { store, journal: shared } = await defined();
  await ingestRig(shared).ingest.embarkQuest(quest(names(1500, 'left')), {
    principal: 'ann',
    mayReportRestricted: true,
  });
  const base = createMemoryJournal({ store });
  const journal = wrapJournal(base, {
    async append(writes) {
      const fit = writes.filter(({ stream }) => stream !== 'host-broken');
      const outcomes = await base.append(fit);
      return writes.map((write) => outcomes[fit.indexOf(write)] ?? { kind: 'failed', reason: 'by plan' });
    },
  });
  const { ingest, operator } = ingestRig(journal);
  await ingest.embarkQuest(quest(['broken']), operator);
  ingest.start();
  await until('the quest that was left is embarked', () => unfinished(store).join() === 'quest-2');
  requireOnce(store, 1, names(1500, 'left'));
  await until('it says what it waits for', () => ingest.notReady()?.includes('broken') === true);
  await ingest.close();
}, 60_000);

test('of two quests that are held up, each goes on where it was', async () => {
  const { store } = await defined();
  const base = createMemoryJournal({ store });
  let failures = 0;
  let lookedUp = 0;
  const journal = wrapJournal(base, {
    read(reads) {
      lookedUp += reads.filter(({ stream }) => stream === 'host-a0' || stream === 'host-b0').length;
      return base.read(reads);
    },
    async append(writes) {
      const isBroken = ({ stream }: { stream: string }) => failures < 40 && /^host-[ab]2500$/.test(stream);
      failures += writes.filter(isBroken).length;
      const fit = writes.filter((write) => !isBroken(write));
      const outcomes = await base.append(fit);
      return writes.map((write) => outcomes[fit.indexOf(write)] ?? { kind: 'failed', reason: 'by plan' });
    },
  });
  const { ingest, operator } = ingestRig(journal);
  for (const prefix of ['a', 'b']) await ingest.embarkQuest(quest(names(3000, prefix)), operator);
  ingest.start();
  await until('both are embarked', () => unfinished(store).length === 0, { limitMs: 60_000 });
  expect(failures).toBeGreaterThanOrEqual(40);
  expect(lookedUp).toBe(2);
  await ingest.close();
}, 90_000);
