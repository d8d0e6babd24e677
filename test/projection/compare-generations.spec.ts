/** R8: two generations of one journal are equal with equal hashes, or named by host, labor, quest and field where they differ. */
import fc from 'fast-check';
import { compareGenerations } from '#application';
import { positionOf } from '#contracts';
import type { HostName, LaborId, QuestId } from '#domain';
import { MAX_STORED_ITEMS, type Views } from '#ports';
import { createMemoryJournal, histories, hostDoc, laborDoc, newGeneration } from '#testing';
import { acceptQuest, allJudged, appendHistory, clock, folded, newViews, settle, stop, tidyUp } from './rig.js';
import { both, compared, counted, watched } from './testing-generations.js';
import { campaign, laborOf, plant, QUEST } from './testing-verifying.js';

afterEach(tidyUp);

test('R8: a generation that was followed and one that was loaded are equal, and so are their hashes', async () => {
  await fc.assert(
    fc.asyncProperty(histories(60, 10), async (history) => {
      const journal = createMemoryJournal();
      for (const quest of [1, 2, 3] as QuestId[]) await acceptQuest(journal, quest, ['h' as HostName]);
      await appendHistory(journal, history);
      const views = await newViews();
      const projector = await folded(journal, views);
      await allJudged(views);
      await settle(views);
      const generations = await both(journal, views);
      await stop(projector);
      await counted(journal, views, generations);
      const seen = watched(views);
      const { findings, hosts, quests, leftOut, hashes, ...others } = await compared(journal, seen.views, generations);
      expect(findings.examples).toEqual([]);
      expect([quests, leftOut]).toEqual([3, 0]);
      // of all that is equal the digests say so, and each quest was counted alike
      expect([seen.reads(), others.counted]).toEqual([0, 3]);
      const { reader } = views;
      const [catalogue, names] = [reader.catalogue(generations[0], 0, 1000), reader.names(generations[0], 0, 1000)];
      expect(others.followed).toBe((await catalogue).length + (await names).length);
      expect(hosts).toBe((await views.writer.hostNames(generations[0], null, 1000)).length);
      expect(hashes[0]).toMatch(/^[0-9a-f]{64}$/);
      expect(hashes[1]).toBe(hashes[0]);
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

function clockAt() {
  return new Date(clock.nowMs()).toISOString() as never;
}

test('R8: what differs is read again: where one side was stored between the two reads, it is no difference', async () => {
  const journal = await campaign();
  const views = await newViews();
  await folded(journal, views);
  const generations = await both(journal, views);
  const [live] = generations;
  const before = await compared(journal, views, generations);
  // parked when it was read first, and released since: its revision is the same all the time
  let [digests, loads] = [0, 0];
  const digestsOf: Views['writer']['digestsOf'] = async (generation, ...rest) => {
    const page = await views.writer.digestsOf(generation, ...rest);
    if (generation !== live || (digests += 1) > 1) return page;
    return { ...page, items: page.items.map((item) => ({ ...item, digest: 'f'.repeat(64) })) };
  };
  const load: Views['writer']['load'] = async (generation, wanted) => {
    const loaded = await views.writer.load(generation, wanted);
    if (generation !== live || wanted.hosts === undefined || (loads += 1) > 1) return loaded;
    const hosts = loaded.hosts.map((document) => ({
      ...document,
      parked: { state: 'parked', reason: 'then', revision: 3, position: document.position, since: clockAt() } as const,
      version: document.version - 1,
    }));
    return { ...loaded, hosts };
  };
  const writer = Object.assign(Object.create(views.writer) as Views['writer'], { digestsOf, load });
  const found = await compared(journal, { ...views, writer }, generations);
  expect(found).toMatchObject({ hosts: 3, leftOut: 0, findings: { examples: [] } });
  expect(found.hashes).toEqual(before.hashes);
  expect(loads).toBeGreaterThan(2);
});

test('R8: documents that mean the same are equal, also where they are stored in another form, and so are the hashes', async () => {
  const journal = await campaign();
  const views = await newViews();
  await folded(journal, views);
  const generations = await both(journal, views);
  const before = await compared(journal, views, generations);
  const [live] = generations;
  const digestsOf: Views['writer']['digestsOf'] = async (generation, ...rest) => {
    const page = await views.writer.digestsOf(generation, ...rest);
    if (generation !== live) return page;
    return { ...page, items: page.items.map((item) => ({ ...item, digest: 'f'.repeat(64) })) };
  };
  const seen = watched(views);
  const writer = Object.assign(Object.create(seen.views.writer) as Views['writer'], { digestsOf });
  const found = await compared(journal, { ...views, writer }, generations);
  expect(found).toMatchObject({ hosts: 3, leftOut: 0, findings: { differences: 0 }, hashes: before.hashes });
  expect(seen.reads()).toBeGreaterThan(0);
});

test('R8: a host of which a document is ahead, by a writer that has ended, is no difference, and is waited for', async () => {
  const journal = await campaign();
  const views = await newViews();
  await folded(journal, views);
  const generations = await both(journal, views);
  const labor = await laborOf(views, 'a~1');
  const { position } = (await views.writer.load(generations[0], { hosts: ['a' as HostName] })).hosts[0]!;
  await views.writer.apply(generations[0], {
    labors: [{ ...labor, assignee: 'bob', position: positionOf(position + 1n) }],
  });
  const over = new AbortController();
  const lefts: number[] = [];
  const left = (keys: number): void => {
    lefts.push(keys);
    over.abort(new Error('seen'));
  };
  await expect(compareGenerations({ journal, views, generations, left }, over.signal)).rejects.toThrow('seen');
  expect(lefts).toEqual([1]);
}, 60_000);

test('R8: of a host with many labors pages are held, and of its differences the first', async () => {
  const views = await newViews();
  const generations = [await newGeneration(views), await newGeneration(views)] as const;
  const host = 'many' as HostName;
  const labors = Array.from({ length: 2300 }, (_, n) => laborDoc({ host, n }));
  const own = hostDoc({ host, n: 2300 });
  await views.writer.apply(generations[0], { hosts: [own], labors });
  await views.writer.apply(generations[1], {
    hosts: [own],
    labors: labors.slice(100).map((labor) => ({ ...labor, assignee: 'bob', occurrences: 2 })),
  });
  const { findings, hosts, hashes } = await compared(createMemoryJournal(), views, generations);
  expect(hosts).toBe(1);
  expect(findings.differences).toBe(100 + 2 * 2200);
  expect(findings.examples).toHaveLength(1000);
  expect(new Set(findings.examples.map(({ labor }) => labor)).size).toBeGreaterThan(400);
  expect(hashes[0]).not.toBe(hashes[1]);
  expect(labors.length).toBeGreaterThan(2 * MAX_STORED_ITEMS);
  const next = labors.find(({ id }) => id === ('many~200' as LaborId));
  await views.writer.apply(generations[1], { labors: labors.filter((labor) => labor !== next) });
  const one = await compared(createMemoryJournal(), views, generations);
  expect(one.findings.examples).toMatchObject([
    { labor: 'many~200', field: 'assignee' },
    { labor: 'many~200', field: 'occurrences' },
  ]);
}, 30_000);

test('R8: hosts that one side lacks are found, whatever pages they lie on', async () => {
  const views = await newViews();
  const generations = [await newGeneration(views), await newGeneration(views)] as const;
  const names = Array.from({ length: 230 }, (_, n) => `h${String(n).padStart(3, '0')}` as HostName);
  const lacks = [(n: number) => n % 7 === 0 || n > 220, (n: number) => n < 60 && n % 5 === 0];
  for (const [side, generation] of generations.entries())
    await views.writer.apply(generation, {
      hosts: names.filter((_, n) => !lacks[side]!(n)).map((host) => hostDoc({ host, n: 0 })),
    });
  const writer = Object.create(views.writer) as Views['writer'];
  writer.progress = () =>
    Promise.resolve([{ partition: 0, position: positionOf(2n ** 63n), entryId: null, number: null, heardAtMs: 0 }]);
  const { findings, hosts } = await compared(createMemoryJournal(), { ...views, writer }, generations);
  const expected = names.filter((_, n) => lacks[0]!(n) !== lacks[1]!(n));
  expect(findings.examples.map(({ host }) => host).sort()).toEqual(expected);
  expect(findings.differences).toBe(expected.length);
  expect(hosts).toBe(names.filter((_, n) => !lacks[0]!(n) || !lacks[1]!(n)).length);
}, 30_000);
