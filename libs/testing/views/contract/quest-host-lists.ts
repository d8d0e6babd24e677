/** Lists of a quest's hosts: every filter and sort against what each host by itself passes. */
import fc from 'fast-check';
import {
  asksForSteps,
  questHostPasses,
  stepPasses,
  type HostDocument,
  type HostQuery,
  type LaborDocument,
  type PartDocument,
  type QuestHostFilter,
  type QuestHostSort,
} from '#contracts';
import type { Attributes, HostName } from '#domain';
import type { QuestHostRow } from '#ports';
import { at, closed, host, hostDoc, instant, laborDoc, laborId, partDoc, quest, tally } from './documents.js';
import {
  byKeys,
  expectList,
  filterOf,
  FILTERS_PER_RUN,
  HOSTS,
  hosts,
  instants,
  listOf,
  RUNS,
  TYPES,
  types,
} from './generated.js';
import { allPages, newGeneration, shareOf, type Bench } from './harness.js';

const QUEST = quest(5);

/** A labor of the quest, or of another. */
const labors: fc.Arbitrary<LaborDocument> = fc
  .record({
    host: fc.constantFrom(...HOSTS.slice(2)),
    n: fc.nat({ max: 20 }),
    type: types,
    quest: fc.constantFrom(QUEST, QUEST, QUEST, quest(6), null),
    openedAt: instants,
    isOpen: fc.boolean(),
    isAcked: fc.boolean(),
  })
  .map(({ n, openedAt, isOpen, isAcked, ...rest }) => {
    const labor = laborDoc({ ...rest, n, opened: { ...laborDoc({ n }).opened, at: openedAt } });
    const ack = isAcked ? { by: null, principal: null, at: instant(1), note: null, position: at(n) } : null;
    return isOpen ? { ...labor, ack } : closed(labor, n + 1);
  });

const simple = fc.constantFrom<HostQuery>(
  { is: 'attribute', among: ['role:web', 'role:db'] },
  { is: 'attributeLike', pattern: ['rack:', ''] },
  { is: 'nameLike', pattern: ['web-', ''] },
  { is: 'open', type: null },
);
const not = (of: HostQuery): HostQuery => ({ is: 'not', of });
const all = (...of: readonly HostQuery[]): HostQuery => ({ is: 'all', of });

const filters: fc.Arbitrary<QuestHostFilter> = filterOf<QuestHostFilter>({
  host: listOf(hosts),
  hostPrefix: listOf(fc.constantFrom('a', 'web-', 'web-1', 'x')),
  attribute: listOf(fc.constantFrom('role:web', 'rack:7')),
  state: listOf(fc.constantFrom('open', 'done', 'without')),
  step: listOf(types),
  stepBefore: instants,
  query: fc.oneof(
    simple,
    simple.map(not),
    fc.tuple(simple, simple).map(([one, other]) => all(one, not(other))),
  ),
});

interface Given {
  readonly row: QuestHostRow;
  readonly state: HostDocument['state'];
}

/** In the list's order. */
function expectedOf(given: readonly Given[], filter: QuestHostFilter, sort: QuestHostSort): readonly QuestHostRow[] {
  const oldest = ({ open }: QuestHostRow): LaborDocument | undefined => open.find((labor) => stepPasses(labor, filter));
  return given
    .filter(({ row, state }) => questHostPasses(row.part, filter, { open: row.open, state }))
    .map(({ row }) => row)
    .filter((row) => !asksForSteps(filter, sort) || oldest(row) !== undefined)
    .sort(
      byKeys((row) => {
        const { opened, id } = oldest(row) ?? {};
        return sort === 'host' ? [row.part.host] : [opened?.at ?? '', id ?? ''];
      }),
    );
}

const byAge = byKeys<LaborDocument>(({ opened, id }) => [opened.at, id]);
/** Attributes of every other host. */
const stateOf = (name: HostName): HostDocument['state'] => {
  const attributes: Attributes = HOSTS.indexOf(name) % 2 === 0 ? { role: 'web', rack: 7 } : {};
  return { ...hostDoc({ host: name, open: HOSTS.indexOf(name) % 3 }).state, attributes };
};

