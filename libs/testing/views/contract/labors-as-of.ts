/** R11: lists of labors of the past, every filter, against what each labor's document says it was. */
import fc from 'fast-check';
import {
  hasForgottenAt,
  laborAsOf,
  laborPasses,
  NO_PAST,
  pastWith,
  principalsOf,
  START,
  type CursorKey,
  type LaborAsOfFilter,
  type LaborDocument,
  type LaborPast,
  type LaborPlaceSort,
  type LaborSaid,
  type Page,
  type Position,
} from '#contracts';
import type { Actor, LaborId } from '#domain';
import type { LaborAsOfRow, Views } from '#ports';
import { at, closed, hostDoc, instant, laborDoc, laborId, parkRecord, quest, type } from './documents.js';
import {
  byKeys,
  filterOf,
  FILTERS_PER_RUN,
  HOSTS,
  hosts,
  instants,
  listOf,
  people,
  quests,
  RUNS,
  TYPES,
  types,
} from './generated.js';
import { newGeneration, shareOf, type Bench } from './harness.js';

type Change = 'waive' | 'move' | 'acknowledge' | 'assign' | 'note' | 'repeat';
const CHANGES: readonly Change[] = ['waive', 'move', 'acknowledge', 'assign', 'note', 'repeat'];
/** The last place at which anything happens. */
const LAST = 120;

const chains = fc.tuple(hosts, fc.nat({ max: 3 }));
const idOf = ([host, n]: readonly [string, number]): LaborId => laborId(`${host}~${n}`);
const actors = fc.constantFrom<Actor>('owner', 'creator');

/** What was said by the n-th entry, by somebody. */
function saidBy(n: number, who: string | null): LaborSaid {
  return { by: who, principal: who, at: instant(n), note: null, position: at(n) };
}

/** Opened, then changed and at last perhaps closed, by entries whose places and instants grow. */
export const pastLabors: fc.Arbitrary<LaborDocument> = fc
  .record({
    host: hosts,
    n: fc.nat({ max: 15 }),
    followUp: fc.nat({ max: 1 }),
    type: types,
    quest: fc.option(quests, { nil: null }),
    chain: fc.option(chains, { nil: null }),
    openedAt: instants,
    opener: fc.option(people, { nil: null }),
    actors: fc.uniqueArray(actors),
    changes: fc.array(
      fc.record({
        change: fc.constantFrom(...CHANGES),
        after: fc.integer({ min: 2, max: 12 }),
        who: fc.option(people, { nil: null }),
        quest: fc.option(quests, { nil: null }),
      }),
      { maxLength: 8 },
    ),
    end: fc.constantFrom('open', 'completed', 'waived'),
    forgets: fc.boolean(),
  })
  .map(({ n, followUp, chain, openedAt, opener, changes, end, forgets, ...rest }) => {
    const id = laborId(`${rest.host}~${n}${followUp === 0 ? '' : `.${followUp}`}`);
    const opened = { ...laborDoc({ n }).opened, at: openedAt, principal: opener };
    let labor = laborDoc({ ...rest, n, id, opened, chain: chain === null ? id : idOf(chain), lastSeen: openedAt });
    let place = n;
    for (const { change, after, who, quest: next } of changes) {
      place += after;
      labor = { ...changed(labor, change, saidBy(place, who), next), position: at(place) };
    }
    if (end !== 'open') labor = closed(labor, Math.min(LAST, place + 5), end);
    const { past } = labor;
    if (!forgets || past === null) return labor;
    return { ...labor, past: { ...past, forgotten: { ...past.forgotten, moves: past.moves.length > 0 ? 1 : 0 } } };
  });

