/** The scales themselves: what is compared with what, and when a figure counts as fallen. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { recordBaseline, regressions, TOLERANCE, unrecorded, type Baseline } from './baseline.js';
import { Computing } from './computing.js';
import { CpuShares, ticksOf } from './cpu.js';
import { atLeast, grouped, median, NO_FIGURE, onDouble, quantile, type Figure } from './figure.js';
import { chosenOf, namesOf, parseOptions } from './options.js';
import { figureLine } from './report.js';
import { compare, interleave, sameForBoth, throughput } from './rounds.js';

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
  const onRound = (): void => undefined;
  const rounds = await interleave({ rounds: 3, floor: side('floor'), ours: side('ours'), onRound });
  expect(order).toEqual(['floor', 'ours', 'ours', 'floor', 'floor', 'ours', 'ours', 'floor']);
  expect(rounds).toEqual({ floorMs: 4, oursMs: 4, ratio: 1, spread: [0.5, 2] });
});

test('both sides of a round get the same, each round another', () => {
  let made = 0;
  const next = sameForBoth(() => (made += 1));
  expect([next(), next(), next(), next(), next()]).toEqual([1, 1, 2, 2, 3]);
});

test('a throughput says both rates, their ratio and its aim, and leaves out notes that are none', () => {
  const rounds = { floorMs: 500, oursMs: 1000, ratio: 0.5, spread: [0.4, 0.6] } as const;
  const figure = throughput('x', rounds, { count: 2000, things: 'rows', least: 0.7, notes: [null, 'a note'] });
  expect(figure).toEqual({
    ...{ name: 'x', ours: '2,000 rows/s', floor: '4,000 rows/s', ratio: 0.5, spread: [0.4, 0.6] },
    ...{ aim: { says: '≥ 0.7', met: false }, notes: ['a note'] },
  });
  expect(throughput('x', rounds, { count: 1, things: 'rows', least: null }).aim).toBeNull();
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

test('the command line takes names and flags, and lists the known ones where it is given another', () => {
  expect(parseOptions(['append', '--quick'], ['append'])).toEqual({
    ...{ names: ['append'], quick: true, check: false, record: false, help: false },
  });
  expect(() => parseOptions(['apend'], ['append'])).toThrow(
    '"apend" is no benchmark and no flag: choose of append, or --quick, --check, --record, --help',
  );
});

test('a result on a double is shown but is no figure: it meets no aim, is not compared and not recorded', () => {
  const seen: Figure = {
    ...{ name: 'append/one', ours: '5 a second', floor: '50 a second', ratio: 0.1, spread: [0.1, 0.1] },
    ...{ aim: atLeast(0.1, 0.7, ''), notes: ['cpu'] },
  };
  const skipped = onDouble(seen, 'a double of a server');
  expect(skipped).toMatchObject({ ours: NO_FIGURE, floor: null, ratio: null, spread: null, aim: null });
  expect(figureLine(skipped).split('\n').slice(1)).toEqual([
    '    orientation only, on a double of a server: 5 a second, floor 50 a second, ratio 0.10',
    '    cpu',
  ]);
  expect(regressions(baseline, 'full', [seen])).toHaveLength(1);
  expect(regressions(baseline, 'full', [skipped])).toEqual([]);
  expect(unrecorded(baseline, 'full', [{ ...skipped, name: 'new' }])).toEqual([]);
  const file = join(mkdtempSync(join(tmpdir(), 'hermes-bench-')), 'baseline.json');
  writeFileSync(file, JSON.stringify(baseline));
  recordBaseline(file, 'full', [skipped]);
  expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(baseline);
  rmSync(join(file, '..'), { recursive: true });
});

test('a group is chosen by its name and left out where none is named', () => {
  const all = ['append', 'stack/relay', 'stack/ingest'].map((name) => ({ name }));
  const chosen = (...names: string[]): readonly string[] => chosenOf(all, names).map(({ name }) => name);
  expect(namesOf(all)).toEqual(['append', 'stack/relay', 'stack', 'stack/ingest']);
  expect(chosen()).toEqual(['append']);
  expect(chosen('stack')).toEqual(['stack/relay', 'stack/ingest']);
  expect(chosen('stack/ingest', 'append')).toEqual(['append', 'stack/ingest']);
});

test('shares are of one core, from what the system says before and after, and of what was there', async () => {
  const proc = mkdtempSync(join(tmpdir(), 'hermes-bench-'));
  const put = (busy: number, ticks: Readonly<Record<number, number>>): void => {
    writeFileSync(join(proc, 'stat'), `cpu  ${busy} 0 0 77 0 0 0 0 0 0\ncpu0 1 2 3\n`);
    for (const [pid, user] of Object.entries(ticks)) {
      mkdirSync(join(proc, pid), { recursive: true });
      writeFileSync(join(proc, pid, 'stat'), `${pid} (a ) (b) S 1 1 1 0 -1 0 0 0 0 0 ${user} 5 0 0 20 0\n`);
    }
  };
  expect(ticksOf('7 (a ) (b) S 1 1 1 0 -1 0 0 0 0 0 30 5 0 0 20 0')).toBe(35);
  const shares = new CpuShares(() => ({ server: 7, gone: 8 }), proc);
  expect(shares.line('it')).toBeNull();
  put(1000, { 7: 30 });
  // of a second of the clock that is looked at
  const begun = performance.now();
  await shares.during(async () => {
    put(1300, { 7: 50 });
  });
  const ms = performance.now() - begun;
  const [, percent] = /server (\d+) %/.exec(shares.line('it') ?? '') ?? [];
  expect(shares.line('it')).toMatch(/^cpu of it, 100 % is a core: server \d+ %; the whole machine \d+ %$/);
  // 20 ticks are 200 ms
  expect(Number(percent)).toBeGreaterThanOrEqual(Math.floor(20_000 / ms));
  rmSync(proc, { recursive: true });
});

test('computing is compared round by round, the warm-up left out', async () => {
  let spentMs = 0;
  const computing = new Computing(() => spentMs);
  const spend = (ms: number) => (): Promise<void> => {
    spentMs += ms;
    return Promise.resolve();
  };
  for (const [floor, ours] of [
    [1, 200],
    [30, 60],
  ] as const) {
    await computing.of('floor', spend(floor));
    await computing.of('ours', spend(ours));
  }
  const figure = computing.figure('x', 1000, 'an append', (ratio) => atLeast(ratio, 0.1, ''));
  expect(figure).toMatchObject({ name: 'x-computing', ratio: 0.5, aim: { met: true } });
  expect(figure).toMatchObject({ ours: '60 µs of processor an append', floor: '30 µs of processor an append' });
});

test('computing is processor time: waiting is none of it', async () => {
  const computing = new Computing();
  const spin = (): Promise<void> => {
    const { user: before } = process.cpuUsage();
    while (process.cpuUsage().user - before < 60_000);
    return Promise.resolve();
  };
  for (let round = 0; round < 2; round += 1) {
    await computing.of('floor', () => new Promise((wake) => setTimeout(wake, 300)));
    await computing.of('ours', spin);
  }
  expect(computing.figure('x', 1, 'an append', (ratio) => atLeast(ratio, 0, '')).ratio).toBeLessThan(1);
});
