/** Faults of events: each is named with its place, its value and the next step. */
import {
  dataFault,
  isAttributeName,
  isNoteText,
  isPlainText,
  MAX_AHEAD_MS,
  MAX_ATTRIBUTE_NAME_LENGTH,
  MAX_ATTRIBUTE_VALUE_LENGTH,
  MAX_ATTRIBUTES,
  MAX_BY_LENGTH,
  MAX_EVENTS,
  MAX_KEY_LENGTH,
  MAX_NOTE_LENGTH,
} from './event-limits.js';
import { event, faultsOf, nowMs, placesOf, reportsOf } from './testing-events.js';

const faulty: readonly (readonly [what: string, body: unknown, places: readonly string[]])[] = [
  ['nothing', undefined, [' invalid']],
  ['null', null, [' invalid']],
  ['a text', 'disk-full', [' invalid']],
  ['an empty array', [], [' invalid']],
  ['an empty object', {}, ['type missing', 'host missing']],
  ['items that are no objects', [event, null, [event], 7], ['[1] invalid', '[2] invalid', '[3] invalid']],
  ['an unknown field', { ...event, hots: 1 }, ['hots unknown']],
  ['a field named in another case', { ...event, Key: 'k' }, ['Key unknown']],
  ['a host that is none', { ...event, host: '-a' }, ['host invalid']],
  ['a host that is a number', { ...event, host: 7 }, ['host invalid']],
  ['a host that is null', { ...event, host: null }, ['host invalid']],
  ['host and hosts', { ...event, hosts: ['a'] }, ['hosts invalid']],
  ['hosts without any', { type: 'disk-full', hosts: [] }, ['hosts invalid']],
  ['hosts that are none', { type: 'disk-full', hosts: 'a' }, ['hosts invalid']],
  ['hosts that are null', { type: 'disk-full', hosts: null }, ['hosts invalid']],
  ['bad hosts', { type: 'disk-full', hosts: ['a', '-', 'b', null] }, ['hosts[1] invalid', 'hosts[3] invalid']],
  ['hosts without a type', { hosts: ['-'] }, ['type missing', 'hosts[0] invalid']],
  ['hosts in an array', [{ type: 'disk-full', hosts: ['a'] }], ['[0].hosts unknown', '[0].host missing']],
  ['a type that is no name', { ...event, type: 'Disk-Full' }, ['type invalid']],
  ['a type without a hyphen', { ...event, type: 'disk' }, ['type invalid']],
  ['a type that is null', { ...event, type: null }, ['type invalid']],
  ['half a pair', { ...event, type: { category: 'disk' } }, ['type.state missing']],
  ['an empty pair', { ...event, type: {} }, ['type.category missing', 'type.state missing']],
  ['a bad pair', { ...event, type: { category: '', state: 7 } }, ['type.category invalid', 'type.state invalid']],
  ['three for a pair', { ...event, type: { category: 'a', state: 'b', name: 'a-b' } }, ['type.name unknown']],
  ['a key that is empty', { ...event, key: '' }, ['key invalid']],
  [
    'nulls',
    { ...event, key: null, at: null, by: null, note: null, attributes: null, data: null },
    [...['key invalid', 'at invalid', 'by invalid', 'note invalid', 'attributes invalid', 'data invalid']],
  ],
  ['a time without a zone', { ...event, at: '2026-01-31T10:00:00' }, ['at invalid']],
  ['a day that never was', { ...event, at: '2026-02-29T10:00:00Z' }, ['at invalid']],
  ['a time in milliseconds', { ...event, at: nowMs }, ['at invalid']],
  ['attributes that are none', { ...event, attributes: ['a'] }, ['attributes invalid']],
  [
    'bad values',
    { ...event, attributes: { rpm: null, on: {}, load: Infinity, ok: 1 } },
    [...['attributes.rpm invalid', 'attributes.on invalid', 'attributes.load invalid']],
  ],
  ['data that is a text', { ...event, data: '{}' }, ['data invalid']],
  ['data that is a list', { ...event, data: [] }, ['data invalid']],
  ['data with a number that JSON cannot keep', { ...event, data: { deep: [Infinity] } }, ['data invalid']],
  ['data of 32 KiB and a byte', { ...event, data: { x: 'x'.repeat(32_761) } }, ['data invalid']],
  ['an attribute without a name', { ...event, attributes: { '': 1 } }, ['attributes. invalid']],
];

