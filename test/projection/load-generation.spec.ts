/** R7: a generation that a replay has loaded is what a rebuild entry by entry makes of the journal, wherever it was interrupted. */
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { atOnce, CATALOGUE_STREAM, DOCUMENTS_VERSION, inTurns } from '#contracts';
import {
  BUCKET_LIMITS,
  CatalogueTimeline,
  loadGeneration,
  nodeDisk,
  SplitDiskFull,
  type LoadGenerationParts,
  type LoadStep,
} from '#application';
import { connect } from '#adapters/sqlite';
import { openViews } from '#adapters/views-sqlite';
import type { HostName, Instant, QuestId } from '#domain';
import { StoreDamaged, StoreFull, StoreUnavailable, type Journal, type Views } from '#ports';
import { canonicalViews, createMemoryJournal, histories, intercept, Play, type History } from '#testing';
import {
  acceptQuest,
  allJudged,
  append,
  appendHistory,
  cleanFold,
  clock,
  folded,
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
import { comparedViews } from './testing-replays.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hermes-split-'));
});
afterEach(async () => {
  await tidyUp();
  await rm(folder, { recursive: true, force: true });
});

async function journalOf(history: History): Promise<Journal> {
  const journal = createMemoryJournal();
  for (const quest of [1, 2, 3] as QuestId[]) await acceptQuest(journal, quest, ['h' as HostName]);
  await appendHistory(journal, history);
  return journal;
}

/** Each event opens a labor. */
function opened(events: number, hosts: number): History {
  const play = new Play('x-required => x-done');
  for (let n = 0; n < events; n += 1) play.event('x-required', { host: `h${n % hosts}` as HostName });
  return play.history;
}

type Loader = Views['loader'];

function withLoader({ control, loader }: Views, others: Partial<Loader>): Pick<Views, 'control' | 'loader'> {
  const own: Loader = {
    ...{ create: (of) => loader.create(of), loaded: (generation) => loader.loaded(generation) },
    load: (generation, unit, fill) => loader.load(generation, unit, fill),
    finish: (generation, progress, moved) => loader.finish(generation, progress, moved),
  };
  return { control, loader: { ...own, ...others } };
}

function partsOf(
  journal: Journal,
  views: LoadGenerationParts['views'],
  more: Partial<LoadGenerationParts> = {},
): LoadGenerationParts {
  return {
    ...{ journal, views, clock, partitions: PARTITIONS, run: atOnce, hold: async () => true },
    ...{ timeline: new CatalogueTimeline(journal), folder: join(folder, 'split'), ...more },
  };
}

/** Views in which a projector has folded the journal: their list of events is whole. */
async function foldedViews(journal: Journal): Promise<Views> {
  const views = await newViews();
  const projector = await folded(journal, views);
  await allJudged(views);
  await settle(views);
  await stop(projector);
  return views;
}

test('R7: it holds the same documents, and the projector follows from its end on', async () => {
  await fc.assert(
    fc.asyncProperty(
      histories(80, 10),
      fc.constantFrom(300, 3000, 1_000_000),
      fc.boolean(),
      async (history, bucketBytes, turns) => {
        const journal = await journalOf(history);
        const views = await foldedViews(journal);
        const before = await comparedViews(views);
        const replaced = await served(views);
        const parts = partsOf(journal, views, { bucketBytes, run: turns ? inTurns : atOnce });
        const generation = (await loadGeneration(parts, never))!;
        expect(generation).toMatchObject({ state: 'folding', documentsVersion: DOCUMENTS_VERSION });
        expect(await readdir(folder)).toEqual([]);
        const { position, id } = await journal.head();
        for (const each of await views.writer.progress(generation.number))
          expect(each).toMatchObject({ position, entryId: id });
        await views.control.activate(generation.number);
        expect(await served(views)).not.toBe(replaced);
        expect(await comparedViews(views)).toEqual(before);

        // what comes later meets what the replay has left
        const play = new Play();
        for (const type of ['a-required', 'b-required', 'host-done']) play.event(type, { host: 'host-1' as HostName });
        for (const { entry } of play.history.steps.filter(({ kind }) => kind === 'host')) await append(journal, entry);
        const projector = projectorOver(journal, views);
        await projector.prepare({ rebuild: false });
        await follow(projector);
        await hearHead(projector, journal);
        await allJudged(views);
        await settle(views);
        expect(await canonicalViews(views.reader, await served(views))).toEqual(await cleanFold(journal));
        await tidyUp();
      },
    ),
    { numRuns: 8, endOnFailure: true },
  );
}, 240_000);

