/** R11: questions about the past are answered as by sums over all documents that were written. */
import fc from 'fast-check';
import {
  expectedPart,
  NO_PART_PAST,
  NO_TALLY,
  partPastWith,
  PastLaborsSum,
  PastOpenSum,
  PastPartsSum,
  START,
  type LaborDocument,
  type PartDocument,
  type Position,
  type Tally,
} from '#contracts';
import type { HostName, QuestId } from '#domain';
import { labors } from './burndowns.js';
import {
  at,
  behindRecord,
  eventDoc,
  host,
  hostDoc,
  instant,
  laborDoc,
  laborId,
  parkRecord,
  quest,
} from './documents.js';
import { partDoc, pastLabor, tally, type } from './documents.js';
import { HOSTS, hosts, QUESTS, quests, RUNS } from './generated.js';
import { newGeneration, shareOf, type Bench } from './harness.js';

const PLACES = [START, at(0), at(7), at(20), at(45), at(200)];

/** A part that came to each of the tallies by an entry of its own. */
function partOf(
  of: { readonly quest: QuestId; readonly host: HostName },
  steps: readonly (readonly [number, Tally])[],
) {
  let part: PartDocument | undefined;
  for (const [n, now] of steps) {
    const emptied = now.open > 0 ? null : part && part.tally.open > 0 ? { position: at(n), at: instant(n) } : null;
    const after = {
      ...of,
      tally: now,
      emptied: emptied ?? (now.open > 0 ? null : (part?.emptied ?? null)),
      position: at(n),
    };
    part = { ...after, past: partPastWith(part?.past ?? NO_PART_PAST, part?.tally ?? NO_TALLY, after) };
  }
  return part ?? partDoc(of);
}

const tallies = fc.tuple(fc.nat({ max: 2 }), fc.nat({ max: 2 })).map(([open, ended]) => tally(open, ended));
const parts: fc.Arbitrary<PartDocument> = fc
  .record({
    quest: quests,
    host: hosts,
    first: fc.nat({ max: 10 }),
    then: fc.array(tallies, { minLength: 1, maxLength: 6 }),
    isExpected: fc.boolean(),
  })
  .map(({ first, then, isExpected, ...of }) =>
    isExpected && then.length === 1
      ? expectedPart(of.quest, of.host, at(first))
      : partOf(
          of,
          then.map((each, index) => [first + 6 * index, each] as const),
        ),
  );

