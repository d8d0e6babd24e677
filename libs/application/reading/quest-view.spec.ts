/** Rules 19–22 as far as they are derived when a quest is read. */
import fc from 'fast-check';
import type { QuestDocument } from '#contracts';
import { percentOf, questView } from './quest-view.js';
import { AFTER, BEFORE, NOW, PARKED, questOf, TALLY } from './testing-documents.js';

test('a quest shows what its record says and what was counted', () => {
  expect(questView(questOf(4, 'open'), NOW)).toEqual({
    id: 4,
    type: 'x-a',
    creator: 'ann',
    principal: 'agent',
    description: 'make room',
    target: null,
    references: [{ key: 'OPS-1' }],
    state: 'open',
    embarkedAt: BEFORE,
    adopting: false,
    removing: false,
    abandoned: null,
    completedAt: null,
    overdue: false,
    hosts: 3,
    hostCounts: { total: 3, done: 1, open: 1, without: 1, parked: 0, percent: 33.3 },
    tally: TALLY,
    percent: 66.6,
    percentDone: 66.6,
    parked: null,
  });
});

test.each(['embarking', 'open', 'completed', 'abandoned', 'empty'] as const)('P6: %s as it was counted', (phase) => {
  expect(questView(questOf(4, phase), NOW)).toMatchObject({ state: phase });
});

test('rule 20: a completed quest says when', () => {
  expect(questView(questOf(4, 'completed'), NOW)).toMatchObject({ state: 'completed', completedAt: BEFORE });
});

test('rule 19: until every host has its event it is embarking, whatever was completed by then', () => {
  const view = questView(questOf(4, 'completed', { embarking: ['a batch'] }), NOW);
  expect(view).toMatchObject({ state: 'embarking', completedAt: null, tally: TALLY });
});

test('rule 15: as long as hosts do not know of labors that it adopts it says so', () => {
  expect(questView(questOf(4, 'open', { adopting: ['a'] }), NOW)).toMatchObject({ state: 'open', adopting: true });
});

describe('rule 22: abandoned', () => {
  const abandoned = { by: 'ann', principal: 'op', at: BEFORE, reason: 'over' };
  const oneMissing = { done: 1, open: 0, without: 0, parked: 0 };

  test.each([null, 'completed', 'embarking'] as const)('whatever was counted before: %s', (phase) => {
    const view = questView(questOf(4, phase, { abandoned, ending: true }), NOW);
    expect(view).toMatchObject({ state: 'abandoned', abandoned: { ...abandoned, ended: false }, completedAt: null });
  });

  test('a host without a part is parked once all of them have the end, and this was counted', () => {
    const parkedIn = (ending: boolean, at: QuestDocument['mark']) => {
      const { record, recount, ...quest } = questOf(4, 'abandoned', { abandoned, ending });
      const counted = recount && { ...recount, label: at, hosts: oneMissing, tally: { ...TALLY, named: 1 } };
      return questView({ ...quest, record, recount: counted }, NOW)?.hostCounts.parked;
    };
    expect([parkedIn(true, 6n as never), parkedIn(false, 5n as never), parkedIn(false, 6n as never)]).toEqual([
      0, 0, 2,
    ]);
  });
});

test('P6: never counted is embarking still, with nothing in it', () => {
  const view = questView(questOf(4, null), NOW);
  expect(view).toMatchObject({
    state: 'embarking',
    percent: null,
    percentDone: null,
    tally: { chains: 0, labors: 0, open: 0, steps: {} },
  });
});

test('rule 21, P4: a host without a part is parked, once the quest is not embarking any more', () => {
  const counted = { total: 5, done: 1, open: 1, without: 1, percent: 20 };
  expect(questView(questOf(4, 'open', { hosts: 5 }), NOW)?.hostCounts).toEqual({ ...counted, parked: 2 });
  expect(questView(questOf(4, 'embarking', { hosts: 5 }), NOW)?.hostCounts).toEqual({ ...counted, parked: 0 });
});

test('rule 21: hosts that are in it by adopted labors alone count in its total, and stand for none that it names', () => {
  const { recount, ...quest } = questOf(4, 'open', { hosts: 2 });
  const counted = recount && { ...recount, tally: { ...TALLY, named: 1 } };
  const hostCounts = { total: 4, done: 1, open: 1, without: 1, parked: 1, percent: 25 };
  expect(questView({ ...quest, recount: counted }, NOW)).toMatchObject({ hosts: 2, hostCounts });
});

test('a quest that was drafted and never accepted is none', () => {
  expect(questView(questOf(4, 'open', { embarkedAt: null }), NOW)).toBeUndefined();
});

test('a quest that is known from hosts only, or whose first entries cannot be read, is not shown', () => {
  const quest = questOf(4, 'open');
  expect(questView({ ...quest, record: null }, NOW)).toBeUndefined();
  expect(questView({ ...quest, record: { ...quest.record!, state: null, parked: PARKED } }, NOW)).toBeUndefined();
});

test('P4: a parked quest says so', () => {
  const quest = questOf(4, 'open');
  expect(questView({ ...quest, record: { ...quest.record!, parked: PARKED } }, NOW)).toMatchObject({ parked: PARKED });
});

test.each([
  ['open', BEFORE, true],
  ['open', NOW, false],
  ['open', AFTER, false],
  ['open', null, false],
  ['embarking', BEFORE, true],
  [null, BEFORE, true],
  ['completed', BEFORE, false],
  ['abandoned', BEFORE, false],
  ['empty', BEFORE, false],
] as const)('rule 22: %s with target %s at 08:09 is overdue: %s', (phase, target, overdue) => {
  expect(questView(questOf(4, phase, { target }), NOW)).toMatchObject({ target, overdue });
});

test.each([
  [3, 1, 66.6],
  [3, 2, 33.3],
  [3, 3, 0],
  [3, 0, 100],
  [1000, 1, 99.9],
  [100_000, 1, 99.9],
  [2001, 2000, 0],
  [0, 0, null],
])('rule 21: of %d labors %d are open: %d percent', (labors, open, percent) => {
  expect(percentOf(labors - open, labors)).toBe(percent);
});

test('rule 21: percent is exact to one decimal, rounded down, and 100 only when nothing is open', () => {
  const counts = fc
    .integer({ min: 1, max: 10_000_000 })
    .chain((labors) => fc.record({ labors: fc.constant(labors), open: fc.integer({ min: 0, max: labors }) }));
  fc.assert(
    fc.property(counts, ({ labors, open }) => {
      const percent = percentOf(labors - open, labors)!;
      const tenths = (BigInt(labors - open) * 1000n) / BigInt(labors);
      expect(percent.toFixed(1)).toBe(`${tenths / 10n}.${tenths % 10n}`);
      expect(String(percent).length).toBeLessThanOrEqual(5);
      expect(percent === 100).toBe(open === 0);
    }),
  );
});

test('rule 21: percentDone is the share of chains that are completed, those that were waived apart', () => {
  const done = (tally: Partial<typeof TALLY>) =>
    questView(questOf(4, 'open', {}, { ...TALLY, ...tally }), NOW)?.percentDone;
  expect(done({ chains: 4, completed: 2, waived: 1 })).toBe(66.6);
  expect(done({ chains: 2, completed: 0, waived: 1 })).toBe(0);
  expect(done({ chains: 2, completed: 0, waived: 2 })).toBeNull();
});
