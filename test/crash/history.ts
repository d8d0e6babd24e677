/** The journal as it stands after crashes, sorted for comparing: what lies in it, and whether its streams are whole. */
import {
  decodeCatalogueEntry,
  decodeHostEntry,
  decodeNamesEntry,
  decodeOperationEntry,
  decodeQuestEntry,
  START,
  streamKind,
  type Decoded,
  type StoredEntry,
} from '#contracts';
import type { CatalogueEntry, HostEntry, NamesEntry, OperationEntry, QuestEntry } from '#domain';
import type { Journal } from '#ports';

export interface AuditedEntry<T> {
  readonly entry: T;
  readonly revision: number;
  readonly position: bigint;
}

/** Domain entries in the order of the journal. */
export interface CrashHistory {
  readonly hosts: ReadonlyMap<string, readonly AuditedEntry<HostEntry>[]>;
  readonly quests: ReadonlyMap<number, readonly AuditedEntry<QuestEntry>[]>;
  readonly operations: ReadonlyMap<string, readonly AuditedEntry<OperationEntry>[]>;
  readonly catalogue: readonly AuditedEntry<CatalogueEntry>[];
  readonly names: readonly AuditedEntry<NamesEntry>[];
  /** Holes, repeats, entries that cannot be read. */
  readonly faults: readonly string[];
}

export async function readWhole(journal: Journal): Promise<readonly StoredEntry[]> {
  const entries: StoredEntry[] = [];
  for (let after = START; ;) {
    const page = await journal.readAll(after, journal.maxReadEntries);
    const last = page.at(-1);
    if (last === undefined) return entries;
    entries.push(...page);
    after = last.position;
  }
}

export function historyOf(stored: readonly StoredEntry[]): CrashHistory {
  const hosts = new Map<string, AuditedEntry<HostEntry>[]>();
  const quests = new Map<number, AuditedEntry<QuestEntry>[]>();
  const operations = new Map<string, AuditedEntry<OperationEntry>[]>();
  const catalogue: AuditedEntry<CatalogueEntry>[] = [];
  const names: AuditedEntry<NamesEntry>[] = [];
  const faults = wholeness(stored);
  function take<T>(into: AuditedEntry<T>[], entry: StoredEntry, decoded: Decoded<T>): AuditedEntry<T>[] {
    if (decoded.ok) into.push({ entry: decoded.entry, revision: entry.revision, position: entry.position });
    else faults.push(`${entry.stream} ${entry.revision} cannot be read: ${decoded.reason}`);
    return into;
  }
  for (const entry of stored) {
    const of = streamKind(entry.stream);
    if (of.kind === 'host') hosts.set(of.host, take(hosts.get(of.host) ?? [], entry, decodeHostEntry(entry)));
    if (of.kind === 'quest') quests.set(of.quest, take(quests.get(of.quest) ?? [], entry, decodeQuestEntry(entry)));
    if (of.kind === 'operation')
      operations.set(of.operation, take(operations.get(of.operation) ?? [], entry, decodeOperationEntry(entry)));
    if (of.kind === 'catalogue') take(catalogue, entry, decodeCatalogueEntry(entry));
    if (of.kind === 'names') take(names, entry, decodeNamesEntry(entry));
    if (of.kind === 'unknown') faults.push(`there is a stream ${entry.stream}`);
  }
  return { hosts, quests, operations, catalogue, names, faults };
}

/** Revisions of each stream run from 0 without a hole, positions grow, no entry is there twice. */
function wholeness(stored: readonly StoredEntry[]): string[] {
  const faults: string[] = [];
  const next = new Map<string, number>();
  const ids = new Set<string>();
  let before = START as bigint;
  for (const { stream, revision, position, id } of stored) {
    const expected = next.get(stream) ?? 0;
    if (revision !== expected) faults.push(`${stream} has revision ${revision} where ${expected} was to come`);
    next.set(stream, revision + 1);
    if (position <= before) faults.push(`position ${position} comes after ${before}`);
    before = position;
    if (ids.has(id)) faults.push(`${stream} ${revision}: entry ${id} is there twice`);
    ids.add(id);
  }
  return faults;
}
