/** How the journal's streams are named, and which partition each belongs to (F1). */
import { parseHostName, parseOperationId, parseQuestId, type HostName, type OperationId, type QuestId } from '#domain';

export const CATALOGUE_STREAM = 'catalogue';
/** Holds what names of hosts mean (rule 23). */
export const NAMES_STREAM = 'names';
/** Holds the journal's identity: its first entry (J6). */
export const JOURNAL_STREAM = 'journal';

export type StreamKind =
  | { readonly kind: 'host'; readonly host: HostName }
  | { readonly kind: 'quest'; readonly quest: QuestId }
  | { readonly kind: 'operation'; readonly operation: OperationId }
  | { readonly kind: 'catalogue' }
  | { readonly kind: 'names' }
  | { readonly kind: 'journal' }
  /** A later Hermes may know it; this one passes it by. */
  | { readonly kind: 'unknown' };

export function hostStream(host: HostName): string {
  return `host-${host}`;
}

export function questStream(quest: QuestId): string {
  return `quest-${quest}`;
}

export function operationStream(operation: OperationId): string {
  return `operation-${operation}`;
}

export function streamKind(stream: string): StreamKind {
  if (stream.startsWith('host-')) {
    const host = parseHostName(stream.slice(5));
    if (host !== undefined && hostStream(host) === stream) return { kind: 'host', host };
  } else if (stream.startsWith('quest-')) {
    const quest = parseQuestId(Number(stream.slice(6)));
    if (quest !== undefined && questStream(quest) === stream) return { kind: 'quest', quest };
  } else if (stream.startsWith('operation-')) {
    const operation = parseOperationId(stream.slice(10));
    if (operation !== undefined) return { kind: 'operation', operation };
  } else if (stream === CATALOGUE_STREAM) {
    return { kind: 'catalogue' };
  } else if (stream === NAMES_STREAM) {
    return { kind: 'names' };
  } else if (stream === JOURNAL_STREAM) {
    return { kind: 'journal' };
  }
  return { kind: 'unknown' };
}

/** Version of {@link partitionOf}; stored with progress, so that a change of it is noticed. */
export const PARTITION_HASH_VERSION = 1;

/** The partition of a stream: FNV-1a (32 bits, over UTF-16 code units) with murmur3's finalizer, so that names that differ in a last digit spread. */
export function partitionOf(stream: string, partitions: number): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < stream.length; index += 1) {
    hash = Math.imul(hash ^ stream.charCodeAt(index), 0x01000193);
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) % partitions;
}
