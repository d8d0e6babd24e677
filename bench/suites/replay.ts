/**
 * A rebuild by a replay, from a stored journal to a generation of which only the pointer is missing, in threads as standalone has
 * them, beside the slower of its bare parts: reading, decoding and judging; plain inserts of the same rows, and their indexes.
 */
import { mkdir, rm } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { openSqliteJournal } from '#adapters/journal-sqlite';
import { generationFile, openThreadedViews } from '#adapters/views-sqlite';
import { CatalogueTimeline, loadGeneration, systemClock } from '#application';
import { EVENTS_VERSION, inTurns } from '#contracts';
import type { Benchmark, Context } from '../harness/context.js';
import { atMost, grouped } from '../harness/figure.js';
import { interleave, throughput, timed } from '../harness/rounds.js';
import { bulkLoad } from '../load/bulk-load.js';
import { openFleet, PARTITIONS, storeFleet, type Fleet } from '../load/fleet.js';
import { readAndJudge } from '../load/read-and-judge.js';
import { PeakMemory } from '../../libs/testing/peak-memory.js';

const LEAST_RATIO = 0.5;
const MOST_RSS_MIB = 600;

export const replay = replayOf('replay', 1_000_000, 3);
/** Some twenty minutes, and as many GB as it takes millions: only where it is named. */
export const largeReplay = replayOf('large/replay', 10_000_000, 1);

function replayOf(name: string, full: number, rounds: number): Benchmark {
  return {
    name,
    about: `a generation loaded by a replay of ${full.toLocaleString('en-US')} events on 50,000 hosts, beside the slower of judging them and inserting the rows`,
    async run(context) {
      const events = context.size(full, 20_000);
      const fleet = await storeFleet(context, name.replace('/', '-'), { events, hosts: context.size(50_000, 1000) });
      // before the floor has filled this process's memory
      const memory = new PeakMemory(process.pid);
      memory.begin();
      await load(context, fleet);
      const mib = memory.mib();
      const timedRounds = await interleave({
        rounds: context.size(rounds, 1),
        ours: () => load(context, fleet),
        floor: async () => {
          const { journal, close } = await openFleet(fleet);
          const judgingMs = await timed(() => readAndJudge(journal));
          await close();
          const from = generationFile(viewsFile(context), 1);
          return Math.max(judgingMs, bulkLoad(context, from, context.path('replayed-floor.db')));
        },
        onRound: (round) => {
          context.progress(`${name}: round ${round}`);
        },
      });
      return [
        throughput(`${name}/load`, timedRounds, { count: events, things: 'events', least: LEAST_RATIO }),
        {
          name: `${name}/memory`,
          ours: `${grouped(mib)} MiB`,
          ...{ floor: null, ratio: null, spread: null, aim: atMost(mib, MOST_RSS_MIB, ' MiB') },
        },
      ];
    },
  };
}

const viewsFile = (context: Context): string => context.path('replayed-views/views.db');

/** Into views of its own, whose list of events is left empty. */
async function load(context: Context, { journalFile }: Fleet): Promise<number> {
  const folder = context.path('replayed-views');
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder);
  const journal = await openSqliteJournal({ file: journalFile });
  const views = await openThreadedViews({ file: viewsFile(context) });
  await views.control.claim({ journal: journal.identity, eventsVersion: EVENTS_VERSION });
  const parts = {
    ...{ journal, views, clock: systemClock, partitions: PARTITIONS, run: inTurns, hold: async () => true },
    ...{ timeline: new CatalogueTimeline(journal), folder: context.path('replayed-split') },
    judgingThreads: availableParallelism(),
  };
  const ms = await timed(async () => {
    const generation = await loadGeneration(parts, new AbortController().signal);
    if (generation === undefined) throw new Error('the generation was not loaded');
  });
  await views.close();
  await journal.close();
  return ms;
}
