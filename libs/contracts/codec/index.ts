/**
 * Between the domain's entries and the journal's envelope. `host.ts`, `quest.ts`, `catalogue.ts`, `names.ts` and `operation.ts` have
 * one schema for each type of entry. A change of a layout is a new version: the schema changes, and a reader of the version before
 * joins its `before`, which brings what it reads up to date.
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

/** Whether this build reads entries of that type and version. */
export function readsEntry({ type, version }: EntryVersion): boolean {
  if (!Object.hasOwn(entryCodecs, type)) return false;
  const newest = entryCodecs[type as DomainEntry['kind']].version;
  return Number.isInteger(version) && version >= 1 && version <= newest;
}

/**
 * The entry as it is handed to the journal, in the newest version of its type. The stream it goes to says its host or
 * quest. The envelope says who wrote it by `cause` alone, whatever the entry says.
 */
export function encodeEntry(entry: DomainEntry, id: Uuid, { trace, principal }: Cause = NO_TOKENS): NewEntry {
  const { version, write } = entryCodecs[entry.kind] as EntryCodec<DomainEntry>;
  const encoded: NewEntry = { id, type: entry.kind, version, recordedAt: entry.recordedAt, json: write(entry) };
  if (trace === undefined && principal === null) return encoded;
  return { ...encoded, ...(trace !== undefined && { trace }), ...(principal !== null && { principal }) };
}
