/** Whose a version of a host is, by the marks of its writers. */
import { isOurs } from './host-writes.js';

const stored = (version: number, ...marks: readonly string[]) => ({ version, marks });

test('the newest version is his whose mark comes last', () => {
  expect(isOurs(stored(3, 'a', 'b', 'mine'), 3, 'mine')).toBe(true);
  expect(isOurs(stored(3, 'a', 'mine', 'b'), 3, 'mine')).toBe(false);
});

test('a version that others have replaced is recognised by the mark at its place', () => {
  expect(isOurs(stored(5, 'a', 'mine', 'b', 'c'), 3, 'mine')).toBe(true);
  expect(isOurs(stored(5, 'a', 'b', 'mine', 'c'), 3, 'mine')).toBe(false);
  expect(isOurs(stored(5, 'a', 'b', 'c', 'mine'), 3, 'mine')).toBe(false);
});

test('what was not stored, is not there, or was too long ago is not ours', () => {
  expect(isOurs(undefined, 1, 'mine')).toBe(false);
  expect(isOurs(stored(2, 'a', 'mine'), 3, 'mine')).toBe(false);
  expect(isOurs(stored(9, 'f', 'g', 'h', 'mine'), 3, 'mine')).toBe(false);
});