test('R5, R7: interrupted before any unit, also with its files lost, the next call goes on to the same end', async () => {
  await fc.assert(
    fc.asyncProperty(histories(60, 20), fc.boolean(), async (history, isLost) => {
      const journal = await journalOf(history);
      const views = await foldedViews(journal);
      const before = await comparedViews(views);
      const { position } = await journal.head();
      const numbers = new Set<number>();
      for (let calls = 0; ; calls += 1) {
        let held = 0;
        const hold = async () => (held += 1) <= calls;
        const generation = await loadGeneration(partsOf(journal, views, { bucketBytes: 2000, hold }), never);
        for (const { number, state } of await views.control.generations()) if (state === 'loading') numbers.add(number);
        if (generation !== undefined) {
          expect(calls).toBeGreaterThan(3);
          expect([...numbers]).toEqual([generation.number]);
          await views.control.activate(generation.number);
          break;
        }
        // the journal grows meanwhile, and the end stays
        if (calls === 0) await append(journal, history.steps.findLast(({ kind }) => kind === 'catalogue')!.entry);
        if (isLost) await rm(join(folder, 'split'), { recursive: true, force: true });
      }
      expect(await comparedViews(views)).toEqual(before);
      for (const each of await views.writer.progress(await served(views))) expect(each.position).toBe(position);
      await tidyUp();
    }),
    { numRuns: 6, endOnFailure: true },
  );
}, 240_000);

test('R5: an abort ends the unit at hand, which is not there then, and the making of indexes; the next call resumes', async () => {
  const play = new Play('x-required => x-done');
  for (let n = 0; n < 60; n += 1) play.event('x-required', { host: `h${n}` as HostName });
  const journal = await journalOf(play.history);
  const views = await foldedViews(journal);
  const before = await comparedViews(views);
  const stopped = async (when: 'unit' | 'index'): Promise<readonly string[]> => {
    const stop = new AbortController();
    const loader = Object.create(views.loader) as Views['loader'];
    let units = 0;
    loader.load = (generation, unit, fill) =>
      views.loader.load(generation, unit, async (add) => {
        units += 1;
        if (when === 'unit' && units === 4) stop.abort();
        await fill(add);
      });
    const moved = ({ phase, share }: LoadStep): void => {
      if (when === 'index' && phase === 'indexing' && share > 0) stop.abort();
    };
    const parts = partsOf(journal, { ...views, loader }, { bucketBytes: 2000, moved });
    expect(await loadGeneration(parts, stop.signal)).toBeUndefined();
    const { number } = (await views.control.generations()).find(({ state }) => state === 'loading')!;
    return views.loader.loaded(number);
  };
  const some = await stopped('unit');
  // the plan, the attempt, and one of the two that were begun
  expect(some).toHaveLength(3);
  expect((await stopped('index')).length).toBeGreaterThan(some.length);
  const generation = (await loadGeneration(partsOf(journal, views, { bucketBytes: 2000 }), never))!;
  await views.control.activate(generation.number);
  expect(await comparedViews(views)).toEqual(before);
}, 60_000);

test('R5: ended when all was made and nobody had said so, the next call only says so', async () => {
  const journal = await journalOf(opened(60, 20));
  let ends = 1;
  const views = await openViews(join(folder, 'views.db'), {
    connect: (file) => {
      const database = connect('views', file);
      intercept(database, 'prepare', (prepare, sql, ...rest) => {
        if (sql.startsWith("UPDATE generations SET state = 'folding'") && (ends -= 1) >= 0) throw new Error('by plan');
        return prepare(sql, ...rest);
      });
      return database;
    },
  });
  try {
    const projector = await folded(journal, views);
    await allJudged(views);
    await settle(views);
    await stop(projector);
    const before = await comparedViews(views);
    const load = () => loadGeneration(partsOf(journal, views, { bucketBytes: 2000 }), never);
    await expect(load()).rejects.toThrow('by plan');
    const [, begun] = await views.control.generations();
    expect(begun).toMatchObject({ state: 'loading' });
    // an attempt of another process
    const generation = await loadGeneration(partsOf(journal, views, { bucketBytes: 2000, process: 'next' }), never);
    expect(generation).toMatchObject({ number: begun!.number, state: 'folding' });
    await views.control.activate(begun!.number);
    expect(await comparedViews(views)).toEqual(before);
  } finally {
    await views.close();
  }
});

