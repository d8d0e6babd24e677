/** `npm run bench -- memory`: the most that a whole Hermes holds under the largest requests, as in a container of 512 MiB. */
import { mkdir } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Benchmark, Context } from '../harness/context.js';
import { atMost, grouped, type Figure } from '../harness/figure.js';
import {
  arrayOf,
  csvInventory,
  hostLines,
  lines,
  ndjsonInventory,
  post,
  shortNames,
  type Sent,
} from '../load/large-requests.js';
import { serveHermes, type Served } from '../load/served.js';
import { freePort } from '../../libs/testing/free-port.js';
import { PeakMemory } from '../../libs/testing/peak-memory.js';
import { until } from '../../libs/testing/until.js';

const CONTAINER_MIB = 512;
/** As Node chooses it in such a container: half of the memory. */
const SETTINGS = {
  HERMES_MEMORY_MIB: String(CONTAINER_MIB),
  NODE_OPTIONS: `--max-old-space-size=${CONTAINER_MIB / 2}`,
};
const ARRAYS = 8;
/** Of 10,000 events in the largest array. */
const EVENT_BYTES = Math.floor((8 * 1_048_576) / 10_000);
/** Hosts of a quest that are waited for. */
const EMBARKED = 10_000;
const LIMIT_MS = 3_600_000;
const RETRY_MS = 1000;

interface Acknowledged {
  readonly events: number;
  /** Hosts of an inventory. */
  readonly hosts?: number;
  /** Hosts of a quest that get their event meanwhile. */
  readonly embarking?: true;
}

interface Scene {
  readonly name: string;
  readonly about: string;
  readonly play: (context: Context, hermes: Served) => Promise<Acknowledged>;
}

const SCENES: readonly Scene[] = [
  {
    name: 'arrays',
    about: `${ARRAYS} arrays of 10,000 events at once, 8 MiB each`,
    play: async (context, { origin }) => {
      const events = context.size(10_000, 1000);
      const all = Array.from({ length: ARRAYS }, async (_, nth) => {
        const body = arrayOf(nth, events, EVENT_BYTES);
        return acceptedOf(await untilTaken(() => post(origin, '/events', { type: 'application/json', body })));
      });
      return { events: (await Promise.all(all)).reduce((sum, accepted) => sum + accepted, 0) };
    },
  },
  {
    name: 'lines-of-few',
    about: '1,000,000 events as NDJSON, on 1,000 hosts',
    play: (context, hermes) => sendLines(hermes, context.size(1_000_000, 20_000), 1000),
  },
  {
    name: 'lines-of-many',
    about: '1,000,000 events as NDJSON, on 100,000 hosts',
    play: (context, hermes) => sendLines(hermes, context.size(1_000_000, 20_000), 100_000),
  },
  {
    name: 'quest-of-text',
    about: 'a quest of 1,000,000 hosts as plain text',
    play: (context, { origin }) => {
      const hosts = context.size(1_000_000, 20_000);
      const path = '/quests?type=system-reboot-required&description=all';
      const body = hostLines(hosts);
      return embarking(() => post(origin, path, { type: 'text/plain', body }));
    },
  },
  {
    name: 'quest-of-json',
    about: 'a quest of 999,990 hosts as JSON, which may have no more values',
    play: (context, { origin }) => {
      const hosts = context.size(999_990, 20_000);
      const quest = { type: 'system-reboot-required', description: 'all', hosts: shortNames(hosts) };
      const body = JSON.stringify(quest);
      return embarking(() => post(origin, '/quests', { type: 'application/json', body }));
    },
  },
  {
    name: 'inventories',
    about: 'an inventory of 100,000 hosts as CSV and one of 100,000 others as NDJSON at once, of ten attributes each',
    play: async (context, { origin }) => {
      const hosts = context.size(100_000, 5000);
      const sent = [
        { type: 'text/csv', body: csvInventory(hosts, 0) },
        // one address has one inventory open at a time
        { type: 'application/x-ndjson', body: ndjsonInventory(hosts, hosts), from: '127.0.0.2' },
      ].map(async (inventory) => changedOf(await post(origin, '/hosts/import', inventory)));
      const changed = (await Promise.all(sent)).reduce((sum, each) => sum + each, 0);
      if (changed !== 2 * hosts) throw new Error(`${changed} of ${2 * hosts} hosts were imported`);
      return { events: 0, hosts: changed };
    },
  },
];

