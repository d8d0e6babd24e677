/** J2: positions up to 2^64 - 1 in columns that end at 2^63 - 1. */
import fc from 'fast-check';
import { DatabaseSync } from '@photostructure/sqlite';
import { positionOf, START, type Position } from '#contracts';
import { placeOf, placeOrNull, positionAt } from './positions.js';

const positions = fc.oneof(
  fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
  fc.constantFrom(0n, 2n ** 53n, 2n ** 63n - 1n, 2n ** 63n, 2n ** 64n - 1n),
);

test('J2: places sort as their positions do, in SQLite too, and come back as they were', () => {
  const database = new DatabaseSync(':memory:');
  database.exec('CREATE TABLE places (place INTEGER) STRICT');
  const insert = database.prepare('INSERT INTO places VALUES (?)');
  const sorted = database.prepare('SELECT place FROM places ORDER BY place');
  sorted.setReadBigInts(true);
  sorted.setReturnArrays(true);
  fc.assert(
    fc.property(fc.array(positions), (values) => {
      database.exec('DELETE FROM places');
      for (const value of values) insert.run(placeOf(positionOf(value)));
      const stored = (sorted.all() as [bigint][]).map(([place]): Position => positionAt(place));
      expect(stored).toEqual([...values].sort((a, b) => (a < b ? -1 : 1)));
    }),
  );
  database.close();
});

test('START has no place: NULL, where a column can hold it', () => {
  expect(placeOrNull(START)).toBeNull();
  expect(placeOrNull(positionOf(0n))).toBe(-(2n ** 63n));
  expect(() => placeOf(START)).toThrow(RangeError);
});
