/** A quest's history: its own entries and its completions, in one order, page by page. */
import type { QuestEntryDocument } from '#contracts';
import { at, BEFORE, questId, questOf } from './testing-documents.js';
import { FakeViews, readingOf } from './testing-views.js';

const moment = (n: number) => ({ position: at(n), recordedAt: BEFORE });
const entry = (n: number): QuestEntryDocument => ({
  ...{ quest: questId(4), ...moment(n), by: 'ann', principal: null },
  change: { kind: 'hostsAccepted', batch: `${n}`, hosts: n },
});

function views(): FakeViews {
  const fake = new FakeViews(at(50));
  fake.questsNow = [questOf(4, 'open')];
  fake.questEntriesNow = [1, 2, 20, 21, 30].map(entry);
  fake.completionsNow = [
    { completed: moment(5), reopened: moment(10) },
    { completed: moment(25), reopened: null },
  ];
  return fake;
}

const IN_ORDER = [
  ...['1 hostsAccepted', '2 hostsAccepted', '5 completed', '10 reopened'],
  ...['20 hostsAccepted', '21 hostsAccepted', '25 completed', '30 hostsAccepted'],
];

test.each([
  ['position', 1],
  ['position', 3],
  ['position', 100],
  ['-position', 1],
  ['-position', 3],
  ['-position', 100],
] as const)('by %s in pages of %i each item comes once', async (sort, limit) => {
  const shown: string[] = [];
  for (let after: readonly string[] | null = null; ;) {
    const fake = views();
    const answer = await readingOf(fake).questHistory(questId(4), { sort, limit, after, count: 100 }, {});
    if (!answer.ok) throw new Error(answer.problem.detail);
    const { items, next, total } = answer.value.body;
    expect(total).toBe(IN_ORDER.length);
    // of the moment that the answer says
    expect(fake.argumentsOf('completions')).toEqual([[7, { quest: 4, upTo: at(50) }]]);
    shown.push(...items.map(({ position, change }) => `${position} ${change.kind}`));
    if (next === null) break;
    expect(items.length).toBeLessThanOrEqual(limit);
    after = next;
  }
  expect(shown).toEqual(sort === 'position' ? IN_ORDER : IN_ORDER.toReversed());
});

test('a quest that nobody knows has none', async () => {
  const page = { sort: 'position', limit: 9, after: null, count: false } as const;
  expect(await readingOf(views()).questHistory(questId(5), page, {})).toMatchObject({
    ok: false,
    problem: { code: 'quest-unknown' },
  });
});
