/** What a labor was at a place, from what its document keeps. Every history: `test/projection/labors-as-of.spec.ts`. */
import { MAX_NOTES } from '#domain';
import { closedLabor, instantAt as instant, laborDoc, pastLabor, positionAt as at } from '#testing';
import { hasForgottenAt, laborAsOf } from './labor-as-of.js';
import type { LaborDocument } from './labors.js';
import { MAX_PAST, NO_PAST } from './labor-past.js';

const said = (n: number) => ({ by: 'ann', principal: null, at: instant(n), note: `n${n}`, position: at(n) });
const upTo = (count: number, from = 1) => Array.from({ length: count }, (_, n) => n + from);

test('before it was opened it was not there, and from its last entry on it is what it is', () => {
  const labor = closedLabor(laborDoc({ n: 3 }), 7);
  expect(laborAsOf(labor, at(2))).toBeUndefined();
  expect(laborAsOf(labor, at(7))).toBe(labor);
  expect(laborAsOf(labor, at(6))).toEqual({ ...laborDoc({ n: 3 }), position: at(6) });
});

test('rules 13 to 15: its state, quest, acknowledgement and assignee of then', () => {
  const { past, ...rest } = pastLabor();
  const forgotten = NO_PAST.forgotten;
  const labor: LaborDocument = { ...rest, past: past && { ...past, forgotten } };
  const shown = (n: number) => {
    const was = laborAsOf(labor, at(n));
    return was && [was.state, was.quest, was.closed?.position, was.ack?.note, was.assignee, was.assignment?.note];
  };
  expect([9, 10, 19, 20, 29, 30, 40, 41, 42, 43].map((n) => [n, ...(shown(n) ?? [])])).toEqual([
    [9, 'open', 5, undefined, undefined, null, undefined],
    [10, 'waived', 5, at(10), undefined, null, undefined],
    [19, 'waived', 5, at(10), undefined, null, undefined],
    [20, 'open', 5, undefined, undefined, null, undefined],
    [29, 'open', 5, undefined, undefined, null, undefined],
    [30, 'open', 6, undefined, undefined, null, undefined],
    [40, 'open', 6, undefined, 'n40', null, undefined],
    [41, 'open', 6, undefined, 'n41', null, undefined],
    [42, 'open', 6, undefined, 'n41', 'bob', 'n42'],
    [43, 'open', 6, undefined, 'n41', null, 'n43'],
  ]);
  expect(laborAsOf(labor, at(41))?.past?.acks).toEqual(past?.acks);
  expect(laborAsOf(labor, at(9))?.past).toBeNull();
});

test('rule 6: the events that it had counted by then', () => {
  const absorbed = upTo(4).map((n) => ({ position: at(n), at: instant(n) }));
  const labor = laborDoc({ absorbed, occurrences: 5, overflow: absorbed[2]!, lastSeen: instant(4), position: at(4) });
  const was = (n: number) => laborAsOf(labor, at(n))!;
  expect([0, 2, 3].map((n) => [was(n).occurrences, was(n).lastSeen, was(n).overflow !== null])).toEqual([
    [1, instant(0), false],
    [3, instant(2), false],
    [4, instant(3), true],
  ]);
});

test('the newest notes of then', () => {
  const all = upTo(MAX_NOTES + 3).map(said);
  const past = { ...NO_PAST, notes: all.slice(0, 3) };
  const labor = laborDoc({ notes: all.slice(3), past, position: at(MAX_NOTES + 3) });
  const was = laborAsOf(labor, at(MAX_NOTES + 1))!;
  expect(was.notes).toEqual(all.slice(1, MAX_NOTES + 1));
  expect(was.past?.notes).toEqual(all.slice(0, 1));
});

test('rule 25: what was redacted later is redacted', () => {
  const { opened, ...labor } = laborDoc({ position: at(5) });
  const redacted = { ...labor, opened: { ...opened, by: null, redacted: true } };
  expect(laborAsOf(redacted, at(0))?.opened.redacted).toBe(true);
});

test('what is forgotten is said, up to the first that is kept', () => {
  const position = at(1000);
  const forgotten = (kind: keyof typeof NO_PAST.forgotten) => ({ ...NO_PAST.forgotten, [kind]: 1 });
  const kept = upTo(MAX_PAST, 20);
  const closings = kept.map((n) => ({ ...said(2 * n + 1), closed: closedLabor(laborDoc(), 2 * n, 'waived').closed! }));
  const moves = kept.map((n) => ({ ...said(n), from: null }));
  const edges: readonly (readonly [first: number, labor: LaborDocument])[] = [
    [40, laborDoc({ position, past: { ...NO_PAST, reopenings: closings, forgotten: forgotten('reopenings') } })],
    [20, laborDoc({ position, past: { ...NO_PAST, moves, forgotten: forgotten('moves') } })],
    [20, laborDoc({ position, past: { ...NO_PAST, acks: kept.map(said), forgotten: forgotten('acks') } })],
    [
      20,
      laborDoc({
        ...{ position, assignee: null },
        past: {
          ...NO_PAST,
          assignments: kept.map((n) => ({ ...said(n), to: 'bob' })),
          forgotten: forgotten('assignments'),
        },
      }),
    ],
    // ten of those kept are as many as are shown
    [29, laborDoc({ position, past: { ...NO_PAST, notes: kept.map(said), forgotten: forgotten('notes') } })],
    [20, laborDoc({ position, occurrences: 102, absorbed: kept.map((n) => ({ position: at(n), at: instant(n) })) })],
  ];
  for (const [first, labor] of edges) {
    expect([first - 1, first].map((n) => hasForgottenAt(labor, at(n)))).toEqual([true, false]);
    expect(hasForgottenAt(labor, position)).toBe(false);
  }
});
