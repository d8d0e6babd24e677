/** From a POST at an ingest to the labor at a query, over the whole stack: an ingest, two projectors, a query, at a steady rate. */
import type { Benchmark } from '../../harness/context.js';
import { CpuShares } from '../../harness/cpu.js';
import { atMost, grouped, onDouble, quantile, type Figure } from '../../harness/figure.js';
import { Stack } from '../../load/stack.js';
import { steadily } from '../../load/steadily.js';
import { untilVisible } from '../../load/visibility.js';

const PER_S = 500;
/** What the doubles bear. */
const PER_S_ON_DOUBLES = 20;
const MOST_P99_MS = 250;
const CONNECTIONS = 100;

export const visible: Benchmark = {
  name: 'stack/visible',
  about: `POST an event to an ingest, then GET its labor from a query with Hermes-Min-Position, ${PER_S} times a second (${PER_S_ON_DOUBLES} on doubles)`,
  async run(context) {
    const names = ['ingest', 'projector-1', 'projector-2', 'query'];
    const stack = await Stack.start(context, 'visible', names, CONNECTIONS);
    const shares = new CpuShares(() => stack.processes());
    const { double } = stack;
    const perS = double === null ? PER_S : PER_S_ON_DOUBLES;
    try {
      const once = (n: number): Promise<void> => untilVisible(stack.app('ingest'), stack.app('query'), n);
      context.progress('visible: warm-up');
      const warmUp = 2;
      await steadily(perS, warmUp, (n) => once(n).catch(() => undefined));
      context.progress('visible: at work');
      let refused = 0;
      let why = '';
      const ms = await shares.during(() =>
        steadily(perS, context.size(20, 3), (n) =>
          // a request that a busy machine refused has taken its time as well, and is counted
          once(warmUp * perS + n).catch((error: unknown) => {
            refused += 1;
            why = String(error);
          }),
        ),
      );
      const notes = [
        shares.line(`the stack at ${perS}/s`),
        refused === 0 ? null : `${refused} refused, the last: ${why}`,
      ];
      const p99Ms = refused === 0 ? quantile(ms, 0.99) : Infinity;
      const figure: Figure = {
        name: 'stack/visible',
        ours: `p50 ${grouped(quantile(ms, 0.5))} ms, p99 ${grouped(quantile(ms, 0.99))} ms at ${perS}/s`,
        ...{ floor: null, ratio: null, spread: null },
        aim: atMost(p99Ms, MOST_P99_MS, ' ms'),
        notes: notes.filter((note) => note !== null),
      };
      return [double === null ? figure : onDouble(figure, double)];
    } finally {
      await stack.stop();
    }
  },
};
