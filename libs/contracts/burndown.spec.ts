/** The sum of stays by bucket: exact whatever the order of the labors, and bounded whatever the span. */
import fc from 'fast-check';
import type { Instant, QuestId, TypeName } from '#domain';
import { positionAt } from '#testing';
import { BUCKETS_MS, BurndownSum, MAX_BUCKETS, type BurndownLabor, type BurndownQuestion } from './burndown.js';

const QUEST = 5 as QuestId;
const TYPES = ['b', 'a'] as TypeName[];
const BEGINNING_MS = Date.UTC(2024, 0, 1);
const DAY_MS = BUCKETS_MS.day;

/** Opened in the quest and closed after this many milliseconds; the places follow the times. */
function labor(openedMs: number, closedMs: number | null, type = TYPES[0]!): BurndownLabor {
  const moment = (ms: number) => ({
    position: positionAt(1 + Math.max(0, Math.floor(ms / 1000))),
    recordedAt: new Date(BEGINNING_MS + ms).toISOString() as Instant,
  });
  return {
    type,
    quest: QUEST,
    opened: moment(openedMs),
    closed: closedMs === null ? null : moment(closedMs),
    past: null,
  };
}

const ALL = positionAt(1e12);

function sumOf(labors: readonly BurndownLabor[], question: Partial<BurndownQuestion> = {}) {
  const sum = new BurndownSum({ quest: QUEST, upTo: ALL, bucket: null, ...question });
  for (const each of labors) sum.add(each);
  return sum.result();
}

const at = (ms: number) => new Date(BEGINNING_MS + ms).toISOString();

test('what opens and closes in a bucket is no change of it; no labor has no span', () => {
  expect(sumOf([])).toEqual({ bucket: 'minute', span: null, before: [], changes: [], forgetful: 0 });
  const labors = [labor(0, 59_999), labor(10, 60_000, TYPES[1]), labor(61_000, null), labor(62_000, 179_999)];
  expect(sumOf(labors)).toMatchObject({
    ...{ bucket: 'minute', before: [], span: { first: at(0), last: at(120_000) } },
    changes: [
      { from: at(0), type: 'a', change: 1 },
      { from: at(60_000), type: 'a', change: -1 },
      { from: at(60_000), type: 'b', change: 2 },
      { from: at(120_000), type: 'b', change: -1 },
    ],
  });
});

test('what later entries did is left out, and so is what was open in other quests', () => {
  const labors = [labor(1000, 5000), labor(6000, null), { ...labor(0, null), quest: 6 as QuestId }];
  expect(sumOf(labors, { upTo: positionAt(5) }).changes).toEqual([{ from: at(0), type: 'b', change: 1 }]);
  expect(sumOf(labors).changes).toEqual([{ from: at(0), type: 'b', change: 1 }]);
  expect(sumOf(labors, { upTo: positionAt(6) })).toMatchObject({ changes: [] });
});

test('a labor that was closed by an ingest whose clock is behind is open at no time', () => {
  expect(sumOf([{ ...labor(90_000, 0) }]).changes).toEqual([]);
});

test.each([
  ['minute', 999 * 60_000, 'minute'],
  ['minute', 1000 * 60_000, 'hour'],
  ['hour', 999 * BUCKETS_MS.hour, 'hour'],
  ['hour', 1000 * BUCKETS_MS.hour, 'day'],
] as const)('the shortest bucket of which a thousand are enough: %ss, %i ms', (_, ms, expected) => {
  expect(sumOf([labor(0, ms)]).bucket).toBe(expected);
  expect(sumOf([labor(ms, null), labor(0, ms)]).bucket).toBe(expected);
});

test('of more buckets than there may be the newest are shown, and what was open before them', () => {
  const labors = [labor(0, null), labor(1, 5000 * DAY_MS), labor(2, 3000 * DAY_MS, TYPES[1])];
  const { span, before, changes } = sumOf(labors);
  expect(span).toEqual({ first: at(4001 * DAY_MS), last: at(5000 * DAY_MS) });
  expect(before).toEqual([{ type: 'b', open: 2 }]);
  expect(changes).toEqual([{ from: at(5000 * DAY_MS), type: 'b', change: -1 }]);
});

test('at the end of each bucket as many are open as were opened by then and not closed, in whatever order they come', () => {
  const time = fc.oneof(fc.nat({ max: 10 * 60_000 }), fc.nat({ max: 40 * DAY_MS }), fc.nat({ max: 3000 * DAY_MS }));
  const labors = fc.array(
    fc
      .record({ openedMs: time, openMs: fc.option(time), type: fc.constantFrom(...TYPES) })
      .map(({ openedMs, openMs, type }) => labor(openedMs, openMs === null ? null : openedMs + openMs, type)),
    { minLength: 1, maxLength: 30 },
  );
  const bucket = fc.constantFrom('minute' as const, 'hour' as const, 'day' as const, null);
  fc.assert(
    fc.property(labors, bucket, (all, asked) => {
      const { bucket: length, span, before, changes } = sumOf(all, { bucket: asked });
      const lengthMs = BUCKETS_MS[length];
      const [firstMs, lastMs] = [Date.parse(span!.first), Date.parse(span!.last)];
      expect((lastMs - firstMs) / lengthMs).toBeLessThan(MAX_BUCKETS);
      for (const endMs of [firstMs, ...changes.map(({ from }) => Date.parse(from) + lengthMs), lastMs + lengthMs]) {
        for (const type of TYPES) {
          const open = all.filter((each) => {
            const isOpened = Date.parse(each.opened.recordedAt) < endMs;
            return each.type === type && isOpened && !(each.closed && Date.parse(each.closed.recordedAt) < endMs);
          }).length;
          const known = before.find((each) => each.type === type)?.open ?? 0;
          const changed = changes.filter(({ from, type: its }) => its === type && Date.parse(from) < endMs);
          expect(known + changed.reduce((sum, { change }) => sum + change, 0)).toBe(open);
        }
      }
    }),
  );
});
