/** CloudEvents 1.0: which are taken, what they become, and which faults the others have. */
import fc from 'fast-check';
import { cloudEventOfHeaders, hasCloudEventHeaders, type HeaderValues } from './cloudevents-http.js';
import { cloudEventKey, parseCloudEvent, parseCloudEvents } from './cloudevents.js';
import type { Fault } from './errors.js';
import { MAX_BY_LENGTH, MAX_DATA_BYTES, MAX_EVENTS, MAX_KEY_LENGTH } from './event-limits.js';
import type { EventReport } from './event-report.js';

const nowMs = Date.parse('2026-01-31T12:00:00.000Z');
const event = { specversion: '1.0', id: 'a-1', source: '/agents/7', type: 'disk-full', subject: 'web-1' };

function parse(value: unknown): { readonly report: EventReport | undefined; readonly faults: readonly Fault[] } {
  const faults: Fault[] = [];
  return { report: parseCloudEvent(value, '', nowMs, faults), faults };
}

function placesOf(value: unknown): readonly string[] {
  return parse(value).faults.map(({ path, code }) => `${path} ${code}`);
}

test('subject is the host, source and id the key, source the by, time the at, data note and attributes', () => {
  const { report } = parse({
    ...event,
    subject: ' WEB-1. ',
    time: '2026-01-31T13:00:00+01:00',
    datacontenttype: 'application/json; charset=utf-8',
    dataschema: 'https://example.org/schema',
    data: { note: 'two\nlines', attributes: { free: 1, hot: true } },
  });
  expect(report).toEqual({
    ...{ host: 'web-1', type: 'disk-full', key: '/agents/7 a-1', at: '2026-01-31T12:00:00.000Z', by: '/agents/7' },
    ...{ note: 'two\nlines', attributes: { free: 1, hot: true }, data: null, path: '' },
  });
});

test('what is absent, or null as the JSON format has it, is left out', () => {
  const expected = { ...{ at: null, note: null, attributes: null, data: null } };
  expect(parse(event).report).toMatchObject(expected);
  expect(parse({ ...event, time: null, data: null, datacontenttype: null, other: null }).report).toMatchObject(
    expected,
  );
});

test.each([
  { key: 'k' },
  { note: 7, key: 'k' },
  { note: 'not read', attributes: 'nor this', of: [{ its: 'own' }, null] },
  { NOTE: 'x' },
])('data of other fields is kept whole, and nothing in it is read: %j', (data) => {
  expect(parse({ ...event, data }).report).toEqual({ ...parse(event).report, data });
});

test('hermestype names the event type, whatever the type says to others', () => {
  const expected = parse(event).report;
  expect(parse({ ...event, type: 'com.github.push', hermestype: 'disk-full' }).report).toEqual(expected);
  expect(parse({ ...event, type: 'disk-cleaned', hermestype: 'disk-full' }).report).toEqual(expected);
  expect(parse({ ...event, hermestype: null }).report).toEqual(expected);
});

test('extension attributes are taken and not kept', () => {
  const { report } = parse({ ...event, traceparent: '00-ab-cd-01', sequence: 7, sampled: true });
  expect(report).toEqual(parse(event).report);
});

const faulty: readonly (readonly [what: string, value: unknown, places: readonly string[]])[] = [
  ['null', null, [' invalid']],
  ['an array', [event], [' invalid']],
  ['nothing', {}, ['specversion missing', 'id missing', 'source missing', 'type missing', 'subject missing']],
  ['another version', { ...event, specversion: '0.3' }, ['specversion invalid']],
  ['a version that is a number', { ...event, specversion: 1.0 }, ['specversion invalid']],
  ['an empty id', { ...event, id: '' }, ['id invalid']],
  ['an id of two lines', { ...event, id: 'a\nb' }, ['id invalid']],
  ['a source with a space', { ...event, source: 'my agent' }, ['source invalid']],
  ['a source that is too long', { ...event, source: 'x'.repeat(MAX_BY_LENGTH + 1) }, ['source invalid']],
  ['a type that is a pair', { ...event, type: { category: 'disk', state: 'full' } }, ['type invalid']],
  ['a type of reversed domain names', { ...event, type: 'Com.Example' }, ['type invalid']],
  ['a subject that is no host', { ...event, subject: 'a/b' }, ['subject invalid']],
  ['a time without a zone', { ...event, time: '2026-01-31T12:00:00' }, ['time invalid']],
  ['a time that is ahead', { ...event, time: '2026-01-31T12:06:00Z' }, ['time invalid']],
  [
    'data that is no JSON',
    { ...event, datacontenttype: 'text/xml', data: '<x/>' },
    ['datacontenttype invalid', 'data invalid'],
  ],
  ['binary data', { ...event, data_base64: 'AA==' }, ['data_base64 invalid']],
  ['data that is a list', { ...event, data: ['k'] }, ['data invalid']],
  ['data that is too large', { ...event, data: { key: 'x'.repeat(MAX_DATA_BYTES) } }, ['data invalid']],
  ['a number that JSON cannot keep', { ...event, data: { key: Infinity } }, ['data invalid']],
  ['a hermestype that is no name', { ...event, type: 'Com.Example', hermestype: 'disk' }, ['hermestype invalid']],
  ['a type beside it that is no text', { ...event, type: 7, hermestype: 'disk-full' }, ['type invalid']],
  ['a hermestype without a type', { ...event, type: null, hermestype: 'disk-full' }, ['type missing']],
  ['a bad note', { ...event, data: { note: 7 } }, ['data.note invalid']],
  ['a bad attribute', { ...event, data: { attributes: { a: {} } } }, ['data.attributes.a invalid']],
  ['a name in capitals', { ...event, Subject: 'a' }, ['Subject unknown']],
  ['an extension that is an object', { ...event, extra: {} }, ['extra invalid']],
];

