/** Burndowns and histories of quests: whatever labors a quest has or had, the sums are those of the labors as they were written. */
import fc from 'fast-check';
import {
  BurndownSum,
  CompletionSum,
  START,
  type Bucket,
  type BurndownQuestion,
  type Completion,
  type CompletionQuestion,
  type LaborDocument,
  type LaborPast,
  type PageRequest,
  type QuestChange,
  type QuestEntryDocument,
  type QuestEntrySort,
} from '#contracts';
import type { QuestId } from '#domain';
import { at, closed, instant, laborDoc, laborId, pastLabor, quest, type } from './documents.js';
import { expectList, HOSTS, hosts, QUESTS, quests, RUNS, types } from './generated.js';
import { newGeneration, shareOf, type Bench } from './harness.js';

const EMPTY: LaborPast = {
  ...pastLabor().past!,
  ...{ reopenings: [], moves: [], acks: [], assignments: [], notes: [] },
};

/** Opened in a quest or in none, then moved, waived and reopened, and closed, at places and instants that grow. */
export const labors: fc.Arbitrary<LaborDocument> = fc
  .record({
    n: fc.nat({ max: 30 }),
    host: hosts,
    type: types,
    quest: fc.option(quests, { nil: null }),
    then: fc.array(fc.oneof(fc.option(quests, { nil: null }), fc.constant('waive' as const)), { maxLength: 4 }),
    isClosed: fc.boolean(),
  })
  .map(({ n, then, isClosed, ...fields }) => {
    let labor = laborDoc({ ...fields, n, id: laborId(`${fields.host}~${n}`) });
    then.forEach((next, index) => {
      const place = n + 10 * (index + 1);
      const said = { by: null, principal: null, at: instant(place + 5), note: null, position: at(place + 5) };
      const before = labor.past ?? EMPTY;
      const reopening = { ...said, closed: closed(labor, place, 'waived').closed! };
      labor = {
        ...labor,
        quest: next === 'waive' ? labor.quest : next,
        position: said.position,
        past:
          next === 'waive'
            ? { ...before, reopenings: [...before.reopenings, reopening] }
            : { ...before, moves: [...before.moves, { ...said, from: labor.quest }] },
      };
    });
    return isClosed ? closed(labor, n + 60) : labor;
  });

export function burndownSuite(bench: Bench): void {
  test('a burndown is the sum of all labors that are in the quest or were, up to its position', async () => {
    const unique = fc.uniqueArray(labors, { selector: ({ id }) => id, maxLength: 30 });
    const question = fc.record({
      upTo: fc.constantFrom(START, at(20), at(45), at(200)),
      bucket: fc.constantFrom<Bucket | null>('minute', 'day', null),
    });
    await fc.assert(
      fc.asyncProperty(unique, question, async (all, asked) => {
        const { views } = bench();
        const generation = await newGeneration(views);
        // as they were opened, and then as they are
        const opened = all.map((labor) => {
          const { from = labor.quest } = labor.past?.moves[0] ?? {};
          return {
            ...labor,
            quest: from,
            past: null,
            state: 'open' as const,
            closed: null,
            position: labor.opened.position,
          };
        });
        await views.writer.apply(generation, { labors: opened });
        await views.writer.apply(generation, { labors: all });
        await views.writer.apply(generation, { labors: opened });
        for (const each of QUESTS) {
          const of = { ...asked, quest: each };
          expect(await views.reader.burndown(generation, of)).toEqual(sumOf(all, of));
          expect(await views.reader.completions(generation, of)).toEqual(completionsOf(all, of));
        }
      }),
      { numRuns: shareOf(bench(), RUNS) },
    );
  }, 120_000);

  test('a quest of more labors than are read at once, of which others have left', async () => {
    const { views } = bench();
    const generation = await newGeneration(views);
    const many = Array.from({ length: shareOf(bench(), 2500) }, (_, n) => {
      const host = HOSTS[n % HOSTS.length]!;
      const id = laborId(`${host}~${n}`);
      const moved = { ...pastLabor(), host, id };
      return n % 3 === 0 ? moved : closed(laborDoc({ n: 1, host, id, quest: quest(5) }), 2 + (n % 500));
    });
    await views.writer.apply(generation, { labors: many });
    for (const each of [5, 6, 7] as QuestId[]) {
      const question = { quest: each, upTo: at(1000), bucket: null };
      expect(await views.reader.burndown(generation, question)).toEqual(sumOf(many, question));
      expect(await views.reader.completions(generation, question)).toEqual(completionsOf(many, question));
    }
  }, 60_000);

  test('a quest’s entries are listed by their places, each once however often it was written, and bound its completions', async () => {
    const { views } = bench();
    const generation = await newGeneration(views);
    const entry = (n: number, change: QuestChange, number = 5): QuestEntryDocument => ({
      ...{ quest: quest(number), position: at(n), recordedAt: instant(n), by: n % 2 === 0 ? 'ann' : null },
      ...{ principal: 'agent', change },
    });
    const entries = [
      entry(1, {
        kind: 'drafted',
        type: type('reboot-required'),
        creator: null,
        description: 'd',
        target: null,
        references: [],
      }),
      entry(2, { kind: 'hostsAccepted', batch: 'a', hosts: 2, claim: 'any' }),
      entry(9, { kind: 'hostsEmbarked', batch: 'a' }),
      entry(20, { kind: 'amended', changes: [{ field: 'target', from: null, to: instant(90) }] }),
    ];
    const labors = [3, 7].map((n) => closed(laborDoc({ n, quest: quest(5) }), n + 1));
    await views.writer.apply(generation, { questEntries: [...entries, entry(3, { kind: 'ended' }, 50)], labors });
    await views.writer.apply(generation, { questEntries: entries.map((each) => ({ ...each, by: 'later' })) });
    const read = (page: PageRequest<QuestEntrySort>) => views.reader.questEntries(generation, quest(5), page);
    await expectList<QuestEntryDocument, QuestEntrySort>(read, 'position', entries);
    await expectList<QuestEntryDocument, QuestEntrySort>(read, '-position', entries.toReversed());
    // one was done before the other began, and hosts were still to come
    const question = { quest: quest(5), upTo: at(1000) };
    const [completion, ...others] = await views.reader.completions(generation, question);
    expect([completion?.completed.position, completion?.reopened, others]).toEqual([at(8), null, []]);
  });
}

function completionsOf(all: readonly LaborDocument[], question: CompletionQuestion): readonly Completion[] {
  const sum = new CompletionSum(question);
  for (const labor of all) sum.labor(labor);
  return sum.result();
}

function sumOf(all: readonly LaborDocument[], question: BurndownQuestion) {
  const sum = new BurndownSum(question);
  for (const labor of all) sum.add(labor);
  return sum.result();
}
