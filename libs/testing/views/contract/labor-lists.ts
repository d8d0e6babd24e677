/** Lists of labors: every filter, alone and together, against what each labor by itself passes. */
import fc from 'fast-check';
import {
  laborPasses,
  type HostDocument,
  type LaborDocument,
  type LaborFilter,
  type LaborSort,
  type QuestRecord,
} from '#contracts';
import type { Actor, LaborId, QuestId } from '#domain';
import { at, closed, hostDoc, instant, laborDoc, laborId, quest, questRecord, recountOf, type } from './documents.js';
import {
  byKeys,
  expectList,
  filterOf,
  FILTERS_PER_RUN,
  HOSTS,
  hosts,
  instants,
  LAST_INSTANT,
  listOf,
  people,
  QUESTS,
  quests,
  RUNS,
  TYPES,
  types,
} from './generated.js';
import { allPages, newGeneration, shareOf, type Bench } from './harness.js';

const NOW = instant(6);
/** Of {@link QUESTS} by chance: open or embarking with a target before {@link NOW}. */
const OVERDUE = [1, 3].map(quest);
const isOverdue = (number: QuestId): boolean => OVERDUE.includes(number);
const actors = fc.constantFrom<Actor>('owner', 'creator');

export const labors: fc.Arbitrary<LaborDocument> = fc
  .record({
    host: hosts,
    n: fc.nat({ max: 15 }),
    followUp: fc.nat({ max: 1 }),
    type: types,
    quest: fc.option(quests, { nil: null }),
    chain: fc.option(fc.tuple(hosts, fc.nat({ max: 3 })), { nil: null }),
    openedAt: instants,
    state: fc.constantFrom('open', 'completed', 'waived'),
    closedAt: fc.integer({ min: 0, max: LAST_INSTANT }),
    ackedBy: fc.option(fc.option(people, { nil: null }), { nil: undefined }),
    assignee: fc.option(people, { nil: null }),
    assignedBy: fc.option(fc.option(people, { nil: null }), { nil: undefined }),
    principals: fc.tuple(fc.option(people, { nil: null }), fc.option(people, { nil: null })),
    actors: fc.uniqueArray(actors),
  })
  .map(({ n, followUp, chain, openedAt, state, closedAt, ackedBy, assignedBy, principals, ...rest }) => {
    const [opener, closer] = principals;
    const said = { by: 'ann', at: instant(1), note: null, position: at(n) };
    const id = laborId(`${rest.host}~${n}${followUp === 0 ? '' : `.${followUp}`}`);
    const open = laborDoc({
      ...rest,
      n,
      id,
      chain: chain === null ? id : laborId(`${chain[0]}~${chain[1]}`),
      opened: { ...laborDoc({ n }).opened, at: openedAt, principal: opener },
      ack: ackedBy === undefined ? null : { ...said, principal: ackedBy },
      assignment: assignedBy === undefined ? null : { to: rest.assignee, ...said, principal: assignedBy },
    });
    if (state === 'open') return open;
    const { closed: closing, ...labor } = closed(open, closedAt, state);
    return { ...labor, closed: closing && { ...closing, principal: closer } };
  });

const flag = fc.boolean();
export const filters: fc.Arbitrary<LaborFilter> = filterOf<LaborFilter>({
  state: listOf(fc.constantFrom('open', 'completed', 'waived')),
  type: listOf(types),
  host: listOf(hosts),
  quest: listOf(fc.oneof(quests, fc.constant('none' as const))),
  chain: listOf(fc.tuple(hosts, fc.nat({ max: 3 })).map(([host, n]): LaborId => laborId(`${host}~${n}`))),
  assignee: listOf(people),
  principal: listOf(people),
  acked: flag,
  actor: listOf(actors),
  openedSince: instants,
  openedBefore: instants,
  closedSince: instants,
  overdue: flag.map((is) => ({ is, now: NOW })),
  stranded: fc.record({ is: flag, types: listOf(types) }),
  for: fc.record({ user: people, hosts: listOf(hosts), quests: listOf(quests) }),
});

