/** Lists of hosts. */
import fc from 'fast-check';
import { hostPasses, type HostDocument, type HostFilter, type HostQuery, type HostSort } from '#contracts';
import type { Attributes, HostName, QuestId, Retirement, TypeName } from '#domain';
import type { HostRow, Views } from '#ports';
import { at, host, hostDoc, instant, lastEventDoc, parkRecord, partDoc, quest, type } from './documents.js';
import {
  byKeys,
  expectList,
  filterOf,
  FILTERS_PER_RUN,
  hosts,
  instants,
  listOf,
  quests,
  RUNS,
  TYPES,
  types,
} from './generated.js';
import { allPages, newGeneration, shareOf, type Bench } from './harness.js';

interface Given {
  readonly document: HostDocument;
  readonly quests: readonly QuestId[];
}

/** Few, and some that read the same: a number and its text, a name that ends where the other's value begins. */
const attributes: fc.Arbitrary<Attributes> = fc
  .subarray(
    [
      ['role', 'web'],
      ['rack', 7],
      ['spare', true],
      ['a.b:$c', 'x'],
      ['a.b', '$c:x'],
    ] as const,
    { minLength: 0 },
  )
  .map((pairs) => Object.fromEntries(pairs) as Attributes);
const TERMS = ['role:web', 'rack:7', 'spare:true', 'a.b:$c:x', 'role:', 'rack:8'];
const RETIRED: Retirement = { by: 'ann', principal: null, at: instant(1), reason: 'sold' };

function stateOf(name: HostName, open: readonly TypeName[]): HostDocument['state'] {
  const { state } = hostDoc({ host: name, open: open.length });
  return { ...state, open: state.open.map((labor, n) => ({ ...labor, type: open[n]! })) };
}

export const givens: fc.Arbitrary<Given> = fc
  .record({
    name: fc.oneof(
      hosts,
      fc.nat({ max: 60 }).map((n) => host(`w${n}`)),
    ),
    open: fc.array(types, { maxLength: 2 }),
    parked: fc.integer({ min: 0, max: 3 }).map((n) => n === 0),
    quests: fc.uniqueArray(quests, { maxLength: 3 }),
    attributes,
    retired: fc.integer({ min: 0, max: 2 }).map((n) => n === 0),
    inventories: fc.subarray(['cmdb', 'aws']),
    // seconds and minutes after the first
    heard: fc.option(
      fc.oneof(
        instants,
        fc.nat({ max: 3 }).map((minute) => instant(60 * minute)),
      ),
      { freq: 4 },
    ),
  })
  .map(({ name, open, parked, quests: numbers, attributes: own, retired, inventories, heard }) => ({
    document: hostDoc({
      ...{ host: name, parked: parked ? parkRecord(2) : null },
      state: { ...stateOf(name, open), attributes: own, retired: retired ? RETIRED : null, inventories },
      lastEvent: heard && lastEventDoc(3, { recordedAt: heard }),
    }),
    quests: numbers,
  }));

/** Patterns that look like those of SQLite and of regular expressions. */
const patterns = fc.constantFrom(
  ['w', ''],
  ['', '1'],
  ['a.b', ''],
  ['a', 'b'],
  ['role:', 'e', ''],
  ['rack:7'],
  ['', '$c:x'],
);

const { query: queries } = fc.letrec<{ query: HostQuery; one: HostQuery }>((tie) => ({
  query: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    tie('one'),
    fc.record({ is: fc.constantFrom('all', 'any'), of: fc.array(tie('query'), { minLength: 1, maxLength: 3 }) }),
    fc.record({ is: fc.constant('not'), of: tie('query') }),
  ),
  one: fc.oneof(
    fc.record({ is: fc.constant('attribute'), among: listOf(fc.constantFrom(...TERMS)) }),
    fc.record({ is: fc.constantFrom('attributeLike', 'nameLike'), pattern: patterns }),
    fc.record({ is: fc.constant('name'), among: listOf(hosts) }),
    fc.record({ is: fc.constant('open'), type: fc.option(fc.constantFrom(...TYPES)) }),
    fc.constant({ is: 'retired' }),
  ),
}));

