/** Times to close: those of the labors as they were last written, whatever was written before and however often. */
import fc from 'fast-check';
import { MAX_TIMED, type LaborDocument } from '#contracts';
import { timesOf } from '../../model/times-of.js';
import { at, closed, laborDoc, laborId, quest, type } from './documents.js';
import { hosts, QUESTS, quests, RUNS, types } from './generated.js';
import { newGeneration, shareOf, type Bench } from './harness.js';

/** Opened, and then open still, completed, waived, or waived and open again; in that order as it was written. */
const written: fc.Arbitrary<readonly LaborDocument[]> = fc
  .record({
    ...{ host: hosts, n: fc.nat({ max: 30 }), type: types, quest: fc.option(quests, { nil: null }) },
    ...{
      end: fc.constantFrom('open', 'completed', 'waived', 'reopened', 'noted'),
      after: fc.integer({ min: -5, max: 900 }),
    },
  })
  .map(({ end, after, ...fields }) => {
    const open = laborDoc({ ...fields, id: laborId(`${fields.host}~${fields.n}`) });
    const place = fields.n + after + 10;
    if (end === 'open') return [open];
    if (end === 'completed') return [open, closed(open, place)];
    const waived = closed(open, place, 'waived');
    if (end === 'waived') return [open, waived];
    const later = at(place + 1);
    if (end === 'reopened') return [open, waived, { ...open, position: later }];
    return [open, closed(open, place), { ...closed(open, place), occurrences: 2, position: later }];
  });

export function timesSuite(bench: Bench): void {
  test('times to close are those of the labors that events completed, by type, and of a quest’s', async () => {
    const unique = fc.uniqueArray(written, { selector: ([labor]) => labor!.id, maxLength: 60 });
    await fc.assert(
      fc.asyncProperty(unique, async (labors) => {
        const { views } = bench();
        const generation = await newGeneration(views);
        for (const labor of [0, 1, 2].flatMap((n) => labors.flatMap((versions) => versions[n] ?? [])))
          await views.writer.apply(generation, { labors: [labor] });
        // again, and in another order: what is older than what is stored changes nothing
        await views.writer.apply(generation, { labors: labors.flat().toReversed() });
        const last = labors.map((versions) => versions.at(-1)!);
        expect(await views.reader.timesToClose(generation, null)).toEqual(timesOf(last));
        for (const number of [...QUESTS, quest(99)]) {
          const own = last.filter((labor) => labor.quest === number);
          expect(await views.reader.timesToClose(generation, number)).toEqual(timesOf(own));
        }
      }),
      { numRuns: shareOf(bench(), RUNS) },
    );
  }, 60_000);

  test('of a type those count that were completed last, of a quest all', async () => {
    const { views } = bench();
    const generation = await newGeneration(views);
    // each was open a second longer than the one that closed after it
    const labors = Array.from({ length: MAX_TIMED + 500 }, (_, n) => {
      const labor = laborDoc({ n: n + 2000, type: type('a-b'), quest: quest(1) });
      const openedAt = new Date(Date.parse(closed(labor, n + 2000).closed!.at) - (1900 - n) * 1000).toISOString();
      return closed({ ...labor, opened: { ...labor.opened, at: openedAt as typeof labor.opened.at } }, n + 2000);
    });
    const other = closed(laborDoc({ n: 1, type: type('c-d') }), 9);
    await views.writer.apply(generation, { labors: [...labors.toReversed(), other] });
    const { steps } = await views.reader.timesToClose(generation, null);
    expect(steps).toEqual(timesOf([...labors.slice(-MAX_TIMED), other]).steps);
    expect(await views.reader.timesToClose(generation, quest(1))).toEqual(timesOf(labors));
  });
}
