/** The recorded ratios of an earlier run, and which figures are now clearly below them. Ratios only: times are the machine's. */
import { readFileSync, writeFileSync } from 'node:fs';
import type { Figure } from './figure.js';

/** A ratio may be below the recorded one by this share of it: two runs of one build differ by as much on a busy machine. */
export const TOLERANCE = 0.25;

export type Size = 'full' | 'quick';
/** By figure; full and quick runs have different sizes, and so different ratios. */
export type Baseline = Readonly<Record<Size, Readonly<Record<string, number>>>>;

export function readBaseline(file: string): Baseline {
  return JSON.parse(readFileSync(file, 'utf8')) as Baseline;
}

/** Replaces the ratios of the figures given; others stay as recorded. */
export function recordBaseline(file: string, size: Size, figures: readonly Figure[]): void {
  const before = readBaseline(file);
  const ratios = { ...before[size] };
  for (const { name, ratio } of figures) if (ratio !== null) ratios[name] = Math.round(ratio * 100) / 100;
  const sorted = Object.fromEntries(Object.entries(ratios).sort(([a], [b]) => (a < b ? -1 : 1)));
  writeFileSync(file, `${JSON.stringify({ ...before, [size]: sorted }, null, 2)}\n`);
}

/** One sentence for each figure that is clearly below what was recorded. */
export function regressions(baseline: Baseline, size: Size, figures: readonly Figure[]): readonly string[] {
  return figures.flatMap(({ name, ratio }) => {
    const recorded = baseline[size][name];
    if (recorded === undefined || ratio === null || ratio >= recorded * (1 - TOLERANCE)) return [];
    return [`${name}: ${ratio.toFixed(2)} is more than ${TOLERANCE * 100} % below the recorded ${recorded.toFixed(2)}`];
  });
}

/** Figures with a ratio that nothing is recorded of: they cannot fail yet. */
export function unrecorded(baseline: Baseline, size: Size, figures: readonly Figure[]): readonly string[] {
  return figures
    .filter(({ name, ratio }) => ratio !== null && baseline[size][name] === undefined)
    .map(({ name }) => name);
}
