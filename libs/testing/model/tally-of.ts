/** Rule 21, counted from labors as they are: what projections keep step by step. */
import type { Tally } from '#contracts';
import type { PlainLabor } from './history.js';

/** `labors`: all of one quest, of one host or of several, in the order they opened. `named`: how many of the hosts the quest names. */
export function tallyOf(labors: readonly PlainLabor[], named: number): Tally {
  const chains = [...new Set(labors.map(({ chain }) => chain))];
  const lasts = chains.map((chain) => labors.filter((labor) => labor.chain === chain).at(-1)!);
  const count = (holds: (labor: PlainLabor) => boolean) => lasts.filter(holds).length;
  const types = [...new Set(labors.map(({ type }) => type))];
  const steps = types.map((type) => {
    const ofType = labors.filter((labor) => labor.type === type);
    const open = ofType.filter(({ state }) => state === 'open').length;
    return [type, { open, closed: ofType.length - open }] as const;
  });
  return {
    named,
    chains: chains.length,
    unstarted: count(({ id, chain, state }) => state === 'open' && id === chain),
    inProgress: count(({ id, chain, state }) => state === 'open' && id !== chain),
    completed: count(({ state }) => state === 'completed'),
    waived: count(({ state }) => state === 'waived'),
    labors: labors.length,
    open: labors.filter(({ state }) => state === 'open').length,
    steps: Object.fromEntries(steps),
  };
}
