/** YAML of requests and answers: what is read and what is not, what it may cost, and that one reads what the other writes. */
import fc from 'fast-check';
import { parse } from 'yaml';
import { atOnce } from '#contracts';
import { anyText } from '../../testing/any-text.js';
import { ProblemError } from './problems/problem-error.js';
import { parseYaml } from './yaml-body.js';
import { yamlOf } from './yaml-text.js';

function read(text: string | Uint8Array): unknown {
  return atOnce(parseYaml(typeof text === 'string' ? Buffer.from(text) : text));
}
/** The problem's code and the begin of its detail. */
function refusal(text: string | Uint8Array): string {
  try {
    return `read as ${JSON.stringify(read(text))}`;
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    return `${error.problem.code}: ${error.problem.detail}`;
  }
}

const TEXT = `# what a team keeps
---
eventTypes:
  - category: disk   # comments are no part
    state: full
    description: |
      two
      lines
  # between two
  - {category: disk, state: "cleaned", restricted: true}
fates:
- creates: disk-full
  completedBy: disk-cleaned
  actors: [owner, creator]
  name: 'it''s: "x"'
  # behind the last
other: ~
...
`;

test('a file with comments, in any style, is read as the library reads it', () => {
  expect(read(TEXT)).toEqual({
    eventTypes: [
      { category: 'disk', state: 'full', description: 'two\nlines\n' },
      { category: 'disk', state: 'cleaned', restricted: true },
    ],
    fates: [{ creates: 'disk-full', completedBy: 'disk-cleaned', actors: ['owner', 'creator'], name: `it's: "x"` }],
    other: null,
  });
  expect(read(TEXT)).toEqual(parse(TEXT));
});

test.each([
  ['', undefined],
  ['# nothing\n', undefined],
  ['a: []\n', { a: [] }],
  ['a:\n-\n- 1\n', { a: [null, 1] }],
  ['a:\n- - 1\n  - b: 2\n', { a: [[1, { b: 2 }]] }],
  ['- 1\n- 2\n', [1, 2]],
  ['a:\n- 1\n# x\n- 2\n# y\nb:\n  - 3\n  -\n', { a: [1, 2], b: [3, null] }],
  ['a:\n- - 1\n  - 2\n- - 3\nb: 1\n', { a: [[1, 2], [3]], b: 1 }],
  ['{"a": [1, {"b": null}]}', { a: [1, { b: null }] }],
])('%j', (text, value) => {
  expect(read(text)).toEqual(value);
});

test.each([
  ['a: &x 1\nb: *x\n', 'an anchor is not taken'],
  ['a: *x\n', 'an alias is not taken'],
  ['a: !!js/function x\n', 'a tag is not taken'],
  ['a:\n- !x 1\n', 'line 2, column 3: a tag is not taken'],
  ['%YAML 1.2\n---\na: 1\n', 'a directive is not taken'],
  ['a: 1\n---\nb: 2\n', 'more than one document'],
  ['a: 1\na: 2\n', 'line 2'],
  ['a:\n- 1\n"a": 2\n', 'line 3'],
  ['a:\n- b: 1\n  b: 2\n', 'line 3'],
  ['a:\n- [1, 2\n', 'line'],
  ['a:\n- {b: 1 c: 2}\n', 'line 2'],
  ['a: "\\ud800"\n', 'half of a surrogate pair'],
  ['a:\n- b: "x\\udc00"\n', 'half of a surrogate pair'],
  ['? [1]\n: 2\n', 'line 1'],
  [`a: ${'['.repeat(100)}`, 'too deep'],
  [`${'- '.repeat(100)}1`, 'too deep'],
  [Array.from({ length: 101 }, (_, index) => `k${index}: 1\n`).join(''), 'more than 100 items'],
  [`a: [${'1,'.repeat(101)}]`, 'more than 100 items'],
])('refused: %j', (text, reason) => {
  expect(refusal(text)).toContain('malformed: the body is no YAML that is taken');
  expect(refusal(text)).toContain(reason);
});

test('no UTF-8 is no YAML, and no item is longer than what is put together at once', () => {
  expect(refusal(Uint8Array.of(0x61, 0xff))).toBe('malformed: the body is not UTF-8');
  expect(refusal(`a:\n- b: 1\n- ${'- '.repeat(10)}${'x'.repeat(70_000)}\n`)).toMatch(/^payload-too-large: .*line [23]/);
  expect(refusal(`a:\n${'- b: 1\n'.repeat(20_000)}`)).toMatch(/^read as/);
  expect(refusal(`a:\n${'-\n'.repeat(100_002)}`)).toMatch(/^payload-too-large: .*100000 items/);
  expect(refusal(`a:\n${`- ${'\n'.repeat(30_000)}`.repeat(17)}`)).toMatch(/^payload-too-large: .*500000 lines/);
  expect(refusal('\n'.repeat(70_000))).toMatch(/^payload-too-large: .*32768 characters/);
}, 30_000);

test.each([
  ['a list', `- [${'1,'.repeat(90)}1]\n`.repeat(200)],
  ['a list of lists', `- - ${'x'.repeat(400)}\n  - 1\n`.repeat(90)],
  ['a list in brackets', `[${`"${'x'.repeat(900)}",`.repeat(40)}]`],
  ['a map in braces', `{${Array.from({ length: 40 }, (_, nth) => `k${nth}: "${'x'.repeat(900)}"`).join()}}`],
])('a file that is %s is altogether one item', (_, text) => {
  expect(refusal(text)).toMatch(/^payload-too-large: .*32768 characters in one item from line 1 on/);
});

test('each field is put together in a step of its own', () => {
  const fields = Array.from({ length: 90 }, (_, nth) => `k${nth}: ${'x'.repeat(900)}\n`);
  expect([...parseYaml(Buffer.from(fields.join('')))].length).toBeGreaterThanOrEqual(fields.length);
});

test('the fields behind a long list are read as those before it', () => {
  const lists = {
    first: Array.from({ length: 500 }, (_, index) => ({ index, text: 'x'.repeat(9) })),
    second: [{ a: 1 }],
    third: [],
  };
  expect(read(atOnce(yamlOf(lists)))).toEqual(lists);
});

test('what is written is read as it was, by readers of YAML 1.1 too, and each item has lines of its own', () => {
  const item = fc.dictionary(fc.constantFrom('a', 'b', 'c'), fc.oneof(anyText(), fc.boolean(), fc.integer()));
  fc.assert(
    fc.property(fc.array(item), fc.array(item), (one, other) => {
      const lists = { one, other };
      const text = atOnce(yamlOf(lists));
      expect(read(text)).toEqual(lists);
      expect(parse(text, { version: '1.1' })).toEqual(lists);
    }),
    { numRuns: 300 },
  );
  expect(atOnce(yamlOf({ none: [], some: [{ a: 'yes', b: 'x: y' }, { a: 'two\nlines' }] }))).toBe(
    'none: []\nsome:\n  - a: "yes"\n    b: "x: y"\n  - a: |-\n      two\n      lines\n',
  );
}, 30_000);