test.each(faulty)('%s is refused with its place', (_what, value, places) => {
  expect(placesOf(value)).toEqual(places);
  expect(parse(value).report).toBeUndefined();
});

test.each(['application/json', 'text/json', 'application/vnd.x+json', 'APPLICATION/JSON'])(
  'data of %s is JSON',
  (type) => {
    expect(parse({ ...event, datacontenttype: type, data: {} }).report).toBeDefined();
  },
);

test('a batch: each has its place, an empty one and one that is none are refused, and one too many', () => {
  expect(parseCloudEvents([event, event], { nowMs })).toMatchObject({
    ok: true,
    reports: [{ path: '[0]' }, { path: '[1]' }],
  });
  expect(parseCloudEvents([event, { ...event, id: 7 }], { nowMs })).toMatchObject({ faults: [{ path: '[1].id' }] });
  for (const body of [[], {}, null, 'x']) {
    expect(parseCloudEvents(body, { nowMs })).toMatchObject({ ok: false, reason: 'invalid', faults: [{ path: '' }] });
  }
  const many = Array.from({ length: MAX_EVENTS + 1 }, () => event);
  expect(parseCloudEvents(many, { nowMs })).toEqual({ ok: false, reason: 'too-many', count: MAX_EVENTS + 1 });
});

test('rule 24: a key is short, and no two pairs of source and id have the same', () => {
  const source = fc.stringMatching(/^[!-~]{1,199}$/);
  const id = fc.oneof(fc.string({ minLength: 1, maxLength: 300 }), fc.constantFrom(' ', 'a b', 'sha256:'));
  fc.assert(
    fc.property(source, id, source, id, (source1, id1, source2, id2) => {
      const [one, two] = [cloudEventKey(source1, id1), cloudEventKey(source2, id2)];
      expect(one.length).toBeLessThanOrEqual(MAX_KEY_LENGTH);
      expect(one === two).toBe(source1 === source2 && id1 === id2);
    }),
  );
  expect(cloudEventKey('a', 'b c')).not.toBe(cloudEventKey('a', 'b  c'));
  expect(cloudEventKey('s', 'x'.repeat(200))).toMatch(/^sha256:[0-9a-f]{64}$/);
  expect(cloudEventKey('s', 'x'.repeat(198))).toBe(`s ${'x'.repeat(198)}`);
});

describe('binary mode over HTTP', () => {
  const headers: HeaderValues = {
    ...Object.fromEntries(Object.entries(event).map(([name, value]) => [`ce-${name}`, [value]])),
    host: ['hermes'],
    'content-type': ['application/json'],
  };

  function ofHeaders(
    more: HeaderValues,
    data?: unknown,
  ): { readonly event: object | undefined; readonly places: string[] } {
    const faults: Fault[] = [];
    const made = cloudEventOfHeaders({ ...headers, ...more }, data, faults);
    return { event: made, places: faults.map(({ path }) => path) };
  }

  test('headers and body are the same event as in the JSON format', () => {
    expect({ ...ofHeaders({}).event }).toEqual(event);
    expect({ ...ofHeaders({}, { note: 'n' }).event }).toEqual({ ...event, data: { note: 'n' } });
    expect(parse(ofHeaders({}).event).report).toEqual(parse(event).report);
  });

  test.each([
    ['Euro%20%E2%82%AC%20%f0%9f%98%80', 'Euro € 😀'],
    ['"a \\"quoted\\" %22text%22"', 'a "quoted" "text"'],
    ['100%2525', '100%25'],
    ['plain+text', 'plain+text'],
    ['"', '"'],
  ])('%s is decoded once', (value, text) => {
    expect(ofHeaders({ 'ce-id': [value] }).event).toMatchObject({ id: text });
  });

  test.each([
    [{ 'ce-id': ['%'] }, 'id'],
    [{ 'ce-id': ['%C3'] }, 'id'],
    [{ 'ce-id': ['ä'] }, 'id'],
    [{ 'ce-id': ['a', 'b'] }, 'id'],
    [{ 'ce-datacontenttype': ['application/json'] }, 'datacontenttype'],
    [{ 'ce-data': ['{}'] }, 'data'],
    [{ 'ce-data_base64': ['AA=='] }, 'data_base64'],
  ])('%j is a fault', (more, place) => {
    expect(ofHeaders(more)).toEqual({ event: undefined, places: [place] });
  });

  test("names that JavaScript's objects know are names like any other, and refused as such", () => {
    const { event: made } = ofHeaders({ 'ce-constructor': ['x'], 'ce-__proto__': ['x'] });
    expect(placesOf(made)).toEqual(['__proto__ unknown']);
  });

  test('one header is enough to tell', () => {
    expect(hasCloudEventHeaders({ 'ce-id': '1' })).toBe(true);
    expect(hasCloudEventHeaders({ accept: 'ce-', cookie: 'ce-id=1' })).toBe(false);
  });
});
