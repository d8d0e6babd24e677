/** Which encoding an answer leaves in, and which bodies are taken. */
import { chooseEncoding, encodingOf } from './encodings.js';

test.each([
  [undefined, null],
  ['', null],
  ['identity', null],
  ['gzip', 'gzip'],
  ['x-gzip', 'gzip'],
  ['GZIP;q=1.0', 'gzip'],
  ['deflate, br', 'br'],
  ['gzip, deflate, br, zstd', 'gzip'],
  ['gzip;q=0.5, br;q=0.8', 'br'],
  ['gzip;q=0', null],
  ['gzip;q=x', null],
  ['gzip;q=7', null],
  ['*', 'gzip'],
  ['gzip;q=0, *', 'br'],
  ['*;q=0', null],
  ['identity, gzip;q=0.5', null],
  ['identity;q=0.5, gzip;q=0.5', 'gzip'],
  ['zstd', null],
  [',;q=1,,', null],
])('Accept-Encoding %j is answered in %j', (accept, expected) => {
  expect(chooseEncoding(accept)).toBe(expected);
});

test.each([
  [undefined, null],
  ['identity', null],
  [' GZip ', 'gzip'],
  ['x-gzip', 'gzip'],
  ['deflate', 'deflate'],
  ['br', 'br'],
  ['zstd', undefined],
  ['gzip, br', undefined],
  ['gzip, gzip', undefined],
])('Content-Encoding %j is read as %j', (header, expected) => {
  expect(encodingOf(header)).toBe(expected);
});
