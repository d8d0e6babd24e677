/** For which times a labor was open in which quest, from what its document keeps. */
import type { QuestId } from '#domain';
import { closedLabor, instantAt as instant, laborDoc, pastLabor, positionAt as at } from '#testing';
import type { LaborDocument } from './labors.js';
import { hasForgottenStays, MAX_PAST, pastWith, questsEverOf, reopeningOf, staysOf } from './labor-past.js';

const quest = (number: number) => number as QuestId;

/** `[quest, from, to]` of each stay, by the numbers of the entries. */
function stays(labor: LaborDocument): unknown {
  const numberOf = ({ position }: { readonly position: bigint }) => Number((position - at(0)) / 13n);
  return staysOf(labor).map(({ quest: its, from, to }) => {
    for (const each of to === null ? [from] : [from, to]) expect(each.recordedAt).toBe(instant(numberOf(each)));
    return [its, numberOf(from), to && numberOf(to)];
  });
}

test('an ordinary labor was open from its opening to its closing, in its quest', () => {
  const labor = laborDoc({ n: 3, quest: quest(5) });
  expect(stays(labor)).toEqual([[5, 3, null]]);
  expect(stays(closedLabor(labor, 7))).toEqual([[5, 3, 7]]);
  expect([questsEverOf(labor), questsEverOf(laborDoc()), reopeningOf(labor)]).toEqual([[5], [], null]);
});

test('rules 14 and 15: a labor that was waived, reopened and adopted has a stay for each time and quest', () => {
  const labor = pastLabor();
  expect(stays(labor)).toEqual([
    [5, 0, 10],
    [5, 20, 30],
    [6, 30, null],
  ]);
  expect(stays(closedLabor(labor, 50))).toEqual([
    [5, 0, 10],
    [5, 20, 30],
    [6, 30, 50],
  ]);
  expect([questsEverOf(labor), reopeningOf(labor)?.note]).toEqual([[6, 5], 'n20']);
});

test('rule 15: a labor that moved when it was closed, with its chain, was open where it was before', () => {
  const { position, recordedAt } = laborDoc({ n: 9 }).opened;
  const move = { position, at: recordedAt, by: null, principal: null, from: null };
  const labor = { ...closedLabor(laborDoc({ n: 3, quest: quest(5) }), 7), past: pastWith(null, 'moves', move) };
  expect(stays(labor)).toEqual([[null, 3, 7]]);
});

test('of more than a hundred the oldest are forgotten, and counted', () => {
  let { past } = laborDoc();
  for (let n = 0; n < MAX_PAST + 3; n += 1) {
    const move = { position: at(n + 1), at: instant(n + 1), by: null, principal: null, from: quest(n + 1) };
    past = pastWith(past, 'moves', move);
  }
  const labor = laborDoc({ past, quest: quest(200) });
  expect([past?.moves.length, past?.forgotten.moves, hasForgottenStays(labor)]).toEqual([MAX_PAST, 3, true]);
  // as in the quest of the first move that is kept since its opening
  expect(staysOf(labor)[0]).toMatchObject({ quest: 4, from: { position: at(0) }, to: { position: at(4) } });
  expect(hasForgottenStays(pastLabor())).toBe(false);
});