export function pastSuite(bench: Bench): void {
  test('the parts of a quest as they were are the sum of what each was', async () => {
    const unique = fc.uniqueArray(parts, { selector: (part) => `${part.host} ${part.quest}`, maxLength: 24 });
    const someHosts = fc.subarray([...HOSTS]);
    await fc.assert(
      fc.asyncProperty(unique, someHosts, someHosts, async (all, parked, behind) => {
        const { views } = bench();
        const generation = await newGeneration(views);
        const documents = HOSTS.map((name, index) =>
          hostDoc({
            host: name,
            parked: parked.includes(name) ? parkRecord(7 * index, index === 3 ? { state: 'releasing' } : {}) : null,
            behind: behind.includes(name) && !parked.includes(name) ? behindRecord(5 * index) : null,
          }),
        );
        await views.writer.apply(generation, { parts: all, hosts: documents });
        for (const place of PLACES) {
          const standing = {
            parked: new Set(
              documents.flatMap(({ host: name, parked: is }) =>
                is !== null && is.state === 'parked' && is.position <= place ? [name] : [],
              ),
            ),
            behind: new Set(
              documents.flatMap(({ host: name, behind: is }) => (is !== null && is.position <= place ? [name] : [])),
            ),
          };
          for (const each of QUESTS) {
            const sum = new PastPartsSum(place, standing);
            for (const part of all) if (part.quest === each) sum.add(part);
            const { tally: numbers, ...rest } = await views.reader.partsAsOf(generation, each, place);
            const { tally: expected, ...others } = sum.result();
            expect({ numbers, ...rest }).toEqual({ numbers: expected, ...others });
          }
        }
      }),
      { numRuns: shareOf(bench(), RUNS) },
    );
  }, 120_000);

  test('a quest of more parts than are read at once, of which each is counted once; and of none', async () => {
    const { views } = bench();
    const generation = await newGeneration(views);
    const many = Array.from({ length: shareOf(bench(), 2500) }, (_, n) =>
      partOf({ quest: quest(5), host: host(`h${n}`) }, [
        [n % 30, tally(1, 0)],
        [40, tally(0, 1)],
      ]),
    );
    await views.writer.apply(generation, { parts: [...many, partDoc({ quest: quest(6) })] });
    const then = await views.reader.partsAsOf(generation, quest(5), at(39));
    const counts = { done: 0, open: many.length, without: 0, parked: 0 };
    expect(then).toMatchObject({ tally: { open: many.length }, hosts: counts, emptied: null, looked: many.length });
    const now = await views.reader.partsAsOf(generation, quest(5), at(40));
    const emptied = { position: at(40), at: instant(40) };
    expect(now).toMatchObject({ tally: { open: 0 }, hosts: { done: many.length }, emptied, forgetful: 0 });
    expect(await views.reader.partsAsOf(generation, quest(9), at(40))).toMatchObject({ tally: NO_TALLY, looked: 0 });
  }, 60_000);

  test('a part that is expected again stays that of the first time', async () => {
    const { views } = bench();
    const generation = await newGeneration(views);
    const key = { quest: quest(1), host: host('a') };
    const first = expectedPart(key.quest, key.host, at(3));
    await views.writer.apply(generation, { parts: [first] });
    await views.writer.apply(generation, { parts: [expectedPart(key.quest, key.host, at(9))] });
    const asked = [key, { quest: quest(2), host: host('a') }];
    expect(await views.reader.parts(generation, asked)).toEqual([first]);
    const own = partOf(key, [[12, tally(1, 0)]]);
    await views.writer.apply(generation, { parts: [own] });
    await views.writer.apply(generation, { parts: [first] });
    expect(await views.reader.parts(generation, asked)).toEqual([own]);
  });

  test('what was open on a host, and how many labors there were, is what each of its labors says', async () => {
    const unique = fc.uniqueArray(labors, { selector: ({ id }) => id, maxLength: 30 });
    await fc.assert(
      fc.asyncProperty(unique, async (some) => {
        const { views } = bench();
        const generation = await newGeneration(views);
        const all = some.flatMap((labor) => [labor, ...followUp(labor)]);
        await views.writer.apply(generation, { labors: all });
        for (const place of PLACES) {
          const { hosts: _, events: __, ...counted } = await views.reader.totalsAsOf(generation, place);
          expect(counted).toEqual(countsOf(all, place));
          for (const name of HOSTS) {
            const sum = new PastOpenSum(place);
            for (const labor of all) if (labor.host === name) sum.add(labor);
            expect(await views.reader.openAsOf(generation, name, place)).toEqual(sum.result());
          }
        }
      }),
      { numRuns: shareOf(bench(), RUNS) },
    );
  }, 120_000);

  test('of more labors than are read at once each is counted once', async () => {
    const { views } = bench();
    const generation = await newGeneration(views);
    const many = Array.from({ length: shareOf(bench(), 2500) }, (_, n) => {
      const name = host(n % 2 === 0 ? 'a' : 'a-b');
      const labor = { host: name, id: laborId(`${name}~${n}`), n: n % 60, type: type(n % 3 === 0 ? 'a-b' : 'c-d') };
      return n % 5 === 0 ? { ...pastLabor(), host: name, id: labor.id } : laborDoc(labor);
    });
    await views.writer.apply(generation, { labors: many });
    const { hosts: _, events: __, ...counted } = await views.reader.totalsAsOf(generation, at(25));
    expect(counted).toEqual(countsOf(many, at(25)));
    const { looked } = await views.reader.openAsOf(generation, host('a'), at(25));
    expect(looked).toBe(many.filter((labor) => labor.host === 'a').length);
  }, 60_000);

  test('how many hosts and events there were, also where clocks disagree about hours and minutes', async () => {
    const { views } = bench();
    const generation = await newGeneration(views);
    const begun = Date.UTC(2024, 0, 1);
    const events = Array.from({ length: 240 }, (_, n) => {
      const strayMs = n % 7 === 0 ? -3_600_000 : n % 5 === 0 ? 90_000 : 0;
      const recordedAt = new Date(begun + n * 47_000 + strayMs).toISOString() as LaborDocument['opened']['recordedAt'];
      return eventDoc({ n, recordedAt });
    });
    const documents = [
      hostDoc({ host: host('a'), n: 30, first: at(2) }),
      hostDoc({ host: host('b'), n: 30, first: at(20) }),
      hostDoc({ host: host('c'), n: 30, first: null, parked: parkRecord(15) }),
      hostDoc({ host: host('d'), n: 30, first: null, behind: behindRecord(25) }),
    ];
    await views.writer.apply(generation, { events, hosts: documents });
    // a host's first entry is its first for ever
    const [first] = documents;
    await views.writer.apply(generation, { hosts: [{ ...first!, version: 1, position: at(50) }] });
    for (const n of [0, 1, 2, 14, 15, 19, 20, 25, 77, 100, 150, 239]) {
      const { hosts: there, events: counted } = await views.reader.totalsAsOf(generation, at(n));
      expect([n, there, counted]).toEqual([n, [2, 15, 20, 25].filter((place) => place <= n).length, n + 1]);
    }
    expect(await views.reader.totalsAsOf(generation, START)).toEqual({
      ...{ hosts: 0, events: 0, labors: { open: 0, completed: 0, waived: 0 }, openByType: [] },
    });
  });
}

/** The next of its chain. */
function followUp(labor: LaborDocument): readonly LaborDocument[] {
  if (labor.state !== 'completed' || labor.closed === null) return [];
  const { closed: by, host: name, quest: its, chain, type: own } = labor;
  const n = Number((by.position - at(0)) / 13n);
  return [laborDoc({ host: name, n, id: laborId(`${labor.id}0.1`), quest: its, chain, type: own })];
}

function countsOf(all: readonly LaborDocument[], place: Position): object {
  const sum = new PastLaborsSum(place);
  for (const labor of all) sum.add(labor, labor.opened.at);
  return sum.result();
}
