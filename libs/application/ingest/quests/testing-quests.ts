/** Quests for specs of ingest: requests, and what a journal has of them. */
import {
  decodeHostEntry,
  decodeQuestEntry,
  hostStream,
  laborAdoptionUuid,
  questStream,
  type StoredEntry,
} from '#contracts';
import {
  emptyCatalogue,
  foldCatalogue,
  judge,
  newHost,
  type CatalogueEntry,
  type EventTypeId,
  type FateId,
  type HostName,
  type HostState,
  type Instant,
  type LaborId,
  type QuestId,
  type TypeName,
} from '#domain';
import { countingJournal, createMemoryJournal, ingestRig, MemoryStore, until } from '#testing';
import type { HostsToRemove, Ingest, QuestRequest } from '../ingest.js';

export function quest(hosts: readonly string[], more: Partial<QuestRequest> = {}): QuestRequest {
  const rest = { creator: null, description: 'full disks', target: null, references: [] };
  return { type: 'disk-full', hosts: hosts as readonly HostName[], ...rest, ...more };
}

/** Hosts to take out of a quest, and to add. */
export const those = (...hosts: readonly string[]): HostsToRemove => ({
  hosts: added(...hosts),
  by: null,
  reason: 'wrong site',
});
export const added = (...hosts: readonly string[]) => hosts as readonly HostName[];

export function names(count: number, prefix = 'h'): string[] {
  return Array.from({ length: count }, (_, nth) => `${prefix}${nth}`);
}

export function kinds(entries: readonly StoredEntry[]): string[] {
  return entries.map(({ type }) => type);
}

export async function defined(store = new MemoryStore()) {
  const journal = countingJournal(createMemoryJournal({ store }));
  const rig = ingestRig(journal);
  await rig.define();
  // as it does by itself, now and then
  await rig.names.readToEnd();
  return { ...rig, store, journal };
}

/** Closes what may die of it, as of every change that it makes to the journal: nobody is answered then. */
export async function closeMortal(ingest: Pick<Ingest, 'close'>, life: { readonly isOver: boolean }): Promise<void> {
  if (life.isOver) return;
  let isClosed = false;
  const end = (): void => void (isClosed = true);
  ingest.close().then(end, end);
  await until('it is closed, or died', () => life.isOver || isClosed);
}

/** How many events of the quest each host has. */
export function eventsOf(store: MemoryStore, id: number): Map<string, number> {
  const counts = new Map<string, number>();
  for (const [stream, entries] of store.streams) {
    if (!stream.startsWith('host-')) continue;
    const its = entries.filter(({ type, json }) => type === 'EventLogged' && questIn(json) === id).length;
    counts.set(stream.slice(5), its);
  }
  return counts;
}

export function requireOnce(store: MemoryStore, id: number, hosts: readonly string[]): void {
  const counts = eventsOf(store, id);
  expect(hosts.filter((host) => counts.get(host) !== 1)).toEqual([]);
  expect([...counts.values()].reduce((sum, count) => sum + count, 0)).toBe(hosts.length);
}

function questIn(json: string): number | undefined {
  return (JSON.parse(json) as { quest?: number }).quest;
}

/** Each host has the quest's end once or, where it may have lacked its event, twice; and behind it no event of the quest. */
export function requireEnded(store: MemoryStore, id: number, hosts: readonly string[]): void {
  const wrong = hosts.filter((host) => {
    const entries = store.streams.get(hostStream(host as HostName)) ?? [];
    const its = kinds(entries.filter(({ json }) => questIn(json) === id)).join(' ');
    return !/^(EventLogged )?QuestEnded( QuestEnded)?$/.test(its);
  });
  expect(wrong).toEqual([]);
}

/**
 * Each accepted labor is adopted once for its request; on the hosts of an abandoned quest its end stands behind that, and no
 * labor of it is open. Answers the labors.
 */
export function requireAdopted(store: MemoryStore, id: QuestId): readonly LaborId[] {
  const entries = (store.streams.get(questStream(id)) ?? []).flatMap((stored) => {
    const decoded = decodeQuestEntry(stored);
    return decoded.ok ? [decoded.entry] : [];
  });
  const isAbandoned = entries.some(({ kind }) => kind === 'QuestAbandoned');
  const wrong: string[] = [];
  const all = entries.flatMap((entry) => (entry.kind === 'QuestLaborsAccepted' ? [entry] : []));
  for (const { request, labors } of all) {
    for (const labor of labors) {
      const host = labor.slice(0, labor.indexOf('~')) as HostName;
      const stream = store.streams.get(hostStream(host)) ?? [];
      const places = stream.flatMap(({ id: uuid, revision }) =>
        uuid === laborAdoptionUuid(request, labor) ? [revision] : [],
      );
      const end = stream.findLast(({ type, json }) => type === 'QuestLaborsEnded' && questIn(json) === id)?.revision;
      if (places.length !== 1) wrong.push(`${labor} is adopted ${places.length} times`);
      if (isAbandoned && (end ?? -1) < (places[0] ?? 0)) wrong.push(`no end behind the adoption of ${labor}`);
      if (isAbandoned && stateOf(stream).open.some(({ quest }) => quest === id)) wrong.push(`${host} is open in it`);
    }
  }
  expect(wrong).toEqual([]);
  return all.flatMap(({ labors }) => labors);
}

