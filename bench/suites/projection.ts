/** Folding a stored history into views, beside upserts of the very same rows into the same tables. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { Benchmark, Context } from '../harness/context.js';
import { atLeast, atMost, grouped, type Figure } from '../harness/figure.js';
import { compare, type Rounds } from '../harness/rounds.js';
import { catchUp, openFleet, storeFleet, watched, type Fleet } from '../load/fleet.js';
import { FloorViews, RowReader, type Rows } from '../load/floor-views.js';

const LEAST_RATIO = 0.6;
const MOST_RSS_MIB = 400;
/** Entries per window in which ours and the floor take turns. */
const WINDOW = 5000;
const MIB = 2 ** 20;

/** The million events over 50,000 hosts, folded. */
export function foldedFleet(context: Context): Promise<Folded> {
  return context.shared('folded fleet', () => make(context));
}

interface Folded {
  readonly fleet: Fleet;
  readonly events: number;
  readonly figures: readonly Figure[];
}

export const projection: Benchmark = {
  name: 'projection',
  about: 'a rebuild of 1,000,000 stored events over 50,000 hosts, beside bare upserts of the same rows',
  async run(context) {
    return (await foldedFleet(context)).figures;
  },
};

async function make(context: Context): Promise<Folded> {
  const events = context.size(1_000_000, 20_000);
  const hosts = context.size(50_000, 1000);
  const fleet = await storeFleet(context, 'fleet', { events, hosts });
  const memory = new Memory();
  const windows = await foldBesideFloor(context, fleet, events, memory);
  return { fleet, events, figures: [...speedFigures(windows), ...memory.figures()] };
}

function speedFigures({ rounds, totalMs, events }: Windows): readonly Figure[] {
  const perS = (ms: number): string => `${grouped((WINDOW * 1000) / ms)} events/s`;
  return [
    {
      name: 'projection/fold',
      ours: `${perS(rounds.oursMs)} (all: ${grouped((events * 1000) / totalMs)})`,
      floor: perS(rounds.floorMs),
      ratio: rounds.ratio,
      spread: rounds.spread,
      aim: atLeast(rounds.ratio, LEAST_RATIO, ''),
    },
  ];
}

interface Windows {
  readonly rounds: Rounds;
  readonly totalMs: number;
  readonly events: number;
}

/** The fold's clock is stopped while its rows are read back and the floor has its turn. */
async function foldBesideFloor(context: Context, fleet: Fleet, events: number, memory: Memory): Promise<Windows> {
  const { journal, views, close } = await openFleet(fleet);
  const oursMs: number[] = [];
  const floorMs: number[] = [];
  let floor: FloorViews | undefined;
  let reader: RowReader | undefined;
  let rows: Rows[] = [];
  let inWindow = 0;
  let spentMs = 0;
  let resumedAt: number;
  const turn = (): void => {
    floorMs.push(floor?.store(rows) ?? Number.NaN);
    oursMs.push(spentMs);
    rows = [];
    inWindow = 0;
    spentMs = 0;
    memory.sample();
    context.progress(`folding: ${oursMs.length * WINDOW} of ${events} events`);
  };
  const stores = {
    journal,
    views: watched(views, (batch) => {
      spentMs += performance.now() - resumedAt;
      // the tables are made by the projector, with its generation
      floor ??= new FloorViews(fleet.viewsFile, `${fleet.viewsFile}-floor`);
      reader ??= new RowReader(fleet.viewsFile);
      rows.push(reader.rowsOf(batch));
      inWindow += batch.events?.length ?? 0;
      if (inWindow >= WINDOW) turn();
      resumedAt = performance.now();
    }),
  };
  resumedAt = performance.now();
  await catchUp(stores);
  if (rows.length > 0) floor?.store(rows);
  floor?.requireSameAs(fleet.viewsFile);
  reader?.close();
  floor?.close();
  await close();
  return {
    rounds: compare(floorMs, oursMs),
    totalMs: oursMs.reduce((sum, ms) => sum + ms, 0),
    events: oursMs.length * WINDOW,
  };
}

/** What the process holds, the floor's rows of one window and its cache included. */
class Memory {
  private readonly collect: () => void;
  private readonly heapMib: number[] = [];
  private mostRssMib = 0;
  private samples = 0;

  constructor() {
    setFlagsFromString('--expose-gc');
    this.collect = runInNewContext('gc') as () => void;
  }

  /** The heap is looked at, after a collection, every tenth time. */
  sample(): void {
    this.mostRssMib = Math.max(this.mostRssMib, process.memoryUsage.rss() / MIB);
    if (this.samples++ % 10 !== 0) return;
    this.collect();
    this.heapMib.push(process.memoryUsage().heapUsed / MIB);
  }

  figures(): readonly Figure[] {
    const none = { floor: null, ratio: null, spread: null };
    const first = this.heapMib[0] ?? 0;
    const last = this.heapMib.at(-1) ?? 0;
    return [
      {
        name: 'projection/memory',
        ours: `at most ${grouped(this.mostRssMib)} MiB resident, floor's side included`,
        ...none,
        aim: atMost(this.mostRssMib, MOST_RSS_MIB, ' MiB'),
      },
      {
        name: 'projection/heap',
        ours: `${first.toFixed(1)} MiB in use at the beginning, ${last.toFixed(1)} at the end`,
        ...none,
        aim: atMost(last - first, 5, ' MiB more'),
      },
    ];
  }
}
