/** Lists of quests. */
import fc from 'fast-check';
import {
  questPasses,
  type QuestDocument,
  type QuestFilter,
  type QuestPhase,
  type QuestRecord,
  type QuestSort,
} from '#contracts';
import type { HostName, QuestId } from '#domain';
import { instant, partDoc, quest, questRecord, recountOf } from './documents.js';
import {
  byKeys,
  expectList,
  filterOf,
  FILTERS_PER_RUN,
  hosts,
  instants,
  listOf,
  people,
  RUNS,
  types,
} from './generated.js';
import { allPages, newGeneration, shareOf, type Bench } from './harness.js';

const PHASES: readonly QuestPhase[] = ['embarking', 'open', 'completed', 'abandoned', 'empty'];
const phases = fc.constantFrom(...PHASES);

interface Given {
  readonly record: QuestRecord;
  /** Null: never counted. */
  readonly phase: QuestPhase | null;
  readonly hosts: readonly HostName[];
}

const givens: fc.Arbitrary<Given> = fc
  .record({
    number: fc.integer({ min: 1, max: 120 }),
    phase: fc.option(phases, { nil: null }),
    creator: fc.option(people, { nil: null }),
    type: types,
    target: fc.option(instants, { nil: null }),
    embarking: fc.boolean(),
    ended: fc.constantFrom('no', 'no', 'ending', 'yes'),
    accepted: fc.integer({ min: 0, max: 9 }).map((n) => n > 0),
    hosts: fc.uniqueArray(hosts, { maxLength: 3 }),
  })
  .map(({ number, phase, embarking, ended, accepted, hosts: named, ...state }) => ({
    record: questRecord(number, 2, {
      ...state,
      embarking: embarking && ended === 'no' ? ['b1'] : [],
      abandoned: ended === 'no' ? null : { by: 'ann', principal: null, at: instant(1), reason: 'wrong type' },
      ending: ended === 'ending',
      embarkedAt: accepted ? instant(0) : null,
    }),
    phase,
    hosts: named,
  }));

const filters: fc.Arbitrary<QuestFilter> = filterOf<QuestFilter>({
  state: listOf(phases),
  creator: listOf(people),
  host: listOf(hosts),
  type: listOf(types),
  overdue: fc.record({ is: fc.boolean(), now: instants }),
});

const ORDERS: Record<QuestSort, (a: QuestDocument, b: QuestDocument) => number> = {
  id: byKeys((document) => [document.quest]),
  '-id': (a, b) => ORDERS.id(b, a),
  // those without a target last
  target: byKeys(({ quest: number, record }) => [record?.state?.target ?? '~', number]),
};

export function questListSuite(bench: Bench): void {
  const prepare = async (given: readonly Given[]) => {
    const { views } = bench();
    const generation = await newGeneration(views);
    await views.writer.apply(generation, {
      parts: given.flatMap(({ record, hosts: named }) => named.map((host) => partDoc({ quest: record.quest, host }))),
      quests: given.map(({ record }) => record),
      marks: [{ quest: quest(999), position: questRecord(1, 1).position }],
    });
    for (const { record, phase } of given) {
      if (phase !== null) await views.writer.storeRecount(generation, record.quest, recountOf(9, { phase }), 0);
    }
    const { quests: documents } = await views.writer.load(generation, {
      quests: given.map(({ record }) => record.quest),
    });
    return { generation, documents };
  };

  test('quests: every filter and sort shows the quests that pass it, in pages of any size', async () => {
    const unique = fc.uniqueArray(givens, { selector: ({ record }) => record.quest, maxLength: 40 });
    const some = fc.array(filters, { minLength: FILTERS_PER_RUN, maxLength: FILTERS_PER_RUN });
    await fc.assert(
      fc.asyncProperty(unique, some, async (given, asked) => {
        const { generation, documents } = await prepare(given);
        const hostsOf = new Map<QuestId, readonly HostName[]>(given.map((one) => [one.record.quest, one.hosts]));
        for (const filter of asked) {
          for (const sort of ['-id', 'id', 'target'] as const) {
            const expected = documents
              .filter((one) => questPasses(one, filter, (host) => hostsOf.get(one.quest)?.includes(host) === true))
              .sort(ORDERS[sort]);
            await expectList<QuestDocument, QuestSort>(
              (page) => bench().views.reader.quests(generation, filter, page),
              sort,
              expected,
            );
          }
        }
      }),
      { numRuns: shareOf(bench(), RUNS) },
    );
  }, 120_000);

  test('quests: pages stay right while quests are embarked and recounted between them', async () => {
    const { views } = bench();
    const given = Array.from({ length: 20 }, (_, n): Given => ({
      record: questRecord(n * 2 + 2, 1, { target: n % 3 === 0 ? null : instant(n) }),
      phase: null,
      hosts: [],
    }));
    for (const sort of ['-id', 'id', 'target'] as const) {
      const { generation } = await prepare(given);
      const shown = await allPages(
        (page) => views.reader.quests(generation, {}, page),
        sort,
        3,
        async (page) => {
          await views.writer.apply(generation, { quests: [questRecord(page * 2 + 1, 1, { target: instant(page) })] });
          await views.writer.storeRecount(generation, quest(page * 2), recountOf(5), 0);
        },
      );
      const numbers = shown.map((one) => one.quest);
      expect(new Set(numbers).size).toBe(numbers.length);
      const lasting = given.map(({ record }) => ({
        quest: record.quest,
        record,
        recount: null,
        mark: record.position,
        touches: 0,
      }));
      expect(numbers.filter((number) => number % 2 === 0)).toEqual(lasting.sort(ORDERS[sort]).map((one) => one.quest));
    }
  });
}