/**
 * Each host that the quest names has had its event since it was last taken out, once; one that was taken out has left behind it, and
 * has no open labor of the quest; and no host has an event of it but for an acceptance that names it. Answers the hosts that it names.
 */
export function requireMembers(store: MemoryStore, id: QuestId): readonly HostName[] {
  const entries = (store.streams.get(questStream(id)) ?? []).flatMap((stored) => {
    const decoded = decodeQuestEntry(stored);
    return decoded.ok ? [decoded.entry] : [];
  });
  const listed = new Map<string, Set<HostName>>();
  const named = new Set<HostName>();
  const times = new Map<HostName, number>();
  for (const entry of entries) {
    if (entry.kind === 'QuestHostsListed')
      listed.set(entry.batch, new Set([...(listed.get(entry.batch) ?? []), ...entry.hosts]));
    if (entry.kind === 'QuestRemovalAccepted') for (const host of entry.hosts) named.delete(host);
    if (entry.kind !== 'QuestHostsAccepted') continue;
    for (const host of listed.get(entry.batch) ?? []) {
      if (!named.has(host)) times.set(host, (times.get(host) ?? 0) + 1);
      named.add(host);
    }
  }
  const wrong: string[] = [];
  for (const host of new Set([...named, ...times.keys()])) {
    const stream = store.streams.get(hostStream(host)) ?? [];
    const its = kinds(stream.filter(({ json }) => questIn(json) === id)).filter((kind) => !kind.startsWith('Labor'));
    const events = its.filter((kind) => kind === 'EventLogged').length;
    const isOpen = stateOf(stream).open.some(({ quest }) => quest === id);
    const isRight = named.has(host) ? its.at(-1) === 'EventLogged' && isOpen : its.at(-1) === 'QuestLeft' && !isOpen;
    if (!isRight || events > (times.get(host) ?? 0))
      wrong.push(`${host}, accepted ${times.get(host)} times: ${its.join(' ')}`);
  }
  expect(wrong).toEqual([]);
  expect([...eventsOf(store, id)].filter(([host, n]) => n > 0 && !times.has(host as HostName))).toEqual([]);
  return [...named];
}

/** The streams of hosts with an open labor in the quest. */
export function openIn(store: MemoryStore, id: QuestId): readonly string[] {
  const open = [...store.streams].filter(
    ([stream, entries]) => stream.startsWith('host-') && stateOf(entries).open.some(({ quest }) => quest === id),
  );
  return open.map(([stream]) => stream);
}

function stateOf(stream: readonly StoredEntry[]): HostState {
  let state = newHost;
  for (const stored of stream) {
    const decoded = decodeHostEntry(stored);
    if (decoded.ok) ({ state } = judge(state, decoded.entry, { revision: stored.revision, catalogue: CATALOGUE }));
  }
  return state;
}

/** Under which each `disk-full` opens a labor. */
const CATALOGUE = foldCatalogue(emptyCatalogue, [
  ...(['full', 'cleaned'] as const).map((state, nth): CatalogueEntry => ({
    ...{ kind: 'EventTypeDefined', id: (nth + 1) as EventTypeId, category: 'disk', state, description: null },
    ...{ restricted: false, by: null, recordedAt: '2026-01-01T00:00:00.000Z' as Instant },
  })),
  {
    ...{
      kind: 'FateDefined',
      id: 1 as FateId,
      creates: 'disk-full' as TypeName,
      completedBy: 'disk-cleaned' as TypeName,
    },
    ...{ intermediate: false, follows: null, onRepeat: 'open', name: null, description: null, actors: [] },
    ...{ by: null, recordedAt: '2026-01-01T00:00:00.000Z' as Instant },
  },
]);

/** The streams of quests that have a batch, an adoption, a removal or an abandonment without its end. */
export function unfinished(store: MemoryStore): string[] {
  const streams = [...store.streams].filter(([stream]) => stream.startsWith('quest-'));
  const left = streams.filter(([, entries]) => {
    const types = kinds(entries);
    const count = (kind: string) => types.filter((type) => type === kind).length;
    if (count('QuestRemovalAccepted') > count('QuestHostsRemoved')) return true;
    if (count('QuestAbandoned') > 0) return count('QuestHostsEnded') === 0;
    if (count('QuestLaborsAccepted') > count('QuestLaborsAdopted')) return true;
    return count('QuestHostsAccepted') > count('QuestHostsEmbarked');
  });
  return left.map(([stream]) => stream);
}
