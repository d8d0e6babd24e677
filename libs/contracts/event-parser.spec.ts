/** The strict parser: what the API guide promises is taken; all faults of anything else are reported at once, with their places. */
import fc from 'fast-check';
import { parseInstant } from '#domain';
import type { Fault } from './errors.js';
import { MAX_EVENTS } from './event-limits.js';
import { parseEvent } from './event-parser.js';
import { event, nowMs, parse, placesOf, reportsOf } from './testing-events.js';

const value = fc.oneof(
  fc.jsonValue({ maxDepth: 2 }),
  fc.constantFrom<unknown>('web-1', 'disk-full', '2026-01-31T10:00:00Z', { category: 'disk', state: 'full' }, [
    'a',
    'b',
  ]),
);

const field = fc.constantFrom(
  'host',
  'hosts',
  'type',
  'key',
  'at',
  'by',
  'note',
  'attributes',
  'colour',
  'constructor',
);

const anything = fc.oneof(
  fc.dictionary(field, value),
  fc.dictionary(field, value).map((fields) => ({ ...event, ...fields })),
  fc.array(fc.oneof(value, fc.constant(event)), { maxLength: 4 }),
  fc.anything({ withBigInt: true, withDate: true, withNullPrototype: true }),
);

test('an event with all its fields', () => {
  const full = {
    ...{ host: ' WEB-1.Example.COM. ', type: { category: 'disk', state: 'full' }, key: 'k', by: 'anna' },
    ...{
      at: '2026-01-31T12:59:59.5+01:00',
      note: 'a\n\tb\r\n',
      attributes: { disk: '/dev/sda', used: 0.97, raid: true },
      data: { any: [1, null, { thing: 'at all' }], note: '\0' },
    },
  };
  expect(reportsOf(full)).toEqual([{ ...full, host: 'web-1.example.com', at: '2026-01-31T11:59:59.500Z', path: '' }]);
});

test('what an event leaves out is null', () => {
  const nothing = { key: null, at: null, by: null, note: null, attributes: null, data: null };
  expect(reportsOf(event)).toEqual([{ ...event, ...nothing, path: '' }]);
});

test('an array: each item is an event, a repeat too, with its place', () => {
  expect(reportsOf([event, event, { ...event, host: 'b' }]).map(({ host, path }) => `${host} ${path}`)).toEqual([
    'web-1 [0]',
    'web-1 [1]',
    'b [2]',
  ]);
});

test('rule 19: hosts give one event each, a host named twice one', () => {
  const reports = reportsOf({ type: 'disk-full', key: 'k', hosts: ['b', 'A', ' B. ', 'a'] });
  expect(reports.map(({ host, key, path }) => [host, key, path])).toEqual([
    ['b', 'k', ''],
    ['a', 'k', ''],
  ]);
});

test('as many events or hosts as are allowed are taken; one more is too many, whatever else is wrong', () => {
  const many = Array.from({ length: MAX_EVENTS }, () => event);
  expect(reportsOf(many)).toHaveLength(MAX_EVENTS);
  expect(parse([...many, null])).toEqual({ ok: false, reason: 'too-many', count: MAX_EVENTS + 1 });
  const hosts = many.map((_, index) => `h${index}`);
  expect(reportsOf({ type: 'disk-full', hosts })).toHaveLength(MAX_EVENTS);
  expect(parse({ type: 7, hosts: [...hosts, 'h0'] })).toEqual({ ok: false, reason: 'too-many', count: MAX_EVENTS + 1 });
});

describe('parseEvent', () => {
  test('adds to the faults that are there', () => {
    const faults: Fault[] = [{ path: 'x', code: 'invalid', message: 'earlier' }];
    expect(parseEvent({ host: 'a' }, 'line', nowMs, faults)).toBeUndefined();
    expect(faults.map(({ path }) => path)).toEqual(['x', 'line.type']);
    expect(parseEvent(event, '[7]', nowMs, faults)).toMatchObject({ ...event, path: '[7]' });
    expect(faults).toHaveLength(2);
  });

  test('never takes hosts', () => {
    const faults: Fault[] = [];
    expect(parseEvent({ type: 'a-b', hosts: ['a'] }, '', nowMs, faults)).toBeUndefined();
    expect(faults.map(({ path, code }) => `${path} ${code}`)).toEqual(['hosts unknown', 'host missing']);
  });

  test('refuses what is faulty also when no more faults are kept', () => {
    const faults: Fault[] = Array.from({ length: 1000 }, () => ({ path: '', code: 'invalid', message: '' }));
    expect(parseEvent({ ...event, colour: 1 }, '', nowMs, faults)).toBeUndefined();
    expect(faults).toHaveLength(1000);
  });
});

test('whatever is sent is either taken within the limits or has at least one fault, and is left as it was', () => {
  fc.assert(
    fc.property(anything, (body) => {
      const before = fc.stringify(body);
      const parsed = parse(body);
      expect(fc.stringify(body)).toBe(before);
      if (!parsed.ok) {
        expect(parsed.reason).toBe('invalid');
        if (parsed.reason === 'invalid') expect(parsed.faults.length).toBeGreaterThan(0);
        return;
      }
      expect(parsed.reports.length).toBeGreaterThan(0);
      for (const report of parsed.reports) {
        expect(report.host).toMatch(/^[a-z0-9]([a-z0-9._-]*[a-z0-9])?$/);
        if (report.at !== null) expect(parseInstant(report.at)).toBe(report.at);
      }
    }),
    { numRuns: 3000 },
  );
});

test('what one event gives, it gives in an array and for hosts', () => {
  fc.assert(
    fc.property(fc.dictionary(field, value), (fields) => {
      const { hosts: _hosts, ...own } = { ...event, ...fields } as Record<string, unknown>;
      const alone = parse(own);
      const listed = parse([event, own]);
      expect(listed.ok).toBe(alone.ok);
      const { host, ...rest } = own;
      expect(parse({ ...rest, hosts: [host] }).ok).toBe(alone.ok);
      if (alone.ok && listed.ok) expect({ ...listed.reports[1], path: '' }).toEqual(alone.reports[0]);
      if (!alone.ok && alone.reason === 'invalid')
        expect(placesOf([event, own])).toEqual(
          alone.faults.map(({ path, code }) => `[1]${path === '' ? '' : '.'}${path} ${code}`),
        );
    }),
    { numRuns: 1000 },
  );
});
