/** If-None-Match (RFC 9110, 13.1.2). Its effect over HTTP is tested where things are read. */
import { isAmong } from './entity-tag.js';

test.each([
  [undefined, false],
  ['', false],
  ['"a"', true],
  ['W/"a"', true],
  ['"b", "a"', true],
  ['"b",W/"a" , "c"', true],
  ['"b", "c"', false],
  ['*', true],
  [' * ', true],
  ['"*"', false],
  ['a', false],
  ['"A"', false],
  ['"b, "a"', false],
])('If-None-Match: %s names "a": %s', (header, among) => {
  expect(isAmong(header, '"a"')).toBe(among);
});
