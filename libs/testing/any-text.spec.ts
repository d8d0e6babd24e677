/** Texts of any characters are what fast-check's own are, without its table of all characters. */
import fc from 'fast-check';
import { anyText } from './any-text.js';

const sample = (arbitrary: fc.Arbitrary<string>, numRuns: number) => fc.sample(arbitrary, { numRuns, seed: 7 });

test('the same texts come of the same seed', () => {
  const constraints = { minLength: 1, maxLength: 12 };
  const own = sample(fc.string({ ...constraints, unit: 'binary' }), 2000);
  expect(sample(anyText(constraints), 2000)).toEqual(own);
});

test('characters are of all planes, on both sides of the surrogates and none of these, and names of every object come too', () => {
  const texts = sample(anyText({ maxLength: 12 }), 20_000);
  const codes = texts.flatMap((text) => Array.from(text, (character) => character.codePointAt(0)!));
  expect(new Set(codes.map((code) => code >> 16)).size).toBe(17);
  expect(codes.some((code) => code >= 0xd800 && code < 0xe000)).toBe(false);
  expect(codes.some((code) => code < 0xd800) && codes.some((code) => code >= 0xe000)).toBe(true);
  expect(texts).toContain('__proto__');
});
