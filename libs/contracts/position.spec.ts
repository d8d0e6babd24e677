/** Positions (J2): decimal text below 2^64, in one spelling only. */
import fc from 'fast-check';
import { maxPosition, minPosition, parsePosition, positionInKey, positionOf, START } from './position.js';

const LAST = (1n << 64n) - 1n;

test('J2: every position below 2^64 is read from its decimal text', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: 0n, max: LAST }), (value) => {
      expect(parsePosition(value.toString())).toBe(value);
      expect(positionOf(value)).toBe(value);
    }),
  );
  for (const value of [0n, 9n, 10n, (1n << 53n) + 1n, LAST]) expect(parsePosition(`${value}`)).toBe(value);
});

test.each([
  ['2^64', `${LAST + 1n}`],
  ['20 digits beyond it', '99999999999999999999'],
  ['21 digits', '100000000000000000000'],
  ['a leading zero', '01'],
  ['many zeros', '00'],
  ['a sign', '+1'],
  ['the place before every entry', '-1'],
  ['nothing', ''],
  ['space', ' 1'],
  ['a line end', '1\n'],
  ['a fraction', '1.0'],
  ['an exponent', '1e3'],
  ['hexadecimal', '0x1'],
  ['a suffix', '1n'],
  ['other digits', '١'],
])('J2: no position: %s', (_what, text) => {
  expect(parsePosition(text)).toBeUndefined();
});

test('a store cannot give a position that none is', () => {
  expect(positionOf(-1n)).toBe(START);
  expect(() => positionOf(-2n)).toThrow(RangeError);
  expect(() => positionOf(LAST + 1n)).toThrow(RangeError);
});

test('of two positions the greater and the lesser, beyond 2^53 too', () => {
  const [a, b] = [positionOf(1n << 53n), positionOf((1n << 53n) + 1n)];
  expect([maxPosition(a, b), maxPosition(b, a), minPosition(a, b), minPosition(b, a)]).toEqual([b, b, a, a]);
  expect(minPosition(START, positionOf(0n))).toBe(START);
});

test('a cursor that nobody made here leads somewhere, as any does', () => {
  expect(positionInKey('12')).toBe(12n);
  for (const text of [undefined, '', 'x', '-1', '1e3', '18446744073709551616']) expect(positionInKey(text)).toBe(0n);
});
