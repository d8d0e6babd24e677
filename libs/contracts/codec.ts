/** Between the domain's entries and the journal's envelope. */
import type { CatalogueEntry, HostEntry, QuestEntry } from '#domain';
import type { NewEntry, StoredEntry, Uuid } from './entries.js';

export type DomainEntry = CatalogueEntry | HostEntry | QuestEntry;

/** A sentence says why an entry cannot be read: a type or version of a later Hermes, or damaged data. */
export type Decoded<T> = { readonly ok: true; readonly entry: T } | { readonly ok: false; readonly reason: string };

export function encodeEntry(entry: DomainEntry, id: Uuid): NewEntry {
  throw new Error(`${entry.kind} ${id}`);
}

export function decodeHostEntry(stored: StoredEntry): Decoded<HostEntry> {
  throw new Error(stored.id);
}

export function decodeCatalogueEntry(stored: StoredEntry): Decoded<CatalogueEntry> {
  throw new Error(stored.id);
}

export function decodeQuestEntry(stored: StoredEntry): Decoded<QuestEntry> {
  throw new Error(stored.id);
}
