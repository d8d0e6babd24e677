/** What a benchmark answers: figures of ours beside the floor's, taken in one run, and what is aimed at. */

/** Lowest and highest of the rounds. */
export type Spread = readonly [lowest: number, highest: number];

export interface Figure {
  /** Unique among all; the baseline knows it by this. */
  readonly name: string;
  /** Ours and the floor's as a person reads them; null where there is no floor to compare with. */
  readonly ours: string;
  readonly floor: string | null;
  /** Ours in proportion to the floor, greater is better, 1 is the floor; null where only `ours` says something. */
  readonly ratio: number | null;
  readonly spread: Spread | null;
  readonly aim: Aim | null;
  /** Lines beneath it: shares of the processor, and what was seen where there is no figure. */
  readonly notes?: readonly string[];
}

export interface Aim {
  readonly says: string;
  readonly met: boolean;
}

export function atLeast(value: number, least: number, unit: string): Aim {
  return { says: `≥ ${grouped(least)}${unit}`, met: value >= least };
}

export function atMost(value: number, most: number, unit: string): Aim {
  return { says: `≤ ${grouped(most)}${unit}`, met: value <= most };
}

/** 12,345 or 1.23: three digits are enough to compare. */
export function grouped(value: number): string {
  const digits = value >= 100 ? 0 : value >= 10 ? 1 : 2;
  return value.toLocaleString('en-US', { maximumFractionDigits: digits });
}

export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/** The value below which the fraction of them lies (nearest rank). Throws a RangeError for none. */
export function quantile(values: readonly number[], fraction: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const value = sorted[Math.max(0, Math.ceil(fraction * sorted.length) - 1)];
  if (value === undefined) throw new RangeError('no values to choose from');
  return value;
}

export function spreadOf(values: readonly number[]): Spread {
  return [Math.min(...values), Math.max(...values)];
}

/** In place of a figure that came about on a double of a server, which says nothing of the server's own speed. */
export const NO_FIGURE = 'no figure (double)';

/**
 * The figure without what it says: never recorded, never compared, never met. What was seen stands beneath it, for those
 * who look for waste in our own code.
 */
export function onDouble(seen: Figure, double: string): Figure {
  const { name, ours, floor, ratio, notes = [] } = seen;
  const beside = floor === null ? '' : `, floor ${floor}`;
  const share = ratio === null ? '' : `, ratio ${ratio.toFixed(2)}`;
  return {
    ...{ name, ours: NO_FIGURE, floor: null, ratio: null, spread: null, aim: null },
    notes: [`orientation only, on ${double}: ${ours}${beside}${share}`, ...notes],
  };
}
