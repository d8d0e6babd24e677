/** R11, rules 14 and 15: a labor that was waived, reopened, moved and closed counts as what it was. */
import type { QuestId } from '#domain';
import { closedLabor, laborDoc, pastLabor, positionAt as at } from '#testing';
import { PastLaborsSum, PastOpenSum } from './past-sums.js';
import type { Position } from './position.js';

/** Opened by entry 0, waived by 10, reopened by 20, moved from quest 5 to 6 by 30, completed by 50. */
const LABOR = closedLabor(pastLabor(), 50);

const before = (at(0) - 1n) as Position;

test.each([
  [before, undefined, { open: 0, completed: 0, waived: 0 }],
  [at(5), 5, { open: 1, completed: 0, waived: 0 }],
  [at(10), undefined, { open: 0, completed: 0, waived: 1 }],
  [at(20), 5, { open: 1, completed: 0, waived: 0 }],
  [at(30), 6, { open: 1, completed: 0, waived: 0 }],
  [at(50), undefined, { open: 0, completed: 1, waived: 0 }],
] as const)('rules 14 and 15: as of %s it is open in quest %s', (place, quest, labors) => {
  const sum = new PastLaborsSum(place);
  sum.add(LABOR, LABOR.opened.at);
  expect(sum.result().labors).toEqual(labors);
  const open = new PastOpenSum(place);
  open.add(LABOR);
  expect(open.result().open).toMatchObject(quest === undefined ? [] : [{ id: LABOR.id, quest }]);
});

test('the next of a chain knows how many came before it', () => {
  const first = closedLabor(laborDoc({ n: 0, quest: 5 as QuestId }), 10);
  const second = laborDoc({ n: 10, chain: first.chain });
  const open = new PastOpenSum(at(12));
  for (const labor of [second, first]) open.add(labor);
  expect(open.result().open).toMatchObject([{ id: second.id, earlier: 1 }]);
});

test('sums of different labors are one sum', () => {
  const [one, other, both] = [1, 2, 3].map(() => new PastLaborsSum(at(9)));
  one!.add(LABOR, LABOR.opened.at);
  other!.add(laborDoc({ n: 3 }), laborDoc({ n: 3 }).opened.at);
  for (const each of [one!, other!]) both!.addSum(each.result());
  const { opened, type } = LABOR;
  expect(both!.result()).toEqual({
    labors: { open: 2, completed: 0, waived: 0 },
    openByType: [{ type, open: 2, oldest: opened.at }],
  });
});
