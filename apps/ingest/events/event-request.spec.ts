/**
 * The schema of a reported event, with its checks, and the strict parser are two descriptions of one thing: they take and
 * refuse the same values. (No field called `constructor` is tried: the reader of bodies refuses those before either sees them.)
 */
import fc from 'fast-check';
import { eventRequest, parseEvent, type Fault } from '#contracts';
import { BodyPipe, ProblemError } from '#platform';
import { anyText } from '../../../libs/testing/any-text.js';

const NOW = Date.now();
const MINUTE = 60_000;

function both(value: unknown): { readonly parser: boolean; readonly schema: boolean } {
  const faults: Fault[] = [];
  const report = parseEvent(value, '', NOW, faults);
  expect(report === undefined).toBe(faults.length > 0);
  return { parser: report !== undefined, schema: schemaTakes(value) };
}

const pipe = new BodyPipe(eventRequest);

function schemaTakes(value: unknown): boolean {
  try {
    pipe.transform(value);
    return true;
  } catch (error) {
    if (error instanceof ProblemError) return false;
    throw error;
  }
}

/** Texts near every limit: empty, one line, with line ends, with what no text may hold, just too long. */
const text = (limit: number) =>
  fc.oneof(
    anyText({ maxLength: 8 }),
    fc.constantFrom('', 'a', 'two\nlines', 'tab\t', 'bell\u0007', 'del\u007f', 'nel\u0085', 'half \ud800', '😀 ✓'),
    fc.constantFrom('x'.repeat(limit), 'x'.repeat(limit + 1), '😀'.repeat(limit / 2), '😀'.repeat(limit / 2 + 1)),
  );
const junk = fc.constantFrom(null, 7, true, [], {}, ['a'], '', -0.5);
const host = fc.constantFrom('web-1', ' WEB-1. ', '-a', 'a..b', 'a_b', 'ä', 'x'.repeat(253), 'x'.repeat(254));
const part = fc.constantFrom('disk', 'full', 'a.b-c_d', '-a', '', 'A', 'x'.repeat(64), 'x'.repeat(65));
const type = fc.oneof(
  fc.constantFrom('disk-full', 'disk', 'Disk-full', 'a-', 'a-b', `${'x'.repeat(64)}-${'x'.repeat(65)}`),
  fc.record({ category: part, state: part, more: fc.constant(1) }, { requiredKeys: [] }),
);
const at = fc.oneof(
  fc
    .integer({ min: -100, max: 100 })
    .filter((minutes) => Math.abs(minutes - 5) > 1)
    .map((minutes) => new Date(NOW + minutes * MINUTE).toISOString()),
  fc.constantFrom('2020-02-30T00:00:00Z', '2020-01-01', '2020-01-01T00:00:00', '2020-01-01T02:00+02:00', 'soon'),
);
const attributeName = fc.oneof(text(64), fc.constantFrom('rpm', 'toString'));
const attributeValue = fc.oneof(text(1000), fc.double(), fc.boolean(), junk);
const attributes = fc.oneof(
  fc.dictionary(attributeName, attributeValue, { maxKeys: 4, noNullPrototype: true }),
  fc
    .integer({ min: 31, max: 34 })
    .map((count) => Object.fromEntries(Array.from({ length: count }, (_, i) => [`a${i}`, i]))),
);

const data = fc.oneof(
  fc.dictionary(fc.string({ maxLength: 5 }), fc.jsonValue({ maxDepth: 3 }), { maxKeys: 3, noNullPrototype: true }),
  fc.constantFrom({ x: 'x'.repeat(32_760) }, { x: 'x'.repeat(32_761) }, { x: 'ä'.repeat(20_000) }),
);

function or<T>(value: fc.Arbitrary<T>): fc.Arbitrary<unknown> {
  return fc.oneof({ arbitrary: value, weight: 9 }, { arbitrary: junk, weight: 1 });
}

const fields = {
  host: or(host),
  type: or(type),
  key: or(text(200)),
  at: or(at),
  by: or(text(200)),
  note: or(text(4000)),
  attributes: or(attributes),
  data: or(data),
};
const sound = {
  host: 'web-1',
  type: 'disk-full',
  key: 'k',
  at: '2020-01-01T00:00:00Z',
  by: 'agent',
  note: 'two\nlines',
  attributes: { rpm: 120, hot: true },
  data: { of: [{ its: null }, 'own'] },
};

/** Mostly sound: a fault or two, so that many are taken and none hides behind others. */
const event = fc.record(
  Object.fromEntries(
    Object.entries(fields).map(([name, values]) => [
      name,
      fc.oneof(
        { arbitrary: fc.constant(sound[name as keyof typeof sound]), weight: 9 },
        { arbitrary: values, weight: 1 },
      ),
    ]),
  ),
  { requiredKeys: ['host', 'type'] },
);
const more = fc.constantFrom('hosts', 'toString', 'x').map((name) => ({ ...sound, [name]: 1 }));
const missing = fc.constantFrom('host', 'type').map((name) => ({ ...sound, [name]: undefined }));

test('parser and schema take and refuse the same values', () => {
  const seen = { taken: 0, refused: 0 };
  const anything = fc.oneof({ arbitrary: event, weight: 20 }, more, missing, junk);
  fc.assert(
    fc.property(anything, (value) => {
      const { parser, schema } = both(JSON.parse(JSON.stringify(value)));
      seen[parser ? 'taken' : 'refused'] += 1;
      expect(schema).toBe(parser);
    }),
    { numRuns: 1500 },
  );
  expect(Math.min(seen.taken, seen.refused)).toBeGreaterThan(150);
});

/** A sound event with one field changed at a time: so that a difference in one field is not hidden by a fault of another. */
test('parser and schema agree field by field', () => {
  for (const [name, values] of Object.entries(fields)) {
    const seen = new Set<boolean>();
    fc.assert(
      fc.property(values, (value) => {
        const { parser, schema } = both({ host: 'web-1', type: 'disk-full', [name]: value });
        seen.add(parser);
        expect(schema).toBe(parser);
      }),
      { numRuns: 300 },
    );
    expect([name, seen.size]).toEqual([name, 2]);
  }
});
