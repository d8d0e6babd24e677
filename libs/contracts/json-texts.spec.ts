/** A value's JSON in texts is the same JSON, and no text of a long list is all of it. */
import fc from 'fast-check';
import { jsonTexts } from './json-texts.js';

const joined = (value: unknown, textLength?: number): string | undefined => {
  const texts = [...jsonTexts(value, textLength)];
  return texts.length === 0 ? undefined : texts.join('');
};

test('the texts of a value are its JSON', () => {
  const leaf = fc.oneof(
    fc.jsonValue(),
    fc.constantFrom(undefined, NaN, -0, new Date(0), Symbol('s'), () => 1, new Map([[1, 2]])),
  );
  const list = fc.array(leaf, { maxLength: 60 });
  const value = fc.oneof(leaf, list, fc.dictionary(fc.string(), fc.oneof(leaf, list)));
  fc.assert(
    fc.property(value, fc.integer({ min: 1, max: 200 }), (each, textLength) => {
      expect(joined(each, textLength)).toBe(JSON.stringify(each));
    }),
  );
});

test.each([
  ['a list', Array.from({ length: 10_000 }, (_, nth) => ({ nth }))],
  ['lists as fields', { a: Array<string>(10_000).fill('a'), b: null, c: Array<string>(10_000).fill('ü"') }],
  ['large items', { items: Array<string>(100).fill('x'.repeat(30_000)) }],
])('%s: each text is a small part', (_, value) => {
  const whole = JSON.stringify(value);
  const texts = [...jsonTexts(value, 1000)];
  expect(texts.join('')).toBe(whole);
  expect(Math.max(...texts.map(({ length }) => length))).toBeLessThan(whole.length / 5);
});

test('what says itself what its JSON is, is asked', () => {
  const list = Object.assign(
    Array.from({ length: 100 }, (_, nth) => nth),
    { toJSON: () => 'a list' },
  );
  for (const value of [list, { list }, { toJSON: () => 'an object', a: 1 }])
    expect(joined(value)).toBe(JSON.stringify(value));
});