export const filters: fc.Arbitrary<HostFilter> = filterOf<HostFilter>({
  host: listOf(hosts),
  hostPrefix: listOf(fc.constantFrom('a', 'a-', 'w', 'w1', 'web-1', 'web-', '')),
  quest: listOf(quests),
  open: fc.boolean(),
  parked: fc.boolean(),
  attribute: listOf(fc.constantFrom(...TERMS)),
  retired: fc.boolean(),
  listed: fc.boolean(),
  notHeardSince: fc.oneof(
    instants,
    fc.nat({ max: 4 }).map((minute) => instant(60 * minute + 1)),
  ),
  query: queries,
});

function rowOf({ host: name, state, updatedAt, lastEvent, parked }: HostDocument): HostRow {
  const { attributes: own, retired, inventories } = state;
  return {
    host: name,
    openLabors: state.open.length,
    updatedAt,
    lastEvent,
    attributes: own,
    retired,
    inventories,
    parked,
  };
}

const byHost = byKeys<HostRow>(({ host: name }) => [name]);

/** Whether the lists of the views show for each filter the hosts that pass it. */
async function expectLists(views: Views, given: readonly Given[], asked: readonly HostFilter[]): Promise<void> {
  const generation = await newGeneration(views);
  await views.writer.apply(generation, {
    parts: given.flatMap(({ document, quests: numbers }) =>
      numbers.map((number) => partDoc({ quest: number, host: document.host })),
    ),
    hosts: given.map(({ document }) => ({
      ...document,
      state: { ...hostDoc({ open: 1 }).state, attributes: { role: 'web', rack: 8 }, inventories: ['old'] },
    })),
  });
  await views.writer.apply(generation, { hosts: given.map(({ document }) => ({ ...document, version: 1 })) });
  for (const filter of asked) {
    const expected = given
      .filter(({ document, quests: numbers }) => hostPasses(document, filter, (number) => numbers.includes(number)))
      .map(({ document }) => rowOf(document));
    await expectList<HostRow, HostSort>(
      (page) => views.reader.hosts(generation, filter, page),
      'host',
      expected.sort(byHost),
    );
  }
}

