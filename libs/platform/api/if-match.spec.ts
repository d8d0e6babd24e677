/** If-Match (RFC 9110, 13.1.1). Its effect over HTTP is tested where things are amended. */
import { ProblemError } from '../http/problems/problem-error.js';
import { tagOf } from './entity-tag.js';
import { matcherOf } from './if-match.js';

const seen = { creator: 'ann' };
const plain = tagOf(JSON.stringify(seen));
const withNumbers = tagOf(JSON.stringify({ ...seen, open: 7 }), seen);

test('a tag of a thing that is nothing but its definition, and one of a thing with numbers, begin alike', () => {
  expect(withNumbers.split('.')[0]).toBe(plain.slice(0, -1));
});

test('what is no list of tags is refused in one pass, however many blanks and commas it has', () => {
  for (const gap of [' ,', ', ', ' , ', '  ,\t'])
    expect(() => matcherOf(`"a"${gap.repeat(5000)}x`)).toThrow(ProblemError);
  expect(matcherOf(`"a"${' ,'.repeat(5000)} ${plain}`)?.(seen)).toBe(true);
});

test.each([
  ['the tag', plain, true],
  ['the tag of a thing with numbers', withNumbers, true],
  ['with other numbers', tagOf(JSON.stringify({ ...seen, open: 6 }), seen), true],
  ['among others', `"other", ${withNumbers} ,"more"`, true],
  ['with empty members', `, ${plain},,`, true],
  ['any', '*', true],
  ['any, with spaces', ' * ', true],
  ['another', '"other"', false],
  ['a weak one', `W/${plain}`, false],
  ['a weak one beside another', `W/${plain}, "other"`, false],
  ['an empty one', '""', false],
  ['of another definition', tagOf(JSON.stringify({ creator: 'bob' })), false],
  ['its first half only', plain.replace(/.{4}"$/, '"'), false],
])('%s: %s', (_what, header, matches) => {
  expect(matcherOf(header)?.(seen)).toBe(matches);
});

test('without the header nothing is demanded', () => {
  expect(matcherOf(undefined)).toBeUndefined();
});

test.each(['', 'x', plain.slice(1, -1), `${plain} "x"`, `${plain}, x`, '*, "x"', `w/${plain}`, '"a b"'])(
  'what is no tag is refused: %j',
  (header) => {
    expect(() => matcherOf(header)).toThrow(ProblemError);
  },
);
