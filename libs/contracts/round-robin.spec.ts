/** Turns by holder: one item of each, in the order in which their first ones came. */
import { RoundRobin } from './round-robin.js';

function taken(queue: RoundRobin<string>): readonly string[] {
  const items: string[] = [];
  for (let item = queue.take(); item !== undefined; item = queue.take()) items.push(item);
  return items;
}

test('one item of each holder in turn, its own in the order in which they came', () => {
  const queue = new RoundRobin<string>();
  for (const nth of [1, 2, 3]) queue.add('a', `a${nth}`);
  queue.add('b', 'b1');
  queue.add('c', 'c1');
  queue.add('b', 'b2');
  expect(queue.size).toBe(6);
  expect(queue.sizeOf('a')).toBe(3);
  expect(taken(queue)).toEqual(['a1', 'b1', 'c1', 'a2', 'b2', 'a3']);
  expect([queue.size, queue.sizeOf('a')]).toEqual([0, 0]);
});

test('one that comes meanwhile has its turn before the second turn of those that wait', () => {
  const queue = new RoundRobin<string>();
  for (const nth of [1, 2, 3]) queue.add('a', `a${nth}`);
  expect(queue.take()).toBe('a1');
  queue.add('b', 'b1');
  expect(taken(queue)).toEqual(['a2', 'b1', 'a3']);
});

test('the next one is seen before it is taken, and one that is taken out has no turn', () => {
  const queue = new RoundRobin<string>();
  expect(queue.next).toBeUndefined();
  queue.add('a', 'a1');
  queue.add('b', 'b1');
  expect(queue.next).toBe('a1');
  expect(queue.next).toBe('a1');
  expect(queue.remove('a', 'a1')).toBe(true);
  expect(queue.remove('a', 'a1')).toBe(false);
  expect(queue.next).toBe('b1');
  expect(taken(queue)).toEqual(['b1']);
});