export function hostListSuite(bench: Bench): void {
  test('hosts: every filter shows the hosts that pass it, in pages of any size', async () => {
    const unique = fc.uniqueArray(givens, { selector: ({ document }) => document.host, maxLength: 40 });
    const some = fc.array(filters, { minLength: FILTERS_PER_RUN, maxLength: FILTERS_PER_RUN });
    await fc.assert(
      fc.asyncProperty(unique, some, (given, asked) => expectLists(bench().views, given, asked)),
      { numRuns: shareOf(bench(), RUNS) },
    );
  }, 120_000);

  test('hosts: every query shows the hosts that pass it, beside other filters and alone', async () => {
    const many = { selector: ({ document }: Given) => document.host, minLength: 20, maxLength: 40 };
    const some = fc.array(fc.tuple(filters, queries), { minLength: FILTERS_PER_RUN, maxLength: FILTERS_PER_RUN });
    await fc.assert(
      fc.asyncProperty(fc.uniqueArray(givens, many), some, (given, asked) =>
        expectLists(
          bench().views,
          given,
          asked.map(([filter, query], n) => (n % 2 === 0 ? { query } : { ...filter, query })),
        ),
      ),
      { numRuns: shareOf(bench(), RUNS) },
    );
  }, 120_000);

  test('what a query looks at is answered for each host that is there, as of its last entry, each open type once', async () => {
    const { views, roundTrips } = bench();
    const generation = await newGeneration(views);
    const [web, db] = [host('web-1'), host('db-1')];
    const open = ['reboot-required', 'disk-full', 'reboot-required'].map(type);
    await views.writer.apply(generation, {
      hosts: [
        hostDoc({
          n: 4,
          host: web,
          state: { ...stateOf(web, open), attributes: { role: 'web', rack: 7, spare: true } },
        }),
        hostDoc({ n: 7, host: db, state: { ...stateOf(db, []), retired: RETIRED } }),
      ],
    });
    const before = roundTrips();
    const found = await views.reader.queriedHosts(generation, [host('x'), web, db]);
    // whether the generation is there is read beside it
    expect(roundTrips() - before).toBeLessThanOrEqual(1);
    const answered = found.map((each) => ({ ...each, open: [...each.open].sort(), terms: [...each.terms].sort() }));
    expect(answered.sort((a, b) => (a.host < b.host ? -1 : 1))).toEqual([
      { host: db, terms: [], open: [], retired: true, position: at(7) },
      {
        ...{ host: web, terms: ['rack:7', 'role:web', 'spare:true'], open: ['disk-full', 'reboot-required'] },
        ...{ retired: false, position: at(4) },
      },
    ]);
    expect(await views.reader.queriedHosts(generation, [])).toEqual([]);
  });

  test('an empty set of attributes means nothing, whatever a query asks beside it', async () => {
    const { views } = bench();
    const generation = await newGeneration(views);
    const { state } = hostDoc({ host: host('a') });
    await views.writer.apply(generation, {
      hosts: [hostDoc({ host: host('a'), state: { ...state, attributes: { role: 'web' } } })],
    });
    const filter: HostFilter = { attribute: [], query: { is: 'attribute', among: ['role:web'] } };
    const page = { sort: 'host', limit: 9, after: null, count: 100 } as const;
    expect(await views.reader.hosts(generation, filter, page)).toEqual({ items: [], next: null, total: 0 });
  });

  test('hosts that were not heard of for minutes, many different ones, are listed by name', async () => {
    const { views } = bench();
    const generation = await newGeneration(views);
    const documents = Array.from({ length: 60 }, (_, n) => {
      const recordedAt = instant(60 * ((n * 7) % 60) + 1);
      return hostDoc({ host: host(`w${100 + n}`), lastEvent: lastEventDoc(3, { recordedAt }) });
    });
    await views.writer.apply(generation, { hosts: documents });
    const filter = { notHeardSince: instant(60 * 50 + 1) };
    const expected = documents.filter((document) => hostPasses(document, filter, () => false)).map(rowOf);
    expect(expected).toHaveLength(50);
    await expectList<HostRow, HostSort>((page) => views.reader.hosts(generation, filter, page), 'host', expected);
  });

  test('names and beginnings of names together mean either', async () => {
    const { views } = bench();
    const generation = await newGeneration(views);
    const names = ['db-1', 'web-1', 'web-2', 'x'].map(host);
    await views.writer.apply(generation, { hosts: names.map((name) => hostDoc({ host: name })) });
    const listed = async (filter: HostFilter) =>
      (await views.reader.hosts(generation, filter, { sort: 'host', limit: 9, after: null, count: false })).items.map(
        (row) => row.host,
      );
    expect(await listed({ host: [host('x')], hostPrefix: ['web-'] })).toEqual(['web-1', 'web-2', 'x']);
    expect(await listed({ host: [] })).toEqual([]);
    expect(await listed({ host: [], hostPrefix: ['d'] })).toEqual(['db-1']);
  });

  test('a host of several quests is listed and counted once', async () => {
    const { views } = bench();
    const generation = await newGeneration(views);
    const names = ['a', 'b', 'c'].map(host);
    await views.writer.apply(generation, {
      parts: [1, 2, 3].flatMap((number) => names.map((name) => partDoc({ quest: quest(number), host: name }))),
      hosts: names.map((name) => hostDoc({ host: name })),
    });
    const filter = { quest: [1, 2, 3, 3].map(quest) };
    const rows = names.map((name) => rowOf(hostDoc({ host: name })));
    await expectList<HostRow, HostSort>((page) => views.reader.hosts(generation, filter, page), 'host', rows);
  });

  test('hosts: pages stay right while hosts come between them', async () => {
    const { views } = bench();
    const generation = await newGeneration(views);
    const names = Array.from({ length: 20 }, (_, n) => host(`w${100 + n * 2}`));
    await views.writer.apply(generation, { hosts: names.map((name) => hostDoc({ host: name })) });
    const shown = await allPages(
      (page) => views.reader.hosts(generation, {}, page),
      'host',
      3,
      async (page) => {
        await views.writer.apply(generation, {
          hosts: [hostDoc({ host: host(`w${101 + page * 6}`) }), hostDoc({ host: names[page]!, version: 1, open: 1 })],
        });
      },
    );
    const found = shown.map((row) => row.host);
    expect(new Set(found).size).toBe(found.length);
    expect(found.filter((name) => names.includes(name))).toEqual(names);
  });
}
