/**
 * Between the domain's entries and the journal's envelope. `host.ts`, `quest.ts`, `catalogue.ts`, `names.ts` and `operation.ts` have
 * one schema for each type of entry. A change of a layout is a new version: the schema changes, and the version before joins its
 * `before`, which brings what it reads up to date, and still writes what it says wholly. The new version, as a new type, is
 * `since` the next {@link ENTRIES_VERSION}: it is written once that is allowed (R13).
 */
import type { CatalogueEntry, HostEntry, NamesEntry, OperationEntry, QuestEntry } from '#domain';
import type { Cause, EntryVersion, NewEntry, Uuid } from '../entries.js';
import { catalogueCodec } from './catalogue.js';
import { hostCodec } from './host.js';
import { namesCodec } from './names.js';
import { operationCodec } from './operation.js';
import { questCodec } from './quest.js';
import type { EntryCodec } from './stream-codec.js';

export type { Decoded } from './stream-codec.js';

export type DomainEntry = CatalogueEntry | HostEntry | NamesEntry | OperationEntry | QuestEntry;

export const { decode: decodeCatalogueEntry } = catalogueCodec;
export const { decode: decodeHostEntry } = hostCodec;
export const { decode: decodeNamesEntry } = namesCodec;
export const { decode: decodeOperationEntry } = operationCodec;
export const { decode: decodeQuestEntry } = questCodec;

const NO_TOKENS: Cause = { principal: null };

/** By type. */
export const entryCodecs = {
  ...hostCodec.entries,
  ...catalogueCodec.entries,
  ...namesCodec.entries,
  ...questCodec.entries,
  ...operationCodec.entries,
};

/**
 * Of all types and versions of entries that this build reads, as one number: raised by each build that adds one. Builds before
 * there was such a number read those of 1.
 */
export const ENTRIES_VERSION = 1;

/** The entries version from which on such an entry is written; Infinity for one that this build does not know. */
export function entriesVersionOf(entry: EntryVersion): number {
  const { since } = (entryCodecs as Readonly<Record<string, { readonly since: readonly number[] }>>)[entry.type] ?? {};
  return since?.[entry.version - 1] ?? Number.POSITIVE_INFINITY;
}

/** Whether this build reads entries of that type and version. */
export function readsEntry(entry: EntryVersion): boolean {
  return Number.isFinite(entriesVersionOf(entry));
}

/**
 * The entry as it is handed to the journal, in the oldest version of its type that says it wholly. The stream it goes to says its host or
 * quest. The envelope says who wrote it by `cause` alone, whatever the entry says.
 */
export function encodeEntry(entry: DomainEntry, id: Uuid, { trace, principal }: Cause = NO_TOKENS): NewEntry {
  const { write } = entryCodecs[entry.kind] as EntryCodec<DomainEntry>;
  const encoded: NewEntry = { id, type: entry.kind, recordedAt: entry.recordedAt, ...write(entry) };
  if (trace === undefined && principal === null) return encoded;
  return { ...encoded, ...(trace !== undefined && { trace }), ...(principal !== null && { principal }) };
}
