/** Interleaved rounds: floor and ours take turns in one run, so that whatever else the machine does meets both. */
import { median, spreadOf, type Spread } from './figure.js';

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

/** Milliseconds that `work` takes. */
export async function timed(work: () => Promise<unknown>): Promise<number> {
  const begun = performance.now();
  await work();
  return performance.now() - begun;
}
