/** Interleaved rounds: floor and ours take turns in one run, so that whatever else the machine does meets both. */
import { atLeast, grouped, median, spreadOf, type Figure, type Spread } from './figure.js';

export interface Rounds {
  /** Milliseconds of the median round. */
  readonly floorMs: number;
  readonly oursMs: number;
  /** Median over rounds of floor time / ours. */
  readonly ratio: number;
  readonly spread: Spread;
}

export interface Contest {
  readonly rounds: number;
  /** Each answers its milliseconds; the first round of each is a warm-up and left out. */
  readonly floor: () => Promise<number>;
  readonly ours: () => Promise<number>;
  readonly onRound: (round: number) => void;
}

export async function interleave({ rounds, floor, ours, onRound }: Contest): Promise<Rounds> {
  const floorMs: number[] = [];
  const oursMs: number[] = [];
  for (let round = 0; round <= rounds; round += 1) {
    onRound(round);
    // who begins changes, so that neither always runs on what the other has left behind
    const floorFirst = round % 2 === 0;
    const first = await (floorFirst ? floor : ours)();
    const second = await (floorFirst ? ours : floor)();
    if (round === 0) continue;
    floorMs.push(floorFirst ? first : second);
    oursMs.push(floorFirst ? second : first);
  }
  return compare(floorMs, oursMs);
}

/** The same for rounds that were timed elsewhere: one of each side at every index. */
export function compare(floorMs: readonly number[], oursMs: readonly number[]): Rounds {
  const ratios = oursMs.map((ms, index) => (floorMs[index] ?? Number.NaN) / ms);
  return { floorMs: median(floorMs), oursMs: median(oursMs), ratio: median(ratios), spread: spreadOf(ratios) };
}

/** What one side of a round is given, the other is given as well: made by the first that asks. */
export function sameForBoth<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    const { value } = made ?? { value: make() };
    made = made === undefined ? { value } : undefined;
    return value;
  };
}

export interface Handled {
  /** How many things a round of each side handles, and what they are called. */
  readonly count: number;
  readonly things: string;
  /** The ratio that is aimed at; null: none. */
  readonly least: number | null;
  /** Lines beneath the figure; null: none. */
  readonly notes?: readonly (string | null)[];
}

/** How many things a second each side handles, and their ratio. */
export function throughput(name: string, rounds: Rounds, { count, things, least, notes = [] }: Handled): Figure {
  const perS = (ms: number): string => `${grouped((count * 1000) / ms)} ${things}/s`;
  const { ratio, spread } = rounds;
  return {
    ...{ name, ours: perS(rounds.oursMs), floor: perS(rounds.floorMs), ratio, spread },
    aim: least === null ? null : atLeast(ratio, least, ''),
    notes: notes.filter((note) => note !== null),
  };
}

/** Milliseconds that `work` takes. */
export async function timed(work: () => Promise<unknown>): Promise<number> {
  const begun = performance.now();
  await work();
  return performance.now() - begun;
}
