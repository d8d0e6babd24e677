/** The scales themselves: what is compared with what, and when a figure counts as fallen. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { recordBaseline, regressions, TOLERANCE, unrecorded, type Baseline } from './baseline.js';
import { grouped, median, quantile, type Figure } from './figure.js';
import { parseOptions } from './options.js';
import { compare, interleave } from './rounds.js';

function figure(name: string, ratio: number | null): Figure {
  return { name, ours: '', floor: null, ratio, spread: null, aim: null };
}

const baseline: Baseline = { full: { 'append/one': 0.8 }, quick: { 'append/one': 0.4 } };

test('a ratio fails when it is below the recorded one by more than the tolerance, and not before', () => {
  const least = 0.8 * (1 - TOLERANCE);
  expect(regressions(baseline, 'full', [figure('append/one', least)])).toEqual([]);
  expect(regressions(baseline, 'full', [figure('append/one', least - 0.01)])).toEqual([
    expect.stringContaining('append/one: 0.59 is more than 25 % below the recorded 0.80'),
  ]);
  expect(regressions(baseline, 'quick', [figure('append/one', least - 0.01)])).toEqual([]);
  expect(regressions(baseline, 'full', [figure('append/new', 0.01), figure('append/one', null)])).toEqual([]);
});

test('what nothing is recorded of is named, so that a check that cannot fail is seen', () => {
  const figures = [figure('append/one', 1), figure('append/new', 1), figure('memory', null)];
  expect(unrecorded(baseline, 'full', figures)).toEqual(['append/new']);
});

test('recording replaces the ratios of what was run and keeps the others, sorted by name', () => {
  const folder = mkdtempSync(join(tmpdir(), 'hermes-bench-'));
  try {
    const file = join(folder, 'baseline.json');
    writeFileSync(file, JSON.stringify(baseline));
    recordBaseline(file, 'full', [figure('a', 0.123), figure('b', null)]);
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual({ ...baseline, full: { a: 0.12, 'append/one': 0.8 } });
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('rounds alternate who begins, leave the warm-up out, and compare round by round', async () => {
  const order: string[] = [];
  const times = { floor: [100, 3, 4, 8], ours: [100, 6, 4, 4] };
  const side = (name: 'floor' | 'ours') => async () => {
    order.push(name);
    return times[name].shift()!;
  };
  const tell = (): void => undefined;
  const rounds = await interleave({ rounds: 3, floor: side('floor'), ours: side('ours'), tell });
  expect(order).toEqual(['floor', 'ours', 'ours', 'floor', 'floor', 'ours', 'ours', 'floor']);
  expect(rounds).toEqual({ floorMs: 4, oursMs: 4, ratio: 1, spread: [0.5, 2] });
});

test('the ratio is the median of the rounds, not the ratio of the medians', () => {
  expect(compare([1, 10, 100], [2, 10, 50])).toMatchObject({ ratio: 1, floorMs: 10, oursMs: 10 });
  expect(compare([1, 10, 100], [1, 100, 50])).toMatchObject({ ratio: 1, floorMs: 10, oursMs: 50 });
});

test('quantiles are values that were measured', () => {
  const values = Array.from({ length: 100 }, (_, n) => 100 - n);
  expect([median(values), quantile(values, 0.99), quantile(values, 1), quantile([7], 0.01)]).toEqual([50, 99, 100, 7]);
  expect(() => median([])).toThrow(RangeError);
});

test('figures are written with three digits that matter', () => {
  expect([12_345.6, 34.56, 0.456].map(grouped)).toEqual(['12,346', '34.6', '0.46']);
});

test('the command line takes names and flags, and says what there is where it is given another', () => {
  expect(parseOptions(['append', '--quick'], ['append'])).toEqual({
    ...{ names: ['append'], quick: true, check: false, record: false, help: false },
  });
  expect(() => parseOptions(['apend'], ['append'])).toThrow(
    '"apend" is no benchmark and no flag: choose of append, or --quick, --check, --record, --help',
  );
});
