/**
 * The database's collections. One document (`control`) holds the single things; each generation and each list of
 * events is a separate set of collections, so that removing one is a drop. Ids of hosts, events, labors and parts begin
 * with a host's name: the shard key of every large collection is `_id`, so a write by id reaches one shard, ids stay
 * unique in the whole cluster, and documents of a host lie together.
 */
export const CONTROL = 'control';
/** Of this layout; a database of another is refused. */
export const LAYOUT_VERSION = 1;

const GENERATION_COLLECTIONS = [
  ...(['hosts', 'labors', 'parts', 'quests', 'quest_entries', 'catalogue', 'names'] as const),
  // the units of one that is loading that are there
  'loads',
] as const;
/** The collections of the streams that readers follow. */
export type FollowedCollection = 'catalogue' | 'names';
/** What belongs to no generation: the list of events, where the events of a time lie, and when entries were recorded. */
const EVENT_COLLECTIONS = ['events', 'event_spans', 'entry_times'] as const;
export type GenerationCollection = (typeof GENERATION_COLLECTIONS)[number];
export type EventCollection = (typeof EVENT_COLLECTIONS)[number];
export type CollectionKind = GenerationCollection | EventCollection;

/** The collections that are spread over a cluster's shards; the others are small. */
export const SHARDED: readonly CollectionKind[] = ['hosts', 'labors', 'parts', 'events'];

export function nameOf(kind: CollectionKind, number: number): string {
  return `${kind}_${number}`;
}

export function generationCollections(generation: number): readonly (readonly [CollectionKind, string])[] {
  return GENERATION_COLLECTIONS.map((kind) => [kind, nameOf(kind, generation)]);
}

export function eventCollections(list: number): readonly (readonly [CollectionKind, string])[] {
  return EVENT_COLLECTIONS.map((kind) => [kind, nameOf(kind, list)]);
}

/** Which generation or list of events a collection belongs to; undefined for those of the whole, and for foreign ones. */
export function ownerOf(name: string): { readonly kind: 'generation' | 'events'; readonly number: number } | undefined {
  const [, kind = '', number = ''] = /^([a-z_]+)_([1-9]\d*)$/.exec(name) ?? [];
  if ((GENERATION_COLLECTIONS as readonly string[]).includes(kind))
    return { kind: 'generation', number: Number(number) };
  if ((EVENT_COLLECTIONS as readonly string[]).includes(kind)) return { kind: 'events', number: Number(number) };
  return undefined;
}
