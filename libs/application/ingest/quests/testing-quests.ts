/** Quests for specs of ingest: requests, and what a journal has of them. */
import { hostStream, type StoredEntry } from '#contracts';
import type { HostName } from '#domain';
import { countingJournal, createMemoryJournal, ingestRig, MemoryStore } from '#testing';
import type { QuestRequest } from '../ingest.js';

export function quest(hosts: readonly string[], more: Partial<QuestRequest> = {}): QuestRequest {
  const rest = { creator: null, description: 'full disks', target: null, references: [] };
  return { type: 'disk-full', hosts: hosts as readonly HostName[], ...rest, ...more };
}

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
  return { ...rig, store, journal };
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

/** The streams of quests that have a batch or an abandonment without its end. */
export function unfinished(store: MemoryStore): string[] {
  const streams = [...store.streams].filter(([stream]) => stream.startsWith('quest-'));
  const left = streams.filter(([, entries]) => {
    const types = kinds(entries);
    const count = (kind: string) => types.filter((type) => type === kind).length;
    if (count('QuestAbandoned') > 0) return count('QuestHostsEnded') === 0;
    return count('QuestHostsAccepted') > count('QuestHostsEmbarked');
  });
  return left.map(([stream]) => stream);
}
