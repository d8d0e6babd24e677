/** The quick check of instants agrees with the domain's parser, which is the law. */
import fc from 'fast-check';
import { parseInstant } from '#domain';
import { isInstant } from './instants.js';

function isCanonical(text: string): boolean {
  return parseInstant(text) === text;
}

test('every instant that the domain answers is one', () => {
  const dates = fc.date({
    min: new Date('0000-01-01T00:00:00.000Z'),
    max: new Date('9999-12-31T23:59:59.999Z'),
    noInvalidDate: true,
  });
  fc.assert(
    fc.property(dates, (date) => {
      expect(isInstant(date.toISOString())).toBe(true);
    }),
    { numRuns: 1000 },
  );
});

test('with any character another, exactly those are that the domain would answer', () => {
  const instants = ['2026-01-31T23:59:59.999Z', '2024-02-29T19:08:00.000Z', '1900-12-10T00:00:00.123Z'];
  for (const text of instants) {
    for (let index = 0; index < text.length; index += 1) {
      for (const character of '0123456789-+:.,TtZz /;@é') {
        const changed = text.slice(0, index) + character + text.slice(index + 1);
        expect([changed, isInstant(changed)]).toEqual([changed, isCanonical(changed)]);
      }
    }
  }
});

test('every day of every month, and the leap days of the centuries', () => {
  for (const year of ['1900', '2000', '2023', '2024', '2100', '0000']) {
    for (let month = 0; month <= 13; month += 1) {
      for (let day = 0; day <= 32; day += 1) {
        const text = `${year}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}T00:00:00.000Z`;
        expect([text, isInstant(text)]).toEqual([text, isCanonical(text)]);
      }
    }
  }
});

test.each([
  ...['', 'Z', '2026-01-31', '2026-01-31T10:00:00Z', '2026-01-31T10:00:00.00Z', '2026-01-31T10:00:00.0000Z'],
  ...[
    '2026-01-31T10:00:00.000+00:00',
    '2026-01-31T24:00:00.000Z',
    '2026-01-31T10:00:60.000Z',
    '+02026-01-31T10:00:00.0Z',
  ],
  ...['2026-01-31T10:60:00.000Z', ' 2026-01-31T10:00:00.00Z', '2026-01-31T10:00:00.000Z ', '-001-01-01T00:00:00.000Z'],
])('none: %j', (text) => {
  expect(isInstant(text)).toBe(false);
});
