/** P9: a host that needs more than its share of a batch holds up nobody; it is brought on apart, and loses nothing. */
import type { StoredEntry } from '#contracts';
import type { HostName, LaborId, QuestId } from '#domain';
import type { ViewsWriter } from '#ports';
import { canonicalViews, countingJournal, createMemoryJournal, type Play, until } from '#testing';
import {
  acceptAdoption,
  acceptQuest,
  appendHistory,
  cleanFold,
  follow,
  hearHead,
  newViews,
  projectorOver,
  served,
  settle,
  stop,
  tidyUp,
} from './rig.js';
import {
  flood,
  HEAVY,
  heavyPlay,
  held,
  isBehind,
  NEIGHBOUR,
  numbersOf,
  upToDate,
  withApply,
} from './testing-behind.js';

const opens: (() => void)[] = [];
afterEach(() => {
  // a projector whose step waits would not end
  for (const open of opens.splice(0)) open();
});
afterEach(tidyUp);

const QUEST = 1 as QuestId;

/** A projector that follows the feed over a journal in which steps of the heavy host wait. */
async function rigOf(before: Play, quests: readonly QuestId[] = []) {
  const plain = createMemoryJournal();
  for (const quest of quests) await acceptQuest(plain, quest, [HEAVY]);
  const { journal, open } = held(plain);
  opens.push(open);
  const views = await newViews();
  const projector = projectorOver(journal, views);
  await projector.prepare({ rebuild: false });
  await follow(projector);
  let appended = 0;
  return {
    ...{ plain, views, projector, open },
    /** Appends what the play has that is not there yet, and lets all partitions hear of it. */
    bring: async () => {
      const { steps } = before.history;
      await appendHistory(plain, { steps: steps.slice(appended) });
      appended = steps.length;
      await hearHead(projector, plain);
    },
  };
}

test('P9: progress passes the host, and others of its partition are judged; it is no fault, and it ends as the fold does', async () => {
  const play = heavyPlay();
  const { bring, open, projector, views } = await rigOf(play);
  flood(play, 130);
  play.event('y-required', { host: NEIGHBOUR });
  await bring();
  const generation = await served(views);
  expect((await views.reader.host(generation, NEIGHBOUR))?.state.open).toHaveLength(1);
  const document = await views.reader.host(generation, HEAVY);
  expect(document).toMatchObject({ behind: { state: 'behind' }, parked: null });
  const { revision } = document!.state;
  expect(revision).toBeGreaterThan(30);
  expect(revision).toBeLessThan(60);
  expect(projector.notReady()).toBeNull();
  expect(await projector.operating.status()).toMatchObject({ hostsBehind: 1, parkedHosts: 0, halted: null });
  expect(await projector.operating.parked(10)).toEqual([]);
  expect(await projector.operating.release(HEAVY)).toMatchObject({ problem: { code: 'not-parked' } });
  // what comes for it meanwhile waits, and nobody waits for that
  play.event('y-required', { host: HEAVY });
  play.event('y-done', { host: NEIGHBOUR });
  await bring();
  expect((await views.reader.host(generation, HEAVY))?.state.revision).toBe(revision);
  expect((await views.reader.host(generation, NEIGHBOUR))?.state.open).toEqual([]);
  open();
  await upToDate(views, play.history);
  const { folded, viewed } = await numbersOf(views, play.history);
  expect(viewed).toEqual(folded);
  expect(await projector.operating.status()).toMatchObject({ hostsBehind: 0 });
}, 120_000);

test('P9: it is found again after a restart, also by another projector', async () => {
  const play = heavyPlay();
  const { bring, open, plain, projector, views } = await rigOf(play);
  flood(play, 100);
  await bring();
  // its steps never came through
  expect(await isBehind(views)).toBe(true);
  const stopped = stop(projector);
  const second = projectorOver(plain, views);
  await second.prepare({ rebuild: false });
  await follow(second);
  await upToDate(views, play.history);
  const { folded, viewed } = await numbersOf(views, play.history);
  expect(viewed).toEqual(folded);
  open();
  await stopped;
}, 120_000);

