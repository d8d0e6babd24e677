/** Values as the document's schemas have them: what is valid, and what is made wrong of it. */
import * as fc from 'fast-check';
import type { JsonSchema } from '#contracts';
import type { Description } from './description.js';

/** What names something must name something that is there: by the component's name, or by the field's. */
const KNOWN: Readonly<Record<string, fc.Arbitrary<unknown>>> = {
  TypeGiven: fc.constantFrom<unknown>('disk-full', 'power-cut', { category: 'disk', state: 'full' }),
  TypeName: fc.constantFrom('disk-full', 'disk-cleaned', 'power-cut'),
  QuestNumber: fc.constant(1),
  FateGiven: fc.constantFrom<unknown>(1, 'clean'),
  Instant: fc
    .date({ min: new Date('2000-01-02'), max: new Date('2025-01-01'), noInvalidDate: true })
    .map((at) => at.toISOString()),
};

const FIELDS: Readonly<Record<string, fc.Arbitrary<unknown>>> = {
  // no schema can say its grammar
  hostQuery: fc.constantFrom(
    'role = web',
    'open',
    'not retired or name ~ h*',
    '"a \\" b" in ("ü") and open(disk-full)',
  ),
  target: fc
    .date({ min: new Date('2100-01-01'), max: new Date('2200-01-01'), noInvalidDate: true })
    .map((at) => at.toISOString()),
  url: fc.webUrl({ withQueryParameters: true }),
  labors: fc.array(
    fc.nat(39).map((host) => `h${host}~${host % 2}`),
    { minLength: 1, maxLength: 5 },
  ),
  source: fc.constantFrom('/agent', 'https://example.com/a?b=c%20d', 'urn:uuid:6e8bc430-9c3a-11d9-9669-0800200c9a66'),
  datacontenttype: fc.constantFrom<unknown>('application/json', 'text/json; charset=utf-8', null),
  // a number cannot name a fate
  name: fc.string({ minLength: 1, maxLength: 30 }).map((text) => `f${text.replace(/[\p{Cc}\p{Cs}]/gu, '')}`),
  // whom one follows depends on what both do
  follows: fc.constant(undefined),
  intermediate: fc.constant(false),
  // is of an answer
  cursor: fc.constant(undefined),
};

/** A value that `schema` takes. `field`: what it is the value of. */
export function valid(description: Description, given: JsonSchema, field = ''): fc.Arbitrary<unknown> {
  const { schema, name } = description.resolve(given);
  const known = FIELDS[field] ?? KNOWN[name ?? ''];
  if (known !== undefined) return known;
  const again = (inner: JsonSchema, of = ''): fc.Arbitrary<unknown> => valid(description, inner, of);
  if (schema.enum !== undefined) return fc.constantFrom(...schema.enum);
  if (schema.const !== undefined) return fc.constant(schema.const);
  if (schema.anyOf !== undefined) return fc.oneof(...schema.anyOf.map((one) => again(one, field)));
  const types = schema.type === undefined ? ['null'] : [schema.type].flat();
  return fc.oneof(...types.map((type) => ofType(type, schema, again)));
}

function ofType(
  type: string,
  schema: JsonSchema,
  again: (inner: JsonSchema, field?: string) => fc.Arbitrary<unknown>,
): fc.Arbitrary<unknown> {
  switch (type) {
    case 'string':
      return ofString(schema);
    case 'integer':
      return fc.integer({ min: schema.minimum ?? -1000, max: Math.min(schema.maximum ?? 1000, 2 ** 31 - 1) });
    case 'number':
      return fc.double({ noNaN: true, noDefaultInfinity: true });
    case 'boolean':
      return fc.boolean();
    case 'array':
      return fc.array(again(schema.items ?? {}), {
        minLength: schema.minItems ?? 0,
        maxLength: Math.max(schema.minItems ?? 0, Math.min(schema.maxItems ?? 4, 4)),
      });
    case 'object':
      return ofObject(schema, again);
    default:
      return fc.constant(null);
  }
}

function ofObject(
  schema: JsonSchema,
  again: (inner: JsonSchema, field?: string) => fc.Arbitrary<unknown>,
): fc.Arbitrary<unknown> {
  const { properties, required = [], additionalProperties, minProperties = 0 } = schema;
  if (properties === undefined) {
    if (typeof additionalProperties !== 'object') return fc.constant({});
    return fc.dictionary(fc.stringMatching(/^[a-z]{1,64}$/), again(additionalProperties), { maxKeys: 8 });
  }
  const fields = Object.fromEntries(Object.entries(properties).map(([name, inner]) => [name, again(inner, name)]));
  // what is undefined is absent on the wire, and is so here, too
  return fc
    .record(fields, { requiredKeys: [...required] })
    .map((value) => JSON.parse(JSON.stringify(value)) as object)
    .filter((value) => Object.keys(value).length >= minProperties);
}

