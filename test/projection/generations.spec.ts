/** J6, F1, P7: which generation a start writes, how it goes on after it was cut off, and what it refuses. */
import { GenerationRetirement, silentLog } from '#application';
import { DOCUMENTS_VERSION, EVENTS_VERSION, PARTITION_HASH_VERSION, partitionOf, START } from '#contracts';
import { FOLD_VERSION, type Instant } from '#domain';
import type { FeedMessage, Journal, Views } from '#ports';
import { canonicalViews, countingJournal, createMemoryJournal, joinAlone, MemoryStore, Play, until } from '#testing';
import {
  append,
  appendHistory,
  cleanFold,
  follow,
  hearHead,
  never,
  newViews,
  PARTITIONS,
  projectorOver,
  served,
  settle,
  stop,
  tidyUp,
} from './rig.js';

afterEach(tidyUp);

function busyPlay(events = 30): Play {
  const play = new Play('x-required => x-done');
  for (let index = 0; index < events; index += 1) {
    play.event(index % 3 === 2 ? 'x-done' : 'x-required', { host: `host-${index % 5}` as never });
  }
  return play;
}

/** A journal whose pages are small, so that a scan has many. */
function paged(journal: Journal, maxReadEntries: number): Journal {
  const counted = countingJournal(journal);
  return { ...counted, maxReadEntries };
}

test('P7: a scan that is cut off after any page goes on there, and ends as a clean fold does', async () => {
  const plain = createMemoryJournal();
  await appendHistory(plain, busyPlay().history);
  const views = await newViews();
  let scanned = 0;
  for (let starts = 0; starts < 50; starts += 1) {
    const ending = new AbortController();
    const journal: Journal = {
      ...paged(plain, 7),
      readAll: async (after, limit) => {
        const page = await plain.readAll(after, Math.min(limit, 7));
        scanned += page.length;
        // cut off after the page was handed out: it is applied, and no more
        ending.abort();
        return page;
      },
    };
    const projector = projectorOver(journal, views);
    await projector.prepare({ rebuild: false });
    await projector.run({ join: joinAlone(PARTITIONS), signal: ending.signal });
    expect(projector.notReady()).toContain('being rebuilt');
    if (scanned >= (await plain.readAll(START, 1000)).length) break;
    expect(await views.control.current(DOCUMENTS_VERSION)).toBeNull();
  }
  const last = projectorOver(plain, views);
  await last.prepare({ rebuild: false });
  await follow(last);
  expect(last.notReady()).toBeNull();
  expect(scanned).toBe((await plain.readAll(START, 1000)).length);
  expect(await canonicalViews(views.reader, await served(views))).toEqual(await cleanFold(plain));
});

test('P7: views are served as soon as they have what was there, though each look at the journal finds more', async () => {
  const plain = createMemoryJournal();
  const { history } = busyPlay();
  await appendHistory(plain, history);
  let pages = 0;
  let isBusy = true;
  let aheadMs = 0;
  const past = { nowMs: () => Date.now() + aheadMs };
  const journal: Journal = {
    ...countingJournal(plain),
    readAll: async (after, limit) => {
      const page = await plain.readAll(after, Math.min(limit, 7));
      pages += 1;
      aheadMs += 60_000;
      if (isBusy && pages < 200) await append(plain, history.steps.at(-1)!.entry);
      return page;
    },
  };
  const views = await newViews();
  const projector = projectorOver(journal, views, { replayFolder: null, clock: past });
  await projector.prepare({ rebuild: false });
  await follow(projector);
  expect(pages).toBeLessThan(20);
  // no older than the last look, however long the rebuild took
  const heard = (await views.writer.progress(await served(views))).map(({ heardAtMs }) => heardAtMs);
  expect(Math.min(...heard)).toBeGreaterThan(Date.now() + aheadMs - 60_000 - 60_000);
  isBusy = false;
  await hearHead(projector, plain);
  await settle(views);
  expect(await canonicalViews(views.reader, await served(views))).toEqual(await cleanFold(plain));
});

