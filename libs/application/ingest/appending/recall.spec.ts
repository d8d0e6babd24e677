/** What is kept of streams' older events: as many as asked for, in so many bytes. */
import { keyedEventUuid } from '#contracts';
import type { HostName } from '#domain';
import { Recall, Recalls } from './recall.js';

const id = (nth: number) => keyedEventUuid('a' as HostName, `k${nth}`);

function recallOf(width: number, count: number): Recall {
  const recall = new Recall(width, count - 1);
  for (let nth = 0; nth < count; nth += 1) recall.add(id(nth));
  return recall;
}

/** Which of the first so many are known, as the first and the last one of them. */
function known(recall: Recall, count: number): readonly number[] {
  const found = Array.from({ length: count }, (_, nth) => nth).filter((nth) => recall.has(id(nth)));
  expect(found).toEqual(found.map((_, index) => (found[0] ?? 0) + index));
  return found.length === 0 ? [] : [found[0] ?? 0, found.at(-1) ?? 0];
}

test.each([
  [100, 0, []],
  [100, 1, [0, 0]],
  [100, 99, [0, 98]],
  [100, 100, [0, 99]],
  [100, 101, [1, 100]],
  [100, 1000, [900, 999]],
  [7, 20, [13, 19]],
])('of a width of %i, after %i events, the newest are known', (width, count, expected) => {
  expect(known(recallOf(width, count), count)).toEqual(expected);
});

test('what was filled from its newest event on goes on as if it had been filled from its oldest', () => {
  const filled = new Recall(50, 39);
  for (let nth = 39; nth >= 0; nth -= 1) filled.add(id(nth));
  const recall = filled.reversed();
  expect(recall.upTo).toBe(39);
  for (let nth = 40; nth < 60; nth += 1) recall.add(id(nth));
  expect(known(recall, 60)).toEqual([10, 59]);
});

test('those used last are kept, within so many bytes', () => {
  const one = recallOf(1000, 1000);
  const recalls = new Recalls(2 * one.bytes);
  for (const stream of ['a', 'b']) recalls.put(stream, recallOf(1000, 1000));
  const a = recalls.take('a');
  expect(a).toBeDefined();
  recalls.put('a', a!);
  recalls.put('c', one);
  expect(recalls.take('b')).toBeUndefined();
  expect(recalls.take('a')).toBe(a);
  expect(recalls.take('a')).toBeUndefined();
  recalls.put('d', recallOf(1000, 1000));
  expect(recalls.take('c')).toBe(one);
});
