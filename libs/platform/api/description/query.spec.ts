/** Query strings: all bad values and unknown parameters are reported at once, good values come through as they were meant. */
import fc from 'fast-check';
import { anyText } from '../../../testing/any-text.js';
import { flag, instant, one, oneOf, parseQuery, position, several, severalOrNone, whole, words } from './query.js';

const table = {
  state: several(oneOf('open', 'closed')),
  host: severalOrNone(words(10)),
  by: several(words(20)),
  acked: one(flag),
  since: one(instant),
  after: one(position),
  limit: one(whole(1, 1000)),
};

function valuesOf(search: string): unknown {
  const parsed = parseQuery(search, table);
  return parsed.ok ? parsed.values : parsed.faults.map(({ path, code }) => `${path} ${code}`);
}

test.each<readonly [search: string, values: unknown]>([
  ['', {}],
  ['state=open', { state: ['open'] }],
  ['state=open,closed', { state: ['open', 'closed'] }],
  ['state=open&state=closed&state=open', { state: ['open', 'closed'] }],
  ['state=open%2Cclosed', { state: ['open', 'closed'] }],
  ['host=', { host: [] }],
  ['host=&host=a', { host: ['a'] }],
  ['by=a\\,b,c', { by: ['a,b', 'c'] }],
  ['by=a+b', { by: ['a b'] }],
  ['by=%F0%9F%98%80', { by: ['😀'] }],
  ['acked=false', { acked: false }],
  ['limit=0001', ['limit invalid']],
  ['limit=1000', { limit: 1000 }],
  ['after=18446744073709551615', { after: 18446744073709551615n }],
  ['since=2030-01-31T12:00:00%2B01:00', { since: '2030-01-31T11:00:00.000Z' }],
  ['since=2030-01-31T12:00:00+01:00', { since: '2030-01-31T11:00:00.000Z' }],
  ['since=2030-01-31+12:00:00+01:00', { since: '2030-01-31T11:00:00.000Z' }],
  ['since=2030-01-31%2012:00Z', { since: '2030-01-31T12:00:00.000Z' }],
  ['by=ann%00', ['by invalid']],
  ['by=bob,ann%0Abob', ['by invalid']],
])('%s', (search, values) => {
  expect(valuesOf(search)).toEqual(values);
});

test('every fault at once', () => {
  const search =
    'colour=red&__proto__=1&toString=1&state=half,open&by=&host=a,,b&acked=0&since=now&after=-1&limit=1e3&limit=2';
  expect(valuesOf(search)).toEqual([
    'colour unknown',
    '__proto__ unknown',
    'toString unknown',
    'state invalid',
    'by invalid',
    'host invalid',
    'acked invalid',
    'since invalid',
    'after invalid',
    'limit invalid',
  ]);
});

test('of many bad values some are named, of too many none is looked at', () => {
  const bad = Array.from({ length: 30 }, (_, index) => `no-${index}`);
  const parsed = parseQuery(`state=${bad.join(',')}`, table);
  expect(!parsed.ok && parsed.faults).toHaveLength(11);
  expect(!parsed.ok && parsed.faults.at(-1)?.message).toContain('20 more');
  expect(parseQuery(`by=${'x,'.repeat(1000)}x`, table)).toMatchObject({
    ok: false,
    faults: [{ path: 'by', message: expect.stringContaining('at most 1000') as string }],
  });
});

test('whatever is asked, it is read or refused, never thrown over', () => {
  const name = fc.oneof(fc.constantFrom(...Object.keys(table), '', '__proto__', 'constructor'), fc.string());
  const anything = fc.array(fc.tuple(name, anyText()), { maxLength: 5 });
  fc.assert(
    fc.property(fc.oneof(anyText(), anything.map(toSearch)), (search) => {
      const parsed = parseQuery(search, table);
      if (!parsed.ok) for (const { message } of parsed.faults) expect(message.length).toBeLessThan(400);
      expect(parsed.ok || parsed.faults.length > 0).toBe(true);
    }),
  );
});

test('what is written out is read back', () => {
  const line = fc
    .string({ minLength: 1, maxLength: 20, unit: 'grapheme' })
    .filter((text) => !text.includes('\\') && text.length <= 20);
  const values = fc.record(
    {
      state: fc.uniqueArray(fc.constantFrom('open', 'closed'), { minLength: 1 }),
      by: fc.uniqueArray(line, { minLength: 1 }),
      acked: fc.boolean(),
      since: fc.date({ noInvalidDate: true, min: new Date(0), max: new Date(4e12) }).map((date) => date.toISOString()),
      after: fc.bigInt({ min: 0n, max: (1n << 64n) - 1n }),
      limit: fc.integer({ min: 1, max: 1000 }),
    },
    { requiredKeys: [] },
  );
  fc.assert(
    fc.property(values, fc.boolean(), (meant, repeat) => {
      const pairs = Object.entries(meant).flatMap(([name, value]): [string, string][] => {
        const texts = [value].flat().map((item) => String(item).replaceAll(',', '\\,'));
        return repeat ? texts.map((text) => [name, text]) : [[name, texts.join(',')]];
      });
      expect(valuesOf(toSearch(pairs))).toEqual(meant);
    }),
  );
});

function toSearch(pairs: readonly (readonly [string, string])[]): string {
  return pairs.map(([name, value]) => `${encodeURIComponent(well(name))}=${encodeURIComponent(well(value))}`).join('&');
}

/** Half pairs cannot be percent-encoded. */
function well(text: string): string {
  return Buffer.from(text, 'utf8').toString('utf8');
}
