/** Messages of the inbound topic: what of them is an event, by which key it is known, and why the others are none. */
import { MAX_KEY_LENGTH } from '#contracts';
import type { InboundMessage } from '#ports';
import { MAX_VALUE_BYTES, readMessage, type ReadMessage } from './message.js';

const nowMs = Date.parse('2026-01-31T12:00:00.000Z');
const topic = 'hermes.inbound';
const event = { host: 'web-1', type: 'disk-full', key: 'k', note: 'n', attributes: { free: 1 } };
const cloudEvent = { specversion: '1.0', id: '7', source: '/agents/7', type: 'disk-full', subject: 'web-1' };
const CE = { ce_specversion: '1.0', ce_id: '7', ce_source: '/agents/7', ce_type: 'disk-full', ce_subject: 'web-1' };
const STRUCTURED = { 'content-type': 'application/cloudevents+json; charset=utf-8' };

type Headers = Readonly<Record<string, string | readonly string[]>>;

function message(value: unknown, headers: Headers = {}, more: Partial<InboundMessage> = {}): InboundMessage {
  const all = Object.entries(headers).map(([name, values]) => [name, [values].flat().map((text) => Buffer.from(text))]);
  return {
    ...{ partition: 3, offset: 17n, timestampMs: 1_769_860_000_000, key: null },
    value: value === null || Buffer.isBuffer(value) ? value : Buffer.from(JSON.stringify(value)),
    headers: Object.fromEntries(all) as InboundMessage['headers'],
    ...more,
  };
}

function read(...given: Parameters<typeof message>): ReadMessage {
  return readMessage(topic, message(...given), nowMs);
}

function reportOf(...given: Parameters<typeof message>): object {
  const answer = read(...given);
  if (!answer.ok) throw new Error(answer.refusal.reason);
  return answer.report;
}

test('JSON is the body of POST /events for one event; its path is the offset', () => {
  const report = { ...event, at: null, by: null, data: null, path: '17' };
  expect(reportOf(event)).toEqual(report);
  expect(reportOf(event, { 'content-type': 'application/json' })).toEqual(report);
});

test('a CloudEvent in structured or binary mode is the same event', () => {
  const expected = { host: 'web-1', type: 'disk-full', key: '/agents/7 7', by: '/agents/7', note: 'größer' };
  expect(reportOf({ ...cloudEvent, data: { note: 'größer' } }, STRUCTURED)).toMatchObject(expected);
  const binary = { ...CE, 'Content-Type': 'application/json' };
  expect(reportOf({ note: 'größer' }, binary)).toMatchObject(expected);
  expect(reportOf(null, CE)).toMatchObject({ ...expected, note: null });
  expect(reportOf(Buffer.alloc(0), CE)).toMatchObject({ ...expected, note: null });
});

test('data of a CloudEvent is kept, and hermestype names the event type, in either mode', () => {
  const data = { ref: 'main', commits: [{ id: 7 }] };
  const expected = { host: 'web-1', type: 'disk-full', key: '/agents/7 7', note: null, data };
  const more = { type: 'com.github.push', hermestype: 'disk-full' };
  expect(reportOf({ ...cloudEvent, ...more, data }, STRUCTURED)).toMatchObject(expected);
  const binary = { ...CE, ce_type: more.type, ce_hermestype: more.hermestype, 'content-type': 'application/json' };
  expect(reportOf(data, binary)).toMatchObject(expected);
  expect(reportOf({ ...event, data })).toMatchObject({ note: 'n', data });
});

test('headers of binary mode are UTF-8 as they stand: a percent sign is one', () => {
  expect(reportOf(null, { ...CE, ce_id: 'ü 50%' })).toMatchObject({ key: '/agents/7 ü 50%' });
});

test('an event without a key gets one of topic, partition, offset and timestamp', () => {
  const { key: _, ...keyless } = event;
  const expected = { key: 'hermes.inbound/3/17/1769860000000' };
  expect(reportOf(keyless)).toMatchObject(expected);
  expect(reportOf(keyless)).toMatchObject(expected);
  const others = [{ partition: 4 }, { offset: 18n }, { timestampMs: 1 }] as const;
  for (const other of others) expect(reportOf(keyless, {}, other)).not.toMatchObject(expected);
});

test('a key that would be too long is hashed, and still differs by offset', () => {
  const { key: _, ...keyless } = event;
  const keys = [17n, 18n].map((offset) => {
    const answer = readMessage('t'.repeat(249), message(keyless, {}, { offset }), nowMs);
    return answer.ok ? (answer.report.key ?? '') : '';
  });
  expect(new Set(keys).size).toBe(2);
  for (const key of keys) {
    expect(key).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(key.length).toBeLessThanOrEqual(MAX_KEY_LENGTH);
  }
});

const refused: readonly (readonly [string, Parameters<typeof message>, string, RegExp])[] = [
  ['no value', [null], 'malformed', /no value: send an event as JSON/],
  ['no JSON', [Buffer.from('{"host":')], 'malformed', /^the value is not JSON/],
  ['no UTF-8', [Buffer.from([0xff])], 'malformed', /^the value is not UTF-8$/],
  ['half a pair', [Buffer.from('{"host":"web-1","type":"disk-full","note":"\\ud800"}')], 'malformed', /surrogate/],
  ['a polluting name', [Buffer.from('{"__proto__":{}}')], 'validation-failed', /^__proto__: /],
  ['an unknown field', [{ ...event, hots: 1 }], 'validation-failed', /^hots: "hots" is no field of an event$/],
  ['all faults', [{ type: 7 }], 'validation-failed', /^type: .*; host: /],
  ['an array', [[event]], 'validation-failed', /an event is an object/],
  ['many hosts', [{ hosts: ['a'], type: 'disk-full' }], 'validation-failed', /^hosts: .*; host: /],
  ['a structured one without its type', [{ ...cloudEvent, type: null }, STRUCTURED], 'validation-failed', /^type: /],
  [
    'a CloudEvent said to be JSON',
    [cloudEvent, { 'content-type': 'application/json' }],
    'validation-failed',
    /and 1 more|specversion/,
  ],
  [
    'a batch',
    [[cloudEvent], { 'content-type': 'application/cloudevents-batch+json' }],
    'unsupported-media-type',
    /one CloudEvent a message/,
  ],
  [
    'another format',
    [event, { 'content-type': 'application/avro' }],
    'unsupported-media-type',
    /"application\/avro": send JSON/,
  ],
  [
    'a header twice',
    [null, { ...CE, ce_id: ['7', '8'] }],
    'validation-failed',
    /^id: the header ce_id is there 2 times/,
  ],
  ['data as a header', [null, { ...CE, ce_data: '{}' }], 'validation-failed', /^data: .*leave out the header ce_data/],
  ['a binary one without a subject', [null, { ce_id: '7' }], 'validation-failed', /subject/],
  ['too large a value', [Buffer.alloc(MAX_VALUE_BYTES + 1)], 'payload-too-large', /^the value has 1048577 bytes/],
  ['a time that is ahead', [{ ...event, at: '2026-01-31T12:06:00Z' }], 'validation-failed', /^at: /],
];

test.each(refused)('%s is refused with its reason', (_what, given, code, reason) => {
  expect(read(...given)).toEqual({ ok: false, refusal: { code, reason: expect.stringMatching(reason) as string } });
});
