/** Feed messages survive Kafka's form to the last character and digit; foreign or damaged messages are reported, never guessed at. */
import { positionOf, START } from '#contracts';
import type { FeedMessage } from '#ports';
import { entryMessage } from '#testing';
import { decodeMessage, encodeMessage, type Incoming } from './message-codec.js';

const tick: FeedMessage = {
  kind: 'tick',
  partition: 3,
  journal: '6f1c7d0e-52b3-4a41-9a57-1b7a4f6f4f6a',
  previous: START,
  position: START,
  entryId: null,
  number: 0,
};
const plain = entryMessage({ partition: 2, place: 5 });
const entries: readonly FeedMessage[] = [
  plain,
  { ...plain, entry: { ...plain.entry, trace: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01' } },
  { ...plain, entry: { ...plain.entry, principal: 'ünï 😀 \u202e"\\' } },
  {
    ...plain,
    entry: { ...plain.entry, json: JSON.stringify({ text: 'é 😀 \u202e \u2028 \u0000 \ud83d "\\', n: 1.0 }) },
  },
  { ...plain, entry: { ...plain.entry, json: '{"n": 12345678901234567890.10,  "n":[ ]}' } },
  { ...plain, entry: { ...plain.entry, stream: 'host-ünï-😀', type: 'Gemeßen', revision: 2 ** 40 } },
  { ...plain, entry: { ...plain.entry, position: positionOf(2n ** 64n - 1n) }, number: 2 ** 50, catalogueRevision: 0 },
  tick,
  { ...tick, previous: positionOf(2n ** 63n), position: positionOf(2n ** 64n - 1n), entryId: crypto.randomUUID() },
];

/** As Kafka gives it back: headers as bytes. */
function sent(message: FeedMessage): Incoming & { headers: Record<string, Buffer> } {
  const { key, value, headers } = encodeMessage(message);
  return {
    key,
    value,
    headers: Object.fromEntries(Object.entries(headers).map(([name, text]) => [name, Buffer.from(String(text))])),
  };
}

test.each(entries.map((message, index) => [index, message] as const))('message %i comes back whole', (_, message) => {
  expect(decodeMessage(message.partition, sent(message))).toEqual({ ok: true, message });
});

test('an entry is a CloudEvent in binary mode: its JSON to the byte, its stream the key', () => {
  const { key, value, headers } = encodeMessage({
    ...plain,
    entry: {
      ...plain.entry,
      ...{ json: '{ "a":1 }', trace: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01', principal: 'ann' },
    },
  });
  expect(value?.toString()).toBe('{ "a":1 }');
  expect(key?.toString()).toBe('host-2');
  expect(headers).toEqual({
    ce_specversion: '1.0',
    ce_id: plain.entry.id,
    ce_source: 'urn:uuid:6f1c7d0e-52b3-4a41-9a57-1b7a4f6f4f6a',
    ce_type: 'hermes.journal.Tested',
    ce_time: '2024-05-06T07:08:09.123Z',
    'content-type': 'application/json',
    ce_stream: 'host-2',
    ce_revision: '5',
    ce_position: String(plain.entry.position),
    ce_previous: String(plain.previous),
    ce_number: '6',
    ce_entryversion: '1',
    ce_cataloguerevision: '3',
    ce_traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
    ce_principal: 'ann',
  });
});

test('a tick has no data, a type of its own, and no key', () => {
  const { key, value, headers } = encodeMessage(tick);
  expect([key, value]).toEqual([null, null]);
  expect(headers).toMatchObject({ ce_type: 'hermes.feed.tick', ce_position: '-1' });
  expect(headers).not.toHaveProperty('ce_entryid');
});

test.each<[string, Record<string, Buffer | undefined>]>([
  ['ce_specversion', { ce_specversion: undefined }],
  ['ce_specversion', { ce_specversion: Buffer.from('2.0') }],
  ['ce_type', { ce_type: Buffer.from('com.example.other') }],
  ['ce_id', { ce_id: Buffer.from('1') }],
  ['ce_source', { ce_source: Buffer.from('/somewhere') }],
  ['ce_time', { ce_time: Buffer.from('yesterday') }],
  ['ce_stream', { ce_stream: Buffer.from('') }],
  ['ce_stream', { ce_stream: Buffer.from([0xff]) }],
  ['ce_principal', { ce_principal: Buffer.from([0xff]) }],
  ['ce_revision', { ce_revision: Buffer.from('-1') }],
  ['ce_revision', { ce_revision: Buffer.from('99999999999999999') }],
  ['ce_position', { ce_position: Buffer.from(String(2n ** 64n)) }],
  ['ce_previous', { ce_previous: undefined }],
  ['ce_number', { ce_number: Buffer.from('1e3') }],
  ['ce_entryversion', { ce_entryversion: undefined }],
  ['ce_cataloguerevision', { ce_cataloguerevision: undefined }],
])('a message whose %s is damaged cannot be read, and the reason names it', (name, damage) => {
  const incoming = sent(plain);
  const decoded = decodeMessage(2, { ...incoming, headers: { ...incoming.headers, ...damage } });
  expect(decoded).toEqual({ ok: false, reason: expect.stringContaining(name) as string });
});

test('neither can one without headers, without its value, with bytes that are no text, or with a header twice', () => {
  const incoming = sent(plain);
  const twice = { ...incoming.headers, ce_id: [Buffer.from('a'), Buffer.from('b')] };
  for (const damaged of [
    { key: null, value: null },
    { ...incoming, value: null },
    { ...incoming, value: Buffer.from([0x7b, 0xc3, 0x28]) },
    { ...incoming, headers: twice },
  ]) {
    expect(decodeMessage(2, damaged)).toMatchObject({ ok: false });
  }
});
