/** Applies an entry to the catalogue. Total: entries are obeyed as written, also when `decide` would have refused them. */
import { typeName, type TypeName } from '../names.js';
import type { CatalogueEntry, EventTypeAmended, EventTypeDefined, FateAmended, FateDefined } from './entries.js';
import type { EventTypeId, FateId } from './ids.js';
import type { Catalogue, EventType, Fate, Status } from './state.js';

interface Draft {
  revision: number;
  nextEventTypeId: number;
  nextFateId: number;
  types: Map<TypeName, EventType>;
  fates: Map<FateId, Fate>;
}

/** The catalogue after one more entry. */
export function evolveCatalogue(catalogue: Catalogue, entry: CatalogueEntry): Catalogue {
  return foldCatalogue(catalogue, [entry]);
}

/** The catalogue after more entries: as {@link evolveCatalogue} one by one, but copied once. */
export function foldCatalogue(catalogue: Catalogue, entries: Iterable<CatalogueEntry>): Catalogue {
  const draft: Draft = { ...catalogue, types: new Map(catalogue.types), fates: new Map(catalogue.fates) };
  for (const entry of entries) {
    draft.revision += 1;
    apply(draft, entry);
  }
  return draft;
}

function apply(draft: Draft, entry: CatalogueEntry): void {
  switch (entry.kind) {
    case 'EventTypeDefined':
      defineType(draft, entry);
      break;
    case 'EventTypeAmended':
      amendType(draft, entry);
      break;
    case 'EventTypeRetired':
      setTypeStatus(draft, entry.id, 'retired');
      break;
    case 'EventTypeRestored':
      setTypeStatus(draft, entry.id, 'in-force');
      break;
    case 'EventTypeDeleted':
      deleteType(draft, entry.id);
      break;
    case 'FateDefined':
      defineFate(draft, entry);
      break;
    case 'FateAmended':
      amendFate(draft, entry);
      break;
    case 'FateRetired':
      setFateStatus(draft, entry.id, 'retired');
      break;
    case 'FateRestored':
      setFateStatus(draft, entry.id, 'in-force');
      break;
    case 'FateDeleted':
      draft.fates.delete(entry.id);
  }
}

/** The event type that a definition makes. */
export function definedType(entry: EventTypeDefined): EventType {
  const { id, category, state, description, restricted, principal = null } = entry;
  const name = typeName(category, state);
  return { id, category, state, name, description, restricted, status: 'in-force', principal };
}

/** The fate that a definition makes. */
export function definedFate(entry: FateDefined): Fate {
  const {
    id,
    creates,
    completedBy,
    intermediate,
    follows,
    onRepeat,
    name,
    description,
    actors,
    principal = null,
  } = entry;
  return {
    id,
    creates,
    completedBy,
    intermediate,
    follows,
    onRepeat,
    name,
    description,
    actors,
    status: 'in-force',
    principal,
  };
}

/** The event type with the fields that an amendment has. */
export function amendedType(type: EventType, entry: EventTypeAmended): EventType {
  return {
    ...type,
    description: entry.description === undefined ? type.description : entry.description,
    restricted: entry.restricted ?? type.restricted,
  };
}

/** The fate with the fields that an amendment has. */
export function amendedFate(fate: Fate, entry: FateAmended): Fate {
  return {
    ...fate,
    name: entry.name === undefined ? fate.name : entry.name,
    description: entry.description === undefined ? fate.description : entry.description,
    actors: entry.actors ?? fate.actors,
  };
}

function defineType(draft: Draft, entry: EventTypeDefined): void {
  // A number belongs to one type: an earlier holder is replaced.
  if (entry.id < draft.nextEventTypeId) deleteType(draft, entry.id);
  const type = definedType(entry);
  draft.types.set(type.name, type);
  draft.nextEventTypeId = Math.max(draft.nextEventTypeId, entry.id + 1);
}

function defineFate(draft: Draft, entry: FateDefined): void {
  draft.fates.set(entry.id, definedFate(entry));
  // By number, ascending, is a promise of the state; only a number out of order can break it.
  if (entry.id < draft.nextFateId) draft.fates = new Map([...draft.fates].sort(([a], [b]) => a - b));
  draft.nextFateId = Math.max(draft.nextFateId, entry.id + 1);
}

function typeOfId(draft: Draft, id: EventTypeId): EventType | undefined {
  for (const type of draft.types.values()) if (type.id === id) return type;
  return undefined;
}

function amendType(draft: Draft, entry: EventTypeAmended): void {
  const type = typeOfId(draft, entry.id);
  if (type) draft.types.set(type.name, amendedType(type, entry));
}

function setTypeStatus(draft: Draft, id: EventTypeId, status: Status): void {
  const type = typeOfId(draft, id);
  if (type) draft.types.set(type.name, { ...type, status });
}

function deleteType(draft: Draft, id: EventTypeId): void {
  const type = typeOfId(draft, id);
  if (type) draft.types.delete(type.name);
}

function amendFate(draft: Draft, entry: FateAmended): void {
  const fate = draft.fates.get(entry.id);
  if (fate) draft.fates.set(entry.id, amendedFate(fate, entry));
}

function setFateStatus(draft: Draft, id: FateId, status: Status): void {
  const fate = draft.fates.get(id);
  if (fate) draft.fates.set(id, { ...fate, status });
}
