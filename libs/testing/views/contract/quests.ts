/** P6: quests' records, marks, touches, parts and recounts. */
import { isDirty, isUnfinished, NO_HOSTS_COUNTED, NO_TALLY, START, type QuestDocument } from '#contracts';
import type { Views } from '#ports';
import { at, host, hostDoc, instant, parkRecord, partDoc, quest, questRecord, recountOf, tally } from './documents.js';
import { newGeneration, type Bench } from './harness.js';

async function stored(views: Views, generation: number, number: number): Promise<QuestDocument> {
  const document = await views.reader.quest(generation, quest(number));
  if (document === undefined) throw new Error(`quest ${number} is not there`);
  expect((await views.writer.load(generation, { quests: [quest(number)] })).quests).toEqual([document]);
  return document;
}

export function questSuite(bench: Bench): void {
  test('P6: marks make a quest’s document and never go back', async () => {
    const { views } = bench();
    const generation = await newGeneration(views);
    const mark = (number: number, n: number) => ({ quest: quest(number), position: at(n) });
    expect(await views.reader.quest(generation, quest(7))).toBeUndefined();
    await views.writer.apply(generation, { marks: [mark(7, 3), mark(7, 8), mark(7, 5), mark(8, 1)] });
    expect(await stored(views, generation, 7)).toEqual({
      ...{ quest: quest(7), record: null, recount: null, mark: at(8), touches: 0 },
    });
    await views.writer.apply(generation, { marks: [mark(7, 4), mark(8, 2)] });
    expect((await stored(views, generation, 7)).mark).toBe(at(8));
    expect((await stored(views, generation, 8)).mark).toBe(at(2));
  });

  test('P6: touches count up, and make the document, too', async () => {
    const { views } = bench();
    const generation = await newGeneration(views);
    await views.writer.apply(generation, { touches: [quest(7)] });
    await views.writer.apply(generation, { touches: [quest(7), quest(7), quest(8)] });
    expect(await stored(views, generation, 7)).toMatchObject({ touches: 3, mark: START });
    expect(await stored(views, generation, 8)).toMatchObject({ touches: 1 });
  });

  test('P2: a record is never written over one of a greater revision; over an equal one only where its parking differs', async () => {
    const { views } = bench();
    const generation = await newGeneration(views);
    const put = async (n: number, description: string, parked: ReturnType<typeof parkRecord> | null = null) => {
      await views.writer.apply(generation, { quests: [questRecord(7, n, { description }, { parked })] });
      const { record } = await stored(views, generation, 7);
      return [record?.revision, record?.state?.description, record?.parked];
    };
    expect(await put(4, 'a')).toEqual([4, 'a', null]);
    expect(await put(3, 'b')).toEqual([4, 'a', null]);
    expect(await put(4, 'c')).toEqual([4, 'a', null]);
    expect(await put(4, 'd', parkRecord(5))).toEqual([4, 'd', parkRecord(5)]);
    expect(await put(4, 'e', parkRecord(5))).toEqual([4, 'd', parkRecord(5)]);
    expect(await put(4, 'f', parkRecord(5, { state: 'releasing' }))).toEqual([
      ...[4, 'f', parkRecord(5, { state: 'releasing' })],
    ]);
    expect(await put(6, 'g')).toEqual([6, 'g', null]);
  });

  test('P4: a record whose first entries could not be read has no state', async () => {
    const { views } = bench();
    const generation = await newGeneration(views);
    const record = { quest: quest(7), state: null, revision: -1, position: START, parked: parkRecord(2) };
    await views.writer.apply(generation, { quests: [record] });
    expect((await stored(views, generation, 7)).record).toEqual(record);
  });

  test('P6: recounts are stored by compare-and-set on the one they began from', async () => {
    const { views } = bench();
    const generation = await newGeneration(views);
    await views.writer.apply(generation, { marks: [{ quest: quest(7), position: at(1) }] });
    const put = (n: number, expected: number) =>
      views.writer.storeRecount(generation, quest(7), recountOf(n), expected);
    expect(await put(1, 1)).toBe(false);
    expect(await put(2, 0)).toBe(true);
    expect(await put(3, 0)).toBe(false);
    expect(await put(4, 1)).toBe(true);
    expect((await stored(views, generation, 7)).recount).toEqual({ ...recountOf(4), version: 2 });
    const completed = recountOf(5, { phase: 'completed', completed: { position: at(5), at: instant(5) } });
    expect(await views.writer.storeRecount(generation, quest(7), completed, 2)).toBe(true);
    expect((await stored(views, generation, 7)).recount).toEqual({ ...completed, version: 3 });
  });

  test('P6: a quest is dirty while its mark or its record lies beyond the label, or its counter has moved', async () => {
    const { views } = bench();
    const { writer } = views;
    const generation = await newGeneration(views);
    const dirty = async () => {
      const listed = await writer.dirtyQuests(generation, null, 10);
      for (const one of listed) expect(isDirty(one)).toBe(true);
      return listed.map((one) => one.quest);
    };
    const recount = async (n: number, touches: number, version: number) => {
      expect(await writer.storeRecount(generation, quest(7), recountOf(n, { touches }), version)).toBe(true);
    };
    await writer.apply(generation, { marks: [{ quest: quest(7), position: at(3) }] });
    expect(await dirty()).toEqual([7]);
    await recount(2, 0, 0);
    expect(await dirty()).toEqual([7]);
    await recount(3, 0, 1);
    expect(await dirty()).toEqual([]);
    await writer.apply(generation, { touches: [quest(7)] });
    expect(await dirty()).toEqual([7]);
    await recount(5, 1, 2);
    expect(await dirty()).toEqual([]);
    await writer.apply(generation, { marks: [{ quest: quest(7), position: at(5) }] });
    expect(await dirty()).toEqual([]);
    await writer.apply(generation, { quests: [questRecord(7, 6)] });
    expect(await dirty()).toEqual([7]);
    await recount(6, 1, 3);
    expect(await dirty()).toEqual([]);
    await writer.apply(generation, { marks: [{ quest: quest(7), position: at(7) }] });
    expect(await dirty()).toEqual([7]);
  });

  test('dirty quests come by number, page by page', async () => {
    const { views } = bench();
    const generation = await newGeneration(views);
    const numbers = [12, 3, 100, 7, 1].map(quest);
    await views.writer.apply(generation, { marks: numbers.map((one) => ({ quest: one, position: at(1) })) });
    const page = async (after: number | null) =>
      (await views.writer.dirtyQuests(generation, after === null ? null : quest(after), 2)).map((one) => one.quest);
    expect(await page(null)).toEqual([1, 3]);
    expect(await page(3)).toEqual([7, 12]);
    expect(await page(12)).toEqual([100]);
    expect(await page(100)).toEqual([]);
  });

  test('a quest is unfinished while it embarks hosts, adopts labors, or is ending', async () => {
    const { views } = bench();
    const generation = await newGeneration(views);
    const records = [
      questRecord(1, 1),
      questRecord(2, 1, { embarking: ['batch'] }),
      questRecord(3, 1, { adopting: ['adoption'] }),
      questRecord(4, 1, { ending: true }),
      questRecord(5, 1, { embarking: ['batch'], adopting: ['adoption', 'another'] }),
      questRecord(6, 1),
      questRecord(9, 1, { removing: ['removal'], removes: true }),
      { ...questRecord(7, 1, {}, { parked: parkRecord(1) }), state: null },
    ];
    await views.writer.apply(generation, { quests: records, marks: [{ quest: quest(8), position: at(1) }] });
    const listed = async () =>
      (await views.reader.unfinishedQuests(generation, null, 10)).map((document) => document.quest);
    expect(await listed()).toEqual(records.filter(isUnfinished).map((record) => record.quest));
    expect(await listed()).toEqual([2, 3, 4, 5, 9]);
    const finished = [2, 3, 4, 9].map((number) => questRecord(number, 2));
    await views.writer.apply(generation, { quests: [...finished, questRecord(6, 2, { adopting: ['adoption'] })] });
    expect(await listed()).toEqual([5, 6]);
  });

  test('P6: the sum of the parts is that of their newest states, and of this quest alone', async () => {
    const { views } = bench();
    const generation = await newGeneration(views);
    const part = (number: number, name: string, n: number, open: number, done: number) =>
      partDoc({
        quest: quest(number),
        host: host(name),
        n,
        tally: tally(open, done),
        emptied: open === 0 ? { position: at(n), at: instant(n) } : null,
      });
    expect(await views.writer.sumParts(generation, quest(1))).toEqual({
      tally: NO_TALLY,
      hosts: NO_HOSTS_COUNTED,
      emptied: null,
      behind: false,
    });
    await views.writer.apply(generation, {
      parts: [part(1, 'a', 1, 1, 0), part(1, 'b', 2, 1, 0), part(1, 'c', 3, 0, 2), part(2, 'a', 3, 5, 5)],
    });
    expect(await views.writer.sumParts(generation, quest(1))).toEqual({
      tally: { ...tally(2, 2), named: 3 },
      hosts: { done: 1, open: 2, without: 0, parked: 0 },
      emptied: { position: at(3), at: instant(3) },
      behind: false,
    });
    await views.writer.apply(generation, {
      parts: [part(1, 'a', 8, 0, 1), part(1, 'c', 6, 1, 2), part(1, 'b', 0, 9, 9)],
    });
    expect(await views.writer.sumParts(generation, quest(1))).toEqual({
      tally: { ...tally(2, 3), named: 3 },
      hosts: { done: 1, open: 2, without: 0, parked: 0 },
      emptied: { position: at(8), at: instant(8) },
      behind: false,
    });
    await views.writer.apply(generation, { parts: [part(1, 'a', 9, 1, 1)] });
    const hosts = { done: 0, open: 3, without: 0, parked: 0 };
    expect(await views.writer.sumParts(generation, quest(1))).toEqual({
      ...{ tally: { ...tally(3, 3), named: 3 }, hosts, emptied: null, behind: false },
    });
  });

  test('rule 17, P4: hosts without a labor are counted apart, and of the open ones those that are parked', async () => {
    const { views } = bench();
    const generation = await newGeneration(views);
    const part = (name: string, open: number, done: number, number = 1) =>
      partDoc({ quest: quest(number), host: host(name), n: 1, tally: tally(open, done) });
    const parked = (name: string) => hostDoc({ host: host(name), parked: parkRecord(2) });
    const releasing = (name: string) => hostDoc({ host: host(name), parked: { ...parkRecord(2), state: 'releasing' } });
    await views.writer.apply(generation, {
      parts: [part('a', 1, 1), part('b', 0, 0), part('c', 0, 2), part('d', 2, 0), part('e', 1, 0), part('a', 0, 1, 2)],
      hosts: [parked('a'), parked('b'), parked('c'), parked('d'), releasing('e'), parked('f')],
    });
    const first = await views.writer.sumParts(generation, quest(1));
    expect(first.hosts).toEqual({ done: 1, open: 3, without: 1, parked: 2 });
    const second = await views.writer.sumParts(generation, quest(2));
    expect(second.hosts).toEqual({ done: 1, open: 0, without: 0, parked: 0 });
    const adopted = (name: string, open: number) => ({
      ...part(name, open, 0, 3),
      tally: { ...tally(open, 0), named: 0 },
    });
    await views.writer.apply(generation, { parts: [part('a', 0, 0, 3), adopted('b', 0), adopted('c', 1)] });
    const third = await views.writer.sumParts(generation, quest(3));
    expect([third.hosts, third.tally.named]).toEqual([{ done: 0, open: 1, without: 1, parked: 1 }, 1]);
  });

  test('a type may be named like a property of every object', async () => {
    const { views } = bench();
    const generation = await newGeneration(views);
    const steps = JSON.parse('{"__proto__":{"open":1,"closed":0},"constructor":{"open":0,"closed":2}}') as Record<
      string,
      { readonly open: number; readonly closed: number }
    >;
    const part = partDoc({ tally: { ...tally(1, 2), steps } });
    await views.writer.apply(generation, { parts: [part, { ...part, host: host('web-2') }] });
    const sum = (await views.writer.sumParts(generation, part.quest)).tally.steps;
    expect(Object.entries(sum).sort()).toEqual([
      ['__proto__', { open: 2, closed: 0 }],
      ['constructor', { open: 0, closed: 4 }],
    ]);
  });

  test('quests of a host come by number, page by page', async () => {
    const { views } = bench();
    const generation = await newGeneration(views);
    const parts = [9, 2, 30, 4].map((number) => partDoc({ quest: quest(number), host: host('a') }));
    await views.writer.apply(generation, { parts: [...parts, partDoc({ quest: quest(3), host: host('b') })] });
    expect(await views.writer.questsOfHost(generation, host('a'), null, 3)).toEqual([2, 4, 9]);
    expect(await views.writer.questsOfHost(generation, host('a'), quest(9), 3)).toEqual([30]);
    expect(await views.writer.questsOfHost(generation, host('c'), null, 3)).toEqual([]);
  });

  test('Q: quests are behind a position while one concerned is dirty with a label below it', async () => {
    const { views } = bench();
    const { writer, reader } = views;
    const generation = await newGeneration(views);
    const behind = (n: number, only: readonly number[] | null = null) =>
      reader.questsBehind(generation, at(n), only && only.map(quest));
    expect(await behind(9)).toBe(false);
    await writer.apply(generation, { marks: [{ quest: quest(7), position: at(3) }] });
    expect(await behind(1)).toBe(true);
    expect(await reader.questsBehind(generation, START, null)).toBe(false);
    await writer.storeRecount(generation, quest(7), recountOf(3), 0);
    expect(await behind(9)).toBe(false);
    await writer.apply(generation, { marks: [{ quest: quest(7), position: at(6) }] });
    expect(await behind(3)).toBe(false);
    expect(await behind(4)).toBe(true);
    expect(await behind(4, [7])).toBe(true);
    expect(await behind(3, [7])).toBe(false);
    expect(await behind(4, [8])).toBe(false);
    expect(await behind(4, [])).toBe(false);
    await writer.storeRecount(generation, quest(7), recountOf(6), 1);
    expect(await behind(9, [7])).toBe(false);
    // a commit at or below the label, which the count may have missed
    await writer.apply(generation, { touches: [quest(7)] });
    expect(await behind(4, [7])).toBe(true);
    expect(await behind(4, [8])).toBe(false);
  });
}
