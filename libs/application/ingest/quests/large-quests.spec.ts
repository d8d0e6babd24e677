/** Commands on a quest of many hosts: they keep no host that they do not name, and hold the thread for a chunk of hosts at most. */
import { encodeEntry, questStream } from '#contracts';
import type { HostName, Instant, QuestEntry, QuestId, TypeName } from '#domain';
import { createMemoryJournal, ingestRig, wrapJournal } from '#testing';
import { readQuest } from './quest-stream.js';
import { defined, quest } from './testing-quests.js';

const QUEST = 1 as QuestId;
const CHUNKS = 100;
const CHUNK_HOSTS = 2000;
const HOSTS = CHUNKS * CHUNK_HOSTS;
const BATCH = '7d0c5b1e-64a9-4a57-9c39-0d5a4fd5c3a1';

/** Of all turns, in the mean: all long work together has 10 ms of a turn, and ends with a step. */
const MEAN_MS = 60;

const host = (nth: number) => `web-${nth}.example.org` as HostName;

async function largeQuest() {
  const journal = createMemoryJournal();
  const rig = ingestRig(journal);
  await rig.define();
  const recordedAt = '2024-05-01T08:00:00.000Z' as Instant;
  const signed = { by: null, recordedAt };
  const named = { creator: 'ann', description: 'all', target: null, references: [] };
  const entries: QuestEntry[] = [
    { kind: 'QuestDrafted', quest: QUEST, type: 'disk-full' as TypeName, ...named, ...signed },
    ...Array.from({ length: CHUNKS }, (_, chunk): QuestEntry => {
      const hosts = Array.from({ length: CHUNK_HOSTS }, (_, nth) => host(chunk * CHUNK_HOSTS + nth));
      return { kind: 'QuestHostsListed', batch: BATCH, hosts, ...signed };
    }),
    { kind: 'QuestHostsAccepted', batch: BATCH, hosts: HOSTS, ...signed },
    { kind: 'QuestHostsEmbarked', batch: BATCH, ...signed },
  ];
  for (const entry of entries) {
    const write = { stream: questStream(QUEST), expected: 'any', entries: [encodeEntry(entry, crypto.randomUUID())] };
    await journal.append([write as Parameters<typeof journal.append>[0][number]]);
  }
  return { ...rig, journal };
}

/** The turns of the event loop that the work took, and the processor time of the whole and of the longest turn. */
async function turnsOf(work: () => Promise<unknown>) {
  const cpuMs = (): number => {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1000;
  };
  const begun = cpuMs();
  let [last, longest, turns] = [begun, 0, 0];
  const turn = (): void => {
    const now = cpuMs();
    longest = Math.max(longest, now - last);
    last = now;
    turns += 1;
  };
  let over = false;
  const tick = (): void => {
    turn();
    if (!over) setImmediate(tick);
  };
  setImmediate(tick);
  await work();
  over = true;
  turn();
  return { turns, longest, total: last - begun };
}

test('rule 22: amending a large quest and adding a host to it lets others have their turn', async () => {
  const { ingest, operator, journal } = await largeQuest();
  // one that has not read it yet, but is compiled
  const cold = ingestRig(journal);
  const add = (...hosts: HostName[]) => ingest.addQuestHosts(QUEST, hosts, operator);
  await ingest.amendQuest(QUEST, { description: 'before' }, operator);
  for (const work of [
    async () => {
      expect(await cold.ingest.amendQuest(QUEST, { description: 'after' }, operator)).toMatchObject({ ok: true });
    },
    async () => {
      expect(await add('one' as HostName)).toMatchObject({ value: { hosts: 1, state: 'open' } });
    },
    async () => {
      expect(await add(host(0), host(HOSTS - 1))).toMatchObject({ value: { hosts: 0, state: 'open' } });
    },
  ]) {
    const { turns, longest, total } = await turnsOf(work);
    expect(total / turns).toBeLessThan(MEAN_MS);
    // a collection of garbage may fall into a turn, so what is short in any case needs no share
    expect(longest).toBeLessThan(Math.max(total / 4, MEAN_MS));
  }
}, 60_000);

test('rule 22: a large quest is read once, and then what came since', async () => {
  const { journal } = await largeQuest();
  let entries = 0;
  const { ingest, operator } = ingestRig(
    wrapJournal(journal, {
      read: async (reads) => {
        const pages = await journal.read(reads);
        for (const [nth, { stream }] of reads.entries()) if (stream === 'quest-1') entries += pages[nth]?.length ?? 0;
        return pages;
      },
    }),
  );
  const amend = (description: string) => ingest.amendQuest(QUEST, { description }, operator);
  expect(await amend('first')).toMatchObject({ ok: true });
  expect(entries).toBeGreaterThan(CHUNKS);
  entries = 0;
  expect(await Promise.all([amend('second'), amend('third')])).toMatchObject([{ ok: true }, { ok: true }]);
  expect(entries).toBe(2);
  const { state } = await readQuest(journal, QUEST);
  expect(state).toMatchObject({ description: 'third', hosts: HOSTS });
}, 60_000);

test('rule 19: accepting a quest of many hosts lets others have their turn', async () => {
  const { ingest, operator } = await defined();
  const hosts = Array.from({ length: 2 * HOSTS }, (_, nth) => host(nth % HOSTS));
  const embark = async (): Promise<void> => {
    expect(await ingest.embarkQuest(quest(hosts), operator)).toMatchObject({ value: { hosts: HOSTS } });
  };
  const { turns, longest, total } = await turnsOf(embark);
  await ingest.close();
  expect(total / turns).toBeLessThan(MEAN_MS);
  expect(longest).toBeLessThan(total / 4);
}, 60_000);

test('rule 19: reading a large quest to embark it lets others have their turn', async () => {
  const { journal } = await largeQuest();
  await readQuest(journal, QUEST);
  const { turns, longest, total } = await turnsOf(() => readQuest(journal, QUEST));
  expect(total / turns).toBeLessThan(MEAN_MS);
  expect(longest).toBeLessThan(total / 2);
}, 60_000);

test('ten large quests that are read at once have ten times as many turns, not turns ten times as long', async () => {
  const { journal } = await largeQuest();
  await readQuest(journal, QUEST);
  const one = await turnsOf(() => readQuest(journal, QUEST));
  const ten = await turnsOf(() => Promise.all(Array.from({ length: 10 }, () => readQuest(journal, QUEST))));
  expect(ten.turns).toBeGreaterThan(5 * one.turns);
}, 60_000);

test('of the hosts of a quest only those named are kept', async () => {
  const { journal } = await largeQuest();
  const named = new Set([host(7), host(HOSTS - 1), 'other' as HostName]);
  const { batches, state, listed } = await readQuest(journal, QUEST, named);
  expect(batches.map(({ hosts }) => hosts)).toEqual([[host(7), host(HOSTS - 1)]]);
  expect([...(await listed(BATCH))]).toEqual([host(7), host(HOSTS - 1)]);
  expect(state).toMatchObject({ hosts: HOSTS, embarking: [] });
}, 60_000);
