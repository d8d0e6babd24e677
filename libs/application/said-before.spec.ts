/** What is logged of things that are looked at again and again. */
import { SaidBefore } from './said-before.js';

test('the same is said of a thing once, and again where something else was said, or nothing, meanwhile', () => {
  const said = new SaidBefore();
  const look = (texts: Readonly<Record<string, string>>, isWhole = true): readonly string[] => {
    const news = Object.entries(texts).filter(([thing, text]) => !said.isRepeat(thing, text));
    said.looked(isWhole);
    return news.map(([thing]) => thing);
  };
  expect(look({ a: 'x', b: 'x' })).toEqual(['a', 'b']);
  expect(look({ a: 'x', b: 'y' })).toEqual(['b']);
  expect(look({ b: 'y' })).toEqual([]);
  expect(look({ a: 'x', b: 'y' })).toEqual(['a']);
  // a look that did not come to everything forgets nothing
  expect(look({ b: 'z' }, false)).toEqual(['b']);
  expect(look({ a: 'x', b: 'z' })).toEqual([]);
});

test('of things without number not all are remembered', () => {
  const said = new SaidBefore();
  for (let n = 0; n < 20_000; n += 1) said.isRepeat(String(n), 'x');
  said.looked(true);
  expect([said.isRepeat('0', 'x'), said.isRepeat('19999', 'x')]).toEqual([true, false]);
});
