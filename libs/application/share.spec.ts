/** One holder leaves a quarter to the others, and what is given back is there again. */
import { mostOfOne, Share } from './share.js';

test('one holder gets at most three quarters, others the rest, all together the total', () => {
  const share = new Share(8);
  const takes = (holder: string): number => {
    let count = 0;
    while (share.take(holder)) count += 1;
    return count;
  };
  expect([takes('a'), takes('b'), takes('c')]).toEqual([6, 2, 0]);
  share.give('a');
  expect([takes('c'), takes('a'), share.size]).toEqual([1, 0, 8]);
});

test('several at once are taken all or none', () => {
  const share = new Share(10, 6);
  expect([share.take('a', 7), share.take('a', 4), share.take('a', 3), share.take('a', 2)]).toEqual([
    false,
    true,
    false,
    true,
  ]);
  expect([share.take('b', 5), share.take('b', 4)]).toEqual([false, true]);
  share.give('a', 6);
  expect(share.size).toBe(4);
});

test('there is one place for a single holder, however few there are', () => {
  expect([1, 2, 3, 16].map(mostOfOne)).toEqual([1, 1, 2, 12]);
});

test('giving back what was not taken is a defect', () => {
  const share = new Share(4);
  expect(() => {
    share.give('a');
  }).toThrow(RangeError);
});
