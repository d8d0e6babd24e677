/** Schemas are what JSON Schema says, and their checks follow them through every function that makes one of another. */
import type { JsonSchema } from './json-schema.js';
import {
  checkOf,
  component,
  count,
  described,
  eitherOf,
  fields,
  flag,
  listOf,
  nullable,
  oneOf,
  text,
  typed,
  yes,
  type Infer,
} from './schema.js';
import { line } from './texts.js';

test("an object's fields are required unless their name ends in a question mark; no others are taken", () => {
  expect(fields({ 'by?': described(line(5), 'who'), size: typed({ type: 'integer' }) })).toEqual({
    type: 'object',
    properties: {
      by: { description: 'who', anyOf: [expect.objectContaining({ type: 'string', maxLength: 5 })] },
      size: { type: 'integer' },
    },
    required: ['size'],
    additionalProperties: false,
  });
  expect(fields({ 'by?': flag }).required).toEqual([]);
});

/** True where each of two types takes the other's values. */
type Same<A, B> = [A] extends [B] ? ([B] extends [A] ? true : false) : false;

test('the type of a body is that of its fields: optional, null, one of some words, lists', () => {
  const body = fields({
    name: text,
    'size?': nullable(count),
    tags: listOf(oneOf('a', 'b')),
    late: eitherOf(yes, text),
  });
  type Expected = {
    readonly name: string;
    readonly size?: number | null;
    readonly tags: readonly ('a' | 'b')[];
    readonly late: true | string;
  };
  // what does not hold does not compile
  const isSame: Same<Infer<typeof body>, Expected> = true;
  expect([isSame, body.required]).toEqual([true, ['name', 'tags', 'late']]);
});

test.each<[JsonSchema, JsonSchema]>([
  [
    { type: 'string', maxLength: 5 },
    { type: ['string', 'null'], maxLength: 5 },
  ],
  [{ enum: ['a'] }, { anyOf: [{ enum: ['a'] }, { type: 'null' }] }],
  [{ type: 'string', enum: ['a'] }, { anyOf: [{ type: 'string', enum: ['a'] }, { type: 'null' }] }],
])('%j or null', (schema, expected) => {
  expect(nullable(typed(schema))).toEqual(expected);
});

test('a schema with a name is not copied: or null, it stands beside null', () => {
  const named = component('Named', typed({ type: 'string' }));
  expect(nullable(named).anyOf?.[0]).toBe(named);
});

test('null and words of its own leave the check of a schema as it is', () => {
  const check = checkOf(described(nullable(flag), 'whether'));
  expect([true, null].map((value) => check?.(value))).toEqual([undefined, undefined]);
  expect(check?.(7)).toBe('is 7: give true or false');
  expect(checkOf(described(flag, 'whether'))?.(null)).toBe('is null: give true or false');
  expect(checkOf(oneOf('open', 'absorb'))?.(undefined)).toBe('is missing: give open or absorb');
});

test('a schema without a check gets none by being nullable or described', () => {
  expect([checkOf(nullable(text)), checkOf(described(text, 'x')), checkOf(nullable(described(text, 'x')))]).toEqual([
    undefined,
    undefined,
    undefined,
  ]);
});
