/** R7: a generation that is loaded is as one that was written, and is there for readers and writers from its end on. */
import fc from 'fast-check';
import { DOCUMENTS_VERSION, type LaborDocument } from '#contracts';
import type { HostName, QuestId } from '#domain';
import { GenerationGone, type FinishStep, type LoadedDocuments, type Views, type ViewsBatch } from '#ports';
import { allAnswers, type Asked } from './all-answers.js';
import {
  at,
  catalogueEntry,
  closed,
  eventDoc,
  host,
  hostDoc,
  laborDoc,
  laborId,
  partDoc,
  quest,
  repeat,
  questRecord,
  recountOf,
  tally,
} from './documents.js';
import { HOSTS, QUESTS } from './generated.js';
import { newGeneration, NEW_GENERATION, PARTITIONS, shareOf, type Bench } from './harness.js';
import { filters as hostFilters } from './host-lists.js';
import { filters as laborFilters } from './labor-lists.js';
import { EVENTS, loadedDocuments, withParts } from './loading-documents.js';

const RUNS = 8;
const UNITS = 3;

const PROGRESS = Array.from({ length: PARTITIONS }, (_, partition) => ({
  ...{ partition, position: at(50), entryId: 'e', number: 51, heardAtMs: 0 },
}));

/** Every document in one of some units, marks in any. */
function unitsOf(all: LoadedDocuments, unitOf: (n: number) => number): readonly LoadedDocuments[] {
  let n = 0;
  const cut = <T>(list: readonly T[] = []): readonly (readonly T[])[] => {
    const units = Array.from({ length: UNITS }, (): T[] => []);
    for (const each of list) units[unitOf((n += 1)) % UNITS]!.push(each);
    return units;
  };
  const [ls, ps, ms, hs] = [cut(all.labors), cut(all.parts), cut(all.marks), cut(all.hosts)];
  const rest = [cut(all.quests), cut(all.questEntries), cut(all.catalogue), cut(all.names)] as const;
  return Array.from({ length: UNITS }, (_, unit) => ({
    ...{ labors: ls[unit]!, parts: ps[unit]!, marks: ms[unit]!, hosts: hs[unit]! },
    ...{ quests: rest[0][unit]!, questEntries: rest[1][unit]!, catalogue: rest[2][unit]!, names: rest[3][unit]! },
  }));
}

async function loadUnit({ loader }: Views, generation: number, unit: string, pieces: readonly LoadedDocuments[]) {
  await loader.load(generation, unit, async (add) => {
    for (const piece of pieces) await add(piece);
  });
}

/** The generation, loaded with these documents as one unit. */
async function loadedWith(views: Views, all: LoadedDocuments): Promise<number> {
  const { number } = await views.loader.create(NEW_GENERATION);
  await loadUnit(views, number, 'all', [all]);
  await views.loader.finish(number, PROGRESS);
  return number;
}

async function writtenWith({ writer }: Views, generation: number, all: ViewsBatch): Promise<void> {
  await writer.apply(generation, { ...all, progress: { partitions: PARTITIONS, moved: PROGRESS } });
}

