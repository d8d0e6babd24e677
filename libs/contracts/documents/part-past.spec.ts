/** R11: a part as of a place, from what its past keeps. */
import type { HostName, QuestId } from '#domain';
import { instantAt as instant, partDoc, positionAt as at, tallyOf } from '#testing';
import { decodePartPast, encodePartPast, MAX_PART_PAST, NO_PART_PAST, partAsOf, partPastWith } from './part-past.js';
import { expectedPart, NO_TALLY, type PartDocument, type PartPast, type Tally } from './quests.js';

/** The part after each of the tallies, of which the n-th came of entry n. */
function versions(tallies: readonly Tally[]): readonly PartDocument[] {
  const parts: PartDocument[] = [];
  for (const [n, tally] of tallies.entries()) {
    const before = parts.at(-1);
    const emptied =
      tally.open > 0 ? null : before && before.tally.open > 0 ? { position: at(n), at: instant(n) } : null;
    const part = partDoc({ tally, emptied: emptied ?? (tally.open > 0 ? null : (before?.emptied ?? null)), n });
    parts.push({ ...part, past: partPastWith(before?.past ?? NO_PART_PAST, before?.tally ?? NO_TALLY, part) });
  }
  return parts;
}

const known = (part: PartDocument | undefined) => part && { tally: part.tally, emptied: part.emptied };
const throughText = (past: PartPast) => decodePartPast(encodePartPast(past));

test('it is what it was after each of its entries, and was not there before the first', () => {
  const another = { ...tallyOf(0, 2), steps: { 'a-b': { open: 0, closed: 2 } } };
  const all = versions([tallyOf(1, 0), tallyOf(0, 1), tallyOf(2, 1), tallyOf(0, 3), another, NO_TALLY]);
  const last = { ...all.at(-1)!, past: throughText(all.at(-1)!.past) };
  expect(last.past).toEqual(all.at(-1)!.past);
  for (const [n, version] of all.entries()) {
    const { part, isExact } = partAsOf(last, at(n));
    expect([known(part), part?.position, isExact]).toEqual([known(version), at(n), true]);
  }
  expect(partAsOf(last, (at(0) - 1n) as typeof last.position)).toEqual({ part: undefined, isExact: true });
});

test('of an entry that left its numbers as they were nothing is kept', () => {
  const { past } = versions([tallyOf(1, 0), tallyOf(1, 0)]).at(-1)!;
  expect(past.changes).toHaveLength(1);
});

test('of more changes than are kept the oldest are forgotten, and that is said', () => {
  const all = versions(Array.from({ length: MAX_PART_PAST + 20 }, (_, n) => tallyOf(1 + (n % 2), n)));
  const last = { ...all.at(-1)!, past: throughText(all.at(-1)!.past) };
  expect([last.past.changes.length, last.past.forgotten]).toEqual([MAX_PART_PAST, 20]);
  expect(known(partAsOf(last, at(20)).part)).toEqual(known(all[20]));
  expect(partAsOf(last, at(20)).isExact).toBe(true);
  // as old as it is known
  expect(partAsOf(last, at(3))).toMatchObject({ part: known(all[19])!, isExact: false });
});

test('when a part was emptied may be forgotten although its numbers are known', () => {
  const tallies = Array.from({ length: MAX_PART_PAST + 2 }, (_, n) => ({ ...tallyOf(0, 1), completed: n }));
  const last = versions([tallyOf(1, 0), ...tallies]).at(-1)!;
  expect(partAsOf(last, at(10))).toMatchObject({ part: { tally: { completed: 9 }, emptied: null }, isExact: false });
});

test('P9: a part that is but expected is there from where the quest decided it', () => {
  const part = expectedPart(1 as QuestId, 'a' as HostName, at(5));
  expect(partAsOf(part, at(4))).toEqual({ part: undefined, isExact: true });
  expect(partAsOf(part, at(5))).toEqual({ part, isExact: true });
});
