/** Two projectors beside one: the same reports, posted at once, until the last is in the views. */
import type { Benchmark } from '../../harness/context.js';
import { CpuShares } from '../../harness/cpu.js';
import { grouped, onDouble, type Figure } from '../../harness/figure.js';
import { interleave } from '../../harness/rounds.js';
import { Reports } from '../../load/reports.js';
import { Stack } from '../../load/stack.js';
import { untilProjected } from '../../load/until.js';

const PER_REPORT = 100;
const HOSTS = 5000;
const SECOND = 'projector-2';

export const projectors: Benchmark = {
  name: 'stack/projectors',
  about: 'the same reports until they are in the views, with two projectors and with one',
  async run(context) {
    const stack = await Stack.start(context, 'projectors', ['ingest', 'projector-1', 'query'], 4);
    const { double } = stack;
    const reports = new Reports({ hostOf: (n) => (n * 7919) % HOSTS, keyed: false }, PER_REPORT);
    const perRound = double === null ? context.size(100, 10) : context.size(4, 1);
    const shares = { one: new CpuShares(() => stack.processes()), two: new CpuShares(() => stack.processes()) };
    const project = async (): Promise<number> => {
      const bodies = reports.take(perRound).map(({ body }) => body);
      const begun = performance.now();
      const answers = await Promise.all(
        bodies.map((body) => stack.app('ingest').client.must('POST', '/api/v1/events', body)),
      );
      const last = answers.map(({ position }) => BigInt(position ?? 0)).reduce((a, b) => (a > b ? a : b));
      await untilProjected(stack.app('query').client, last);
      return performance.now() - begun;
    };
    try {
      const rounds = await interleave({
        rounds: context.size(double === null ? 4 : 2, 1),
        floor: async () => {
          if (stack.runs(SECOND)) await stack.end(SECOND);
          return shares.one.during(project);
        },
        ours: async () => {
          if (!stack.runs(SECOND)) await stack.launch(SECOND);
          return shares.two.during(project);
        },
        onRound: (round) => {
          context.progress(`projectors: round ${round}`);
        },
      });
      const events = perRound * PER_REPORT;
      const perS = (ms: number): string => `${grouped((events * 1000) / ms)} events/s`;
      const figure: Figure = {
        name: 'stack/projectors',
        ours: `${perS(rounds.oursMs)} with two`,
        floor: `${perS(rounds.floorMs)} with one`,
        ratio: rounds.ratio,
        spread: rounds.spread,
        aim: null,
        notes: [shares.two.line('two projectors'), shares.one.line('one')].filter((line) => line !== null),
      };
      return [double === null ? figure : onDouble(figure, double)];
    } finally {
      await stack.stop();
    }
  },
};