export function loadingSuite(bench: Bench): void {
  test('R7: whatever is loaded, every answer is that of the same documents written, then and after later writes', async () => {
    await fc.assert(
      fc.asyncProperty(
        loadedDocuments,
        fc.infiniteStream(fc.nat({ max: UNITS - 1 })),
        fc.array(laborFilters, { minLength: 6, maxLength: 6 }),
        fc.array(hostFilters, { minLength: 4, maxLength: 4 }),
        async (all, units, ofLabors, ofHosts) => {
          const { views } = bench();
          const asked: Asked = {
            hosts: all.hosts.map((document) => document.host),
            labors: all.labors.map(({ id }) => id),
            events: EVENTS.map(({ id }) => id),
            laborFilters: ofLabors,
            hostFilters: ofHosts,
          };
          const written = await newGeneration(views);
          await writtenWith(views, written, { ...all, events: EVENTS });
          const { number: loaded } = await views.loader.create(NEW_GENERATION);
          for (const [unit, its] of unitsOf(all, () => Number(units.next().value)).entries())
            await loadUnit(
              views,
              loaded,
              `unit ${unit}`,
              unitsOf(its, (n) => n),
            );
          await views.loader.finish(loaded, PROGRESS);
          expect(await allAnswers(views, loaded, asked)).toEqual(await allAnswers(views, written, asked));

          for (const generation of [written, loaded]) await change(views, generation, all);
          expect(await allAnswers(views, loaded, asked)).toEqual(await allAnswers(views, written, asked));
        },
      ),
      { numRuns: shareOf(bench(), RUNS) },
    );
  }, 300_000);

  test('R7: what threads have encoded is loaded as the documents are, among others that come as they are', async () => {
    await fc.assert(
      fc.asyncProperty(loadedDocuments, async (all) => {
        const { views, encode } = bench();
        const asked: Asked = {
          hosts: all.hosts.map((document) => document.host),
          labors: all.labors.map(({ id }) => id),
          ...{ events: [], laborFilters: [{}], hostFilters: [{}] },
        };
        const plain = await loadedWith(views, all);
        const { number: loaded } = await views.loader.create(NEW_GENERATION);
        for (const [unit, its] of unitsOf(all, (n) => n).entries()) {
          await views.loader.load(loaded, `unit ${unit}`, async (add) => {
            for (const piece of unitsOf(its, (n) => n)) await add(unit === 0 ? piece : { bytes: encode(piece) });
          });
        }
        await views.loader.finish(loaded, PROGRESS);
        expect(await allAnswers(views, loaded, asked)).toEqual(await allAnswers(views, plain, asked));
      }),
      { numRuns: shareOf(bench(), RUNS) },
    );
  }, 300_000);

  test('R7: of a part that comes again the first one stays, and counts once', async () => {
    const { views } = bench();
    const { number } = await views.loader.create(NEW_GENERATION);
    const own = partDoc({ host: host('h'), tally: tally(2, 0), n: 5 });
    const expected = ['h', 'j'].map((name) => partDoc({ host: host(name) }));
    await loadUnit(views, number, 'hosts', [{ parts: [own] }]);
    await loadUnit(views, number, 'quests', [{ parts: expected }]);
    await loadUnit(views, number, 'more', [{ parts: [partDoc({ host: host('i'), tally: tally(4, 0), n: 5 })] }]);
    await views.loader.finish(number, PROGRESS);
    const { parts } = await views.writer.load(number, { parts: [{ quest: quest(1), host: host('h') }] });
    expect(parts).toEqual([own]);
    expect((await views.writer.sumParts(number, quest(1))).tally).toMatchObject({ named: 3, open: 7 });
  });

  test('R7: while it is loading it is listed, and there for its loader alone', async () => {
    const { views } = bench();
    const before = await newGeneration(views);
    const generation = await views.loader.create(NEW_GENERATION);
    const { number } = generation;
    expect(generation).toEqual({ ...NEW_GENERATION, number, state: 'loading' });
    expect(number).toBeGreaterThan(before);
    await loadUnit(views, number, 'a', [{ hosts: [hostDoc()] }]);
    expect((await views.control.generations()).map(({ state }) => state)).toEqual(['folding', 'loading']);
    for (const use of [
      () => views.reader.host(number, host('web-1')),
      () => views.reader.labors(number, {}, { sort: 'host', limit: 1, after: null, count: false }),
      () => views.reader.totals(number),
      () => views.writer.apply(number, { hosts: [hostDoc()] }),
      () => views.writer.load(number, { hosts: [host('web-1')] }),
      () => views.writer.progress(number),
      () => views.control.activate(number),
      () => views.control.repartition(number, PROGRESS, 1),
    ]) {
      await expect(use()).rejects.toThrow(GenerationGone);
    }
    await views.loader.finish(number, PROGRESS);
    expect((await views.control.generations()).at(-1)).toEqual({ ...generation, state: 'folding' });
    expect(await views.reader.host(number, host('web-1'))).toEqual(hostDoc({ version: 1 }));
    expect(await views.writer.progress(number)).toEqual(PROGRESS);
    expect(await views.control.activate(number)).toBe('activated');
    expect((await views.reader.freshness(DOCUMENTS_VERSION))?.generation).toEqual({ ...generation, state: 'ready' });
  });

  test('R7: a unit that is there is not loaded again; one that failed is, from its beginning, and counts once', async () => {
    const { views } = bench();
    const { number } = await views.loader.create(NEW_GENERATION);
    const labors = Array.from({ length: 40 }, (_, n) => laborDoc({ n, quest: quest(5), absorbed: [repeat(n + 1)] }));
    const half = { labors: labors.slice(0, 20), parts: [partDoc()], hosts: [hostDoc()] };
    const failing = views.loader.load(number, 'a', async (add) => {
      await add(half);
      throw new Error('by plan');
    });
    await expect(failing).rejects.toThrow('by plan');
    expect(await views.loader.loaded(number)).toEqual([]);
    await loadUnit(views, number, 'a', [half, { labors: labors.slice(20) }]);
    await loadUnit(views, number, 'b', [{ marks: [{ quest: quest(5), position: at(3) }] }]);
    await loadUnit(views, number, 'c', [{ marks: [{ quest: quest(5), position: at(2) }] }]);
    expect([...(await views.loader.loaded(number))].sort()).toEqual(['a', 'b', 'c']);
    let isAsked = false;
    await views.loader.load(number, 'a', async () => void (isAsked = true));
    expect(isAsked).toBe(false);
    await views.loader.finish(number, PROGRESS);

    expect((await views.reader.totals(number)).labors).toEqual({ open: 40, completed: 0, waived: 0 });
    const listed = await views.reader.labors(number, {}, { sort: 'host', limit: 100, after: null, count: 1000 });
    expect([listed.items.length, listed.total]).toEqual([40, 40]);
    expect((await views.writer.sumParts(number, quest(1))).tally).toEqual(tally(1, 0));
    expect((await views.reader.quest(number, quest(5)))?.mark).toBe(at(3));
  });

  test('R5: after a restart the units that are there are known, and finishing is resumed or repeated', async () => {
    const { views, reopen } = bench();
    const { number } = await views.loader.create(NEW_GENERATION);
    await loadUnit(views, number, 'a', [{ labors: [laborDoc()], hosts: [hostDoc()] }]);
    const cutOff = views.loader.load(number, 'b', async (add) => {
      await add({ labors: [laborDoc({ n: 1 })] });
      void views.close();
      await add({ labors: [laborDoc({ n: 2 })] });
      await new Promise(() => undefined);
    });
    await expect(cutOff).rejects.toThrow('closed');
    await views.close();

    const again = await reopen();
    expect((await again.control.generations()).map(({ state }) => state)).toEqual(['loading']);
    expect(await again.loader.loaded(number)).toEqual(['a']);
    await loadUnit(again, number, 'b', [{ labors: [laborDoc({ n: 1 })] }]);
    const steps: FinishStep[] = [];
    const dying = again.loader.finish(number, PROGRESS, (step) => {
      steps.push(step);
      if (steps.length === 3) throw new Error('by plan');
    });
    await dying.catch(() => undefined);
    for (let times = 0; times < 2; times += 1) await again.loader.finish(number, PROGRESS);
    expect((await again.reader.totals(number)).labors.open).toBe(2);
    expect(await again.writer.progress(number)).toEqual(PROGRESS);
    await expect(again.loader.loaded(number)).rejects.toThrow(RangeError);
    await expect(loadUnit(again, number, 'c', [])).rejects.toThrow(RangeError);
    await again.close();

    const last = await reopen();
    expect((await last.control.generations()).map(({ state }) => state)).toEqual(['folding']);
    expect(await last.reader.labor(number, laborId('web-1~1'))).toBeDefined();
    await last.close();
  });

  test('finishing says what it makes, step by step', async () => {
    const { views } = bench();
    const { number } = await views.loader.create(NEW_GENERATION);
    await loadUnit(views, number, 'a', [{ labors: [laborDoc()] }]);
    const steps: FinishStep[] = [];
    await views.loader.finish(number, PROGRESS, (step) => steps.push(step));
    expect(steps.length).toBeGreaterThan(2);
    expect(steps.map(({ done }) => done)).toEqual(steps.map((_, index) => index));
    for (const { steps: count } of steps) expect(count).toBe(steps.length);
    expect(new Set(steps.map(({ name }) => name)).size).toBe(steps.length);
  });

  test('units that are loaded at once are loaded one after the other', async () => {
    const { views } = bench();
    const { number } = await views.loader.create(NEW_GENERATION);
    const begun: string[] = [];
    const units = ['a', 'b', 'c'].map((unit, index) =>
      views.loader.load(number, unit, async (add) => {
        begun.push(unit);
        for (let n = 0; n < 5; n += 1) await add({ labors: [laborDoc({ n: index * 10 + n })] });
        begun.push(`${unit} done`);
      }),
    );
    await Promise.all(units);
    expect(begun).toEqual(['a', 'a done', 'b', 'b done', 'c', 'c done']);
    await views.loader.finish(number, PROGRESS);
    expect((await views.reader.totals(number)).labors.open).toBe(15);
  });

  test('one that is dropped while it is loading is gone, for its loader too; others are left alone', async () => {
    const { views } = bench();
    const kept = await loadedWith(views, { hosts: [hostDoc()] });
    const { number } = await views.loader.create(NEW_GENERATION);
    await loadUnit(views, number, 'a', [{ hosts: [hostDoc()] }]);
    const loading = views.loader.load(number, 'b', async (add) => {
      await add({ labors: [laborDoc()] });
      await views.control.dropGeneration(number);
      await add({ labors: [laborDoc({ n: 1 })] });
    });
    await expect(loading).rejects.toThrow(GenerationGone);
    await expect(views.loader.loaded(number)).rejects.toThrow(GenerationGone);
    await expect(views.loader.finish(number, PROGRESS)).rejects.toThrow(GenerationGone);
    expect((await views.control.generations()).map((each) => each.number)).toEqual([kept]);
    expect((await views.loader.create(NEW_GENERATION)).number).toBeGreaterThan(number);
    expect(await views.reader.host(kept, host('web-1'))).toEqual(hostDoc({ version: 1 }));
    await views.control.resetEvents(9);
    expect(await views.control.generations()).toEqual([]);
  });
}