test('P7: views of an earlier fold are rebuilt beside the old ones, which are dropped once nobody follows them', async () => {
  const journal = createMemoryJournal();
  await appendHistory(journal, busyPlay().history);
  const views = await newViews();
  await views.control.claim({ journal: journal.identity, eventsVersion: EVENTS_VERSION });
  const old = await views.control.createGeneration({
    documentsVersion: DOCUMENTS_VERSION,
    foldVersion: FOLD_VERSION - 1,
    partitions: 4,
    hashVersion: PARTITION_HASH_VERSION,
    createdAt: '2026-01-01T00:00:00.000Z' as Instant,
  });
  await views.control.activate(old.number);
  const projector = projectorOver(journal, views);
  await projector.prepare({ rebuild: false });
  expect(await served(views)).toBe(old.number);
  await follow(projector);
  expect(await served(views)).toBeGreaterThan(old.number);
  await until('the old ones are dropped', async () => (await views.control.generations()).length === 1);
  expect((await views.control.generations()).map(({ number }) => number)).toEqual([await served(views)]);
  expect(await canonicalViews(views.reader, await served(views))).toEqual(await cleanFold(journal));
});

test('P7: a start over views that are up to date reads nothing of the journal’s history', async () => {
  const plain = createMemoryJournal();
  await appendHistory(plain, busyPlay().history);
  const views = await newViews();
  const first = projectorOver(plain, views);
  await first.prepare({ rebuild: false });
  await follow(first);
  const counted = countingJournal(plain);
  const second = projectorOver(counted, views);
  await second.prepare({ rebuild: false });
  await follow(second);
  await hearHead(second, plain);
  expect(counted.calls).toMatchObject({ readAll: 0, read: 0 });
});

test('J6: views of another journal stop the start and name the way out; with it they are rebuilt', async () => {
  const [one, other] = [createMemoryJournal(), createMemoryJournal()];
  await appendHistory(one, busyPlay().history);
  await appendHistory(other, busyPlay(9).history);
  const views = await newViews();
  const first = projectorOver(one, views);
  await first.prepare({ rebuild: false });
  await follow(first);
  const second = projectorOver(other, views);
  await expect(second.prepare({ rebuild: false })).rejects.toThrow('--rebuild');
  await stop(first);
  await second.prepare({ rebuild: true });
  await follow(second);
  expect(await canonicalViews(views.reader, await served(views))).toEqual(await cleanFold(other));
});

test('J6: a journal that was set back stops the start', async () => {
  const store = new MemoryStore();
  const journal = createMemoryJournal({ store });
  const play = busyPlay();
  await appendHistory(journal, play.history);
  const backup = store.copy();
  await append(journal, play.history.steps.at(-1)!.entry);
  const views = await newViews();
  const first = projectorOver(journal, views);
  await first.prepare({ rebuild: false });
  await follow(first);
  const restored = createMemoryJournal({ store: backup });
  await expect(projectorOver(restored, views).prepare({ rebuild: false })).rejects.toThrow('set back');
  // and one that went another way from there
  await append(restored, play.history.steps.at(-1)!.entry);
  await expect(projectorOver(restored, views).prepare({ rebuild: false })).rejects.toThrow('--rebuild');
});

test('F1: with another number of partitions all restart from the least progress', async () => {
  const journal = createMemoryJournal();
  const play = busyPlay();
  await appendHistory(journal, play.history);
  const views = await newViews();
  const first = projectorOver(journal, views);
  await first.prepare({ rebuild: false });
  await follow(first);
  await append(journal, play.history.steps.at(-1)!.entry);
  const second = projectorOver(journal, views, { partitions: 7 });
  await stop(first);
  await second.prepare({ rebuild: false });
  await follow(second, 7);
  expect(await views.writer.progress(await served(views))).toHaveLength(7);
  expect(await canonicalViews(views.reader, await served(views))).toEqual(await cleanFold(journal));
});

