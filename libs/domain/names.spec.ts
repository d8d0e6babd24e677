/** What is a name and what is not: the alphabet, the bounds, and what folding must not let in. */
import { instantOfMs, isTypePart, msOfInstant, parseHostName, parseInstant, parseTypeName, typeName } from './names.js';

const label = (length: number) => 'a'.repeat(length);

describe('host names', () => {
  test.each([
    ['web-1', 'web-1'],
    ['a', 'a'],
    ['7', '7'],
    ['DB_01.Example.ORG', 'db_01.example.org'],
    ['  web-1\t\n', 'web-1'],
    ['web-1.example.org.', 'web-1.example.org'],
    [' WEB. ', 'web'],
    ['a..b', 'a..b'],
    [label(253), label(253)],
    [`${label(253)}.`, label(253)],
  ])('%j is %s', (text, host) => {
    expect(parseHostName(text)).toBe(host);
  });

  test.each([
    ['nothing', ''],
    ['space', '   '],
    ['a dot', '.'],
    ['two final dots', 'web..'],
    ['space before the final dot', 'web .'],
    ['a leading hyphen', '-web'],
    ['a leading dot', '.web'],
    ['a trailing hyphen', 'web-'],
    ['a trailing underscore', 'web_'],
    ['space inside', 'web 1'],
    ['a line break inside', 'web\n1'],
    ['a tilde, which ids are cut at', 'web~1'],
    ['a slash', 'web/1'],
    ['a NUL', 'web\u0000'],
    ['254 characters', label(254)],
    ['254 characters and a final dot', `${label(254)}.`],
    // folding makes an ASCII letter of it, which nobody wrote
    ['the Kelvin sign', 'dis\u212A1'],
    ['the Kelvin sign alone', '\u212A'],
    ['a dotted capital I', 'd\u0130sk'],
    ['a long s', 'di\u017Fk'],
    ['an umlaut', 'zürich'],
    ['a full-width letter', '\uFF41'],
    ['an Arabic digit', 'web-\u0661'],
    ['half a surrogate pair', 'web\uD83D'],
    ['a zero-width joiner', 'web\u200D1'],
  ])('%s names no host', (_what, text) => {
    expect(parseHostName(text)).toBeUndefined();
  });

  test('parsing what was parsed changes nothing', () => {
    expect(parseHostName(parseHostName(' Web-1.')!)).toBe('web-1');
  });
});

describe('event types', () => {
  test.each(['a', '0', 'system-reboot', 'a.b_c-d', label(64)])('%j may be a part', (text) => {
    expect(isTypePart(text)).toBe(true);
  });

  test.each(['', '-a', 'a-', 'a.', '_a', 'A', 'a b', 'a\n', 'ä', '\u212A', label(65)])('%j may not', (text) => {
    expect(isTypePart(text)).toBe(false);
  });

  test.each(['a-b', 'system-reboot-required', 'a.b-c_d', `${label(64)}-${label(64)}`, 'a--b-c'])(
    '%j may be a name',
    (text) => {
      expect(parseTypeName(text)).toBe(text);
    },
  );

  test.each([
    ['no hyphen', 'reboot'],
    ['an empty state', 'reboot-'],
    ['an empty category', '-required'],
    ['only a hyphen', '-'],
    ['no pair on either side of any hyphen', 'a--b'],
    ['a dot before the only hyphen', 'a.-b'],
    ['a part too long', `a-${label(65)}`],
    ['both too long', `${label(65)}-${label(65)}`],
    ['upper case', 'System-reboot'],
    ['a final line break', 'a-b\n'],
    ['space', ' a-b'],
  ])('%s: %j may not', (_what, text) => {
    expect(parseTypeName(text)).toBeUndefined();
  });

  test('every pair of parts makes a name that parses', () => {
    const parts = ['a', 'a-b', 'a--b', 'x.y', label(64)];
    for (const category of parts) {
      for (const state of parts) expect(parseTypeName(typeName(category, state))).toBe(`${category}-${state}`);
    }
  });
});

