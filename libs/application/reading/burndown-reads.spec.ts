/** The buckets of a burndown, one after the other, and their pages. */
import type { Burndown } from '#contracts';
import type { Instant } from '#domain';
import { at, questId, questOf, typeOf } from './testing-documents.js';
import { FakeViews, readingOf } from './testing-views.js';

const instant = (hour: number) => `2030-05-06T${String(hour).padStart(2, '0')}:00:00.000Z` as Instant;
const [a, b] = [typeOf('x-a'), typeOf('x-b')];

const BURNDOWN: Burndown = {
  bucket: 'hour',
  span: { first: instant(1), last: instant(4) },
  before: [{ type: b, open: 2 }],
  changes: [
    { from: instant(1), type: a, change: 3 },
    { from: instant(3), type: a, change: -3 },
    { from: instant(3), type: b, change: 1 },
    { from: instant(4), type: b, change: -3 },
  ],
  forgetful: 0,
};

function views(): FakeViews {
  const fake = new FakeViews(at(10));
  fake.questsNow = [questOf(4, 'open')];
  fake.burndownNow = BURNDOWN;
  return fake;
}

const page = { sort: 'from', limit: 9, after: null, count: 100 } as const;

test('what was open when each bucket ended, also where nothing changed', async () => {
  const fake = views();
  const answer = await readingOf(fake).burndown(questId(4), { bucket: 'hour' }, page, {});
  const both = [
    { type: a, open: 3 },
    { type: b, open: 2 },
  ];
  const forgetful = 0;
  expect(answer).toMatchObject({
    ok: true,
    value: {
      body: {
        items: [
          { from: instant(1), to: instant(2), open: 5, steps: both, forgetful },
          { from: instant(2), to: instant(3), open: 5, steps: both, forgetful },
          { from: instant(3), to: instant(4), open: 3, steps: [{ type: b, open: 3 }], forgetful },
          { from: instant(4), to: instant(5), open: 0, steps: [], forgetful },
        ],
        next: null,
        total: 4,
      },
    },
  });
  // of the moment that the answer says
  expect(fake.argumentsOf('burndown')).toEqual([[7, { quest: 4, upTo: at(10), bucket: 'hour' }]]);
});

test.each(['from', '-from'] as const)('pages by %s hold each bucket once', async (sort) => {
  const shown: string[] = [];
  for (let after: readonly string[] | null = null; ;) {
    const answer = await readingOf(views()).burndown(questId(4), {}, { ...page, sort, limit: 3, after }, {});
    if (!answer.ok) throw new Error(answer.problem.detail);
    const { items, next } = answer.value.body;
    shown.push(...items.map(({ from }) => from));
    if (next === null) break;
    after = next;
  }
  const all = [1, 2, 3, 4].map(instant);
  expect(shown).toEqual(sort === 'from' ? all : all.toReversed());
});

test('a quest that nobody knows has none, and one in which nothing was ever open an empty one', async () => {
  expect(await readingOf(views()).burndown(questId(5), {}, page, {})).toMatchObject({
    ok: false,
    problem: { code: 'quest-unknown' },
  });
  const fake = views();
  fake.burndownNow = { ...BURNDOWN, span: null, before: [], changes: [] };
  expect(await readingOf(fake).burndown(questId(4), {}, page, {})).toMatchObject({ value: { body: { items: [] } } });
});