test('P3: each partition goes on from its own progress', async () => {
  const journal = createMemoryJournal();
  const play = busyPlay(40);
  const views = await newViews();
  const first = projectorOver(journal, views);
  await first.prepare({ rebuild: false });
  await follow(first);
  await appendHistory(journal, play.history);
  const stored = await journal.readAll(START, 1000);
  // one partition hears of everything, the others of nothing
  const ahead = 0;
  let previous = START;
  const messages = stored.flatMap((entry, index): FeedMessage[] => {
    if (partitionOf(entry.stream, PARTITIONS) !== ahead) return [];
    const number = index + 1;
    const message = { kind: 'entry', partition: ahead, journal: journal.identity, previous, number, entry } as const;
    previous = entry.position;
    return [{ ...message, catalogueRevision: play.catalogue.revision }];
  });
  await first.handle({ partition: ahead, messages }, never);
  await stop(first);
  const second = projectorOver(journal, views);
  await second.prepare({ rebuild: false });
  await follow(second);
  await hearHead(second, journal);
  expect(await canonicalViews(views.reader, await served(views))).toEqual(await cleanFold(journal));
});

test('P7: a list of events of another version is emptied and filled again by the fold', async () => {
  const journal = createMemoryJournal();
  await appendHistory(journal, busyPlay().history);
  const views = await newViews();
  const first = projectorOver(journal, views);
  await first.prepare({ rebuild: false });
  await follow(first);
  await stop(first);
  await views.control.resetEvents(EVENTS_VERSION - 1);
  const second = projectorOver(journal, views);
  await second.prepare({ rebuild: false });
  expect((await views.control.identity())?.eventsVersion).toBe(EVENTS_VERSION);
  await follow(second);
  expect(await canonicalViews(views.reader, await served(views))).toEqual(await cleanFold(journal));
});

/** A generation that another version of Hermes has made and serves. */
async function servedBy(views: Views, foldVersion: number): Promise<number> {
  const { number } = await views.control.createGeneration({
    documentsVersion: DOCUMENTS_VERSION,
    foldVersion,
    partitions: PARTITIONS,
    hashVersion: PARTITION_HASH_VERSION,
    createdAt: '2026-01-01T00:00:00.000Z' as Instant,
  });
  await views.control.activate(number);
  return number;
}

test('R15: an earlier generation is kept while a process of its version follows it, whatever the clocks say', async () => {
  const views = await newViews();
  const old = await servedBy(views, FOLD_VERSION - 1);
  const heard = { partition: 2, position: START, entryId: null, number: 0, heardAtMs: Date.now() - 1000 };
  await views.writer.apply(old, { progress: { partitions: PARTITIONS, moved: [heard] } });
  const projector = projectorOver(createMemoryJournal(), views);
  await projector.prepare({ rebuild: false });
  await follow(projector);
  let monotonicMs = 0;
  const retirement = new GenerationRetirement(views, silentLog, () => monotonicMs);
  const kept = async () => (await views.control.generations()).some(({ number }) => number === old);
  await retirement.look();
  expect(await kept()).toBe(true);
  // a clock that is an hour ahead, or was set, makes no follower go away
  const ahead = { ...heard, heardAtMs: Date.now() + 3_601_000 };
  await views.writer.apply(await served(views), { progress: { partitions: PARTITIONS, moved: [ahead] } });
  monotonicMs += 60_000;
  const beat = { ...heard, heardAtMs: heard.heardAtMs + 1 };
  await views.writer.apply(old, { progress: { partitions: PARTITIONS, moved: [beat] } });
  await retirement.look();
  expect(await kept()).toBe(true);
  monotonicMs += 60_000;
  await retirement.look();
  expect((await views.control.generations()).map(({ number }) => number)).toEqual([await served(views)]);
});

test('R15: views that a later fold serves are left alone, and readiness says so', async () => {
  const views = await newViews();
  const later = await servedBy(views, FOLD_VERSION + 1);
  const projector = projectorOver(createMemoryJournal(), views);
  await projector.prepare({ rebuild: false });
  const ending = new AbortController();
  const run = projector.run({ join: joinAlone(PARTITIONS), signal: ending.signal });
  await until('it stands by', () => projector.notReady()?.includes('later version') === true);
  ending.abort();
  await run;
  expect(await served(views)).toBe(later);
  expect(await views.control.generations()).toHaveLength(1);
});

