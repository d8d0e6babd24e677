/** F5: which of the last messages show whose they are. */
import { positionOf, type Uuid } from '#contracts';
import type { TickMessage } from '#ports';
import { NewestMessages } from './newest.js';

const [OURS, THEIRS] = [crypto.randomUUID(), crypto.randomUUID()];

function tick(journal: Uuid, partition: number, at: bigint): TickMessage {
  const position = positionOf(at);
  return { kind: 'tick', partition, journal, previous: position, position, entryId: crypto.randomUUID(), number: 1 };
}

test('F5: of each partition the one of the greatest position, whatever is repeated behind it', () => {
  const newest = new NewestMessages();
  const [first, last, other] = [tick(OURS, 0, 5n), tick(OURS, 0, 9n), tick(OURS, 1, 7n)];
  for (const message of [first, last, first, other]) newest.take(message.partition, message);
  expect(newest.messages).toEqual([last, other]);
});

test('F5: a greater position of one journal hides no message of another', () => {
  const newest = new NewestMessages();
  const [ours, theirs] = [tick(OURS, 0, 1_000_000n), tick(THEIRS, 0, 500n)];
  for (const message of [theirs, ours, tick(THEIRS, 0, 400n)]) newest.take(0, message);
  expect(newest.messages).toEqual([theirs, ours]);
});

test('F5: a partition is unreadable where none of its messages can be read', () => {
  const newest = new NewestMessages();
  newest.take(0, null);
  newest.take(1, null);
  newest.take(1, tick(OURS, 1, 5n));
  newest.take(1, null);
  expect(newest.unreadable).toEqual([0]);
  expect(newest.messages).toHaveLength(1);
});
