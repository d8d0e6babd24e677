/**
 * Between the domain's entries and the journal's envelope. `host.ts`, `quest.ts` and `catalogue.ts` have one schema for
 * each type of entry. A change of a layout is a new version: the schema changes, and a reader of the version before
 * joins its `before`, which brings what it reads up to date.
 */
import type { CatalogueEntry, HostEntry, QuestEntry } from '#domain';
import type { NewEntry, Uuid } from '../entries.js';
import { catalogueCodec } from './catalogue.js';
import { hostCodec } from './host.js';
import { questCodec } from './quest.js';
import type { EntryCodec } from './stream-codec.js';

export type { Decoded } from './stream-codec.js';

export type DomainEntry = CatalogueEntry | HostEntry | QuestEntry;

export const { decode: decodeCatalogueEntry } = catalogueCodec;
export const { decode: decodeHostEntry } = hostCodec;
export const { decode: decodeQuestEntry } = questCodec;

/** By type. */
export const entryCodecs = { ...hostCodec.entries, ...catalogueCodec.entries, ...questCodec.entries };

/**
 * The entry as it is handed to the journal, in the newest version of its type. The stream it goes to says its host or
 * quest; `trace` is the trace context of the request that causes it.
 */
export function encodeEntry(entry: DomainEntry, id: Uuid, trace?: string): NewEntry {
  const { version, write } = entryCodecs[entry.kind] as EntryCodec<DomainEntry>;
  const encoded: NewEntry = { id, type: entry.kind, version, recordedAt: entry.recordedAt, json: write(entry) };
  return trace === undefined ? encoded : { ...encoded, trace };
}
