/** Bodies of JSON that no event is made of, and values at their limits: what is allowed is taken, one more is refused with its place. */
import { LIMIT_MS, Rig } from './rig.js';

let rig: Rig;
beforeAll(async () => {
  rig = await Rig.start();
}, LIMIT_MS);
afterAll(() => rig.end(), LIMIT_MS);

const EVENTS = '/api/v1/events';
const EVENT = JSON.stringify({ type: 'disk-full', host: 'wire' });

test.each([
  ['nothing', ''],
  ['spaces', '   '],
  ['half an object', '{"type": "disk-full"'],
  ['two documents', `${EVENT}${EVENT}`],
  ['a trailing comma', '{"type": "disk-full", "host": "wire",}'],
  ['a comment', `/* x */${EVENT}`],
  ['single quotes', "{'type': 'disk-full'}"],
  ['NaN', '{"type": "disk-full", "host": "wire", "attributes": {"a": NaN}}'],
  ['a number beyond all', '{"type": "disk-full", "host": "wire", "attributes": {"a": 1e400}}'],
  ['minus a number beyond all', '{"type": "disk-full", "host": "wire", "attributes": {"a": -1e400}}'],
  ['octal', '{"type": "disk-full", "host": "wire", "attributes": {"a": 010}}'],
  [
    'a byte order mark',
    Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), Buffer.from('{"type": "no-such", "host": "wire"}')]),
  ],
  ['UTF-16', Buffer.from(EVENT, 'utf16le')],
  ['a lone surrogate in bytes', Buffer.from('{"type": "disk-full", "host": "wire", "note": "\xed\xa0\x80"}', 'latin1')],
  ['a lone surrogate escaped', '{"type": "disk-full", "host": "wire", "note": "\\ud800"}'],
  ['an overlong encoding', Buffer.from('{"type": "disk-full", "host": "wire", "note": "\xc0\xaf"}', 'latin1')],
  ['NUL in a text', '{"type": "disk-full", "host": "wire", "note": "a\\u0000b"}'],
  ['NUL in a name', '{"type": "disk-full", "host": "wire", "by": "a\\u0000b"}'],
  ['NUL in an attribute', '{"type": "disk-full", "host": "wire", "attributes": {"a\\u0000": 1}}'],
  ['a polluting field', '{"type": "disk-full", "host": "wire", "__proto__": {"by": "x"}}'],
  ['a polluting field, escaped', '{"type": "disk-full", "host": "wire", "\\u005f_proto__": {"by": "x"}}'],
  ['a polluting field further down', '{"type": "disk-full", "host": "wire", "attributes": {"__proto__": 1}}'],
  ['a field twice, the second wrong', '{"type": "disk-full", "host": "wire", "host": 7}'],
  ['100,000 brackets', '['.repeat(100_000)],
  ['100,000 nested arrays', `${'['.repeat(100_000)}${']'.repeat(100_000)}`],
  ['100,000 nested objects', `${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`],
  ['100,000 fields', `{${Array.from({ length: 100_000 }, (_, index) => `"f${index}": 1`).join()}}`],
  ['10,001 events', JSON.stringify(Array.from({ length: 10_001 }, () => ({ type: 'disk-full', host: 'wire' })))],
  [
    '10,001 hosts',
    JSON.stringify({ type: 'disk-full', hosts: Array.from({ length: 10_001 }, (_, index) => `w${index}`) }),
  ],
  ['a million numbers', `[${'1,'.repeat(999_999)}1]`],
])('a body of %s is refused', async (_what, body) => {
  await rig.refused(
    () => rig.json('POST', EVENTS, body),
    ['malformed', 'validation-failed', 'payload-too-large', 'event-type-unknown'],
  );
});

const limits: readonly (readonly [field: string, most: number, of: (value: unknown) => object])[] = [
  ['key', 200, (key) => ({ key })],
  ['by', 200, (by) => ({ by })],
  ['note', 4000, (note) => ({ note })],
  ['attributes.a', 1000, (a) => ({ attributes: { a } })],
];

test.each(limits)('%s is taken up to %i characters, and not one more', async (field, most, of) => {
  const event = (letter: string, length: number): string =>
    JSON.stringify({ type: 'disk-full', host: 'limits', ...of(letter.repeat(length)) });
  for (const letter of ['x', 'é', '\u4e2d']) {
    expect((await rig.json('POST', EVENTS, event(letter, most))).status).toBeLessThan(300);
    const answer = await rig.refused(() => rig.json('POST', EVENTS, event(letter, most + 1)), ['validation-failed']);
    expect(answer.text).toContain(`"path":"${field}"`);
  }
});

test('32 attributes and names of 64 characters are taken, one more is not', async () => {
  const event = (count: number, length: number): string => {
    const names = Array.from({ length: count }, (_, index) => String(index).padEnd(length, 'n'));
    return JSON.stringify({
      type: 'disk-full',
      host: 'limits',
      attributes: Object.fromEntries(names.map((name) => [name, 1])),
    });
  };
  expect((await rig.json('POST', EVENTS, event(32, 64))).status).toBe(201);
  for (const body of [event(33, 64), event(32, 65)]) await rig.refused(() => rig.json('POST', EVENTS, body));
});

test('a host of 253 characters is taken, of 254 not; 10,000 events at once are', async () => {
  const event = (length: number): string => JSON.stringify({ type: 'disk-full', host: 'h'.repeat(length) });
  expect((await rig.json('POST', EVENTS, event(253))).status).toBe(201);
  await rig.refused(() => rig.json('POST', EVENTS, event(254)), ['validation-failed']);
  const many = JSON.stringify(Array.from({ length: 10_000 }, () => ({ type: 'disk-full', host: 'many' })));
  expect((await rig.json('POST', EVENTS, many)).status).toBe(201);
});

test(
  'a body beyond the limit is refused as such, whether its length is stated or it comes in chunks',
  async () => {
    const large = `{"note": "${'x'.repeat(33 * 1024 * 1024)}"}`;
    await rig.refused(() => rig.json('POST', EVENTS, large), ['payload-too-large']);
    await rig.refused(() => rig.json('POST', EVENTS, large, { 'transfer-encoding': 'chunked' }), ['payload-too-large']);
  },
  LIMIT_MS,
);
