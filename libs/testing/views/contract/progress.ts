/** P2, P3: progress follows the hosts, and never goes back. */
import { DOCUMENTS_VERSION, positionOf, START, type PartitionProgress } from '#contracts';
import { at, host, hostDoc } from './documents.js';
import { newGeneration, PARTITIONS, type Bench } from './harness.js';

export function progressSuite(bench: Bench): void {
  const progress = (partition: number, n: number, heardAtMs: number): PartitionProgress => ({
    partition,
    position: at(n),
    entryId: `entry-${n}`,
    number: n,
    heardAtMs,
  });
  const moving = (...moved: readonly PartitionProgress[]) => ({ partitions: PARTITIONS, moved });

  test('P3: each partition’s progress moves by itself, is never set back, and neither is when it was heard', async () => {
    const { views } = bench();
    const generation = await newGeneration(views);
    const [zero, one, ...rest] = await views.writer.progress(generation);
    await views.writer.apply(generation, { progress: moving(progress(1, 8, 500)) });
    expect(await views.writer.progress(generation)).toEqual([zero, progress(1, 8, 500), ...rest]);
    await views.writer.apply(generation, { progress: moving(progress(1, 3, 400), progress(0, 2, 100)) });
    expect((await views.writer.progress(generation)).slice(0, 2)).toEqual([progress(0, 2, 100), progress(1, 8, 500)]);
    await views.writer.apply(generation, { progress: moving(progress(1, 4, 700), progress(0, 9, 50)) });
    expect((await views.writer.progress(generation)).slice(0, 2)).toEqual([
      { ...progress(0, 9, 0), heardAtMs: 100 },
      { ...progress(1, 8, 0), heardAtMs: 700 },
    ]);
    expect(one).toMatchObject({ position: START });
  });

  test('P3: positions up to the last below 2^64 keep their order', async () => {
    const { views } = bench();
    const generation = await newGeneration(views);
    for (const position of [0n, 1n, 2n ** 53n + 1n, 2n ** 63n - 1n, 2n ** 63n, 2n ** 64n - 1n].map(positionOf)) {
      await views.writer.apply(generation, { progress: moving({ ...progress(2, 0, 1), position }) });
      await views.writer.apply(generation, { progress: moving({ ...progress(2, 1, 1), position: START }) });
      expect((await views.writer.progress(generation))[2]).toMatchObject({ position, entryId: 'entry-0' });
    }
  });

  test('P2: progress is stored only when no host lost its compare-and-set', async () => {
    const { views } = bench();
    const generation = await newGeneration(views);
    const hosts = [hostDoc(), hostDoc({ host: host('web-2'), version: 4 })];
    const { conflicts } = await views.writer.apply(generation, { hosts, progress: moving(progress(0, 5, 1)) });
    expect(conflicts).toEqual([host('web-2')]);
    expect((await views.writer.progress(generation))[0]).toMatchObject({ position: START });
    await views.writer.apply(generation, { hosts: [hostDoc({ version: 1 })], progress: moving(progress(0, 5, 1)) });
    expect((await views.writer.progress(generation))[0]).toEqual(progress(0, 5, 1));
  });

  test('F1: progress that counts another number of partitions is ignored as a whole', async () => {
    const { views } = bench();
    const generation = await newGeneration(views);
    const before = await views.writer.progress(generation);
    for (const partitions of [PARTITIONS - 1, PARTITIONS + 1]) {
      await views.writer.apply(generation, { progress: { partitions, moved: [progress(1, 5, 1)] } });
      expect(await views.writer.progress(generation)).toEqual(before);
    }
    await views.control.repartition(generation, before.slice(0, 2), 1);
    await views.writer.apply(generation, { progress: moving(progress(1, 5, 1)) });
    expect(await views.writer.progress(generation)).toEqual(before.slice(0, 2));
    await views.writer.apply(generation, { progress: { partitions: 2, moved: [progress(1, 5, 1)] } });
    expect((await views.writer.progress(generation))[1]).toEqual(progress(1, 5, 1));
  });

  test('freshness answers the served generation’s progress', async () => {
    const { views } = bench();
    const generation = await newGeneration(views);
    await views.control.activate(generation);
    await views.writer.apply(generation, { progress: moving(progress(0, 5, 1)) });
    expect((await views.reader.freshness(DOCUMENTS_VERSION))?.progress).toEqual(
      await views.writer.progress(generation),
    );
  });
}