function changed(labor: LaborDocument, change: Change, said: LaborSaid, next: LaborDocument['quest']): LaborDocument {
  const { past, ack, assignment } = labor;
  const { by, principal, at: moment, position } = said;
  switch (change) {
    case 'waive': {
      // by the entry before it
      const waived = { ...closed(labor, 0, 'waived').closed!, position: (position - 1n) as Position };
      return { ...labor, past: pastWith(past, 'reopenings', { ...said, closed: waived }) };
    }
    case 'move': {
      const move = { by, principal, at: moment, position, from: labor.quest };
      return { ...labor, quest: next, past: pastWith(past, 'moves', move) };
    }
    case 'acknowledge':
      return { ...labor, ack: said, past: ack === null ? past : pastWith(past, 'acks', ack) };
    case 'assign': {
      const before: LaborPast | null = assignment === null ? past : pastWith(past, 'assignments', assignment);
      return { ...labor, assignee: by, assignment: { to: by, ...said }, past: before };
    }
    case 'note':
      return { ...labor, notes: [...labor.notes, said] };
    case 'repeat': {
      const absorbed = [...labor.absorbed, { position, at: moment }];
      return { ...labor, absorbed, occurrences: labor.occurrences + 1, lastSeen: moment };
    }
  }
}

const pastFilters: fc.Arbitrary<LaborAsOfFilter> = filterOf<LaborAsOfFilter>({
  state: listOf(fc.constantFrom('open', 'completed', 'waived')),
  type: listOf(types),
  host: listOf(hosts),
  quest: listOf(fc.oneof(quests, fc.constant('none' as const))),
  chain: listOf(chains.map(idOf)),
  assignee: listOf(people),
  principal: listOf(people),
  acked: fc.boolean(),
  actor: listOf(actors),
  openedSince: instants,
  openedBefore: instants,
  closedSince: instants,
  stranded: fc.record({ is: fc.boolean(), types: listOf(types) }),
});

const ORDERS: Record<LaborPlaceSort, (a: LaborDocument, b: LaborDocument) => number> = {
  openedPlace: byKeys(({ opened, id }) => [opened.position, id]),
  '-openedPlace': (a, b) => ORDERS.openedPlace(b, a),
};
const SORTS = ['-openedPlace', 'openedPlace'] as const;

/** The whole list; a page may be short before the last. */
async function listed(
  { reader }: Views,
  generation: number,
  place: Position,
  filter: LaborAsOfFilter,
  { sort, limit }: { readonly sort: LaborPlaceSort; readonly limit: number },
): Promise<readonly LaborAsOfRow[]> {
  const all: LaborAsOfRow[] = [];
  for (let after: CursorKey | null = null; ;) {
    const page: Page<LaborAsOfRow> = await reader.laborsAsOf(generation, place, filter, { sort, limit, after });
    expect(page.items.length).toBeLessThanOrEqual(limit);
    all.push(...page.items);
    if (page.next === null) return all;
    expect(page.next).not.toEqual(after);
    after = page.next;
  }
}

/** As it was opened. */
function opening(labor: LaborDocument): LaborDocument {
  return laborAsOf(
    { ...labor, past: labor.past && { ...labor.past, forgotten: NO_PAST.forgotten } },
    labor.opened.position,
  )!;
}

