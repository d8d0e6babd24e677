/** P6: when a quest's numbers may not be final. */
import { parseQuestId } from '#domain';
import {
  isDirty,
  NO_HOSTS_COUNTED,
  NO_TALLY,
  type QuestDocument,
  type QuestRecord,
  type Recount,
} from './documents/index.js';
import { positionOf, START } from './position.js';

const label = positionOf((1n << 53n) + 10n);
const recount: Recount = {
  ...{ tally: NO_TALLY, hosts: NO_HOSTS_COUNTED, phase: 'open', completed: null },
  ...{ label, mark: label, touches: 3, version: 1 },
};
const quest = parseQuestId(7)!;
const clean: QuestDocument = { quest, record: null, recount, mark: label, touches: 3 };
const record: QuestRecord = { quest, state: null, revision: 0, position: label, parked: null };

test('P6: clean while nothing moved beyond the label', () => {
  expect(isDirty(clean)).toBe(false);
  expect(isDirty({ ...clean, record })).toBe(false);
  expect(isDirty({ ...clean, mark: START })).toBe(false);
});

test('P6: dirty before the first recount', () => {
  expect(isDirty({ ...clean, recount: null, mark: START, touches: 0 })).toBe(true);
});

test('P6: dirty while the mark is beyond the label, by one beyond 2^53 too', () => {
  expect(isDirty({ ...clean, mark: positionOf(label + 1n) })).toBe(true);
});

test('P6: dirty when the touch counter has moved, though the mark has not', () => {
  expect(isDirty({ ...clean, touches: 4 })).toBe(true);
});

test("P6: dirty while the label has not reached the quest's own last entry", () => {
  expect(isDirty({ ...clean, record: { ...record, position: positionOf(label + 1n) } })).toBe(true);
});
