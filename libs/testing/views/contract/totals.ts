/** Totals. */
import {
  at,
  closed,
  eventDoc,
  host,
  hostDoc,
  instant,
  laborDoc,
  quest,
  questRecord,
  recountOf,
  type,
} from './documents.js';
import { newGeneration, type Bench } from './harness.js';

export function totalsSuite(bench: Bench): void {
  test('totals of empty views are zero', async () => {
    const { views } = bench();
    expect(await views.reader.totals(await newGeneration(views))).toEqual({
      hosts: 0,
      events: 0,
      labors: { open: 0, completed: 0, waived: 0 },
      quests: { embarking: 0, open: 0, completed: 0, abandoned: 0, empty: 0 },
      openByType: [],
    });
  });

  test('totals follow every write, and count nothing twice', async () => {
    const { views } = bench();
    const generation = await newGeneration(views);
    const labors = Array.from({ length: 9 }, (_, n) => laborDoc({ n, type: type(n % 3 === 0 ? 'a-b' : 'c-d') }));
    const batch = {
      labors,
      events: [eventDoc(), eventDoc({ n: 1 })],
      hosts: ['x', 'y', 'z'].map((name) => hostDoc({ host: host(name) })),
    };
    await views.writer.apply(generation, batch);
    await views.writer.apply(generation, batch);
    const acked = {
      ...labors[3]!,
      ack: { by: 'ann', principal: 'ann', at: instant(1), note: null, position: at(20) },
      position: at(20),
    };
    await views.writer.apply(generation, {
      labors: [
        closed(labors[0]!, 20),
        closed(labors[1]!, 20, 'waived'),
        { ...labors[2]!, quest: quest(1), position: at(20) },
        acked,
      ],
    });
    await views.writer.apply(generation, { labors: [closed(labors[0]!, 19, 'waived'), labors[1]!] });
    await views.writer.apply(generation, { quests: [1, 2, 3].map((number) => questRecord(number, 1)) });
    await views.writer.apply(generation, { quests: [questRecord(4, 1, { embarkedAt: null })], touches: [quest(5)] });
    await views.writer.storeRecount(generation, quest(1), recountOf(5), 0);
    await views.writer.storeRecount(generation, quest(2), recountOf(5, { phase: 'empty' }), 0);
    expect(await views.reader.totals(generation)).toEqual({
      hosts: 3,
      events: 2,
      labors: { open: 7, completed: 1, waived: 1 },
      quests: { embarking: 1, open: 1, completed: 0, abandoned: 0, empty: 1 },
      openByType: [
        { type: 'a-b', open: 2, oldest: instant(3) },
        { type: 'c-d', open: 5, oldest: instant(2) },
      ],
    });
  });
}