export function laborAsOfSuite(bench: Bench): void {
  test('R11: every filter shows the labors that passed it then, as they were, in pages of any size', async () => {
    const unique = fc.uniqueArray(pastLabors, { selector: ({ id }) => id, maxLength: 50 });
    const asked = fc.tuple(fc.nat({ max: LAST + 5 }).map(at), pastFilters);
    await fc.assert(
      fc.asyncProperty(
        unique,
        fc.array(asked, { minLength: FILTERS_PER_RUN, maxLength: FILTERS_PER_RUN }),
        async (documents, questions) => {
          const { views } = bench();
          const generation = await newGeneration(views);
          // some as they were opened, and then all as they are
          const first = documents.filter((_, n) => n % 2 === 0).map(opening);
          await views.writer.apply(generation, { labors: first });
          await views.writer.apply(generation, { labors: documents });
          for (const [place, filter] of questions) {
            for (const sort of SORTS) {
              const expected = documents
                .flatMap((now): LaborAsOfRow[] => {
                  const labor = laborAsOf(now, place);
                  if (labor === undefined || !laborPasses(labor, filter, () => false)) return [];
                  return [{ labor, parked: false, isExact: !hasForgottenAt(now, place) }];
                })
                .sort((a, b) => ORDERS[sort](a.labor, b.labor));
              for (const limit of [1, 3, 1000])
                expect(await listed(views, generation, place, filter, { sort, limit })).toEqual(expected);
            }
          }
        },
      ),
      { numRuns: shareOf(bench(), 4 * RUNS) },
    );
  }, 120_000);

  test('R11: a labor with a past is found by what it was at each place', async () => {
    const { views } = bench();
    const generation = await newGeneration(views);
    let labor = laborDoc({ quest: quest(1) });
    const changes = ['assign', 'move', 'acknowledge', 'assign', 'move', 'waive', 'assign', 'acknowledge'] as const;
    for (const [n, change] of changes.entries()) {
      const place = 3 * (n + 1);
      const next = [quest(2), null][n % 2] ?? null;
      labor = {
        ...changed(labor, change, saidBy(place, ['ann', 'bob', null][n % 3] ?? null), next),
        position: at(place),
      };
    }
    await views.writer.apply(generation, { labors: [labor] });
    for (let n = 0; n < 30; n += 2) {
      const was = laborAsOf(labor, at(n))!;
      const filters: readonly LaborAsOfFilter[] = [
        { state: [was.state] },
        { quest: [was.quest ?? 'none'] },
        { quest: [was.quest ?? 'none', quest(99), 'none'] },
        { acked: was.ack !== null },
        ...(was.assignee === null ? [] : [{ assignee: [was.assignee] }]),
        ...principalsOf(was).map((name) => ({ principal: [name] })),
      ];
      for (const filter of filters) {
        const found = await listed(views, generation, at(n), filter, { sort: 'openedPlace', limit: 2 });
        expect([n, filter, found.map((row) => row.labor)]).toEqual([n, filter, [was]]);
      }
    }
  });

  test('R11: a labor lies between its opening and its end, however long it was open', async () => {
    const { views } = bench();
    const generation = await newGeneration(views);
    const spans = [1, 2, 5, 20, 100, 1000, 8000];
    const documents = spans.map((span, n) => closed(laborDoc({ n, quest: quest(1) }), n + span));
    await views.writer.apply(generation, { labors: documents });
    for (const place of [0, 1, 3, 6, 7, 24, 25, 26, 104, 105, 1005, 8005, 8006, 8007].map(at)) {
      for (const [state, filter] of [
        ['open', { state: ['open'] }],
        ['completed', { state: ['completed'], type: [type('reboot-required')] }],
        ['open', { state: ['open'], quest: [quest(1)] }],
      ] as const) {
        const expected = documents.filter((labor) => laborAsOf(labor, place)?.state === state).map(({ id }) => id);
        const found = await listed(views, generation, place, filter, { sort: 'openedPlace', limit: 4 });
        expect(found.map(({ labor }) => labor.id)).toEqual(expected);
      }
    }
  });

  test('R11: before the first entry there was nothing; and a host is parked from the entry on that it is parked by', async () => {
    const { views } = bench();
    const generation = await newGeneration(views);
    const [host] = HOSTS;
    await views.writer.apply(generation, {
      labors: [laborDoc({ host: host!, n: 1, type: TYPES[0]! })],
      hosts: [hostDoc({ host: host!, open: 1, parked: parkRecord(7) })],
    });
    const parkedAt = async (place: Position) =>
      (await listed(views, generation, place, {}, { sort: 'openedPlace', limit: 5 })).map(({ parked }) => parked);
    expect([await parkedAt(START), await parkedAt(at(0)), await parkedAt(at(6)), await parkedAt(at(7))]).toEqual([
      ...[[], [], [false], [true]],
    ]);
  });
}
