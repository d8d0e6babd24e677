/** The pure parts on one thread, with no store beside them. They say where a figure of the others may come from. */
import { CatalogueTimeline, judgeBucket } from '#application';
import {
  decodeCatalogueEntry,
  decodeHostEntry,
  encodeEntry,
  atOnce,
  parseEvents,
  positionOf,
  type Position,
  type StoredEntry,
} from '#contracts';
import {
  emptyCatalogue,
  foldCatalogue,
  judge,
  newHost,
  type Catalogue,
  type CatalogueEntry,
  type HostEntry,
  type HostState,
  type Instant,
} from '#domain';
import { createMemoryJournal } from '#testing';
import type { Benchmark, Context } from '../harness/context.js';
import { grouped, median, type Figure } from '../harness/figure.js';
import { interleave, throughput, timed } from '../harness/rounds.js';
import { hostName, lifeOf, nameOf } from '../load/flows.js';
import { catalogueWrite, History, mustAppend } from '../load/history.js';

const PER_REQUEST = 500;
/** Of each host in a bucket of a replay. */
const EVENTS_PER_HOST = 20;
const PAGE_ENTRIES = 1000;
/** With their data some 16 MiB. */
const BUCKET_ENTRIES = 40_000;

export const fold: Benchmark = {
  name: 'fold',
  about: 'judging, codec and parser on one thread, without any store',
  async run(context) {
    const entries = storedEntries(context.size(200_000, 20_000), 2000);
    const figures = [await judging(context, entries), ...(await codec(context, entries)), await parsing(context)];
    return [...figures, await bucket(context)];
  },
};

function storedEntries(count: number, hosts: number, first = 0n): readonly StoredEntry[] {
  const revisions = new Map<string, number>();
  return new History(hosts, 3).writes(count).flatMap(({ stream, entries }, index) =>
    entries.map((entry): StoredEntry => {
      const revision = (revisions.get(stream) ?? -1) + 1;
      revisions.set(stream, revision);
      return { ...entry, stream, revision, position: positionOf(first + BigInt(index)) };
    }),
  );
}

function catalogue(): Catalogue {
  const { entries, stream } = catalogueWrite();
  const decoded = entries.map((entry, index): CatalogueEntry => {
    const read = decodeCatalogueEntry({ ...entry, stream, revision: index, position: positionOf(BigInt(index)) });
    if (!read.ok) throw new Error(read.reason);
    return read.entry;
  });
  return foldCatalogue(emptyCatalogue, decoded);
}

async function judging(context: Context, entries: readonly StoredEntry[]): Promise<Figure> {
  const known = catalogue();
  const decoded = entries.map(({ stream, revision, ...rest }) => ({
    stream,
    revision,
    entry: must(decodeHostEntry({ stream, revision, ...rest })),
  }));
  const run = (): void => {
    const states = new Map<string, HostState>();
    for (const { stream, revision, entry } of decoded) {
      states.set(stream, judge(states.get(stream) ?? newHost, entry, { revision, catalogue: known }).state);
    }
  };
  return informational('fold/judge', 'events', entries.length, await times(context, run));
}

async function codec(context: Context, entries: readonly StoredEntry[]): Promise<readonly Figure[]> {
  const decoded = entries.map((entry) => [must(decodeHostEntry(entry)), entry.id] as const);
  const decode = await times(context, () => {
    for (const entry of entries) must(decodeHostEntry(entry));
  });
  const encode = await times(context, () => {
    for (const [entry, id] of decoded) encodeEntry(entry, id);
  });
  return [
    informational('fold/decode', 'entries', entries.length, decode),
    informational('fold/encode', 'entries', entries.length, encode),
  ];
}

async function parsing(context: Context): Promise<Figure> {
  const body = JSON.stringify(
    Array.from({ length: PER_REQUEST }, (_, n) => {
      const type = nameOf(lifeOf(n, n));
      return {
        host: hostName(n),
        type,
        key: `${type}/${n}`,
        by: 'agent',
        attributes: { kernel: '6.1.0-18', severity: 3 },
      };
    }),
  );
  const requests = context.size(200, 20);
  const all = (each: () => void) => async (): Promise<number> =>
    timed(async () => {
      for (let n = 0; n < requests; n += 1) each();
    });
  const rounds = await interleave({
    rounds: context.size(9, 3),
    floor: all(() => {
      JSON.parse(body);
    }),
    ours: all(() => {
      const parsed = atOnce(parseEvents(JSON.parse(body) as unknown, { nowMs: Date.now() }));
      if (!parsed.ok) throw new Error('the parser refuses what it should take');
    }),
    onRound: () => undefined,
  });
  const perS = (ms: number): string => `${grouped((requests * PER_REQUEST) / ms / 1000)} M events/s`;
  return {
    name: 'fold/parse',
    ours: perS(rounds.oursMs),
    floor: `${perS(rounds.floorMs)} (JSON.parse alone)`,
    ratio: rounds.ratio,
    spread: rounds.spread,
    aim: null,
  };
}

/** A bucket of a replay, from entries in memory to all documents of its hosts, beside parsing and judging the same entries. */
async function bucket(context: Context): Promise<Figure> {
  const journal = createMemoryJournal({ firstPosition: 0n, gaps: () => 1n });
  await mustAppend(journal, [catalogueWrite()]);
  const timeline = new CatalogueTimeline(journal);
  const { catalogue: known, position } = await timeline.refresh();
  const count = context.size(BUCKET_ENTRIES, 20_000);
  const entries = storedEntries(count, count / EVENTS_PER_HOST, position + 1n);
  const pages = Array.from({ length: Math.ceil(count / PAGE_ENTRIES) }, (_, page) =>
    entries.slice(page * PAGE_ENTRIES, (page + 1) * PAGE_ENTRIES),
  );
  let documents = 0;
  const listener = {
    host: ({ labors, events }: { readonly labors: readonly unknown[]; readonly events: readonly unknown[] }): void => {
      documents += 1 + labors.length + events.length;
    },
    large: (): never => {
      throw new Error('no host of this load is large');
    },
    quest: (): void => undefined,
  };
  const rounds = await interleave({
    rounds: context.size(9, 3),
    floor: () =>
      timed(async () => {
        const states = new Map<string, HostState>();
        for (const stored of entries) {
          const { stream, revision } = stored;
          const before = states.get(stream) ?? newHost;
          states.set(stream, judge(before, must(decodeHostEntry(stored)), { revision, catalogue: known }).state);
        }
      }),
    ours: () =>
      timed(() =>
        judgeBucket(pages, listener, {
          ...{ timeline, withEvents: true, run: atOnce, now: '2026-01-01T00:00:00.000Z' as Instant },
          end: entries.at(-1)?.position as Position,
        }),
      ),
    onRound: () => undefined,
  });
  if (documents === 0) throw new Error('the replay gave out nothing');
  return throughput('fold/bucket', rounds, { count, things: 'events', least: null });
}

async function times(context: Context, work: () => void): Promise<number> {
  const ms: number[] = [];
  for (let round = 0; round <= context.size(7, 3); round += 1) {
    const took = await timed(async () => {
      work();
    });
    if (round > 0) ms.push(took);
  }
  return median(ms);
}

function informational(name: string, what: string, count: number, ms: number): Figure {
  const ours = `${grouped(count / ms / 1000)} M ${what}/s`;
  return { name, ours, floor: null, ratio: null, spread: null, aim: null };
}

function must(read: ReturnType<typeof decodeHostEntry>): HostEntry {
  if (!read.ok) throw new Error(read.reason);
  return read.entry;
}
