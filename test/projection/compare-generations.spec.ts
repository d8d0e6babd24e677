/** R8: two generations of one journal are equal with equal hashes, or named by host, labor, quest and field where they differ. */
import { join } from 'node:path';
import fc from 'fast-check';
import { CatalogueTimeline, compareGenerations, loadGeneration, type ComparedGenerations } from '#application';
import { atOnce } from '#contracts';
import type { HostName, QuestId } from '#domain';
import type { Journal, Views } from '#ports';
import { createMemoryJournal, histories, hostDoc, newGeneration, Play } from '#testing';
import {
  acceptQuest,
  allJudged,
  append,
  appendHistory,
  clock,
  folded,
  hearHead,
  never,
  newFolder,
  newViews,
  PARTITIONS,
  served,
  stop,
  tidyUp,
} from './rig.js';
import { campaign, plant, QUEST } from './testing-verifying.js';

afterEach(tidyUp);

/** A generation that is served, and one that a replay has loaded of the same journal. */
async function both(journal: Journal, views: Views): Promise<readonly [number, number]> {
  const parts = { journal, views, clock, partitions: PARTITIONS, run: atOnce, hold: async () => true };
  const folder = join(newFolder(), 'split');
  const loaded = await loadGeneration({ ...parts, timeline: new CatalogueTimeline(journal), folder }, never);
  return [await served(views), loaded!.number];
}

async function compared(
  journal: Journal,
  views: Views,
  generations: readonly [number, number],
): Promise<ComparedGenerations> {
  return compareGenerations({ journal, views, generations }, never);
}

test('R8: a generation that was followed and one that was loaded are equal, and so are their hashes', async () => {
  await fc.assert(
    fc.asyncProperty(histories(60, 10), async (history) => {
      const journal = createMemoryJournal();
      for (const quest of [1, 2, 3] as QuestId[]) await acceptQuest(journal, quest, ['h' as HostName]);
      await appendHistory(journal, history);
      const views = await newViews();
      const projector = await folded(journal, views);
      await allJudged(views);
      const generations = await both(journal, views);
      const { findings, hosts, quests, leftOut, hashes } = await compared(journal, views, generations);
      expect(findings.examples).toEqual([]);
      expect([quests, leftOut]).toEqual([3, 0]);
      expect(hosts).toBe((await views.writer.hostNames(generations[0], null, 1000)).length);
      expect(hashes[0]).toMatch(/^[0-9a-f]{64}$/);
      expect(hashes[1]).toBe(hashes[0]);
      await stop(projector);
      await views.close();
    }),
    { numRuns: 8, endOnFailure: true },
  );
}, 120_000);

test('R8: each host’s differences are named, from the first entry on whose effects differ', async () => {
  const journal = await campaign();
  const views = await newViews();
  await folded(journal, views);
  const generations = await both(journal, views);
  const before = await compared(journal, views, generations);
  expect(before.findings.differences).toBe(0);
  await plant.labor(views, 'a~0');
  await plant.part(views, 'b');
  await plant.key(views, 'c');
  const { findings, hashes, leftOut } = await compared(journal, views, generations);
  expect(findings.examples).toMatchObject([
    { host: 'a', labor: 'a~0', field: 'state', live: '"waived"', folded: '"completed"' },
    { host: 'b', labor: null, quest: QUEST, field: 'tally' },
    { host: 'c', labor: null, quest: null, field: 'state.keys', live: '[]' },
  ]);
  expect(hashes[0]).not.toBe(before.hashes[0]);
  expect([hashes[1], leftOut]).toEqual([before.hashes[1], 0]);
});

test('R8: a host that only one side has brought on is left out, and compared once both have', async () => {
  const journal = await campaign();
  const views = await newViews();
  const projector = await folded(journal, views);
  const generations = await both(journal, views);
  const play = new Play('y-required => y-done');
  play.event('y-done', { host: 'b' as HostName });
  await append(journal, play.history.steps.at(-1)!.entry);
  await append(journal, { kind: 'QuestAmended', description: 'z', by: null, recordedAt: clockAt() }, QUEST);
  await hearHead(projector, journal);
  const ahead = await compared(journal, views, generations);
  expect(ahead).toMatchObject({ leftOut: 2, hosts: 2, quests: 0, findings: { differences: 0 } });
  expect(ahead.hashes[0]).toBe(ahead.hashes[1]);
  // as its projector will: the host and the quest are brought on while it is looked at
  const [live, other] = generations;
  const writer = Object.create(views.writer) as Views['writer'];
  let looks = 0;
  writer.load = async (generation, wanted) => {
    looks += 1;
    return views.writer.load(looks > 6 ? live : generation, wanted);
  };
  for (const method of ['laborsOf', 'partsOf'] as const)
    (writer as unknown as Record<string, unknown>)[method] = (_: number, ...rest: readonly [never, never]) =>
      views.writer[method](live, ...rest);
  const reader = Object.create(views.reader) as Views['reader'];
  reader.questEntries = (_, ...rest) => views.reader.questEntries(live, ...rest);
  const level = await compareGenerations({ journal, views: { reader, writer }, generations: [live, other] }, never);
  expect(level).toMatchObject({ leftOut: 0, hosts: 3, quests: 1, findings: { differences: 0 } });
}, 30_000);

function clockAt() {
  return new Date(clock.nowMs()).toISOString() as never;
}

test('R8: what differs is read again: where one side was stored between the two reads, it is no difference', async () => {
  const journal = await campaign();
  const views = await newViews();
  await folded(journal, views);
  const generations = await both(journal, views);
  const [live] = generations;
  let looks = 0;
  // parked and released since it was read: its revision is the same all the time
  const load: Views['writer']['load'] = async (generation, wanted) => {
    const loaded = await views.writer.load(generation, wanted);
    if (generation !== live || wanted.hosts === undefined || (looks += 1) > 2) return loaded;
    const hosts = loaded.hosts.map((document) => ({
      ...document,
      parked: { state: 'parked', reason: 'then', revision: 3, position: document.position, since: clockAt() } as const,
      version: document.version - 1,
    }));
    return { ...loaded, hosts };
  };
  const writer = Object.assign(Object.create(views.writer) as Views['writer'], { load });
  const found = await compared(journal, { ...views, writer }, generations);
  expect(found).toMatchObject({ hosts: 3, leftOut: 0, findings: { examples: [] } });
  expect(found.hashes[0]).toBe(found.hashes[1]);
  expect(looks).toBeGreaterThan(2);
});

test('R8: hosts that one side lacks are found, whatever pages they lie on', async () => {
  const views = await newViews();
  const generations = [await newGeneration(views), await newGeneration(views)] as const;
  const names = Array.from({ length: 230 }, (_, n) => `h${String(n).padStart(3, '0')}` as HostName);
  const lacks = [(n: number) => n % 7 === 0 || n > 220, (n: number) => n < 60 && n % 5 === 0];
  for (const [side, generation] of generations.entries())
    await views.writer.apply(generation, {
      hosts: names.filter((_, n) => !lacks[side]!(n)).map((host) => hostDoc({ host, n: 0 })),
    });
  const { findings, hosts } = await compared(createMemoryJournal(), views, generations);
  const expected = names.filter((_, n) => lacks[0]!(n) !== lacks[1]!(n));
  expect(findings.examples.map(({ host }) => host).sort()).toEqual(expected);
  expect(findings.differences).toBe(expected.length);
  expect(hosts).toBe(names.filter((_, n) => !lacks[0]!(n) || !lacks[1]!(n)).length);
}, 30_000);
