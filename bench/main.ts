/** `npm run bench [names] [--quick] [--check] [--record]`: runs benchmarks one after the other and prints the results. */
import { join } from 'node:path';
import { readBaseline, recordBaseline, regressions, unrecorded, type Size } from './harness/baseline.js';
import { Context, type Benchmark } from './harness/context.js';
import type { Figure } from './harness/figure.js';
import { chosenOf, namesOf, parseOptions, type Options } from './harness/options.js';
import { figureLine, machineLine, machineNow, writeJson } from './harness/report.js';
import { append } from './suites/append.js';
import { beside } from './suites/beside.js';
import { changes } from './suites/changes.js';
import { endToEnd } from './suites/end-to-end.js';
import { flat } from './suites/flat.js';
import { fold } from './suites/fold.js';
import { kafkaStreams } from './suites/kafka-streams.js';
import { loading } from './suites/loading.js';
import { MEMORY } from './suites/memory.js';
import { pages } from './suites/pages.js';
import { projection } from './suites/projection.js';
import { questions } from './suites/questions.js';
import { largeReplay, replay } from './suites/replay.js';
import { single } from './suites/single.js';
import { STACK } from './suites/stack/index.js';
import { visible } from './suites/visible.js';
import { whatIf } from './suites/what-if.js';

const BENCHMARKS: readonly Benchmark[] = [
  append,
  projection,
  flat,
  endToEnd,
  single,
  visible,
  changes,
  pages,
  questions,
  fold,
  loading,
  replay,
  whatIf,
  beside,
  ...MEMORY,
  ...STACK,
  largeReplay,
  kafkaStreams,
];
const ROOT = join(import.meta.dirname, '../..');
const BASELINE = join(ROOT, 'bench/baseline.json');
const RESULTS = join(ROOT, 'dist/bench-results.json');

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

function help(): void {
  say('npm run bench [-- names] [--quick] [--check] [--record]');
  for (const { name, about } of BENCHMARKS) say(`  ${name.padEnd(18)} ${about}`);
  say(
    '  groups run only where they are named: stack, which needs its servers, kafka-streams, which needs Java and Maven, memory, large, or one of them',
  );
  say('  --quick      small sizes, about half a minute: shows that all of it runs');
  say('  --check      exit code 1 where a ratio is clearly below the recorded one');
  say('  --record     records the ratios in bench/baseline.json');
}

async function runAll(chosen: readonly Benchmark[], quick: boolean): Promise<readonly Figure[]> {
  const figures: Figure[] = [];
  const context = await Context.open(quick);
  try {
    for (const { name, about, run } of chosen) {
      say(`${name}: ${about}`);
      const begun = performance.now();
      const found = await run(context);
      context.hush();
      for (const figure of found) say(figureLine(figure));
      say(`  (${((performance.now() - begun) / 1000).toFixed(0)} s)`);
      figures.push(...found);
    }
  } finally {
    await context.close();
  }
  return figures;
}

async function bench({ names, quick, check, record }: Options): Promise<number> {
  const size: Size = quick ? 'quick' : 'full';
  const machine = machineNow();
  say(`${size} run on ${machineLine(machine)}`);
  const chosen = chosenOf(BENCHMARKS, names);
  const figures = await runAll(chosen, quick);
  writeJson(RESULTS, size, machine, figures);
  const baseline = readBaseline(BASELINE);
  const below = regressions(baseline, size, figures);
  const missing = unrecorded(baseline, size, figures);
  if (missing.length > 0 && !record) say(`nothing recorded to compare with (--record does): ${missing.join(', ')}`);
  for (const each of below) say(`below the baseline: ${each}`);
  if (record) recordBaseline(BASELINE, size, figures);
  return check && below.length > 0 ? 1 : 0;
}

const options = parseOptions(process.argv.slice(2), namesOf(BENCHMARKS));
if (options.help) help();
else process.exitCode = await bench(options);