/** Texts of all of Unicode that the schema's pattern lets through; lengths count UTF-16 code units, as Hermes does. */
function ofString({ pattern, minLength = 0, maxLength = 300 }: JsonSchema): fc.Arbitrary<string> {
  if (pattern !== undefined && !pattern.includes('\\u0000'))
    return fc
      .stringMatching(new RegExp(pattern, 'u'))
      .filter((text) => text.length >= minLength && text.length <= maxLength);
  const test = new RegExp(pattern ?? '', 'u');
  const unit = fc.oneof(
    { weight: 5, arbitrary: fc.string({ unit: 'grapheme-ascii', minLength: 1, maxLength: 1 }) },
    { weight: 2, arbitrary: fc.string({ unit: 'grapheme', minLength: 1, maxLength: 1 }) },
    {
      weight: 1,
      arbitrary: fc.constantFrom('\u202e', '\u200f', 'e\u0301', '\ufeff', '\u2028', '𝒳', '👩‍👩‍👧', '%00', '\\u0000'),
    },
  );
  const short = fc.string({ unit, minLength: 0, maxLength: 20 });
  const full = fc.constantFrom('x', 'é', '\u202e').map((letter) => letter.repeat(maxLength));
  return fc
    .oneof({ weight: 9, arbitrary: short }, { weight: 1, arbitrary: full })
    .map((text) => text.padEnd(minLength, 'x'))
    .filter((text) => text.length <= maxLength && test.test(text));
}

/** Values that most fields refuse, and values that break careless code. */
export const ODD: readonly unknown[] = [
  null,
  true,
  0,
  -0,
  -1,
  1.5,
  1e308,
  Number.MAX_SAFE_INTEGER + 2,
  '',
  ' ',
  'NaN',
  '0x10',
  'null',
  'a\u0000b',
  'a\nb',
  'a\u001b[2Jb',
  '\ud83d',
  'x\udc00',
  '\u202egnp.exe',
  'e\u0301'.repeat(3000),
  'x'.repeat(100_000),
  '2030-02-30T00:00:00Z',
  '2030-01-01',
  '2030-01-01T00:00:00',
  '+275760-09-13T00:00:00.001Z',
  '2030-01-01T24:00:00Z',
  '2030-01-01T00:00:60Z',
  '../../x',
  "' OR '1'='1",
  '${7*7}{{7*7}}',
  [],
  {},
  [[[[]]]],
  { toString: 1, hasOwnProperty: 2, valueOf: 'x' },
  JSON.parse('{"__proto__": {"polluted": true}}'),
  JSON.parse('{"constructor": {"prototype": {"polluted": true}}}'),
  { length: 1e9 },
  Array.from({ length: 10_001 }, () => 'h1'),
  deep(14),
  deep(40),
];

function deep(levels: number): unknown {
  return levels === 0 ? 'x' : { a: [deep(levels - 1)] };
}

/** `value` with one thing in it made otherwise: a field taken away, added or given something odd, at any depth. */
export function changed(value: unknown): fc.Arbitrary<unknown> {
  const here: fc.Arbitrary<unknown>[] = [fc.constantFrom(...ODD), fc.jsonValue()];
  if (Array.isArray(value)) {
    here.push(fc.constantFrom([], [...(value as unknown[]), null], [...(value as unknown[]), ...(value as unknown[])]));
    value.forEach((item: unknown, index) => here.push(inPlace(value as unknown[], index, item)));
    return fc.oneof(...here);
  }
  if (typeof value !== 'object' || value === null) return fc.oneof(...here);
  const fields = Object.keys(value);
  const record = value as Readonly<Record<string, unknown>>;
  const without = fields.map((name) => Object.fromEntries(Object.entries(record).filter(([other]) => other !== name)));
  if (without.length > 0) here.push(fc.constantFrom(...without));
  here.push(
    fc
      .tuple(
        fc.oneof(fc.string(), fc.constantFrom('__proto__', 'toString', 'hosts', 'Host', 'id', '')),
        fc.constantFrom(...ODD),
      )
      .map(([name, odd]) => withField(record, name, odd)),
  );
  for (const name of fields) here.push(changed(record[name]).map((inner) => withField(record, name, inner)));
  return fc.oneof(...here);
}

function inPlace(items: readonly unknown[], index: number, item: unknown): fc.Arbitrary<unknown> {
  return changed(item).map((inner) => items.map((other, at) => (at === index ? inner : other)));
}

/** Also where the name is `__proto__`. */
function withField(record: Readonly<Record<string, unknown>>, name: string, value: unknown): unknown {
  const copy = { ...record };
  Object.defineProperty(copy, name, { value, enumerable: true, configurable: true, writable: true });
  return copy;
}
