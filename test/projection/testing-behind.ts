/** For the specs of hosts that are behind (P9): a host that needs more than its share, and a journal that holds its steps up. */
import { hostStream, partitionOf } from '#contracts';
import type { HostName } from '#domain';
import type { Journal, Views, ViewsWriter } from '#ports';
import { countingJournal, faultyViews, foldOf, Play, until, type History } from '#testing';
import { PARTITIONS, served } from './rig.js';

export const HEAVY = 'heavy.example.com' as HostName;
/** Another host of the same partition. */
export const NEIGHBOUR = Array.from({ length: 100 }, (_, n) => `n${n}` as HostName).find(
  (name) => partitionOf(hostStream(name), PARTITIONS) === partitionOf(hostStream(HEAVY), PARTITIONS),
)!;

/** Each event of `x-a` closes all open labors of its host and opens one more than it closed, up to the bound of rule 6. */
export function heavyPlay(): Play {
  return new Play('x-a => x-a', 'x-a => x-a intermediate', 'y-required => y-done');
}

/** The first 45 of them have more effects than a host's share of a batch. */
export function flood(play: Play, events: number, host = HEAVY): void {
  for (let count = 0; count < events; count += 1) play.event('x-a', { host });
}

export interface Held {
  readonly journal: Journal;
  /** From now on the stream of the heavy host is read; until then each read of it waits. */
  open(): void;
}

export function held(journal: Journal): Held {
  let open = (): void => undefined;
  const opened = new Promise<void>((resolve) => (open = resolve));
  return {
    open,
    journal: {
      ...countingJournal(journal),
      read: async (reads) => {
        if (reads.some(({ stream }) => stream === hostStream(HEAVY))) await opened;
        return journal.read(reads);
      },
    },
  };
}

export async function isBehind(views: Views, host = HEAVY): Promise<boolean> {
  const document = await views.reader.host(await served(views), host);
  return (document?.behind ?? null) !== null;
}

/** Until the host has all entries of the history, and is not behind. */
export async function upToDate(views: Views, history: History, host = HEAVY): Promise<void> {
  const entries = history.steps.filter(({ entry }) => 'host' in entry && entry.host === host).length;
  const generation = await served(views);
  await until(
    `${host} is up to date`,
    async () => {
      const document = await views.reader.host(generation, host);
      return document?.behind === null && document.state.revision === entries - 1;
    },
    { limitMs: 60_000 },
  );
}

/** How many labors the fold has of the host, and how many of them are open; and the same of the views. */
export async function numbersOf(views: Views, history: History, host = HEAVY) {
  const folded = foldOf(history).labors.filter((labor) => labor.host === host);
  const generation = await served(views);
  const all = { sort: 'host', limit: 1, after: null, count: 1_000_000 } as const;
  const labors = await views.reader.labors(generation, { host: [host] }, all);
  const open = await views.reader.labors(generation, { host: [host], state: ['open'] }, all);
  return {
    folded: { labors: folded.length, open: folded.filter(({ state }) => state === 'open').length },
    viewed: { labors: labors.total, open: open.total },
  };
}

/** The writer with another `apply`. */
export function withApply(writer: ViewsWriter, apply: ViewsWriter['apply']): ViewsWriter {
  return { ...faultyViews(writer, { random: () => 1, torn: 0, away: 0 }), apply };
}
