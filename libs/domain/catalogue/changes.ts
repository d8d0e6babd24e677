/** What entries changed, thing by thing: for answers. */
import type { CatalogueEntry } from './entries.js';
import type { Catalogue, EventType, Fate } from './state.js';

/** `before` is absent where it was defined. */
export interface ItemChange<T> {
  readonly change: 'defined' | 'amended' | 'retired' | 'restored';
  readonly before?: T;
  readonly after: T;
}

/** Each thing once, whatever came to it. */
export interface CatalogueChanges {
  /** By name. */
  readonly eventTypes: readonly ItemChange<EventType>[];
  /** By number. */
  readonly fates: readonly ItemChange<Fate>[];
  /** Types and fates that are in force as they were. */
  readonly unchanged: number;
}

/** How many types and fates `entries` change, whatever comes to each. */
export function countChanged(entries: readonly CatalogueEntry[]): number {
  const { types, fates } = idsOf(entries);
  return types.size + fates.size;
}

/** `entries` lead from `before` to `after`, and delete nothing. */
export function changesOf(entries: readonly CatalogueEntry[], before: Catalogue, after: Catalogue): CatalogueChanges {
  const ids = idsOf(entries);
  const eventTypes = [...after.types.values()]
    .filter(({ id }) => ids.types.has(id))
    .map((type) => changed(type, before.types.get(type.name)))
    .sort((one, other) => (one.after.name < other.after.name ? -1 : 1));
  const fates = [...after.fates.values()]
    .filter(({ id }) => ids.fates.has(id))
    .map((fate) => changed(fate, before.fates.get(fate.id)));
  const touched = [...eventTypes, ...fates].filter((change) => change.after.status === 'in-force').length;
  return { eventTypes, fates, unchanged: inForce(after.types) + inForce(after.fates) - touched };
}

function idsOf(entries: readonly CatalogueEntry[]): { readonly types: Set<number>; readonly fates: Set<number> } {
  const ids = { types: new Set<number>(), fates: new Set<number>() };
  for (const { kind, id } of entries) (kind.startsWith('Fate') ? ids.fates : ids.types).add(id);
  return ids;
}

function changed<T extends EventType | Fate>(after: T, before: T | undefined): ItemChange<T> {
  if (before === undefined) return { change: 'defined', after };
  if (before.status === after.status) return { change: 'amended', before, after };
  return { change: after.status === 'retired' ? 'retired' : 'restored', before, after };
}

function inForce(things: ReadonlyMap<unknown, EventType | Fate>): number {
  let count = 0;
  for (const { status } of things.values()) if (status === 'in-force') count += 1;
  return count;
}