test('P9: a rebuild is served with it behind, so that it does not keep the views away; then it is brought on', async () => {
  const plain = createMemoryJournal();
  const play = heavyPlay();
  flood(play, 100);
  play.event('y-required', { host: NEIGHBOUR });
  await appendHistory(plain, play.history);
  const { journal, open } = held(plain);
  opens.push(open);
  const views = await newViews();
  const projector = projectorOver(journal, views);
  await projector.prepare({ rebuild: false });
  await follow(projector);
  expect(await isBehind(views)).toBe(true);
  expect((await views.reader.host(await served(views), NEIGHBOUR))?.state.open).toHaveLength(1);
  open();
  await upToDate(views, play.history);
  const { folded, viewed } = await numbersOf(views, play.history);
  expect(viewed).toEqual(folded);
}, 120_000);

test.each(['rejoining', 'rejoined', 'back'] as const)(
  'P9: an entry that arrives just before it is marked as %s is judged',
  async (before) => {
    const plain = createMemoryJournal();
    const play = heavyPlay();
    const views = await newViews();
    let arrived = false;
    let arrive: (() => Promise<void>) | undefined;
    const apply: ViewsWriter['apply'] = async (generation, batch) => {
      const [host] = batch.hosts ?? [];
      const isMark = host?.host === HEAVY && batch.labors === undefined;
      const state = isMark ? (host.behind?.state ?? 'back') : undefined;
      if (state === before && arrive !== undefined) {
        const now = arrive;
        arrive = undefined;
        await now();
      }
      return views.writer.apply(generation, batch);
    };
    const projector = projectorOver(plain, views, { writer: withApply(views.writer, apply) });
    await projector.prepare({ rebuild: false });
    await follow(projector);
    flood(play, 60);
    const appended = play.history.steps.length;
    await appendHistory(plain, play.history);
    arrive = async () => {
      play.event('y-required', { host: HEAVY });
      await appendHistory(plain, { steps: play.history.steps.slice(appended) });
      await hearHead(projector, plain);
      arrived = true;
    };
    await hearHead(projector, plain);
    await until('the entry arrived', () => arrived, { limitMs: 60_000 });
    await upToDate(views, play.history);
    const { folded, viewed } = await numbersOf(views, play.history);
    expect(viewed).toEqual(folded);
  },
  120_000,
);

test('P9: an entry that cannot be judged parks it; released, it is behind again, and ends as the fold does', async () => {
  const plain = createMemoryJournal();
  let mended = false;
  const spoil = (entry: StoredEntry): StoredEntry =>
    !mended && entry.json.includes('poison') ? { ...entry, version: 999 } : entry;
  const journal = {
    ...countingJournal(plain),
    read: async (...args: Parameters<typeof plain.read>) => (await plain.read(...args)).map((page) => page.map(spoil)),
    readAll: async (...args: Parameters<typeof plain.readAll>) => (await plain.readAll(...args)).map(spoil),
  };
  const views = await newViews();
  const projector = projectorOver(journal, views);
  await projector.prepare({ rebuild: false });
  await follow(projector);
  const play = heavyPlay();
  flood(play, 80);
  play.event('x-a', { host: HEAVY, note: 'poison' });
  flood(play, 100);
  await appendHistory(plain, play.history);
  await hearHead(projector, plain);
  const generation = await served(views);
  const parkedAt = async () => (await views.reader.host(generation, HEAVY))?.parked?.revision;
  await until('it is parked at that entry', async () => (await parkedAt()) === 80);
  expect(await isBehind(views)).toBe(false);
  mended = true;
  expect(await projector.operating.release(HEAVY)).toEqual({ ok: true, value: { name: HEAVY } });
  await upToDate(views, play.history);
  expect((await views.reader.host(generation, HEAVY))?.parked).toBeNull();
  const { folded, viewed } = await numbersOf(views, play.history);
  expect(viewed).toEqual(folded);
}, 120_000);

test('rule 20, P9: a quest is not completed while a host of it is behind, with its labors closed or its event not judged yet', async () => {
  const play = heavyPlay();
  const { bring, open, plain, views } = await rigOf(play, [QUEST, 2 as QuestId]);
  play.embark(1, 'y-required', { host: HEAVY });
  play.event('y-done', { host: HEAVY });
  flood(play, 60);
  play.embark(2, 'y-required', { host: HEAVY });
  play.event('y-done', { host: HEAVY });
  await bring();
  await settle(views);
  const generation = await served(views);
  const quests = async () =>
    Promise.all(
      [1, 2].map((quest) => views.reader.quest(generation, quest as QuestId).then((found) => found?.recount)),
    );
  expect(await quests()).toMatchObject([
    { phase: 'open', hosts: { done: 1, open: 0, without: 0 }, tally: { labors: 1, open: 0 } },
    { phase: 'open', hosts: { done: 0, open: 0, without: 0 }, tally: { labors: 0 } },
  ]);
  const waiting = await views.reader.behindAmong(generation, { hosts: [], quests: [1 as QuestId, 2 as QuestId] });
  expect(waiting.map(({ host }) => host)).toEqual([HEAVY, HEAVY]);
  open();
  await upToDate(views, play.history);
  await until('both are completed', async () => (await quests()).every((recount) => recount?.phase === 'completed'), {
    limitMs: 60_000,
  });
  expect(await canonicalViews(views.reader, generation)).toEqual(await cleanFold(plain));
}, 120_000);

