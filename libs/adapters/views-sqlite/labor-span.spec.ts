/** A span never hides a labor that a filter by closing is to find, and hides most of the others. */
import fc from 'fast-check';
import { openedSinceOf, spanOf } from './labor-span.js';

const times = fc.integer({ min: -62_167_219_200_000, max: 253_402_300_799_999 });

test('whatever was closed since then lies in its span’s range', () => {
  fc.assert(
    fc.property(times, times, times, (openedAt, closedAt, since) => {
      const from = openedSinceOf(spanOf(openedAt, closedAt), since);
      expect(closedAt < since || openedAt >= from).toBe(true);
    }),
    { numRuns: 2000 },
  );
});

test('what was closed more than its own time open (and a second) before then does not', () => {
  const open = fc.integer({ min: 0, max: 1_000_000_000 });
  fc.assert(
    fc.property(open, times, (openMs, since) => {
      const closedAt = since - openMs - 1025;
      expect(closedAt - openMs >= openedSinceOf(spanOf(0, openMs), since)).toBe(false);
    }),
    { numRuns: 2000 },
  );
});
