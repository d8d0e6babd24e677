/** R5, R7, P7: rebuilds beside a list of events that is whole are loaded by a replay, interrupted anywhere or not. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { DOCUMENTS_VERSION, PARTITION_HASH_VERSION, type StoredEntry } from '#contracts';
import { FOLD_VERSION, type HostName, type Instant, type QuestId } from '#domain';
import { wrapJournal, type Journal, type Views } from '#ports';
import { createMemoryJournal, histories, joinAlone, Play, temporaryFolder, until } from '#testing';
import {
  acceptQuest,
  allJudged,
  append,
  appendHistory,
  follow,
  folded,
  hearHead,
  newViews,
  PARTITIONS,
  projectorOver,
  served,
  settle,
  stop,
  tidyUp,
} from './rig.js';
import { comparedViews, misread } from './testing-replays.js';

const path = temporaryFolder();
afterEach(tidyUp);

/** The same views as if their generations so far were of the fold before. `loads` gets the units that are loaded. */
function aged(views: Views, loads: string[] = [], loading: () => Promise<void> | void = () => undefined) {
  const old = new Set<number>();
  const begin = async (): Promise<void> => {
    for (const { number } of await views.control.generations()) old.add(number);
  };
  const control = Object.create(views.control) as Views['control'];
  control.generations = async () =>
    (await views.control.generations()).map((each) =>
      old.has(each.number) ? { ...each, foldVersion: FOLD_VERSION - 1 } : each,
    );
  const loader = Object.create(views.loader) as Views['loader'];
  loader.load = async (generation, unit, fill) => {
    loads.push(unit);
    await loading();
    await views.loader.load(generation, unit, fill);
  };
  return begin().then((): Views => ({ ...bound(views), control: bind(control), loader: bind(loader) }));
}

function bound(views: Views): Views {
  return { ...views, close: () => views.close() };
}

/** Methods of the one it is made from are called on it. */
function bind<T extends object>(over: T): T {
  const from = Object.getPrototypeOf(over) as T;
  return new Proxy(over, {
    get: (target, name) => {
      if (Object.hasOwn(target, name)) return Reflect.get(target, name) as unknown;
      const value = Reflect.get(from, name) as unknown;
      return typeof value === 'function' ? (value.bind(from) as unknown) : value;
    },
  });
}

async function all(journal: Journal, views: Views) {
  const projector = await folded(journal, views);
  await hearHead(projector, journal);
  await allJudged(views);
  await settle(views);
  await stop(projector);
  return comparedViews(views);
}

function busy(events = 40): Play {
  const play = new Play('x-required => x-done');
  for (let n = 0; n < events; n += 1)
    play.event(n % 3 === 2 ? 'x-done' : 'x-required', { host: `h${n % 7}` as HostName });
  return play;
}

test('R7: it comes to what a rebuild entry by entry comes to, its events included, however far the one before was', async () => {
  await fc.assert(
    fc.asyncProperty(
      histories(70, 10),
      fc.nat(),
      fc.double({ min: 0.1, max: 1, noNaN: true }),
      async (history, seed, share) => {
        const journal = createMemoryJournal();
        for (const quest of [1, 2, 3] as QuestId[]) await acceptQuest(journal, quest, ['h' as HostName]);
        const { steps } = history;
        const known = Math.floor(steps.length * share);
        for (const { entry } of steps.slice(0, known)) await append(journal, entry);
        const views = await newViews();
        // the build before cannot read everything: it has left hosts at such entries, and their later events out of the list
        await all(misread(journal, seed), views);
        for (const { entry } of steps.slice(known)) await append(journal, entry);
        const loads: string[] = [];
        const before = await served(views);
        const rebuilt = await all(journal, await aged(views, loads));
        expect(loads.length).toBeGreaterThan(3);
        expect(await served(views)).not.toBe(before);
        expect(rebuilt).toEqual(await all(journal, await newViews()));
        await tidyUp();
      },
    ),
    { numRuns: 8, endOnFailure: true },
  );
}, 240_000);

test('P4, R7: the events of a host that the build before has parked are listed, those included that it had not judged', async () => {
  const journal = createMemoryJournal();
  await appendHistory(journal, busy().history);
  const spoil = (entries: readonly StoredEntry[]) =>
    entries.map((entry) => (entry.stream === 'host-h1' && entry.revision >= 2 ? { ...entry, version: 999 } : entry));
  const before = wrapJournal(journal, {
    read: async (reads) => (await journal.read(reads)).map(spoil),
    readAll: async (after, limit) => spoil(await journal.readAll(after, limit)),
  });
  const views = await newViews();
  expect((await all(before, views)).events.size).toBeLessThan(40);
  const loads: string[] = [];
  const rebuilt = await all(journal, await aged(views, loads));
  expect(loads.length).toBeGreaterThan(3);
  expect(rebuilt.events.size).toBe(40);
  expect(rebuilt).toEqual(await all(journal, await newViews()));
});