const ORDERS: Record<LaborSort, (a: LaborDocument, b: LaborDocument) => number> = {
  openedAt: byKeys(({ opened, id }) => [opened.at, id]),
  '-openedAt': (a, b) => ORDERS.openedAt(b, a),
  host: byKeys(({ host, opened, id }) => [host, opened.at, id]),
};

/** 1 and 3 are overdue; 2 was completed after its target; 10 is open and still has time. */
const RECORDS: readonly QuestRecord[] = QUESTS.map((number) =>
  questRecord(number, 1, { target: instant(number === 10 ? 9 : 2), embarking: number === 3 ? ['b'] : [] }),
);

/** As the labors have them: a host's document names its open ones. */
function hostsOf(documents: readonly LaborDocument[]): readonly HostDocument[] {
  return HOSTS.map((name) => {
    const open = documents
      .filter(({ host, state }) => host === name && state === 'open')
      .map((labor) => ({ id: labor.id, type: labor.type, quest: labor.quest, chain: labor.chain, earlier: 0 }));
    return hostDoc({ host: name, state: { ...hostDoc({ host: name }).state, open } });
  });
}

export function laborListSuite(bench: Bench): void {
  const prepare = async (documents: readonly LaborDocument[]) => {
    const { views } = bench();
    const generation = await newGeneration(views);
    await views.writer.apply(generation, { quests: RECORDS, labors: documents, hosts: hostsOf(documents) });
    for (const number of QUESTS) {
      const phase = number === quest(2) ? 'completed' : 'open';
      await views.writer.storeRecount(generation, number, recountOf(9, { phase }), 0);
    }
    return generation;
  };

  /** Of labors by chance, the lists of the filters that `asked` makes. */
  const checkLists = async (asked: fc.Arbitrary<LaborFilter>): Promise<void> => {
    const unique = fc.uniqueArray(labors, { selector: ({ id }) => id, maxLength: 60 });
    await fc.assert(
      fc.asyncProperty(
        unique,
        fc.array(asked, { minLength: FILTERS_PER_RUN, maxLength: FILTERS_PER_RUN }),
        async (documents, found) => {
          const generation = await prepare(documents);
          for (const filter of found) {
            for (const sort of ['-openedAt', 'openedAt', 'host'] as const) {
              const expected = documents.filter((labor) => laborPasses(labor, filter, isOverdue)).sort(ORDERS[sort]);
              await expectList<{ labor: LaborDocument; parked: boolean }, LaborSort>(
                (page) => bench().views.reader.labors(generation, filter, page),
                sort,
                expected.map((labor) => ({ labor, parked: false })),
              );
            }
          }
        },
      ),
      { numRuns: shareOf(bench(), RUNS) },
    );
  };

  test('labors: every filter and sort shows the labors that pass it, in pages of any size', async () => {
    await checkLists(filters);
  }, 120_000);

  test('labors: those for a user are the assigned ones, and by their actors those of its hosts and quests', async () => {
    const some = <T>(values: fc.Arbitrary<T>) => fc.array(values, { minLength: 1, maxLength: 5 });
    const acting = fc.record({ user: people, hosts: some(hosts), quests: some(quests) });
    // what leads to the labors is another field in turn
    const rest = fc.oneof(fc.constant({}), fc.constant({ host: HOSTS }), filters);
    await checkLists(fc.tuple(rest, acting).map(([filter, own]) => ({ ...filter, for: own })));
  }, 120_000);

  test('rule 22: a labor is overdue while it is open in a quest that is open or embarking after its target', async () => {
    const { views } = bench();
    const documents = QUESTS.map((number, n) => laborDoc({ n, quest: number }));
    const generation = await prepare([
      ...documents,
      laborDoc({ n: 8 }),
      closed(laborDoc({ n: 9, quest: quest(1) }), 9),
    ]);
    const overdue = async (is: boolean, now: typeof NOW) =>
      (await allPages((page) => views.reader.labors(generation, { overdue: { is, now } }, page), 'openedAt', 9)).map(
        ({ labor }) => labor.quest,
      );
    expect(await overdue(true, NOW)).toEqual([1, 3]);
    expect(await overdue(false, NOW)).toEqual([2, 10, null, 1]);
    expect(await overdue(true, instant(2))).toEqual([]);
    expect(await overdue(true, instant(11))).toEqual([1, 3, 10]);
  });

  test('what was closed since is found however long it was open, even where it was closed before it was opened', async () => {
    const { views } = bench();
    const opened = [0, 1, 50, 1000, 80_000, 86_000, 86_400, 90_000];
    const documents = opened.map((second, n) => closed(laborDoc({ n: second, host: HOSTS[n]! }), 86_399 + (n % 2) * 2));
    const generation = await prepare(documents);
    for (const sort of ['-openedAt', 'openedAt', 'host'] as const) {
      const filter = { closedSince: instant(86_400) };
      const expected = documents.filter((_, n) => n % 2 === 1).sort(ORDERS[sort]);
      await expectList<{ labor: LaborDocument; parked: boolean }, LaborSort>(
        (page) => views.reader.labors(generation, filter, page),
        sort,
        expected.map((labor) => ({ labor, parked: false })),
      );
    }
  });

  test('an empty set of hosts means nothing, and so does every other empty set', async () => {
    const { views } = bench();
    const generation = await prepare([laborDoc({ quest: quest(1), assignee: 'ann', actors: ['owner'] })]);
    for (const field of ['host', 'type', 'state', 'quest', 'chain', 'assignee', 'actor'] as const) {
      const page = await views.reader.labors(
        generation,
        { [field]: [] },
        { sort: 'host', limit: 5, after: null, count: 100_000 },
      );
      expect(page).toEqual({ items: [], next: null, total: 0 });
    }
  });

  test('a thousand values of one filter are taken', async () => {
    const { views } = bench();
    const names = Array.from({ length: 1000 }, (_, index) => HOSTS[index] ?? (`h${index}` as (typeof HOSTS)[number]));
    const documents = HOSTS.flatMap((host) => [
      laborDoc({ host, n: 1 }),
      laborDoc({ host, n: 2, type: TYPES[1] ?? type('x-y') }),
    ]);
    const generation = await prepare(documents);
    await expectList<{ labor: LaborDocument; parked: boolean }, LaborSort>(
      (page) => views.reader.labors(generation, { host: names }, page),
      'host',
      [...documents].sort(ORDERS.host).map((labor) => ({ labor, parked: false })),
    );
  });

  test('labors: pages stay right while labors are opened and closed between them', async () => {
    const { views } = bench();
    const documents = Array.from({ length: 40 }, (_, n) => laborDoc({ host: HOSTS[n % HOSTS.length]!, n: n + 10 }));
    for (const sort of ['-openedAt', 'openedAt', 'host'] as const) {
      const generation = await prepare(documents);
      let n = 100;
      const shown = await allPages(
        (page) => views.reader.labors(generation, {}, page),
        sort,
        7,
        async (page) => {
          n += 1;
          const again = closed(documents[page * 3]!, n);
          const opened = [
            laborDoc({ host: HOSTS[0]!, n }),
            laborDoc({ host: HOSTS[7]!, n }),
            laborDoc({ host: HOSTS[3]!, n: page }),
          ];
          await views.writer.apply(generation, {
            labors: [again, ...opened].map((each) => ({ ...each, position: at(n) })),
          });
        },
      );
      const ids = shown.map(({ labor }) => labor.id);
      expect(new Set(ids).size).toBe(ids.length);
      const lasting = new Set<string>(documents.map(({ id }) => id));
      expect(ids.filter((id) => lasting.has(id))).toEqual([...documents].sort(ORDERS[sort]).map(({ id }) => id));
    }
  });
}
