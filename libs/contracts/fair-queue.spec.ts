/** Turns of holders: one after the other, each one's items in the order in which they came. */
import { FairQueue } from './fair-queue.js';

test('holders take turns, and who comes later has a turn before the second of others', () => {
  const queue = new FairQueue<string>();
  for (const item of ['a1', 'a2', 'a3']) queue.put('a', item);
  queue.put('b', 'b1');
  expect([queue.size, queue.sizeOf('a'), queue.sizeOf('b'), queue.sizeOf('c')]).toEqual([4, 3, 1, 0]);
  const taken = [queue.take(), queue.take()];
  queue.put('c', 'c1');
  for (let item = queue.take(); item !== undefined; item = queue.take()) taken.push(item);
  expect(taken).toEqual(['a1', 'b1', 'a2', 'c1', 'a3']);
  expect([queue.size, queue.sizeOf('a')]).toEqual([0, 0]);
});
