/** Which encoding an answer leaves in, which bodies are taken, and what it takes to decode them. */
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { chooseEncoding, encodingOf, windowBytes } from './encodings.js';

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

test.each([10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24])(
  'the window of brotli of %i bits is known by the first byte',
  (bits) => {
    const [first = 0] = brotliCompressSync('text', { params: { [constants.BROTLI_PARAM_LGWIN]: bits } });
    expect(windowBytes('br', first) - windowBytes('br', 0)).toBe(2 ** bits - 2 ** 16);
  },
);

test('no first byte of brotli asks for more than 19 MiB, and gzip asks for nothing', () => {
  const asked = Array.from({ length: 256 }, (_, first) => windowBytes('br', first));
  expect(Math.max(...asked)).toBe(19 * 1_048_576);
  expect(windowBytes('gzip', gzipSync('text')[0] ?? 0)).toBe(0);
});