test.each(faulty)('%s', (_what, body, places) => {
  expect(placesOf(body)).toEqual(places);
});

test('every fault of a request is named at once, with its place', () => {
  const body = [
    event,
    { type: 'disk-full', host: 'not a host', note: 7 },
    { ...event, colour: 1 },
    { ...event, attributes: { rpm: [] } },
  ];
  expect(placesOf(body)).toEqual([
    '[1].host invalid',
    '[1].note invalid',
    '[2].colour unknown',
    '[3].attributes.rpm invalid',
  ]);
});

test('a message names the thing, the value and the next step, and stays short', () => {
  const [fault] = faultsOf({ ...event, host: `-${'x'.repeat(100_000)}` });
  expect(fault?.message).toMatch(/^host is "-xxx.*…"; a host's name is 1 to 253 of /);
  const long = 'y'.repeat(100_000);
  for (const body of [
    { ...event, [long]: 1 },
    { ...event, attributes: { [long]: 1 } },
    { ...event, type: { [long]: 1 } },
  ]) {
    for (const { path, message } of faultsOf(body)) expect(path.length + message.length).toBeLessThan(500);
  }
});

describe('limits', () => {
  const at = (aheadMs: number) => ({ ...event, at: new Date(nowMs + aheadMs).toISOString() });
  const named = (length: number) => ({ ...event, attributes: { ['n'.repeat(length)]: 1 } });
  const many = (count: number) => ({
    ...event,
    attributes: Object.fromEntries(Array.from({ length: count }, (_, index) => [`a${index}`, index])),
  });
  const limits: readonly (readonly [what: string, most: number, of: (size: number) => unknown])[] = [
    ['key', MAX_KEY_LENGTH, (size) => ({ ...event, key: 'k'.repeat(size) })],
    ['by', MAX_BY_LENGTH, (size) => ({ ...event, by: 'b'.repeat(size) })],
    ['note', MAX_NOTE_LENGTH, (size) => ({ ...event, note: 'n'.repeat(size) })],
    ['names of attributes', MAX_ATTRIBUTE_NAME_LENGTH, named],
    ['values of attributes', MAX_ATTRIBUTE_VALUE_LENGTH, (size) => ({ ...event, attributes: { a: 'v'.repeat(size) } })],
    ['attributes', MAX_ATTRIBUTES, many],
    ['milliseconds ahead', MAX_AHEAD_MS, at],
  ];

  test.each(limits)('%s: %d', (_what, most, of) => {
    expect(reportsOf(of(most))).toHaveLength(1);
    expect(faultsOf(of(most + 1))).toHaveLength(1);
  });

  test('are those that the API promises', () => {
    expect(limits.map(([what, most]) => `${most} ${what}`)).toEqual([
      ...['200 key', '200 by', '4000 note', '64 names of attributes', '1000 values of attributes', '32 attributes'],
      '300000 milliseconds ahead',
    ]);
    expect(MAX_EVENTS).toBe(10_000);
  });

  test('the zero of another system is no time of an event, and the answer says to leave it out', () => {
    for (const zero of ['0001-01-01T00:00:00Z', '1970-01-01T00:00:00Z', '2000-01-01T00:59:59.999+01:00']) {
      expect(faultsOf({ ...event, at: zero })).toEqual([
        {
          path: 'at',
          code: 'invalid',
          message: expect.stringMatching(/before the year 2000 .* leave it out/) as string,
        },
      ]);
    }
    expect(reportsOf({ ...event, at: '2000-01-01T00:00:00Z' })[0]?.at).toBe('2000-01-01T00:00:00.000Z');
  });

  test('the same time is as far ahead in any zone', () => {
    expect(faultsOf({ ...event, at: '2026-01-31T14:05:01+02:00' })).toHaveLength(1);
    expect(reportsOf({ ...event, at: '2026-01-31T14:04:59+02:00' })[0]?.at).toBe('2026-01-31T12:04:59.000Z');
  });

  test('an empty note and no attributes are taken as they are', () => {
    expect(reportsOf({ ...event, note: '', attributes: {} })[0]).toMatchObject({ note: '', attributes: {} });
  });

  test('characters beyond the basic plane count as two', () => {
    expect(reportsOf({ ...event, key: '🚀'.repeat(100) })).toHaveLength(1);
    expect(faultsOf({ ...event, key: '🚀'.repeat(101) })).toHaveLength(1);
  });
});

describe('texts', () => {
  test('control characters are refused, but for tabs and line ends in notes and attributes', () => {
    for (let code = 0; code < 0x20; code += 1) {
      const text = `a${String.fromCharCode(code)}b`;
      const allowed = '\t\n\r'.includes(text.charAt(1));
      expect(isPlainText(text)).toBe(false);
      expect(isNoteText(text)).toBe(allowed);
      const body = { ...event, key: text, by: text, note: text, attributes: { a: text, [text]: 1 } };
      const inText = allowed ? [] : ['note invalid', 'attributes.a invalid'];
      expect(placesOf(body)).toEqual(['key invalid', 'by invalid', ...inText, `attributes.${text} invalid`]);
    }
    expect(isPlainText('\u007f')).toBe(false);
    expect(isPlainText('\u0085')).toBe(false);
  });

  test('lone surrogates are refused as no valid unicode, whole pairs are taken', () => {
    for (const half of ['\ud83d', '\ude80', '\ude80\ud83d', 'a\ud83d']) {
      const body = { ...event, key: half, by: half, note: half, attributes: { a: half, [half]: 1 } };
      expect(faultsOf(body)).toHaveLength(5);
      expect(faultsOf(body)[0]?.message).toContain('not valid unicode');
    }
    expect(isPlainText('🚀 naïve 日本')).toBe(true);
    expect(isNoteText('🚀\n')).toBe(true);
  });
});

describe('fields that mean something to objects', () => {
  const hostile = ['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty'];

  test.each(hostile)('%s is an unknown field', (name) => {
    const field = `${JSON.stringify(name)}: {"host": "evil", "type": "a-b", "key": "k"}`;
    expect(placesOf(JSON.parse(`{"host": "a", "type": "a-b", ${field}}`))).toEqual([`${name} unknown`]);
    expect(placesOf(JSON.parse(`{"type": "a-b", "hosts": ["a"], ${field}}`))).toEqual([`${name} unknown`]);
    expect(placesOf(JSON.parse(`{${field}}`))).toEqual([`${name} unknown`, 'type missing', 'host missing']);
    expect(placesOf(JSON.parse(`{"host": "a", "type": {"category": "a", "state": "b", ${field}}}`))).toEqual([
      `type.${name} unknown`,
    ]);
    expect(Object.prototype).not.toHaveProperty('host');
  });

  test('two of them cannot name an attribute', () => {
    for (const name of ['__proto__', 'constructor']) {
      expect(isAttributeName(name)).toBe(false);
      expect(placesOf(JSON.parse(`{"host": "a", "type": "a-b", "attributes": {"${name}": 1}}`))).toEqual([
        `attributes.${name} invalid`,
      ]);
    }
    expect(reportsOf({ ...event, attributes: { prototype: true } })).toHaveLength(1);
  });

  test('nothing is taken from a prototype', () => {
    const inheriting: unknown = Object.create({ ...event, key: 'inherited', hosts: ['a'] });
    expect(placesOf(inheriting)).toEqual(['type missing', 'host missing']);
    const own: unknown = Object.assign(Object.create({ key: 'inherited' }) as object, event);
    expect(reportsOf(own)[0]?.key).toBeNull();
  });
});

test('faults are bounded, however many there are', () => {
  const fields = Object.fromEntries(Array.from({ length: 5000 }, (_, index) => [`f${index}`, index]));
  const bodies = [
    Array.from({ length: MAX_EVENTS }, () => 7),
    { ...event, ...fields },
    { type: 'a-b', hosts: Array.from({ length: MAX_EVENTS }, () => '-') },
    { ...event, type: fields },
  ];
  for (const body of bodies) expect(faultsOf(body)).toHaveLength(1000);
});

test('data with more values than its limit has room for is refused without a look at the rest', () => {
  const values = Array<number>(1_000_000).fill(1);
  Object.defineProperty(values, 20_000, {
    get: () => {
      throw new Error('was looked at');
    },
  });
  expect(dataFault({ values })).toBe('has more than 16384 values; give at most 32768 bytes as JSON');
  expect(dataFault({ values: values.slice(0, 16_382) })).toBe('has 32776 bytes as JSON; give at most 32768');
});
