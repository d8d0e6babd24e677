/** Lists of events, and their summaries by category and by hour. */
import fc from 'fast-check';
import {
  charactersOf,
  eventPasses,
  MAX_PAGE_CHARACTERS,
  positionOf,
  START,
  type EventDocument,
  type EventFilter,
  type EventSort,
  type PageRequest,
} from '#contracts';
import { at, eventDoc, host, instant, type } from './documents.js';
import {
  byKeys,
  expectList,
  filterOf,
  FILTERS_PER_RUN,
  HOSTS,
  hosts,
  instants,
  listOf,
  people,
  quests,
  RUNS,
  types,
} from './generated.js';
import { allPages, newGeneration, shareOf, type Bench } from './harness.js';

const CATEGORIES = ['reboot', 're', 'x'];
const keys = fc.constantFrom('k1', 'k2', 'ключ');

/** The n-th is at the n-th place; times go their own ways. */
const eventLists = fc
  .array(
    fc.record({
      host: hosts,
      type: types,
      category: fc.constantFrom(...CATEGORIES),
      key: fc.option(keys, { nil: null }),
      by: fc.option(people, { nil: null }),
      principal: fc.option(people, { nil: null }),
      quest: fc.option(quests, { nil: null }),
      recordedAt: fc.oneof(
        instants,
        fc.integer({ min: -9, max: 9 }).map((n) => instant(n * 1000 + 7)),
      ),
    }),
    { maxLength: 40 },
  )
  // a type has one category
  .map((list) => list.map((event, n) => eventDoc({ ...event, type: type(`${event.category}-${event.type}`), n })));

const filters: fc.Arbitrary<EventFilter> = filterOf<EventFilter>({
  host: listOf(hosts),
  key: listOf(keys),
  type: listOf(fc.tuple(fc.constantFrom(...CATEGORIES), types).map(([category, name]) => type(`${category}-${name}`))),
  category: listOf(fc.constantFrom(...CATEGORIES)),
  by: listOf(people),
  principal: listOf(people),
  quest: listOf(quests),
  since: instants,
  until: instants,
  afterPosition: fc.oneof(
    fc.constantFrom(START, positionOf(0n), positionOf(2n ** 64n - 1n)),
    fc.nat({ max: 40 }).map(at),
  ),
});

const ORDERS: Record<EventSort, (a: EventDocument, b: EventDocument) => number> = {
  position: byKeys(({ position }) => [position]),
  '-position': (a, b) => ORDERS.position(b, a),
};

