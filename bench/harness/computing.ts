/**
 * What each side of a contest computes, as processor time of this process. It is the code's own: the same on a slow server
 * and on a fast one, on a double and on a real one, on a busy machine and (nearly) on an idle one.
 */
import { grouped, type Aim, type Figure } from './figure.js';
import { compare } from './rounds.js';

type Side = 'ours' | 'floor';

export class Computing {
  private readonly spentMs: Record<Side, number[]> = { ours: [], floor: [] };

  /** `clock` returns the processor time spent so far, in milliseconds. */
  constructor(private readonly clock: () => number = processorMs) {}

  /** Notes what this process computes while `work` is done. */
  async of<T>(side: Side, work: () => Promise<T>): Promise<T> {
    const before = this.clock();
    const answer = await work();
    this.spentMs[side].push(this.clock() - before);
    return answer;
  }

  /** Divided by the work items of each round; the first of each side is the warm-up and left out. */
  figure(name: string, count: number, what: string, aimOf: (ratio: number) => Aim): Figure {
    const rounds = compare(this.spentMs.floor.slice(1), this.spentMs.ours.slice(1));
    const each = (ms: number): string => `${grouped((ms * 1000) / count)} µs of processor ${what}`;
    return {
      name: `${name}-computing`,
      ours: each(rounds.oursMs),
      floor: each(rounds.floorMs),
      ratio: rounds.ratio,
      spread: rounds.spread,
      aim: aimOf(rounds.ratio),
    };
  }
}

/** Of this process, in user and system mode. */
function processorMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}
