/** When entries were recorded (R11): an instant is a place, and a place an instant, whatever the order of writes. */
import fc from 'fast-check';
import { ENTRY_TIMES_WINDOW_MS, entryTimesOf, LAST_POSITION, positionOf, START, type EntryTime } from '#contracts';
import type { Instant } from '#domain';
import { at, eventDoc } from './documents.js';
import { newGeneration, shareOf, type Bench } from './harness.js';

const FIRST_MS = Date.UTC(2026, 0, 31, 23, 59, 50);
const instant = (ms: number): Instant => new Date(FIRST_MS + ms).toISOString() as Instant;
const time = (ms: number, position: EntryTime['position']): EntryTime => ({ recordedAt: instant(ms), position });

/** Entries in the order of their places; each recorded some time after the one before it, by one of several clocks. */
const journals = fc
  .array(
    fc.record({
      pauseMs: fc.oneof(fc.nat({ max: 3 }), fc.nat({ max: 4000 }), fc.constant(3_600_000)),
      clockMs: fc.oneof(fc.constant(0), fc.nat({ max: 5000 })),
      gap: fc.integer({ min: 1, max: 3 }),
    }),
    { minLength: 1, maxLength: 30 },
  )
  .map((entries) => {
    let [ms, place] = [0, 0];
    return entries.map(({ pauseMs, clockMs, gap }) => {
      ms += pauseMs;
      place += gap;
      return { ms: ms + clockMs, position: at(place) };
    });
  });

export function entryTimeSuite(bench: Bench): void {
  test('R11: an instant is the last place before the first entry recorded after it, a place the greatest instant up to it', async () => {
    const { views } = bench();
    await fc.assert(
      fc.asyncProperty(journals, fc.array(fc.nat({ max: 60_000 }), { maxLength: 4 }), async (journal, others) => {
        await views.control.resetEvents(1);
        const generation = await newGeneration(views);
        const times = entryTimesOf(journal.map(({ ms, position }) => ({ recordedAt: instant(ms), position })));
        // two projectors, in no order, with repeats
        await views.writer.apply(generation, { times: times.filter((_, n) => n % 2 === 1) });
        await views.writer.apply(generation, { times: times.toReversed() });
        for (const ms of [...others, ...journal.flatMap((entry) => [entry.ms - 1, entry.ms, entry.ms + 1])]) {
          const first = journal.find((entry) => entry.ms > ms);
          const expected = first === undefined ? LAST_POSITION : positionOf(first.position - 1n);
          expect([ms, await views.reader.placeBefore(instant(ms))]).toEqual([ms, expected]);
        }
        for (const place of [START, ...journal.flatMap(({ position }) => [positionOf(position - 1n), position])]) {
          const until = journal.filter(({ position }) => position <= place).map(({ ms }) => ms);
          const expected = until.length === 0 ? undefined : instant(Math.max(...until));
          expect([place, await views.reader.instantAt(place)]).toEqual([place, expected]);
        }
        expect(await views.reader.instantAt(LAST_POSITION)).toBe(instant(Math.max(...journal.map(({ ms }) => ms))));
      }),
      { numRuns: shareOf(bench(), 60) },
    );
  }, 120_000);

  test('R11: the least place of a millisecond stays, in whichever order places are written; and it is there after a restart', async () => {
    const { views, reopen } = bench();
    const generation = await newGeneration(views);
    for (const place of [7, 3, 5]) await views.writer.apply(generation, { times: [time(10, at(place))] });
    expect(await views.reader.placeBefore(instant(9))).toBe(positionOf(at(3) - 1n));
    expect(await views.reader.placeBefore(instant(10))).toBe(LAST_POSITION);
    await views.close();
    const again = await reopen();
    expect(await again.reader.placeBefore(instant(9))).toBe(positionOf(at(3) - 1n));
    expect(await again.reader.instantAt(at(3))).toBe(instant(10));
    expect(await again.reader.instantAt(positionOf(at(3) - 1n))).toBeUndefined();
  });

  test('R11: a stray clock hides nothing of the days that it lies ahead', async () => {
    const { views } = bench();
    const generation = await newGeneration(views);
    const stray = 86_400_000;
    const times = [time(0, at(1)), time(stray, at(2)), time(1000, at(3)), time(ENTRY_TIMES_WINDOW_MS + 3000, at(4))];
    await views.writer.apply(generation, { times });
    expect(await views.reader.placeBefore(instant(500))).toBe(positionOf(at(3) - 1n));
    expect(await views.reader.placeBefore(instant(1500))).toBe(positionOf(at(4) - 1n));
  });

  test('R11: nothing was recorded: no place comes before anything, and no place has an instant', async () => {
    const { views } = bench();
    expect(await views.reader.placeBefore(instant(0))).toBe(LAST_POSITION);
    expect(await views.reader.instantAt(LAST_POSITION)).toBeUndefined();
  });

  test('R11, P7: times of entries belong to no generation, and go with the list of events', async () => {
    const { views } = bench();
    const [one, other] = [await newGeneration(views), await newGeneration(views)];
    await views.writer.apply(one, { events: [eventDoc()], times: [time(0, at(1))] });
    await views.writer.apply(other, { times: [time(5, at(2))] });
    await views.control.dropGeneration(one);
    expect(await views.reader.instantAt(at(1))).toBe(instant(0));
    await views.control.resetEvents(2);
    expect(await views.reader.instantAt(at(9))).toBeUndefined();
  });
}
