/** Turns of holders: one after the other, each one's items in the order in which they came. */
import { FairQueue } from './fair-queue.js';

function queueOf(...items: readonly string[]): FairQueue<string> {
  const queue = new FairQueue<string>();
  for (const item of items) queue.put(item.slice(0, 1), item);
  return queue;
}

function taken(queue: FairQueue<string>): readonly string[] {
  const items: string[] = [];
  for (let item = queue.take(); item !== undefined; item = queue.take()) items.push(item);
  return items;
}

test('one item of each holder in turn, its own in the order in which they came', () => {
  const queue = queueOf('a1', 'a2', 'a3', 'b1', 'c1', 'b2');
  expect([queue.size, queue.holders, queue.sizeOf('a'), queue.sizeOf('d')]).toEqual([6, 3, 3, 0]);
  expect(taken(queue)).toEqual(['a1', 'b1', 'c1', 'a2', 'b2', 'a3']);
  expect([queue.size, queue.holders, queue.sizeOf('a')]).toEqual([0, 0, 0]);
});

test('who comes later has a turn before the second turn of others', () => {
  const queue = queueOf('a1', 'a2', 'a3');
  expect(queue.take()).toBe('a1');
  queue.put('b', 'b1');
  expect(taken(queue)).toEqual(['a2', 'b1', 'a3']);
});

test('the next one is seen before it is taken, and what is taken out has no turn', () => {
  const queue = queueOf('a1', 'b1');
  expect([queue.next, queue.next]).toEqual([
    { holder: 'a', item: 'a1' },
    { holder: 'a', item: 'a1' },
  ]);
  expect([queue.remove('a', 'a1'), queue.remove('a', 'a1')]).toEqual([true, false]);
  expect(taken(queue)).toEqual(['b1']);
  expect(queue.next).toBeUndefined();
});

test('a turn of more than one item ends when it is passed on; an item is there once', () => {
  const queue = queueOf('a1', 'a2', 'b1');
  queue.put('a', 'a1');
  expect(queue.size).toBe(3);
  queue.pass('a');
  queue.pass('nobody');
  expect(taken(queue)).toEqual(['b1', 'a1', 'a2']);
});
