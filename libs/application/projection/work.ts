/** Entries sorted by the thing that they change: hosts, quests, the catalogue, names. Order and repeats of the input do not matter. */
import { entryTimesOf, streamKind, type EntryTime, type StoredEntry } from '#contracts';
import type { HostName, QuestId, Revision } from '#domain';

export interface Work {
  readonly hosts: ReadonlyMap<HostName, readonly StoredEntry[]>;
  readonly quests: ReadonlyMap<QuestId, readonly StoredEntry[]>;
  readonly catalogue: readonly StoredEntry[];
  readonly names: readonly StoredEntry[];
  /** When its entries were recorded, of whatever streams. */
  readonly times: readonly EntryTime[];
}

/** Streams of other kinds are ignored: a later Hermes may know them. */
export function workOf(entries: readonly StoredEntry[]): Work {
  const hosts = new Map<HostName, StoredEntry[]>();
  const quests = new Map<QuestId, StoredEntry[]>();
  const catalogue: StoredEntry[] = [];
  const names: StoredEntry[] = [];
  for (const entry of entries) {
    const stream = streamKind(entry.stream);
    if (stream.kind === 'host') push(hosts, stream.host, entry);
    else if (stream.kind === 'quest') push(quests, stream.quest, entry);
    else if (stream.kind === 'catalogue') catalogue.push(entry);
    else if (stream.kind === 'names') names.push(entry);
  }
  return { hosts, quests, catalogue, names, times: entryTimesOf(entries) };
}

/** The entries of a stream to apply next, after revision `applied`. */
export interface NextEntries {
  /** Without a hole, from `applied` + 1 on; empty where nothing is new. */
  readonly entries: readonly StoredEntry[];
  /** How far the stream must be read from `applied` + 1, where there is a hole (P3). */
  readonly readTo: Revision | undefined;
}

export function nextEntries(entries: readonly StoredEntry[], applied: Revision): NextEntries {
  const fresh = inOrder(entries, applied);
  const last = fresh.at(-1);
  if (last === undefined) return { entries: fresh, readTo: undefined };
  const whole = last.revision - applied === fresh.length;
  return whole ? { entries: fresh, readTo: undefined } : { entries: [], readTo: last.revision };
}

/** Those beyond `applied`, by revision, each once. */
function inOrder(entries: readonly StoredEntry[], applied: Revision): readonly StoredEntry[] {
  let ordered = true;
  let before = applied;
  for (const { revision } of entries) {
    if (revision <= before) ordered = false;
    before = revision;
  }
  if (ordered) return entries;
  const sorted = entries.filter(({ revision }) => revision > applied).sort((a, b) => a.revision - b.revision);
  return sorted.filter(({ revision }, index) => index === 0 || sorted[index - 1]?.revision !== revision);
}

function push<K>(groups: Map<K, StoredEntry[]>, key: K, entry: StoredEntry): void {
  const group = groups.get(key);
  if (group === undefined) groups.set(key, [entry]);
  else group.push(entry);
}
