/** Times to close: percentiles by nearest rank, and how exact they are. */
import fc from 'fast-check';
import type { TypeName } from '#domain';
import { TimesSum } from './times-to-close.js';

const A = 'a-required' as TypeName;
const B = 'b-required' as TypeName;

function timesOf(...seconds: readonly number[]) {
  const sum = new TimesSum();
  for (const each of seconds) sum.add(A, 0, each * 1000);
  return sum.result();
}

test('of no labor there is no time', () => {
  expect(timesOf()).toEqual({ labors: 0, medianS: null, p90S: null, steps: [] });
});

test('the median and the 90th percentile are times of labors', () => {
  expect(timesOf(300, 60, 120)).toMatchObject({ labors: 3, medianS: 120, p90S: 300 });
  expect(timesOf(4, 3, 2, 1)).toMatchObject({ labors: 4, medianS: 2, p90S: 4 });
  expect(timesOf(...Array.from({ length: 100 }, (_, n) => n + 1))).toMatchObject({ medianS: 50, p90S: 90 });
});

test('each type has its times, in order of their names, and all together theirs', () => {
  const sum = new TimesSum();
  sum.add(B, 0, 30_000);
  sum.add(A, 5000, 6999);
  sum.add(B, 0, 40_000);
  expect(sum.result()).toEqual({
    ...{ labors: 3, medianS: 30, p90S: 40 },
    steps: [
      { type: A, labors: 1, medianS: 1, p90S: 1 },
      { type: B, labors: 2, medianS: 30, p90S: 40 },
    ],
  });
});

test('a labor that is reported closed before it was opened took no time', () => {
  expect(timesOf(-5)).toMatchObject({ labors: 1, medianS: 0, p90S: 0 });
});

test('an hour, a day and a week are shown as they are', () => {
  for (const seconds of [2047, 2048, 3600, 7200, 86_400]) expect(timesOf(seconds).medianS).toBe(seconds);
});

test('any time is shown by less than a thousandth too short, below half an hour exactly', () => {
  fc.assert(
    fc.property(fc.oneof(fc.nat({ max: 4000 }), fc.nat({ max: 2 ** 31 - 1 })), (seconds) => {
      const shown = timesOf(seconds).medianS!;
      expect(shown).toBeLessThanOrEqual(seconds);
      expect(shown).toBeGreaterThan(seconds * 0.999 - (seconds < 1800 ? 1e-9 : 0));
      if (seconds < 1800) expect(shown).toBe(seconds);
    }),
  );
});

test('however many labors, it holds few numbers', () => {
  const sum = new TimesSum();
  for (let n = 0; n < 100_000; n += 1) sum.add(A, 0, (n % 90_000) * 1000);
  const [slots] = (sum as unknown as { types: Map<string, Map<number, number>> }).types.values();
  expect(slots!.size).toBeLessThan(9000);
});
