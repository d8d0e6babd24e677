/** The pure parts on one thread, with no store beside them. They say where a figure of the others may come from. */
import {
  decodeCatalogueEntry,
  decodeHostEntry,
  encodeEntry,
  atOnce,
  parseEvents,
  positionOf,
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
} from '#domain';
import type { Benchmark, Context } from '../harness/context.js';
import { grouped, median, type Figure } from '../harness/figure.js';
import { interleave, timed } from '../harness/rounds.js';
import { hostName, lifeOf, nameOf } from '../load/flows.js';
import { catalogueWrite, History } from '../load/history.js';

const PER_REQUEST = 500;

export const fold: Benchmark = {
  name: 'fold',
  about: 'judging, codec and parser on one thread, without any store',
  async run(context) {
    const entries = storedEntries(context.size(200_000, 20_000));
    return [await judging(context, entries), ...(await codec(context, entries)), await parsing(context)];
  },
};

function storedEntries(count: number): readonly StoredEntry[] {
  const revisions = new Map<string, number>();
  return new History(2000, 3).writes(count).flatMap(({ stream, entries }, index) =>
    entries.map((entry): StoredEntry => {
      const revision = (revisions.get(stream) ?? -1) + 1;
      revisions.set(stream, revision);
      return { ...entry, stream, revision, position: positionOf(BigInt(index)) };
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
