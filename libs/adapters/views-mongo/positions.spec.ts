/** Positions as text. */
import fc from 'fast-check';
import { positionOf, START, type Position } from '#contracts';
import { positionFrom, textOf } from './positions.js';

const positions = fc.oneof(
  fc.bigInt({ min: -1n, max: 2n ** 64n - 1n }),
  fc.constantFrom(-1n, 0n, 9n, 10n, 2n ** 53n, 2n ** 53n + 1n, 2n ** 63n - 1n, 2n ** 63n, 2n ** 64n - 1n),
);

test('every position comes back as it was', () => {
  fc.assert(
    fc.property(positions, (value) => {
      expect(positionFrom(textOf(positionOf(value)))).toBe(value);
    }),
  );
});

test('texts are in the order of positions, byte by byte, and START comes first', () => {
  const bytes = (position: Position) => Buffer.from(textOf(position));
  fc.assert(
    fc.property(positions, positions, (a, b) => {
      const order = a < b ? -1 : a > b ? 1 : 0;
      expect(Buffer.compare(bytes(positionOf(a)), bytes(positionOf(b)))).toBe(order);
    }),
  );
  expect(Buffer.compare(bytes(START), bytes(positionOf(0n)))).toBe(-1);
});
