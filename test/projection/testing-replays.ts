/** For the specs of replays: a journal judged in buckets, what a projector has written of it, and both in one shape. */
import {
  atOnce,
  inTurns,
  partitionOf,
  START,
  type CatalogueEntryDocument,
  type CursorKey,
  type EventDocument,
  type HostDocument,
  type LaborDocument,
  type NamesEntryDocument,
  type Page,
  type PartDocument,
  type Position,
  type QuestEntryDocument,
  type QuestRecord,
  type StoredEntry,
} from '#contracts';
import {
  BUCKET_LIMITS,
  CatalogueTimeline,
  giveCatalogue,
  giveNames,
  judgeBucket,
  type BucketLimits,
  type FoldedHost,
  type FoldedQuest,
  type ReplayListener,
} from '#application';
import type { HostName, Instant, QuestId } from '#domain';
import { wrapJournal, type Journal, type Views } from '#ports';
import { seededRandom } from '#testing';
import { served } from './rig.js';

export interface ReplayOptions {
  readonly buckets?: number;
  /** Of the lengths of pages. */
  readonly seed?: number;
  /** The journal's head where absent. */
  readonly end?: Position;
  readonly limits?: Partial<BucketLimits>;
  /** Whether it works in turns, as in a thread that others need. */
  readonly turns?: boolean;
}

/** All that a replay has given out. */
export interface Replay {
  readonly hosts: readonly FoldedHost[];
  readonly large: readonly HostDocument[];
  readonly quests: readonly FoldedQuest[];
  readonly catalogue: readonly CatalogueEntryDocument[];
  readonly names: readonly NamesEntryDocument[];
}

/** No spec has more. */
const MOST_QUESTS = 20;

export const PARKED_AT = '2026-11-30T00:00:00.000Z' as Instant;

/** Judges the journal up to `end`, its streams in buckets, each read in pages of random lengths. */
export async function replayed(journal: Journal, options: ReplayOptions = {}): Promise<Replay> {
  const { buckets = 1, seed = 1, end = (await journal.head()).position, limits = {}, turns = false } = options;
  const random = seededRandom(seed);
  const entries = await allEntries(journal);
  const timeline = new CatalogueTimeline(journal);
  await timeline.refreshReadable();
  const given = { hosts: [], large: [], quests: [], catalogue: [], names: [] } as {
    -readonly [Name in keyof Replay]: Replay[Name][number][];
  };
  const listener: ReplayListener = {
    host: (folded) => void given.hosts.push(folded),
    large: (document) => void given.large.push(document),
    quest: (folded) => void given.quests.push(folded),
    catalogue: (entry) => void given.catalogue.push(entry),
    names: (entry) => void given.names.push(entry),
  };
  const parts = { timeline, end, now: PARKED_AT, withEvents: true, run: turns ? inTurns : atOnce };
  for (let bucket = 0; bucket < buckets; bucket += 1) {
    const own = entries.filter(({ stream }) => partitionOf(stream, buckets) === bucket);
    await judgeBucket(inPages(own, random), listener, { ...parts, limits: { ...BUCKET_LIMITS, ...limits } });
  }
  await giveCatalogue(timeline, listener, end);
  await giveNames(inPages(entries, random), listener, end);
  return given;
}

export async function allEntries(journal: Journal): Promise<readonly StoredEntry[]> {
  const entries: StoredEntry[] = [];
  for (let after = START; ;) {
    const page = await journal.readAll(after, journal.maxReadEntries);
    const last = page.at(-1);
    if (last === undefined) return entries;
    entries.push(...page);
    after = last.position;
  }
}

async function* inPages(entries: readonly StoredEntry[], random: () => number): AsyncGenerator<readonly StoredEntry[]> {
  for (let at = 0; at < entries.length;) {
    const length = 1 + Math.floor(random() * 30);
    yield entries.slice(at, at + length);
    at += length;
  }
}

/** The journal as it was when `end` was its head. */
export function upTo(journal: Journal, end: Position): Journal {
  const within = (entries: readonly StoredEntry[]) => entries.filter(({ position }) => position <= end);
  return wrapJournal(journal, {
    read: async (reads) => (await journal.read(reads)).map(within),
    readAll: async (after, limit) => within(await journal.readAll(after, limit)),
    head: async () => (await journal.entryAt(end))!,
  });
}

/** The same journal as a Hermes sees it that cannot read some entries of hosts and of quests. */
export function misread(journal: Journal, seed: number): Journal {
  const spoil = (entry: StoredEntry): StoredEntry => {
    const isOne = partitionOf(`${entry.stream} ${entry.revision} ${seed}`, 29) === 0;
    return isOne && /^(host|quest)-/.test(entry.stream) ? { ...entry, version: 999 } : entry;
  };
  return wrapJournal(journal, {
    read: async (reads) => (await journal.read(reads)).map((page) => page.map(spoil)),
    readAll: async (after, limit) => (await journal.readAll(after, limit)).map(spoil),
  });
}

