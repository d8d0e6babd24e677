/** Holders one after the other, each with its own order. */
import { HolderTurns } from './holder-turns.js';

/** Takes the first of the first holder, as often as there is one. */
function taken(turns: HolderTurns<string>): string[] {
  const order: string[] = [];
  for (;;) {
    const [first] = turns.inTurn();
    if (first === undefined) return order;
    const [holder, [thing]] = first;
    turns.delete(holder, thing!);
    turns.pass(holder);
    order.push(thing!);
  }
}

test('each holder has one turn after one of each other, and its things stay in order', () => {
  const turns = new HolderTurns<string>();
  for (const thing of ['a1', 'a2', 'a3', 'a4']) turns.add('a', thing);
  for (const thing of ['b1', 'b2']) turns.add('b', thing);
  turns.add('c', 'c1');
  expect(turns.holders).toBe(3);
  expect(taken(turns)).toEqual(['a1', 'b1', 'c1', 'a2', 'b2', 'a3', 'a4']);
  expect(turns.holders).toBe(0);
});