test('R5: units of another cut are given up with their generation: a host would be in two of them', async () => {
  const journal = await journalOf(opened(60, 60));
  const views = await foldedViews(journal);
  const before = await comparedViews(views);
  let held = 0;
  const hold = async () => (held += 1) <= 2;
  expect(await loadGeneration(partsOf(journal, views, { bucketBytes: 2000, hold }), never)).toBeUndefined();
  const [, begun] = await views.control.generations();
  expect((await views.loader.loaded(begun!.number)).filter((unit) => unit.startsWith('hosts'))).toHaveLength(2);
  await rm(join(folder, 'split'), { recursive: true, force: true });
  const generation = (await loadGeneration(partsOf(journal, views, { bucketBytes: 9000 }), never))!;
  expect(generation.number).not.toBe(begun!.number);
  expect((await views.control.generations()).map(({ number }) => number)).not.toContain(begun!.number);
  await views.control.activate(generation.number);
  expect(await comparedViews(views)).toEqual(before);
});

test('P9: a host that is too large for a replay is brought on by the projector', async () => {
  const play = new Play('x-required => x-done');
  for (let n = 0; n < 30; n += 1) play.event(n % 2 === 0 ? 'x-required' : 'x-done', { host: 'large' as HostName });
  play.event('x-required', { host: 'small' as HostName });
  const journal = await journalOf(play.history);
  const views = await foldedViews(journal);
  const limits = { ...BUCKET_LIMITS, hostEntries: 10 };
  const generation = (await loadGeneration(partsOf(journal, views, { limits }), never))!;
  await views.control.activate(generation.number);
  expect(await views.reader.host(generation.number, 'large' as HostName)).toMatchObject({
    state: { revision: -1 },
    behind: { state: 'behind' },
  });
  const projector = projectorOver(journal, views);
  await projector.prepare({ rebuild: false });
  await follow(projector);
  await allJudged(views);
  await settle(views);
  expect(await canonicalViews(views.reader, generation.number)).toEqual(await cleanFold(journal));
});

test('R2: what is loaded gives its room back; a full disk ends the load, and nothing of it is left', async () => {
  const journal = await journalOf(opened(60, 60));
  const views = await foldedViews(journal);
  const files: number[] = [];
  const hold = async () => {
    files.push((await readdir(join(folder, 'split'))).length);
    return true;
  };
  const load: Loader['load'] = async (generation, unit, fill) => {
    if (unit === 'catalogue') throw new StoreFull('views', 'database or disk is full');
    await views.loader.load(generation, unit, fill);
  };
  const full = loadGeneration(partsOf(journal, withLoader(views, { load }), { bucketBytes: 2000, hold }), never);
  await expect(full).rejects.toThrow(SplitDiskFull);
  expect(files.length).toBeGreaterThan(3);
  expect(files).toEqual([...files].sort((a, b) => b - a));
  expect(new Set(files).size).toBe(files.length);
  expect(await readdir(folder)).toEqual([]);
  expect((await views.control.generations()).map(({ state }) => state)).toEqual(['ready']);
});

test('R2: a disk that has room for the journal, and not for the views beside it, is left before it is full', async () => {
  const journal = await journalOf(opened(60, 60));
  const views = await foldedViews(journal);
  const split = { ...nodeDisk, freeBytes: async () => 256 * 2 ** 20 + 15_000 };
  expect(await loadGeneration(partsOf(journal, views, { disk: split }), never)).toBeDefined();
  const shared = loadGeneration(partsOf(journal, views, { disk: split, isOfViews: true }), never);
  await expect(shared).rejects.toThrow(/needs about \d+ MB more in/);
  // it fills while it is loaded
  let free = 1e12;
  const load: Loader['load'] = async (generation, unit, fill) => {
    free = 256 * 2 ** 20;
    await views.loader.load(generation, unit, fill);
  };
  const filling = { ...nodeDisk, freeBytes: async () => free };
  const over = withLoader(views, { load });
  const later = loadGeneration(partsOf(journal, over, { disk: filling, isOfViews: true, bucketBytes: 2000 }), never);
  await expect(later).rejects.toThrow(SplitDiskFull);
  const bounded = loadGeneration(partsOf(journal, views, { mostBytes: 5000 }), never);
  await expect(bounded).rejects.toThrow(/may use 1 MB/);
  expect(await readdir(folder)).toEqual([]);
  expect((await views.control.generations()).map(({ state }) => state)).toEqual(['ready', 'folding']);
});