/** What both sides say, by ids: but for versions, and for when hosts and quests were parked. */
export interface Compared {
  readonly hosts: ReadonlyMap<HostName, unknown>;
  readonly labors: ReadonlyMap<string, LaborDocument>;
  readonly parts: ReadonlyMap<string, PartDocument>;
  readonly events: ReadonlyMap<string, EventDocument>;
  readonly marks: ReadonlyMap<QuestId, Position>;
  readonly quests: ReadonlyMap<QuestId, unknown>;
  readonly catalogue: readonly CatalogueEntryDocument[];
  readonly names: readonly NamesEntryDocument[];
}

export function comparedReplay({ hosts, quests, catalogue, names }: Replay): Compared {
  const marks = new Map<QuestId, Position>();
  for (const host of hosts) {
    for (const [quest, position] of host.marks) {
      const mark = marks.get(quest);
      if (mark === undefined || mark < position) marks.set(quest, position);
    }
  }
  return {
    hosts: new Map(hosts.map(({ document }) => [document.host, comparedHost(document)])),
    labors: byKey(
      hosts.flatMap(({ labors }) => labors),
      ({ id }) => id,
    ),
    // what a quest expects of a host is that until the host gives it
    parts: new Map([
      ...quests.flatMap(({ parts }) => parts.map((part) => [partName(part), part] as const)),
      ...byKey(
        hosts.flatMap(({ parts }) => parts),
        partName,
      ),
    ]),
    events: byKey(
      hosts.flatMap(({ events }) => events),
      ({ id }) => id,
    ),
    marks,
    quests: new Map(quests.map(({ record, changes }) => [record.quest, comparedQuest(record, changes)])),
    catalogue,
    names,
  };
}

/** What the projector has written, and nothing that it has not judged yet: no host is behind. */
export async function comparedViews({ reader, writer, ...views }: Views): Promise<Compared> {
  const generation = await served({ reader, writer, ...views });
  const page = { limit: 1000, count: false as const };
  const rows = await all((after) => reader.hosts(generation, {}, { ...page, sort: 'host', after }));
  const documents: HostDocument[] = [];
  const parts: PartDocument[] = [];
  for (const { host } of rows) {
    documents.push((await reader.host(generation, host))!);
    const quests = await writer.questsOfHost(generation, host, null, 1000);
    parts.push(...(await writer.load(generation, { parts: quests.map((quest) => ({ quest, host })) })).parts);
  }
  const labors = await all((after) => reader.labors(generation, {}, { ...page, sort: 'host', after }));
  const events = await all((after) => reader.events({}, { ...page, sort: 'position', after }));
  // lists show no quest whose hosts were not accepted
  const numbers = Array.from({ length: MOST_QUESTS }, (_, index) => (index + 1) as QuestId);
  const { quests } = await writer.load(generation, { quests: numbers });
  const records = new Map<QuestId, unknown>();
  for (const { quest, record } of quests) {
    const changes = await all((after) => reader.questEntries(generation, quest, { ...page, sort: 'position', after }));
    if (record !== null) records.set(quest, comparedQuest(record, changes));
  }
  return {
    hosts: new Map(documents.map((document) => [document.host, comparedHost(document)])),
    labors: byKey(
      labors.map(({ labor }) => labor),
      ({ id }) => id,
    ),
    parts: byKey(parts, partName),
    events: byKey(events, ({ id }) => id),
    marks: new Map(quests.flatMap(({ quest, mark }) => (mark === START ? [] : [[quest, mark] as const]))),
    quests: records,
    catalogue: await reader.catalogue(generation, 0, 10_000),
    names: await reader.names(generation, 0, 10_000),
  };
}

/** Where nothing of it was applied it has no time but that of its parking. */
function comparedHost({ version: _, parked, updatedAt, ...document }: HostDocument): object {
  const at = document.entryId === null ? null : updatedAt;
  return { ...document, updatedAt: at, parked: parked && { ...parked, since: null } };
}

function comparedQuest({ parked, ...record }: QuestRecord, changes: readonly QuestEntryDocument[]): object {
  return { ...record, parked: parked && { ...parked, since: null }, changes };
}

function partName({ quest, host }: PartDocument): string {
  return `${quest} ${host}`;
}

function byKey<K, T>(items: readonly T[], keyOf: (item: T) => K): ReadonlyMap<K, T> {
  const map = new Map(items.map((item) => [keyOf(item), item]));
  // each is given out once
  expect(map.size).toBe(items.length);
  return map;
}

async function all<T>(page: (after: CursorKey | null) => Promise<Page<T>>): Promise<readonly T[]> {
  const items: T[] = [];
  for (let after: CursorKey | null = null; ;) {
    const one: Page<T> = await page(after);
    items.push(...one.items);
    if (one.next === null) return items;
    after = one.next;
  }
}
