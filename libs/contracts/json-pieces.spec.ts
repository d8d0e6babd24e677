/** JSON in pieces is the same as in one, whatever it is and wherever it is cut. */
import fc from 'fast-check';
import type { Outcome } from './errors.js';
import { MAX_COMMAS, MAX_CONTAINERS, MAX_ITEM_COMMAS } from './json-pieces.js';
import { atOnce } from './steps.js';
import { parseStrictJson, parseStrictJsonInSteps } from './strict-json.js';

const bytes = (text: string): Uint8Array => Buffer.from(text);
const inPieces = (text: string, length = 1): Outcome<unknown> =>
  atOnce(parseStrictJsonInSteps(bytes(text), 'body', length));

/** Without the place: who reads pieces may notice an error elsewhere. */
function what(outcome: Outcome<unknown>): unknown {
  return outcome.ok ? outcome : { ...outcome.problem, detail: outcome.problem.detail.replace(/ \(at.*/, '') };
}

test('any array, cut anywhere, is read as a whole is', () => {
  fc.assert(
    fc.property(
      fc.array(fc.jsonValue({ maxDepth: 4 }), { maxLength: 20 }),
      fc.constantFrom(undefined, 1, '\t'),
      fc.integer({ min: 1, max: 40 }),
      (value, space, length) => {
        const text = JSON.stringify(value, null, space);
        expect(what(inPieces(text, length))).toEqual(what(parseStrictJson(bytes(text), 'body')));
      },
    ),
  );
});

test('any object with arrays as fields, cut anywhere, is read as a whole is', () => {
  fc.assert(
    fc.property(
      fc.dictionary(
        fc.string({ unit: 'grapheme', maxLength: 6 }),
        fc.oneof(fc.array(fc.jsonValue({ maxDepth: 3 }), { maxLength: 8 }), fc.jsonValue({ maxDepth: 3 })),
        { maxKeys: 5 },
      ),
      fc.constantFrom(undefined, 1, '\t'),
      fc.integer({ min: 1, max: 40 }),
      (value, space, length) => {
        const text = JSON.stringify(value, null, space);
        expect(what(inPieces(text, length))).toEqual(what(parseStrictJson(bytes(text), 'body')));
      },
    ),
  );
});

test('any text of the signs that JSON is made of is refused, or read, as a whole is', () => {
  const sign = fc.constantFrom('[', ']', '{', '}', ',', ':', '"', '\\', ' ', '\n', '1', 'a', 'null', '""', '"a":1');
  fc.assert(
    fc.property(fc.array(sign, { maxLength: 30 }), fc.integer({ min: 1, max: 5 }), (signs, length) => {
      for (const text of [signs.join(''), `[${signs.join('')}]`, `{"b":[${signs.join('')}]}`])
        expect([text, what(inPieces(text, length))]).toEqual([text, what(parseStrictJson(bytes(text), 'body'))]);
    }),
  );
});

test.each([
  '[]',
  ' [ ] ',
  '[1,]',
  '[,1]',
  '[1,,2]',
  '[ , ]',
  '[1] 2',
  '[1][2]',
  '[1]]',
  '[{]}',
  '[[1,2',
  '["a, b", "c\\", d", "\\\\"]',
  '["\\ud800"]',
  '[1, {"__proto__": 2}]',
  '[1, 2, {"a": [0, {"constructor": 1}]}]',
  `[1, ${'['.repeat(16)}${']'.repeat(16)}]`,
  '{"a": [1, 2]}',
  '{"a": [1, 2,], "b": 1}',
  '{"a": [1, 2}, "b": [1]]',
  '{"a": [1, {"constructor": 1}, 2]}',
  '{"__proto__": [1, 2, 3]}',
  '{"a\\u0022": ["x", "y", "\\ud800"]}',
  '{"a": [1, 2], "a": 7}',
  '{"a": 7, "a": [1, 2]}',
  '{"a": [1, 2], "a": [3, 4]}',
  '{"a": [1, 2], "a": []}',
  '{"a": [], "b": [ ], "c": [1]}',
  '{"a": [1, 2], "b": {"c": [1, 2]}, "d": [[1, 2], [3, 4]]}',
  `{"a": [1, ${'['.repeat(14)}${']'.repeat(14)}]}`,
  `{"a": [1, ${'['.repeat(15)}${']'.repeat(15)}]}`,
  '',
  '7',
])('%s is the same in pieces', (text) => {
  expect(what(inPieces(text))).toEqual(what(parseStrictJson(bytes(text), 'body')));
});

/** An object of `count` members. */
const objectOf = (count: number): string =>
  `{${Array.from({ length: count }, (_, nth) => `"${nth.toString(36)}":1`).join(',')}}`;

test('one item, and what is in no list, has as many values as the largest event, and no more', () => {
  const ones = (count: number): string => `[1${',1'.repeat(count - 1)}]`;
  const most = MAX_ITEM_COMMAS + 1;
  const texts = (count: number): readonly string[] => [
    objectOf(count),
    `{"a": ${objectOf(count)}}`,
    `{"a": [1], "b": {"c": ${ones(count)}}}`,
    `[1, ${objectOf(count)}, ${objectOf(count)}]`,
    `{"a": [${ones(count)}, 1, ${ones(count)}]}`,
  ];
  for (const text of texts(most - 1)) expect(inPieces(text)).toEqual({ ok: true, value: JSON.parse(text) as unknown });
  for (const text of texts(most + 1)) {
    const detail = expect.stringContaining(`more than ${MAX_ITEM_COMMAS} values beside its lists`) as string;
    expect(inPieces(text)).toMatchObject({ problem: { code: 'payload-too-large', detail } });
  }
});

test('a text of nothing but brackets or commas is refused before it is parsed', () => {
  for (const text of [`{"a": [${'[],'.repeat(MAX_CONTAINERS)}1]}`, `{"a": [${'1,'.repeat(MAX_COMMAS + 1)}1]}`])
    expect(inPieces(text)).toMatchObject({ problem: { code: 'payload-too-large' } });
});

test('each list is a step, also where it is one piece', () => {
  const list = `[${'"abcde",'.repeat(4000)}1]`;
  const text = `{${Array.from({ length: 20 }, (_, nth) => `"${nth}":${list}`).join(',')}}`;
  const steps = parseStrictJsonInSteps(bytes(text), 'body');
  let count = 0;
  while (steps.next().done !== true) count += 1;
  // those of the cutting beside them
  expect(count).toBeGreaterThan(20 + text.length / 131_072);
});
