/** What those find who follow changes: everything that was published since they read the progress, whatever it stood at. */
import { LAST_POSITION, type PartitionProgress, type Position } from '#contracts';
import type { LaborId, QuestId } from '#domain';
import type { Views } from '#ports';
import { at, closed, laborDoc, laborId, quest, questRecord, recountOf } from './documents.js';
import { newGeneration, PARTITIONS, type Bench } from './harness.js';

/** Bring every partition, or the given ones, to the n-th entry. */
async function reach(
  views: Views,
  generation: number,
  n: number,
  partitions: readonly number[] = Array.from({ length: PARTITIONS }, (_, partition) => partition),
): Promise<void> {
  const moved = partitions.map((partition): PartitionProgress => ({
    partition,
    position: at(n),
    entryId: null,
    number: n,
    heardAtMs: 1,
  }));
  await views.writer.apply(generation, { progress: { partitions: PARTITIONS, moved } });
}

export function changesSuite(bench: Bench): void {
  const labors = async (generation: number, from: Position, after: LaborId | null = null, limit = 100) => {
    const found = await bench().views.reader.changedLabors(generation, { seenAt: from, after }, limit);
    return found.map(({ id }) => String(id));
  };
  const quests = async (generation: number, from: Position, after: QuestId | null = null, limit = 100) => {
    const found = await bench().views.reader.changedQuests(generation, { seenAt: from, after }, limit);
    return found.map((each) => Number(each.quest.quest));
  };

  test('labors that are published live are found from their position on; what is not published is not there', async () => {
    const { views } = bench();
    const generation = await newGeneration(views);
    const [first, second, third] = [laborDoc({ n: 2 }), laborDoc({ n: 3 }), laborDoc({ n: 6 })];
    await views.writer.apply(generation, { labors: [laborDoc({ n: 1 })] });
    await views.writer.apply(generation, { labors: [third, first], published: 'live' });
    await views.writer.apply(generation, { labors: [second], published: 'live' });
    const found = await views.reader.changedLabors(generation, { seenAt: at(0), after: null }, 100);
    expect(found).toEqual([first, second, third].map(({ id, position }) => ({ id, position, seenAt: position })));
    expect(await labors(generation, at(3))).toEqual(['web-1~3', 'web-1~6']);
    expect(await labors(generation, at(7))).toEqual([]);
    // only its newest write has a place
    await views.writer.apply(generation, { labors: [closed(first, 5)], published: 'live' });
    expect(await labors(generation, at(0))).toEqual(['web-1~3', 'web-1~2', 'web-1~6']);
    // one that is not stored, since a newer one is, is not published either
    await views.writer.apply(generation, { labors: [{ ...first, position: at(4) }], published: 'live' });
    expect(await labors(generation, at(5))).toEqual(['web-1~2', 'web-1~6']);
  });

  test('many labors of one place are read in pages', async () => {
    const { views } = bench();
    const generation = await newGeneration(views);
    const alike = ['a', 'b', 'c', 'd'].map((name) => laborDoc({ id: laborId(`web-1~0.${name}`), position: at(4) }));
    await views.writer.apply(generation, { labors: [...alike, laborDoc({ n: 8 })], published: 'live' });
    expect(await labors(generation, at(1), null, 3)).toEqual(['web-1~0.a', 'web-1~0.b', 'web-1~0.c']);
    expect(await labors(generation, at(4), laborId('web-1~0.c'), 3)).toEqual(['web-1~0.d', 'web-1~8']);
    expect(await labors(generation, at(8), laborId('web-1~8'), 3)).toEqual([]);
  });

  test('what is published late while a partition is stalled has its place at the progress of the others', async () => {
    const { views } = bench();
    const generation = await newGeneration(views);
    await reach(views, generation, 3);
    await reach(views, generation, 9, [1, 2]);
    await views.writer.apply(generation, { labors: [laborDoc({ n: 2 })], published: 'late' });
    await views.writer.apply(generation, { quests: [questRecord(7, 2)], published: 'late' });
    await views.writer.apply(generation, { quests: [questRecord(8, 2)], published: 'live' });
    await views.writer.storeRecount(generation, quest(8), recountOf(2), 0, 'late');
    expect(await labors(generation, at(9))).toEqual(['web-1~2']);
    expect(await labors(generation, at(10))).toEqual([]);
    expect(await quests(generation, at(9))).toEqual([7, 8]);
    expect(await quests(generation, at(10))).toEqual([]);
  });

  test('what is published late is found from the greatest progress of that time on', async () => {
    const { views } = bench();
    const generation = await newGeneration(views);
    await reach(views, generation, 9);
    await views.writer.apply(generation, { labors: [laborDoc({ n: 2 })], published: 'late' });
    expect(await labors(generation, at(9))).toEqual(['web-1~2']);
    expect(await labors(generation, at(10))).toEqual([]);
    await reach(views, generation, 12);
    await views.writer.apply(generation, { labors: [{ ...laborDoc({ n: 2 }), position: at(3) }], published: 'late' });
    expect(await labors(generation, at(12))).toEqual(['web-1~2']);
    const [found] = await views.reader.changedLabors(generation, { seenAt: at(0), after: null }, 1);
    expect(found).toEqual({ id: 'web-1~2', position: at(3), seenAt: at(12) });
    // beyond the progress it is its position
    await views.writer.apply(generation, { labors: [laborDoc({ n: 15 })], published: 'late' });
    expect(await labors(generation, at(15))).toEqual(['web-1~15']);
    expect(await labors(generation, LAST_POSITION)).toEqual([]);
  });

  test('a reader that goes on where the progress was finds each late write, however it races with the progress', async () => {
    const { views } = bench();
    const generation = await newGeneration(views);
    await reach(views, generation, 1);
    const found = new Set<string>();
    let isWriting = true;
    const write = async (): Promise<void> => {
      for (let n = 0; n < 20; n += 1) {
        await Promise.all([
          views.writer.apply(generation, { labors: [laborDoc({ n, id: laborId(`late~${n}`) })], published: 'late' }),
          reach(views, generation, 2 + n),
        ]);
      }
      isWriting = false;
    };
    const read = async (): Promise<void> => {
      for (let from = at(0), isLast = false; !isLast;) {
        isLast = !isWriting;
        const progress = await views.writer.progress(generation);
        const least = progress.reduce((p, { position }) => (position < p ? position : p), LAST_POSITION);
        for (const id of await labors(generation, from)) found.add(id);
        from = least;
        // an embedded store answers without a turn of the loop, and its writes need one
        await new Promise((resolve) => setImmediate(resolve));
      }
    };
    await Promise.all([write(), read()]);
    expect(found.size).toBe(20);
  });

  test('quests are published where their record or their numbers change, and not where a mark or a touch does', async () => {
    const { views } = bench();
    const generation = await newGeneration(views);
    await views.writer.apply(generation, { quests: [questRecord(7, 2)], published: 'live' });
    await views.writer.apply(generation, { quests: [questRecord(8, 5)], published: 'live' });
    expect(await quests(generation, at(0))).toEqual([7, 8]);
    expect(await quests(generation, at(3))).toEqual([8]);
    await views.writer.apply(generation, { marks: [{ quest: quest(7), position: at(9) }], touches: [quest(7)] });
    expect(await quests(generation, at(3))).toEqual([8]);
    await reach(views, generation, 11);
    await views.writer.storeRecount(generation, quest(7), recountOf(9), 0, 'late');
    expect(await quests(generation, at(11))).toEqual([7]);
    // one that lost its compare-and-set publishes nothing
    await reach(views, generation, 12);
    expect(await views.writer.storeRecount(generation, quest(7), recountOf(10), 0, 'late')).toBe(false);
    expect(await quests(generation, at(12))).toEqual([]);
    await views.writer.apply(generation, { quests: [questRecord(8, 6)], published: 'late' });
    expect(await quests(generation, at(0), quest(7), 5)).toEqual([7, 8]);
    const [first, second] = await views.reader.changedQuests(generation, { seenAt: at(0), after: null }, 2);
    expect([first?.seenAt, second?.seenAt]).toEqual([at(11), at(12)]);
    expect(second?.quest).toEqual(await views.reader.quest(generation, quest(8)));
    expect(await quests(generation, at(11), quest(7), 1)).toEqual([8]);
  });

  test('R14: a recount that is not published leaves the quest at its place among the changes, or without one', async () => {
    const { views } = bench();
    const generation = await newGeneration(views);
    await views.writer.apply(generation, { quests: [questRecord(7, 2)], published: 'live' });
    await views.writer.apply(generation, { quests: [questRecord(8, 3)] });
    await reach(views, generation, 9);
    for (const number of [7, 8, 9])
      expect(await views.writer.storeRecount(generation, quest(number), recountOf(9), 0)).toBe(true);
    const found = await views.reader.changedQuests(generation, { seenAt: at(0), after: null }, 9);
    expect(found.map(({ quest: { quest: number }, seenAt }) => [number, seenAt])).toEqual([[7, at(2)]]);
    expect((await views.reader.quest(generation, quest(8)))?.recount?.version).toBe(1);
  });

  test('of a generation that is gone nothing is answered', async () => {
    const { views } = bench();
    const generation = await newGeneration(views);
    await views.control.dropGeneration(generation);
    await expect(labors(generation, at(0))).rejects.toThrow(RangeError);
    await expect(quests(generation, at(0))).rejects.toThrow(RangeError);
  });
}