export function questHostListSuite(bench: Bench): void {
  test('a quest’s hosts: every filter shows the hosts that pass it, by name and by their oldest step', async () => {
    const unique = fc.uniqueArray(labors, { selector: ({ id }) => id, minLength: 15, maxLength: 40 });
    const some = fc.array(filters, { minLength: FILTERS_PER_RUN, maxLength: FILTERS_PER_RUN });
    await fc.assert(
      fc.asyncProperty(unique, fc.subarray(HOSTS), some, async (stored, without, asked) => {
        const { views } = bench();
        const generation = await newGeneration(views);
        const ofQuest = stored.filter((labor) => labor.quest === QUEST);
        const named = HOSTS.filter((name) => without.includes(name) || ofQuest.some((labor) => labor.host === name));
        const given = named.map((name): Given => {
          const own = ofQuest.filter((labor) => labor.host === name);
          const open = own.filter(({ state }) => state === 'open').sort(byAge);
          const part = partDoc({ quest: QUEST, host: name, tally: tally(open.length, own.length - open.length) });
          return { row: { part, open }, state: stateOf(name) };
        });
        await views.writer.apply(generation, {
          labors: stored,
          parts: [...given.map(({ row }) => row.part), partDoc({ quest: quest(6), host: host('a') })],
          hosts: HOSTS.map((name) => hostDoc({ host: name, state: stateOf(name) })),
        });
        for (const filter of asked) {
          for (const sort of ['host', 'stepSince'] as const)
            await expectList<QuestHostRow, QuestHostSort>(
              (page) => views.reader.questHosts(generation, QUEST, filter, page),
              sort,
              expectedOf(given, filter, sort),
            );
        }
      }),
      { numRuns: shareOf(bench(), RUNS) },
    );
  }, 120_000);

  test('by name, a host is found by a step behind many others', async () => {
    const { views } = bench();
    const generation = await newGeneration(views);
    const older = Array.from({ length: 12 }, (_, n) => laborDoc({ host: host('a'), n, quest: QUEST, type: TYPES[0]! }));
    await views.writer.apply(generation, {
      labors: [...older, laborDoc({ host: host('a'), n: 12, quest: QUEST, type: TYPES[1]! })],
      parts: [partDoc({ quest: QUEST, host: host('a') })],
      hosts: [hostDoc({ host: host('a') })],
    });
    const page = { sort: 'host', limit: 1, after: null, count: 100_000 } as const;
    const found = await views.reader.questHosts(generation, QUEST, { step: [TYPES[1]!] }, page);
    expect([found.items.map(({ part }) => part.host), found.next, found.total]).toEqual([['a'], null, 1]);
  });

  test('by name, a host comes once though its step moves on between two pages', async () => {
    const { views } = bench();
    const generation = await newGeneration(views);
    const names = ['a', 'b', 'c'].map(host);
    const step = (name: HostName, n: number) => laborDoc({ host: name, n, quest: QUEST, type: TYPES[n % 2]! });
    await views.writer.apply(generation, {
      labors: names.map((name) => step(name, 2)),
      parts: names.map((name) => partDoc({ quest: QUEST, host: name })),
      hosts: names.map((name) => hostDoc({ host: name })),
    });
    const shown = await allPages(
      (page) => views.reader.questHosts(generation, QUEST, { step: TYPES }, page),
      'host',
      1,
      async (page) => {
        const name = names[page - 1]!;
        await views.writer.apply(generation, { labors: [closed(step(name, 2), 5), step(name, 7)] });
      },
    );
    expect(shown.map(({ part }) => part.host)).toEqual(names);
  });

  test('a host whose part has changed is found by its new state alone', async () => {
    const { views } = bench();
    const generation = await newGeneration(views);
    const part = (n: number, change: Partial<PartDocument>) => partDoc({ quest: QUEST, n, ...change });
    const open = tally(1, 0);
    await views.writer.apply(generation, { parts: [part(1, { tally: open })], hosts: [hostDoc({})] });
    await views.writer.apply(generation, { parts: [part(2, { tally: tally(0, 1) })] });
    const page = { sort: 'host', limit: 9, after: null, count: 100_000 } as const;
    const found = (state: 'open' | 'done') => views.reader.questHosts(generation, QUEST, { state: [state] }, page);
    expect([(await found('open')).total, (await found('done')).total]).toEqual([0, 1]);
  });

  test('a quest’s hosts come by name, each with its labors open in the quest, oldest first', async () => {
    const { views } = bench();
    const generation = await newGeneration(views);
    const inQuest = (name: string, n: number, number = 5) => laborDoc({ host: host(name), n, quest: quest(number) });
    const a = [
      inQuest('a', 9),
      {
        ...inQuest('a', 3),
        ack: { by: null, principal: null, at: inQuest('a', 3).lastSeen, note: null, position: at(3) },
      },
    ];
    await views.writer.apply(generation, {
      labors: [
        ...a,
        closed(inQuest('a', 1), 4),
        inQuest('a', 2, 6),
        laborDoc({ host: host('a'), n: 5 }),
        inQuest('b', 7),
      ],
      parts: ['c', 'a', 'b'].map((name) => partDoc({ quest: quest(5), host: host(name), tally: tally(2, 1) })),
    });
    const rows = await allPages((page) => views.reader.questHosts(generation, quest(5), {}, page), 'host', 2);
    expect(rows.map(({ part, open }) => [part.host, open.map(({ id }) => id)])).toEqual([
      ['a', ['a~3', 'a~9'].map(laborId)],
      ['b', ['b~7'].map(laborId)],
      ['c', []],
    ]);
    expect(rows[0]?.part).toEqual(partDoc({ quest: quest(5), host: host('a'), tally: tally(2, 1) }));
    expect(rows[0]?.open[1]).toEqual(a[0]);
    const page = await views.reader.questHosts(
      generation,
      quest(5),
      {},
      {
        sort: 'host',
        limit: 1,
        after: null,
        count: 100_000,
      },
    );
    expect(page.total).toBe(3);
    const other = await views.reader.questHosts(
      generation,
      quest(6),
      {},
      {
        sort: 'host',
        limit: 1,
        after: null,
        count: 100_000,
      },
    );
    expect(other).toEqual({ items: [], next: null, total: 0 });
  });
}