/** What projection does to it later: documents change, come and go on, and quests are counted. */
async function change({ writer }: Views, generation: number, all: LoadedDocuments): Promise<void> {
  const later = (each: LaborDocument, n: number): LaborDocument =>
    n % 3 === 0 ? closed({ ...each, quest: quest(10) }, 60 + n) : { ...each, assignee: 'eve', position: at(60 + n) };
  const labors = (all.labors ?? []).map(later);
  const name: HostName = HOSTS[0]!;
  const parts = withParts(all.parts ?? [], labors);
  await writer.apply(generation, {
    labors: [...labors, laborDoc({ n: 90, host: name, id: laborId(`${name}~90`) })],
    parts: parts.map((part, n) => ({ ...part, tally: tally(n % 2, 3), position: at(60 + n) })),
    marks: QUESTS.map((number: QuestId) => ({ quest: number, position: at(70) })),
    quests: [questRecord(1, 9)],
    hosts: (all.hosts ?? []).map((each) => ({
      ...each,
      version: 1,
      state: { ...each.state, attributes: { rack: 9 } },
    })),
    touches: [quest(2)],
    catalogue: [catalogueEntry(3, 'later')],
    events: [eventDoc({ n: 90, host: name })],
    published: 'live',
  });
  for (const number of QUESTS) await writer.storeRecount(generation, number, recountOf(60), 0);
}
