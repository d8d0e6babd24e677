/** The examples of docs/asyncapi.yaml are what is published: entries and ticks of the journal, rejected messages, changes. */
import { parsePosition, START } from '#contracts';
import type { ChangeMessage, InboundMessage } from '#ports';
import { asyncApiExamples } from '#testing';
import { encodeChange } from './changes.js';
import { decodeMessage, encodeMessage } from './message-codec.js';
import { rejection } from './rejected.js';

const NO_JSON = { code: 'malformed', reason: 'no JSON' };

function inboundMessage(value: Buffer | null, headers: InboundMessage['headers'] = {}): InboundMessage {
  return { partition: 3, offset: 17n, timestampMs: 0, key: Buffer.from('web-1'), value, headers };
}

test.each(asyncApiExamples('journal'))(
  'the example %s of the journal is read, and published with just these headers',
  (_name, { headers, value }) => {
    const decoded = decodeMessage(3, { key: null, value, headers });
    if (!decoded.ok) throw new Error(decoded.reason);
    expect(encodeMessage(decoded.message)).toMatchObject({ headers, value });
  },
);

test.each(asyncApiExamples('rejected'))('the example %s has the headers of a rejected message', (_name, example) => {
  const { headers, value } = example;
  const target = { topic: 'hermes.inbound', partitions: 12, maxMessageBytes: 1_000_000 };
  const { 'hermes-code': code = '', 'hermes-reason': reason = '', 'hermes-rejected-at': at = '' } = headers;
  const outgoing = rejection({ message: inboundMessage(value), code, reason }, target, Date.parse(at));
  expect(outgoing).toMatchObject({ value, key: Buffer.from('web-1') });
  expect(outgoing.headers).toEqual(headers);
});

test.each(asyncApiExamples('changes'))(
  'the example %s of a change is published with just these headers',
  (_name, example) => {
    const { headers, value } = example;
    const { ce_subject: key = '', ce_source: source = '', ce_type: type = '', ce_position: text = '' } = headers;
    const message: ChangeMessage = {
      kind: type.replace('hermes.change.', '') as ChangeMessage['kind'],
      ...{ key, journal: source.replace('urn:uuid:', '') },
      ...{ position: parsePosition(text) ?? START, json: String(value) },
    };
    const outgoing = encodeChange(message, 12);
    expect(outgoing).toMatchObject({ key: Buffer.from(key), value });
    expect(outgoing.headers).toEqual(headers);
  },
);

test('what does not fit is rejected without its value, then without all that is the producer’s', () => {
  const target = { topic: 'hermes.inbound', partitions: 2, maxMessageBytes: 1000 };
  const message = inboundMessage(Buffer.alloc(1000), { team: [Buffer.from('a')] });
  const outgoing = rejection({ message, ...NO_JSON }, target, 0);
  expect(outgoing).toMatchObject({ partition: 1, value: null, key: message.key });
  expect(outgoing.headers).toMatchObject({ team: [Buffer.from('a')], 'hermes-omitted': 'value' });
  const large = { ...message, headers: { team: [Buffer.alloc(1000)] } };
  const least = rejection({ message: large, ...NO_JSON }, target, 0);
  expect(least).toMatchObject({ key: null, value: null });
  expect(least.headers).toEqual({
    'hermes-reason': 'no JSON',
    'hermes-code': 'malformed',
    'hermes-place': 'hermes.inbound/3/17',
    'hermes-rejected-at': '1970-01-01T00:00:00.000Z',
    'hermes-omitted': 'key, value, headers',
  });
});
