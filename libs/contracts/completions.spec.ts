/** When a quest was completed: the gaps of what was open, in whatever order its labors come. */
import fc from 'fast-check';
import type { Instant, QuestId } from '#domain';
import { closedLabor, instantAt, laborDoc, pastLabor, positionAt } from '#testing';
import { CompletionSum, MAX_COMPLETIONS, type Completion } from './completions.js';
import type { QuestChange, Staying } from './documents/index.js';

const QUEST = 5 as QuestId;

const moment = (n: number) => ({ position: positionAt(n), recordedAt: instantAt(n) });
const labor = (from: number, to: number | null): Staying => ({
  ...{ quest: QUEST, past: null, opened: moment(from), closed: to === null ? null : moment(to) },
});
const entry = (n: number, change: QuestChange) => ({ position: positionAt(n), change });
const accepted = (n: number, batch = 'a') => entry(n, { kind: 'hostsAccepted', batch, hosts: 3 });
const embarked = (n: number, batch = 'a') => entry(n, { kind: 'hostsEmbarked', batch });

function found(
  labors: readonly Staying[],
  entries: readonly ReturnType<typeof entry>[] = [],
  upTo = 1_000_000,
): readonly (readonly [number, number | null])[] {
  const sum = new CompletionSum({ quest: QUEST, upTo: positionAt(upTo) });
  for (const each of entries) sum.entry(each);
  for (const each of labors) sum.labor(each);
  return sum.result().map(numbered);
}

function numbered({ completed, reopened }: Completion): readonly [number, number | null] {
  const numberOf = (of: { readonly position: bigint; readonly recordedAt: Instant }) => {
    const n = Number((of.position - positionAt(0)) / 13n);
    expect(of.recordedAt).toBe(instantAt(n));
    return n;
  };
  return [numberOf(completed), reopened && numberOf(reopened)];
}

test('rule 20: completed by the entry after which none was open, and reopened by the first that opens or joins', () => {
  expect(found([])).toEqual([]);
  expect(found([labor(1, 5), labor(2, null)])).toEqual([]);
  expect(found([labor(1, 5), labor(2, 9)])).toEqual([[9, null]]);
  // the follow-up opens with the close
  expect(found([labor(1, 5), labor(5, 9), labor(20, 30), labor(25, null)])).toEqual([[9, 20]]);
  expect(found([labor(20, 30), labor(1, 5)])).toEqual([
    [5, 20],
    [30, null],
  ]);
});

test('rules 14 and 15: reopening and adopting reopen it, and a labor that leaves may complete it', () => {
  expect(found([pastLabor()])).toEqual([
    [10, 20],
    [30, null],
  ]);
  expect(found([closedLabor(laborDoc({ n: 1, quest: QUEST }), 4), pastLabor()])).toEqual([
    [10, 20],
    [30, null],
  ]);
});

test('rule 19: while hosts are still to get their event nothing is completed, and then by the last that was open', () => {
  expect(found([labor(2, 3), labor(5, 6)], [accepted(1), embarked(8)])).toEqual([[6, null]]);
  expect(found([labor(2, 3)], [accepted(1)])).toEqual([]);
  // of hosts that were added later, and of such without a labor
  const later = [accepted(1), embarked(4), accepted(10, 'b'), embarked(20, 'b')];
  expect(found([labor(2, 5)], later)).toEqual([[5, null]]);
  expect(found([labor(2, 5), labor(12, 13), labor(15, 16)], later)).toEqual([
    [5, 12],
    [16, null],
  ]);
});

test('rule 22: an abandoned quest is completed no more', () => {
  const abandoned = entry(10, { kind: 'abandoned', reason: 'x' });
  expect(found([labor(2, 12)], [abandoned])).toEqual([]);
  expect(found([labor(2, 5)], [abandoned])).toEqual([[5, null]]);
});

test('what later entries did is left out', () => {
  expect(found([labor(1, 5), labor(9, 12)], [], 8)).toEqual([[5, null]]);
  expect(found([labor(1, 5), labor(9, 12)], [], 4)).toEqual([]);
});

test('in whatever order they come: as counted after each entry', () => {
  const span = fc.tuple(fc.nat({ max: 60 }), fc.option(fc.integer({ min: 1, max: 12 })));
  fc.assert(
    fc.property(fc.array(span, { maxLength: 25 }), (spans) => {
      const labors = spans.map(([from, length]) => labor(from, length === null ? null : from + length));
      const openAfter = (n: number) =>
        spans.filter(([from, length]) => from <= n && (length === null || n < from + length)).length;
      const expected: [number, number | null][] = [];
      for (let n = 1; n <= 80; n += 1) {
        if (openAfter(n) === 0 && openAfter(n - 1) > 0) expected.push([n, null]);
        const last = expected.at(-1);
        if (openAfter(n) > 0 && openAfter(n - 1) === 0 && last) last[1] = n;
      }
      expect(found(labors)).toEqual(expected);
    }),
  );
});

test('of very many the newest are shown', () => {
  const labors = Array.from({ length: 50_000 }, (_, n) => labor(3 * n, 3 * n + 1));
  const [first] = found(labors, [], 10_000_000).slice(-MAX_COMPLETIONS);
  expect([first, found(labors, [], 10_000_000).length]).toEqual([[3 * 49_000 + 1, 3 * 49_001], MAX_COMPLETIONS]);
});