export function eventListSuite(bench: Bench): void {
  test('events: every filter and sort shows the events that pass it, in pages of any size', async () => {
    const { views } = bench();
    const some = fc.array(filters, { minLength: FILTERS_PER_RUN, maxLength: FILTERS_PER_RUN });
    await fc.assert(
      fc.asyncProperty(eventLists, some, async (documents, asked) => {
        await views.control.resetEvents(1);
        const generation = await newGeneration(views);
        // not in their order: a projector has many partitions
        await views.writer.apply(generation, { events: documents.filter((_, n) => n % 2 === 1) });
        await views.writer.apply(generation, { events: documents });
        for (const filter of asked) {
          for (const sort of ['-position', 'position'] as const) {
            const expected = documents.filter((event) => eventPasses(event, filter)).sort(ORDERS[sort]);
            await expectList<EventDocument, EventSort>((page) => views.reader.events(filter, page), sort, expected);
          }
        }
      }),
      { numRuns: shareOf(bench(), RUNS) },
    );
  }, 120_000);

  test('events: pages stay right while events come between them', async () => {
    const { views } = bench();
    const generation = await newGeneration(views);
    const documents = Array.from({ length: 30 }, (_, n) => eventDoc({ host: HOSTS[n % 3]!, n: n * 2 }));
    await views.writer.apply(generation, { events: documents });
    for (const sort of ['position', '-position'] as const) {
      const shown = await allPages(
        (page) => views.reader.events({ host: HOSTS.slice(0, 3) }, page),
        sort,
        4,
        async (page) => {
          await views.writer.apply(generation, {
            events: [eventDoc({ host: HOSTS[0]!, n: page * 2 + (sort === 'position' ? 1 : 101) })],
          });
        },
      );
      const ids = shown.map(({ id }) => id);
      expect(new Set(ids).size).toBe(ids.length);
      const lasting = new Set<string>(documents.map(({ id }) => id));
      expect(shown.filter(({ id }) => lasting.has(id))).toEqual([...documents].sort(ORDERS[sort]));
    }
  });

  test('a page of large events ends before its limit, and says where the next begins', async () => {
    const { views } = bench();
    const generation = await newGeneration(views);
    const note = 'n'.repeat(100_000);
    const documents = Array.from({ length: 45 }, (_, n) => eventDoc({ n, note }));
    await views.writer.apply(generation, { events: documents });
    const shown: EventDocument[] = [];
    let pages = 0;
    for (let after: PageRequest<EventSort>['after'] = null; ;) {
      const page = await views.reader.events({}, { sort: 'position', limit: 1000, after, count: false });
      shown.push(...page.items);
      pages += 1;
      expect(page.items.reduce((sum, item) => sum + charactersOf(item), 0)).toBeLessThanOrEqual(MAX_PAGE_CHARACTERS);
      if (page.next === null) break;
      after = page.next;
    }
    expect(shown).toEqual(documents);
    expect(pages).toBe(3);
  });

  test('a count goes no further than it is asked to, and says that more match, unless their number is known anyway', async () => {
    const { views } = bench();
    const generation = await newGeneration(views);
    const documents = Array.from({ length: 7 }, (_, n) => eventDoc({ n, by: n < 5 ? 'ann' : 'bob' }));
    await views.writer.apply(generation, { events: documents });
    const counted = async (filter: EventFilter, count: number) => {
      const { total, atLeast } = await views.reader.events(filter, { sort: 'position', limit: 1, after: null, count });
      return [total, atLeast];
    };
    expect(await counted({ by: ['ann'] }, 4)).toEqual([4, true]);
    expect(await counted({ by: ['ann'] }, 5)).toEqual([5, undefined]);
    expect(await counted({ by: ['nobody'] }, 1)).toEqual([0, undefined]);
    expect([
      [6, true],
      [7, undefined],
    ]).toContainEqual(await counted({}, 6));
  });

  test('the newest event of each category is that of the greatest position, by category', async () => {
    const { views } = bench();
    const generation = await newGeneration(views);
    const event = (n: number, category: string, name = 'web-1') =>
      eventDoc({ n, category, host: host(name), type: type(`${category}-s`) });
    const documents = [
      event(1, 'b'),
      event(9, 'a'),
      event(4, 'b'),
      event(3, 'a'),
      event(5, 'c'),
      event(20, 'z', 'web-2'),
    ];
    await views.writer.apply(generation, { events: documents });
    expect(await views.reader.lastByCategory(host('web-1'), 9)).toEqual([event(9, 'a'), event(4, 'b'), event(5, 'c')]);
    expect(await views.reader.lastByCategory(host('web-1'), 2)).toEqual([event(9, 'a'), event(4, 'b')]);
    expect(await views.reader.lastByCategory(host('web-3'), 2)).toEqual([]);
  });

  test('events are counted by the hour in which they were recorded, each once', async () => {
    const { views } = bench();
    const generation = await newGeneration(views);
    const seconds = [0, 3599, 3600, 7200 + 5, 7200 + 6, 4 * 3600 + 1];
    const documents = seconds.map((second, n) => eventDoc({ n, recordedAt: instant(second), at: instant(0) }));
    await views.writer.apply(generation, { events: documents.slice(0, 3) });
    await views.writer.apply(generation, { events: documents });
    const hours = async (since: number) =>
      (await views.reader.eventsPerHour(instant(since))).map(({ hour, events }) => [hour, events]);
    expect(await hours(0)).toEqual([
      [instant(0), 2],
      [instant(3600), 1],
      [instant(7200), 2],
      [instant(4 * 3600), 1],
    ]);
    expect(await hours(3600)).toHaveLength(3);
    expect(await hours(5 * 3600)).toEqual([]);
    expect((await views.reader.totals(generation)).events).toBe(6);
  });
}