test('rule 20, P9: a quest that adopts labors of a host that is behind is not completed before the host has judged that', async () => {
  const play = heavyPlay();
  const { bring, open, plain, projector, views } = await rigOf(play);
  await acceptQuest(plain, QUEST, [NEIGHBOUR]);
  const labor = `${HEAVY}~0` as LaborId;
  play.event('y-required', { host: HEAVY });
  play.embark(1, 'y-required', { host: NEIGHBOUR });
  play.event('y-done', { host: NEIGHBOUR });
  flood(play, 60);
  await bring();
  await settle(views);
  const generation = await served(views);
  const phase = async () => (await views.reader.quest(generation, QUEST))?.recount?.phase;
  expect([await isBehind(views), await phase()]).toEqual([true, 'completed']);
  await acceptAdoption(plain, QUEST, [labor], 'accepted');
  play.adopt(labor, 1, 'ann');
  await bring();
  await acceptAdoption(plain, QUEST, [labor], 'adopted');
  await hearHead(projector, plain);
  await settle(views);
  expect(await phase()).toBe('open');
  const waiting = await views.reader.behindAmong(generation, { hosts: [], quests: [QUEST] });
  expect(waiting.map(({ host }) => host)).toEqual([HEAVY]);
  open();
  await upToDate(views, play.history);
  await settle(views);
  expect(await views.reader.quest(generation, QUEST)).toMatchObject({
    recount: { phase: 'open', tally: { labors: 2, open: 1 } },
  });
  expect(await canonicalViews(views.reader, generation)).toEqual(await cleanFold(plain));
}, 120_000);

test('P9: many heavy hosts in one batch are behind before they add up to a long stop', async () => {
  const plain = createMemoryJournal();
  const play = heavyPlay();
  const hosts = Array.from({ length: 10 }, (_, n) => `many-${n}` as HostName);
  for (const host of hosts) flood(play, 40, host);
  await appendHistory(plain, play.history);
  const views = await newViews();
  let behind = 0;
  let effects = 0;
  const apply: ViewsWriter['apply'] = async (generation, batch) => {
    behind += (batch.hosts ?? []).filter((host) => host.behind?.state === 'behind' && host.version === 0).length;
    effects = Math.max(effects, batch.labors?.length ?? 0);
    return views.writer.apply(generation, batch);
  };
  const projector = projectorOver(plain, views, { writer: withApply(views.writer, apply) });
  await projector.prepare({ rebuild: false });
  await follow(projector);
  // each needs 1,600 effects, less than its share: of 16,000 together the batch has 8,000
  expect(behind).toBeGreaterThan(2);
  expect(behind).toBeLessThan(8);
  expect(effects).toBeLessThanOrEqual(4000);
  for (const host of hosts) await upToDate(views, play.history, host);
}, 120_000);

test('P9: a lost compare-and-set uses nothing of the share up', async () => {
  const play = heavyPlay();
  // some 1,200 effects: of a share of 2,000 once, and not twice
  flood(play, 35);
  const plain = createMemoryJournal();
  await appendHistory(plain, play.history);
  const views = await newViews();
  let lost = 0;
  let behind = 0;
  const apply: ViewsWriter['apply'] = async (generation, batch) => {
    const own = batch.hosts?.find(({ host }) => host === HEAVY);
    if (own?.behind?.state === 'behind') behind += 1;
    if (own === undefined || lost > 0) return views.writer.apply(generation, batch);
    lost += 1;
    return { conflicts: [HEAVY] };
  };
  const projector = projectorOver(plain, views, { writer: withApply(views.writer, apply) });
  await projector.prepare({ rebuild: false });
  await follow(projector);
  await upToDate(views, play.history);
  expect([lost, behind]).toEqual([1, 0]);
}, 60_000);
