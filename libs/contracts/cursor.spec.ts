/** Cursors: opaque, and good for the question that they come from only. */
import fc from 'fast-check';
import { laborId, type HostName } from '#domain';
import { anyText } from '../testing/any-text.js';
import { decodeCursor, encodeCursor, MAX_CURSOR_LENGTH, type CursorContext } from './cursor.js';

const context: CursorContext = { list: 'labors', sort: '-openedAt', filter: { state: ['open'], host: ['a', 'b'] } };
const key = ['2026-01-31T10:00:00.000Z', 'a~1'];

test('a key comes back as it went, for the same question', () => {
  fc.assert(
    fc.property(fc.array(anyText(), { minLength: 1, maxLength: 4 }), (parts) => {
      const text = encodeCursor(parts, context);
      expect(text).toMatch(/^[\w-]+$/);
      expect(decodeCursor(text, context)).toEqual(parts);
    }),
  );
});

test('the longest key there can be fits', () => {
  const host = 'x'.repeat(253) as HostName;
  const text = encodeCursor([host, laborId(host, Number.MAX_SAFE_INTEGER, 999_999)], context);
  expect(decodeCursor(text, context)).toBeDefined();
  expect(text.length).toBeLessThan(MAX_CURSOR_LENGTH);
});

const others: readonly (readonly [what: string, other: Partial<CursorContext>])[] = [
  ['list', { list: 'events' }],
  ['order', { sort: 'openedAt' }],
  ['filter, narrower', { filter: { state: ['open'], host: ['a'] } }],
  ['filter, wider', { filter: { state: ['open'] } }],
  ['filter, nothing', { filter: { state: ['open'], host: [] } }],
  ['filter, other value', { filter: { state: ['waived'], host: ['a', 'b'] } }],
  ['filter, other field', { filter: { type: ['open'], host: ['a', 'b'] } }],
];

test.each(others)('a cursor of another question is noticed: %s', (_what, other) => {
  const text = encodeCursor(key, context);
  expect(decodeCursor(text, context)).toEqual(key);
  expect(decodeCursor(text, { ...context, ...other })).toBeUndefined();
});

test('the same question in other words is the same', () => {
  const text = encodeCursor(key, { ...context, filter: { ...context.filter, position: 5n } });
  const filter = { position: 5n, acked: undefined, host: ['b', 'a', 'b'], state: ['open'] };
  expect(decodeCursor(text, { ...context, filter })).toEqual(key);
});

test('an empty filter field is not an absent one: nothing is not everything', () => {
  const none = encodeCursor(key, { ...context, filter: { host: [] } });
  expect(decodeCursor(none, { ...context, filter: {} })).toBeUndefined();
});

test('a cursor with any character changed, cut or added is refused', () => {
  const text = encodeCursor(key, context);
  const alphabet = 'ABab01-_=+ ~é'.split('');
  fc.assert(
    fc.property(fc.nat(text.length), fc.constantFrom(...alphabet), fc.nat(2), (at, character, cut) => {
      const changed = text.slice(0, at) + character + text.slice(at + cut);
      if (changed !== text) expect(decodeCursor(changed, context)).toBeUndefined();
    }),
    { numRuns: 1000 },
  );
});

test('texts that are no cursor are refused, whatever they are', () => {
  fc.assert(
    fc.property(fc.oneof(anyText(), fc.base64String()), (text) => {
      expect(decodeCursor(text, context)).toBeUndefined();
    }),
  );
  for (const value of ['{}', '[]', '[1]', '["a","b","c","d","e"]', 'null', '"a"', ''])
    expect(decodeCursor(Buffer.from(`${'x'.repeat(16)}${value}`).toString('base64url'), context)).toBeUndefined();
});

test('a longer text is not looked at', () => {
  const long = encodeCursor(['x'.repeat(MAX_CURSOR_LENGTH)], context);
  expect(decodeCursor(long, context)).toBeUndefined();
});
