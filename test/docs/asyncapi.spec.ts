/** docs/asyncapi.yaml is AsyncAPI 3.0; its examples fit their schemas, and those of the inbound topic are taken as events. */
import { createRequire } from 'node:module';
import { Ajv } from 'ajv';
import { readMessage } from '#application';
import { asyncApiDocument, asyncApiExamples } from '#testing';

const require = createRequire(import.meta.url);
const official = require('@asyncapi/specs/schemas/3.0.0-without-$id.json') as object;
const document = asyncApiDocument();
const channels = Object.keys(document.channels);
const nowMs = Date.parse('2026-02-01T00:00:00.000Z');

/** What keeps a value from a schema of the document; null where nothing does. */
function faultsOf(schema: object, value: unknown): unknown {
  const ajv = new Ajv({ strict: false, validateFormats: false });
  const validate = ajv.compile({ ...schema, components: document.components });
  return validate(value) ? null : validate.errors;
}

test('it is valid by the official schema, and would not be without a title', () => {
  const validate = new Ajv({ strict: false, validateFormats: false, validateSchema: false }).compile(official);
  expect(validate(document) ? null : validate.errors).toBeNull();
  expect(validate({ ...document, info: { version: '1' } })).toBe(false);
});

test('every channel has examples', () => {
  expect(channels).toEqual(['inbound', 'rejected', 'journal', 'changes']);
  for (const channel of channels) expect(asyncApiExamples(channel)).not.toEqual([]);
});

test.each(channels.flatMap(asyncApiExamples))('the example %s fits its schemas', (_name, example) => {
  const { headers, payload, schemas } = example;
  expect(faultsOf(schemas.payload, payload)).toBeNull();
  expect(faultsOf(schemas.headers, headers)).toBeNull();
});

test.each(asyncApiExamples('inbound'))('the example %s of the inbound topic is taken', (_name, { headers, value }) => {
  const all = Object.entries(headers).map(([name, text]) => [name, [Buffer.from(text)]] as const);
  const message = { partition: 3, offset: 17n, timestampMs: nowMs, key: null, value };
  const read = readMessage('hermes.inbound', { ...message, headers: Object.fromEntries(all) }, nowMs);
  expect(read).toMatchObject({ ok: true, report: { host: expect.stringMatching(/^web-\d\.example\.com$/) as string } });
});