describe('instants', () => {
  test.each([
    ['2026-03-01T12:00:00Z', '2026-03-01T12:00:00.000Z'],
    ['2026-03-01T12:00Z', '2026-03-01T12:00:00.000Z'],
    ['2026-03-01t12:00:00z', '2026-03-01T12:00:00.000Z'],
    ['2026-03-01 12:00:00Z', '2026-03-01T12:00:00.000Z'],
    ['2016-12-31T23:59:60Z', '2017-01-01T00:00:00.000Z'],
    ['2017-01-01T05:29:60.5+05:30', '2017-01-01T00:00:00.500Z'],
    ['1969-12-31T23:59:60Z', '1970-01-01T00:00:00.000Z'],
    ['2026-03-01T12:00:00+02:00', '2026-03-01T10:00:00.000Z'],
    ['2026-03-01T12:00:00-0530', '2026-03-01T17:30:00.000Z'],
    ['2026-03-01T12:00:00,1Z', '2026-03-01T12:00:00.100Z'],
    ['2026-03-01T12:00:00.999999999Z', '2026-03-01T12:00:00.999Z'],
    ['2024-02-29T00:00:00Z', '2024-02-29T00:00:00.000Z'],
    ['2000-02-29T00:00:00Z', '2000-02-29T00:00:00.000Z'],
    ['0000-01-01T00:00:00Z', '0000-01-01T00:00:00.000Z'],
    ['9999-12-31T23:59:59.999Z', '9999-12-31T23:59:59.999Z'],
  ])('%s is %s', (text, instant) => {
    expect(parseInstant(text)).toBe(instant);
    expect(instantOfMs(msOfInstant(parseInstant(text)!))).toBe(instant);
  });

  test.each([
    ['no zone', '2026-03-01T12:00:00'],
    ['a date', '2026-03-01'],
    ['30 February', '2026-02-30T00:00:00Z'],
    ['29 February of a common year', '2026-02-29T00:00:00Z'],
    ['29 February 1900', '1900-02-29T00:00:00Z'],
    ['31 April', '2026-04-31T00:00:00Z'],
    ['day 0', '2026-01-00T00:00:00Z'],
    ['month 13', '2026-13-01T00:00:00Z'],
    ['month 0', '2026-00-01T00:00:00Z'],
    ['hour 24', '2026-01-01T24:00:00Z'],
    ['minute 60', '2026-01-01T00:60:00Z'],
    ['second 60 within a day', '2026-01-01T00:00:60Z'],
    ['a leap second after the year 9999', '9999-12-31T23:59:60Z'],
    ['second 61', '2016-12-31T23:59:61Z'],
    ['two blanks', '2026-03-01  12:00:00Z'],
    ['a zone that is none', '2026-01-01T00:00:00+99:00'],
    ['before the year 0', '0000-01-01T00:00:00+01:00'],
    ['after the year 9999', '9999-12-31T23:59:59-01:00'],
    ['a year of six digits', '+002026-01-01T00:00:00Z'],
    ['a number', '1767225600000'],
    ['words', 'yesterday'],
    ['space around', ' 2026-03-01T12:00:00Z'],
    ['other digits', '\u0662026-03-01T12:00:00Z'],
  ])('%s is no instant', (_what, text) => {
    expect(parseInstant(text)).toBeUndefined();
  });

  test('instants order as texts as they do in time', () => {
    const times = [-62_167_219_200_000, -1, 0, 1, 999, 1000, 1_767_225_600_000, 253_402_300_799_999];
    const texts = times.map((time) => instantOfMs(time)!);
    expect([...texts].sort()).toEqual(texts);
    expect(texts.map(msOfInstant)).toEqual(times);
  });

  test.each([NaN, Infinity, -Infinity, -62_167_219_200_001, 253_402_300_800_000])('%d ms is no instant', (timeMs) => {
    expect(instantOfMs(timeMs)).toBeUndefined();
  });
});