export const MEMORY: readonly Benchmark[] = SCENES.map(({ name, about, play }) => ({
  name: `memory/${name}`,
  about,
  run: (context) => measured(context, name, play),
}));

/** Plays the scene until all of it is in the views, then rebuilds them in another process beside reads and writes. */
async function measured(context: Context, name: string, play: Scene['play']): Promise<readonly Figure[]> {
  const settings = SETTINGS;
  const dataDir = context.path(`memory-${name}`);
  await mkdir(dataDir);
  const first = await serveHermes(dataDir, await freePort(), 4, { settings });
  let acknowledged: Acknowledged;
  const figures: Figure[] = [];
  try {
    const peak = new PeakMemory(first.pid);
    acknowledged = await play(context, first);
    await untilViewsHave(context, first, acknowledged);
    figures.push(figure(`memory/${name}`, peak));
  } finally {
    await first.stop();
  }
  const second = await serveHermes(dataDir, await freePort(), 4, { settings, args: ['--rebuild'], waitFor: 'live' });
  try {
    const peak = new PeakMemory(second.pid);
    const more = context.size(50_000, 1000);
    await sendLines(second, more, 5000, 1_000_000);
    await untilViewsHave(context, second, { ...acknowledged, events: acknowledged.events + more });
    figures.push(figure(`memory/${name}-rebuild`, peak));
  } finally {
    await second.stop();
  }
  return figures;
}

function figure(name: string, peak: PeakMemory): Figure {
  const mib = peak.mib();
  return {
    ...{ name, ours: `${grouped(mib)} MiB at most`, floor: null, ratio: null, spread: null },
    aim: atMost(mib, CONTAINER_MIB, ' MiB'),
  };
}

/** `from`: the first host, where others have reported. */
async function sendLines({ origin }: Served, events: number, hosts: number, from = 0): Promise<Acknowledged> {
  const body = lines(events, hosts, from);
  const accepted = acceptedOf(await post(origin, '/events', { type: 'application/x-ndjson', body }));
  if (accepted !== events) throw new Error(`${accepted} of ${events} lines were accepted`);
  return { events };
}

/** Asks again while there is too much at once, as every client must. */
async function untilTaken(ask: () => Promise<Sent>): Promise<Sent> {
  for (;;) {
    const answer = await ask();
    if (answer.status !== 503) return answer;
    await sleep(RETRY_MS);
  }
}

function acceptedOf({ status, body }: Sent): number {
  if (status !== 201) throw new Error(`answered ${status}: ${body.slice(0, 500)}`);
  return (JSON.parse(body) as { readonly accepted: number }).accepted;
}

function changedOf({ status, body }: Sent): number {
  if (status !== 200) throw new Error(`answered ${status}: ${body.slice(0, 500)}`);
  return (JSON.parse(body) as { readonly changed: number }).changed;
}

/** Until some hosts have their event: by then all of them have been read. */
async function embarking(ask: () => Promise<Sent>): Promise<Acknowledged> {
  const { status, body } = await untilTaken(ask);
  if (status !== 202) throw new Error(`answered ${status}: ${body.slice(0, 500)}`);
  return { events: EMBARKED, embarking: true };
}

interface Stats {
  readonly totals: { readonly value: { readonly events: number; readonly hosts: number } };
}

/** Nothing acknowledged is lost, nothing is there twice. */
async function untilViewsHave(
  context: Context,
  { client }: Served,
  { events, hosts = 0, embarking: more }: Acknowledged,
): Promise<void> {
  let seen = 0;
  let known = 0;
  await until(
    `the views have ${events} events and ${hosts} hosts`,
    async () => {
      const answer = await client.call('GET', '/api/v1/stats');
      if (answer.status === 500) throw new Error(`GET /stats: ${answer.body}`);
      if (answer.status === 200) ({ events: seen, hosts: known } = (JSON.parse(answer.body) as Stats).totals.value);
      context.progress(`memory: ${seen} of ${events} events in the views, ${known} hosts`);
      return seen >= events && known >= hosts;
    },
    { limitMs: LIMIT_MS, everyMs: 1000 },
  );
  if (more === undefined && seen !== events)
    throw new Error(`the views have ${seen} events of ${events} that were acknowledged`);
}
