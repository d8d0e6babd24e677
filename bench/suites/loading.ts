/** Loading a generation, beside plain inserts of the same rows into the same tables and the same indexes at the end. */
import { generationFile, openSqliteViews } from '#adapters/views-sqlite';
import { EVENTS_VERSION, type HostDocument } from '#contracts';
import { hostDoc } from '#testing';
import type { LoadedDocuments, Views } from '#ports';
import type { Benchmark, Context } from '../harness/context.js';
import { atLeast, atMost, grouped, type Figure } from '../harness/figure.js';
import { interleave } from '../harness/rounds.js';
import { bulkLoad } from '../load/bulk-load.js';
import { GENERATION, laborOf } from '../load/labors.js';
import { hostName } from '../load/flows.js';
import { PeakMemory } from '../../libs/testing/peak-memory.js';

const LEAST_RATIO = 0.5;
const MOST_RSS_MIB = 300;
/** Labors on a host, as after a million events on 50,000 of them. */
const LABORS_OF_A_HOST = 10;
const UNIT_LABORS = 20_000;
const PIECE_LABORS = 500;

export const loading: Benchmark = {
  name: 'loading',
  about:
    'a generation of 1,000,000 labors on 100,000 hosts, loaded, beside plain inserts of its rows without indexes and CREATE INDEX',
  async run(context) {
    const labors = context.size(1_000_000, 20_000);
    const views = await openSqliteViews({ file: context.path('loading.db') });
    await views.control.claim({ journal: '00000000-0000-4000-8000-000000000000', eventsVersion: EVENTS_VERSION });
    let loaded = 0;
    let mib = 0;
    try {
      const rounds = await interleave({
        rounds: context.size(3, 1),
        ours: async () => {
          const memory = new PeakMemory(process.pid);
          memory.begin();
          const before = loaded;
          const { generation, ms } = await load(context, views, labors);
          mib = Math.max(mib, memory.mib());
          loaded = generation;
          if (before > 0) await views.control.dropGeneration(before);
          return ms;
        },
        floor: async () => {
          if (loaded === 0) loaded = (await load(context, views, labors)).generation;
          const from = generationFile(context.path('loading.db'), loaded);
          return bulkLoad(context, from, context.path('floor.db'));
        },
        onRound: (round) => {
          context.progress(`loading: round ${round}`);
        },
      });
      return figures(rounds, labors + labors / LABORS_OF_A_HOST, mib);
    } finally {
      await views.close();
    }
  },
};

function figures(
  { oursMs, floorMs, ratio, spread }: Awaited<ReturnType<typeof interleave>>,
  rows: number,
  mib: number,
): readonly Figure[] {
  const perS = (ms: number): string => `${grouped((rows * 1000) / ms)} rows/s`;
  return [
    {
      name: 'loading/rows',
      ours: perS(oursMs),
      floor: perS(floorMs),
      ...{ ratio, spread, aim: atLeast(ratio, LEAST_RATIO, '') },
    },
    {
      name: 'loading/memory',
      ours: `${grouped(mib)} MiB`,
      ...{ floor: null, ratio: null, spread: null, aim: atMost(mib, MOST_RSS_MIB, ' MiB') },
    },
  ];
}

/** The time that it takes beside the making of the documents. */
async function load(context: Context, { loader }: Views, labors: number) {
  const { number } = await loader.create(GENERATION);
  const begun = performance.now();
  let makingMs = 0;
  for (let from = 0; from < labors; from += UNIT_LABORS) {
    context.progress(`loading: ${from} of ${labors} labors`);
    await loader.load(number, `from ${from}`, async (add) => {
      const to = Math.min(labors, from + UNIT_LABORS);
      for (let piece = from; piece < to; piece += PIECE_LABORS) {
        const making = performance.now();
        const documents = documentsOf(piece, Math.min(to, piece + PIECE_LABORS));
        makingMs += performance.now() - making;
        await add(documents);
      }
    });
  }
  await loader.finish(number, []);
  return { generation: number, ms: performance.now() - begun - makingMs };
}

function documentsOf(from: number, to: number): LoadedDocuments {
  const labors = Array.from({ length: to - from }, (_, n) => laborOf(from + n));
  const hosts: HostDocument[] = [];
  for (let n = from; n < to; n += LABORS_OF_A_HOST)
    hosts.push(hostDoc({ host: hostName(n) as HostDocument['host'], open: n % 2 }));
  return { labors, hosts };
}