test('R15: a list of events of a later version is left alone, and the generations with it', async () => {
  const journal = createMemoryJournal();
  await appendHistory(journal, busyPlay().history);
  const views = await newViews();
  await views.control.claim({ journal: journal.identity, eventsVersion: EVENTS_VERSION });
  await views.control.resetEvents(EVENTS_VERSION + 1);
  const later = await servedBy(views, FOLD_VERSION);
  const projector = projectorOver(journal, views);
  await projector.prepare({ rebuild: false });
  const ending = new AbortController();
  const run = projector.run({ join: joinAlone(PARTITIONS), signal: ending.signal });
  await until('it stands by', () => projector.notReady()?.includes('later version') === true);
  ending.abort();
  await run;
  expect(await views.control.identity()).toEqual({ journal: journal.identity, eventsVersion: EVENTS_VERSION + 1 });
  expect(await served(views)).toBe(later);
  expect(await views.control.generations()).toHaveLength(1);
});

test('P5: of two projectors that find no views one rebuilds them, and both follow the same generation', async () => {
  const journal = createMemoryJournal();
  await appendHistory(journal, busyPlay().history);
  const views = await newViews();
  const projectors = ['one', 'two'].map((owner) => projectorOver(journal, views, { owner }));
  for (const projector of projectors) await projector.prepare({ rebuild: false });
  await Promise.all(projectors.map((projector) => follow(projector)));
  expect(projectors.map((projector) => projector.notReady())).toEqual([null, null]);
  expect(await views.control.generations()).toHaveLength(1);
  await settle(views);
  expect(await canonicalViews(views.reader, await served(views))).toEqual(await cleanFold(journal));
});

test('P7: when another generation is served, its group is joined and the former one left', async () => {
  const journal = createMemoryJournal();
  const views = await newViews();
  const joined: string[] = [];
  const alone = joinAlone(PARTITIONS);
  const join: typeof alone = async (group, listener) => {
    joined.push(group);
    const membership = await alone(group, listener);
    return {
      close: async () => {
        joined.push(`left ${group}`);
        await membership.close();
      },
    };
  };
  const projector = projectorOver(journal, views);
  await projector.prepare({ rebuild: false });
  const ending = new AbortController();
  const run = projector.run({ join, signal: ending.signal });
  await until('it follows', () => joined.length === 1);
  const next = await servedBy(views, FOLD_VERSION);
  await until('it follows the other', () => joined.length === 3);
  expect(joined).toEqual(['projector-1', 'left projector-1', `projector-${next}`]);
  ending.abort();
  await run;
}, 20_000);

test('R7: of its own version the generation that was served before is kept, whatever its number; others go after an hour', async () => {
  const views = await newViews();
  const projector = projectorOver(createMemoryJournal(), views);
  await projector.prepare({ rebuild: false });
  await follow(projector);
  await stop(projector);
  const first = await served(views);
  const second = await servedBy(views, FOLD_VERSION);
  const third = await servedBy(views, FOLD_VERSION);
  const hear = (generation: number, heardAtMs: number) =>
    views.writer.apply(generation, {
      progress: {
        partitions: PARTITIONS,
        moved: [{ partition: 0, position: START, entryId: null, number: 0, heardAtMs }],
      },
    });
  const nowMs = Date.now() + 10_000_000;
  // the second was served, and then the first again, before the third was
  await hear(second, nowMs - 7_200_000);
  await hear(first, nowMs - 3_700_000);
  await hear(third, nowMs);
  let monotonicMs = 0;
  const retirement = new GenerationRetirement(views, silentLog, () => monotonicMs);
  const numbers = async () => (await views.control.generations()).map(({ number }) => number);
  await retirement.look(second);
  monotonicMs += 4_000_000;
  // a rebuild writes it: it is brought level
  await retirement.look(second);
  expect(await numbers()).toEqual([first, second, third]);
  await retirement.look();
  monotonicMs += 4_000_000;
  await retirement.look();
  expect(await numbers()).toEqual([first, third]);
});
