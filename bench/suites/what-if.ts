/** A what-if over a stored journal, in turns as beside live work, beside reading, decoding and judging it once. */
import { availableParallelism } from 'node:os';
import { CatalogueTimeline, createWhatIfs, silentLog, systemClock } from '#application';
import type { FateId } from '#domain';
import type { Benchmark, Context } from '../harness/context.js';
import { interleave, throughput, timed } from '../harness/rounds.js';
import { openFleet, storeFleet, type Fleet } from '../load/fleet.js';
import { readAndJudge } from '../load/read-and-judge.js';
import { eventually } from '../../libs/testing/until.js';

const LEAST_RATIO = 0.7;
const LIMIT_MS = 600_000;

export const whatIf: Benchmark = {
  name: 'what-if',
  about: 'what would be otherwise without a fate, over 1,000,000 events on 50,000 hosts, beside judging them once',
  async run(context) {
    const events = context.size(1_000_000, 20_000);
    const fleet = await storeFleet(context, 'supposed', { events, hosts: context.size(50_000, 1000) });
    const rounds = await interleave({
      rounds: context.size(3, 1),
      ours: () => suppose(context, fleet),
      floor: async () => {
        const { journal, close } = await openFleet(fleet);
        const ms = await timed(() => readAndJudge(journal));
        await close();
        return ms;
      },
      onRound: (round) => {
        context.progress(`what-if: round ${round}`);
      },
    });
    return [throughput('what-if', rounds, { count: events, things: 'events', least: LEAST_RATIO })];
  },
};

async function suppose(context: Context, fleet: Fleet): Promise<number> {
  const { journal, close } = await openFleet(fleet);
  const timeline = new CatalogueTimeline(journal);
  const whatIfs = createWhatIfs({
    ...{ journal, timeline, clock: systemClock, log: silentLog, folder: context.path('what-ifs') },
    judgingThreads: availableParallelism(),
  });
  const ms = await timed(async () => {
    const begun = await whatIfs.start({ define: [], retire: [1 as FateId], from: null, hosts: null });
    if (!begun.ok) throw new Error(begun.problem.detail);
    const isDone = async (): Promise<void> => {
      const status = await whatIfs.status(begun.value.id);
      if (!status.ok || status.value.state !== 'done')
        throw new Error(JSON.stringify(status.ok && status.value.reason));
      if (status.value.numbers.neverOpened === 0) throw new Error('nothing was otherwise');
    };
    await eventually('the what-if is done', isDone, { limitMs: LIMIT_MS });
  });
  await whatIfs.close();
  await close();
  return ms;
}