test('R5: hosts that are set apart later are not: what a load has begun with stands, over processes', async () => {
  const journal = await journalOf(opened(40, 8));
  const views = await foldedViews(journal);
  const before = await comparedViews(views);
  let held = 0;
  const first = { bucketBytes: 2000, hold: async () => (held += 1) <= 2, process: 'first' };
  expect(await loadGeneration(partsOf(journal, views, first), never)).toBeUndefined();
  const apart = new Set(Array.from({ length: 8 }, (_, n) => `h${n}` as HostName));
  const generation = (await loadGeneration(partsOf(journal, views, { bucketBytes: 2000, apart }), never))!;
  expect(await views.reader.hostsBehind(generation.number)).toBe(0);
  await views.control.activate(generation.number);
  expect(await comparedViews(views)).toEqual(before);
});

test('R5: what is loaded and damaged is loaded again from its beginning, and the journal, where its files are', async () => {
  const journal = await journalOf(opened(40, 40));
  const views = await foldedViews(journal);
  let held = 0;
  const hold = async () => (held += 1) <= 2;
  await loadGeneration(partsOf(journal, views, { bucketBytes: 2000, hold }), never);
  const [lost] = (await readdir(join(folder, 'split'))).filter((name) => name.startsWith('hosts'));
  await writeFile(join(folder, 'split', lost!), 'x');
  await expect(loadGeneration(partsOf(journal, views, { bucketBytes: 2000 }), never)).rejects.toThrow('must be split');
  const loaded: Loader['loaded'] = async () => {
    throw new StoreDamaged('views', 'the file is malformed');
  };
  const over = withLoader(views, { loaded });
  await expect(loadGeneration(partsOf(journal, over), never)).rejects.toThrow('loaded again');
  expect((await views.control.generations()).map(({ state }) => state)).toEqual(['ready']);
  const before = await comparedViews(views);
  await views.control.activate((await loadGeneration(partsOf(journal, views), never))!.number);
  expect(await comparedViews(views)).toEqual(before);
});

test('R5: a load that fails eight times in the same part is given up, also where its process lives on', async () => {
  const journal = await journalOf(opened(40, 40));
  const views = await foldedViews(journal);
  let attempts = 0;
  const fault: { error: Error } = { error: new StoreUnavailable('views', 'away') };
  const load: Loader['load'] = async (generation, unit, fill) => {
    if (unit.startsWith('hosts')) {
      attempts += 1;
      throw fault.error;
    }
    await views.loader.load(generation, unit, fill);
  };
  const failing = () => loadGeneration(partsOf(journal, withLoader(views, { load })), never);
  // a store comes back: it is asked again, however often
  for (let n = 0; n < 10; n += 1) await expect(failing()).rejects.toThrow('away');
  fault.error = new Error('a thread that judges has ended');
  for (let n = 0; n < 8; n += 1) await expect(failing()).rejects.toThrow('a thread that judges');
  await expect(failing()).rejects.toMatchObject({ name: 'ReplayGivenUp' });
  expect(attempts).toBe(18);
  expect((await views.control.generations()).map(({ state }) => state)).toEqual(['ready']);
});

test('P4: with an entry of the catalogue that cannot be read it makes no generation that could be served', async () => {
  const play = new Play('x-required => x-done');
  play.event('x-required');
  const journal = await journalOf(play.history);
  const views = await foldedViews(journal);
  const recordedAt = '2026-01-02T00:00:00.000Z' as Instant;
  const entries = [{ id: crypto.randomUUID(), type: 'FateDefined', version: 999, recordedAt, json: '{}' }];
  await journal.append([{ stream: CATALOGUE_STREAM, expected: 'any', entries }]);
  await expect(loadGeneration(partsOf(journal, views), never)).rejects.toThrow('cannot be read');
  expect((await views.control.generations()).map(({ state }) => state)).toEqual(['ready', 'loading']);
});
