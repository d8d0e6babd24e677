/** What clients notice of a rebuild beside the served views (R6): a Hermes in a process of its own, under the same load before and meanwhile. */
import { mkdir, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Benchmark, Context } from '../harness/context.js';
import { atLeast, grouped, quantile, type Figure } from '../harness/figure.js';
import { freePort } from '../../libs/testing/free-port.js';
import { storeFleet } from '../load/fleet.js';
import { hostName } from '../load/flows.js';
import { serveHermes, type Served } from '../load/served.js';
import { steadily } from '../load/steadily.js';
import { untilVisible } from '../load/visibility.js';

/** Reported all the time, by requests of some events each. */
const EVENTS_PER_S = 2000;
const EVENTS_A_REQUEST = 20;
/** Requests that are measured. */
const VISIBLE_PER_S = 50;
const READS_PER_S = 50;
const CONNECTIONS = 100;
const SLICE_S = 2;
/** R6: at most double, and at least that fast. */
const LEAST_RATIO = 0.5;
const LEAST_EVENTS_PER_S = 5000;
const LIMIT_MS = 600_000;
const WATCH_EVERY_MS = 200;

export const beside: Benchmark = {
  name: 'beside',
  about: `POST-to-visible and reads while 1,000,000 events are rebuilt and ${EVENTS_PER_S} a second arrive, beside the same without a rebuild`,
  async run(context) {
    const events = context.size(1_000_000, 20_000);
    const hosts = context.size(50_000, 1000);
    const dataDir = context.path('beside');
    await mkdir(dataDir);
    const { journalFile } = await storeFleet(context, 'beside-fleet', { events, hosts });
    await rename(journalFile, join(dataDir, 'journal.db'));
    context.progress('beside: views are made');
    const hermes = await serveHermes(dataDir, await freePort(), CONNECTIONS, { hasFlows: true, waitFor: 'live' });
    try {
      // also the list of events is filled, entry by entry
      await untilReady(hermes);
      const load = new Load(hermes, hosts);
      await load.begin();
      await load.slices(1);
      const rounds: Round[] = [];
      for (let round = 0; round < context.size(2, 1); round += 1) {
        context.progress(`beside: round ${round}`);
        rounds.push(await oneRound(load, hermes, context.size(5, 1)));
      }
      return figures(context, rounds);
    } finally {
      await hermes.stop();
    }
  },
};

/** Milliseconds of each request. */
interface Measured {
  readonly visible: readonly number[];
  readonly reads: readonly number[];
}

interface Round {
  readonly without: Measured;
  readonly during: Measured;
  readonly eventsPerS: number;
}

interface Job {
  readonly state: string;
  readonly total: number | null;
}

class Load {
  private reported = 0;
  private seen = 0;
  private read = 0;

  constructor(
    private readonly hermes: Served,
    private readonly hosts: number,
  ) {}

  /** Until a first event shows: after a start that has filled the list of events that takes longer than a read waits. */
  async begin(): Promise<void> {
    const begun = performance.now();
    for (let isShown = false; !isShown && performance.now() - begun < LIMIT_MS;)
      isShown = await untilVisible(this.hermes, this.hermes, this.hosts + this.seen++).then(
        () => true,
        () => false,
      );
  }

  /** `count` times two seconds, or until `isOver`. */
  async slices(count: number, isOver: () => boolean = () => false): Promise<Measured> {
    const visible: number[] = [];
    const reads: number[] = [];
    for (let n = 0; n < count && !isOver(); n += 1) {
      const [, seen, read] = await Promise.all([
        steadily(EVENTS_PER_S / EVENTS_A_REQUEST, SLICE_S, () => this.report()),
        steadily(VISIBLE_PER_S, SLICE_S, () => untilVisible(this.hermes, this.hermes, this.hosts + this.seen++)),
        steadily(READS_PER_S, SLICE_S, () => this.page()),
      ]);
      visible.push(...seen);
      reads.push(...read);
    }
    return { visible, reads };
  }

  /** Each host opens a labor and closes it, over and over. */
  private async report(): Promise<void> {
    const events = Array.from({ length: EVENTS_A_REQUEST }, () => {
      const n = this.reported++;
      const state = Math.floor(n / this.hosts) % 2 === 0 ? 'required' : 'completed';
      return { host: hostName(n % this.hosts), type: `system-reboot-${state}`, by: 'agent' };
    });
    await this.hermes.client.must('POST', '/api/v1/events', JSON.stringify(events));
  }

  private async page(): Promise<void> {
    await this.hermes.client.must('GET', `/api/v1/labors?host=${hostName(this.read++ % this.hosts)}`);
  }
}

async function untilReady({ client }: Served): Promise<void> {
  const begun = performance.now();
  while (performance.now() - begun < LIMIT_MS) {
    if ((await client.call('GET', '/health/ready')).status === 200) return;
    await pause(WATCH_EVERY_MS);
  }
  throw new Error(`the views are not there within ${LIMIT_MS} ms`);
}

async function oneRound(load: Load, { client }: Served, slices: number): Promise<Round> {
  const without = await load.slices(slices);
  const begun = performance.now();
  const { id } = JSON.parse((await client.must('POST', '/api/v1/admin/rebuilds')).body) as { id: number };
  let job: Job = { state: 'running', total: null };
  let entries = 0;
  const isOver = (): boolean => job.state !== 'running' && job.state !== 'activating';
  const watched = async (): Promise<number> => {
    while (!isOver() && performance.now() - begun < LIMIT_MS) {
      await pause(WATCH_EVERY_MS);
      job = JSON.parse((await client.must('GET', `/api/v1/admin/rebuilds/${id}`)).body) as Job;
      entries = Math.max(entries, job.total ?? 0);
    }
    return performance.now() - begun;
  };
  const [during, ms] = await Promise.all([load.slices(Infinity, isOver), watched()]);
  if (job.state !== 'activated') throw new Error(`the rebuild is not served: ${JSON.stringify(job)}`);
  return { without, during, eventsPerS: (entries * 1000) / ms };
}

function figures(context: Context, rounds: readonly Round[]): readonly Figure[] {
  context.hush();
  const figure = (name: string, of: keyof Measured): Figure => {
    const all = (which: 'without' | 'during') => rounds.flatMap((round) => round[which][of]);
    const p99 = { during: quantile(all('during'), 0.99), without: quantile(all('without'), 0.99) };
    const ratio = p99.without / p99.during;
    return {
      name: `beside/${name}`,
      ours: `p99 ${grouped(p99.during)} ms`,
      floor: `p99 ${grouped(p99.without)} ms`,
      ...{ ratio, spread: null, aim: atLeast(ratio, LEAST_RATIO, '') },
      notes: [
        `p50 ${grouped(quantile(all('during'), 0.5))} ms, without a rebuild ${grouped(quantile(all('without'), 0.5))} ms`,
      ],
    };
  };
  const speed = Math.min(...rounds.map(({ eventsPerS }) => eventsPerS));
  return [
    figure('visible', 'visible'),
    figure('reads', 'reads'),
    {
      name: 'beside/rebuild',
      ours: `${grouped(speed)} events/s, from the command until it is served`,
      ...{ floor: null, ratio: null, spread: null, aim: atLeast(speed, LEAST_EVENTS_PER_S, ' events/s') },
    },
  ];
}