test('R5: ended before any unit, the next start continues with the same generation, and serves it when it is whole', async () => {
  const journal = createMemoryJournal();
  await appendHistory(journal, busy().history);
  const views = await newViews();
  const whole = await all(journal, views);
  const before = await served(views);
  let ending = new AbortController();
  let left = 0;
  const loads: string[] = [];
  const old = await aged(views, loads, () => {
    if ((left -= 1) < 0) ending.abort();
  });
  const numbers = new Set<number>();
  let starts = 0;
  for (; (await served(views)) === before && starts < 20; starts += 1) {
    ending = new AbortController();
    left = 1;
    const projector = projectorOver(journal, old);
    await projector.prepare({ rebuild: false });
    const running = projector.run({
      join: joinAlone(PARTITIONS),
      signal: ending.signal,
      following: () => {
        ending.abort();
      },
    });
    await running;
    for (const { number, state } of await views.control.generations()) if (state === 'loading') numbers.add(number);
  }
  expect(starts).toBeGreaterThan(2);
  expect([...numbers]).toEqual([await served(views)]);
  // each but the one that was begun when it ended is loaded once
  expect(new Set(loads).size).toBe(loads.length);
  expect(await comparedViews(views)).toEqual(whole);
});

test('who loses the lease while it loads serves nothing, and the next one continues', async () => {
  const journal = createMemoryJournal();
  await appendHistory(journal, busy().history);
  const views = await newViews();
  const whole = await all(journal, views);
  const before = await served(views);
  let units = 0;
  let nowMs = 0;
  const old = await aged(views, [], async () => {
    if ((units += 1) !== 3) return;
    const state = await journal.readState('lease-rebuild');
    await journal.writeState('lease-rebuild', JSON.stringify({ owner: 'another' }), state?.version ?? 0);
    nowMs += 4000;
  });
  const projector = projectorOver(journal, old, { monotonicMs: () => nowMs });
  await projector.prepare({ rebuild: false });
  const ending = new AbortController();
  const running = projector.run({ join: joinAlone(PARTITIONS), signal: ending.signal });
  await until('it has ended', async () => projector.notReady()?.includes('another process') ?? true);
  expect(await served(views)).toBe(before);
  expect((await views.control.generations()).map(({ state }) => state)).toEqual(['ready', 'loading']);
  // the lease has not moved meanwhile
  nowMs += 6000;
  await until('it is served', async () => (await views.control.current(DOCUMENTS_VERSION)) !== before);
  ending.abort();
  await running;
  expect(await comparedViews(views)).toEqual(whole);
});

test('a disk without room for a replay leaves the rebuild to the way entry by entry', async () => {
  const journal = createMemoryJournal();
  await appendHistory(journal, busy().history);
  const views = await newViews();
  const whole = await all(journal, views);
  const before = await served(views);
  const loads: string[] = [];
  await writeFile(path('file'), 'no folder');
  const projector = projectorOver(journal, await aged(views, loads), { replayFolder: join(path('file'), 'replay') });
  await projector.prepare({ rebuild: false });
  await follow(projector);
  await settle(views);
  expect(loads.filter((unit) => unit.startsWith('hosts'))).toEqual([]);
  expect(await served(views)).not.toBe(before);
  expect((await views.control.generations()).map(({ state }) => state)).not.toContain('loading');
  expect(await comparedViews(views)).toEqual(whole);
});

test('R5: a load that eight processes have attempted in vain is left to the way entry by entry', async () => {
  const journal = createMemoryJournal();
  await appendHistory(journal, busy().history);
  const views = await newViews();
  const whole = await all(journal, views);
  const before = await served(views);
  const loads: string[] = [];
  const old = await aged(views, loads);
  const { number } = await views.loader.create({
    ...{ documentsVersion: DOCUMENTS_VERSION, foldVersion: FOLD_VERSION, partitions: PARTITIONS },
    ...{ hashVersion: PARTITION_HASH_VERSION, createdAt: '2026-01-01T00:00:00.000Z' as Instant },
  });
  for (let n = 0; n < 8; n += 1) await views.loader.load(number, `attempt 0 process-${n}`, async () => undefined);
  const projector = projectorOver(journal, old);
  await projector.prepare({ rebuild: false });
  await follow(projector);
  await settle(views);
  expect(loads.filter((unit) => unit.startsWith('hosts'))).toEqual([]);
  expect(await served(views)).not.toBe(before);
  expect((await views.control.generations()).map((each) => each.number)).not.toContain(number);
  expect(await comparedViews(views)).toEqual(whole);
});
