/** Applies an entry to the catalogue. Total: entries are obeyed as written, also when `decide` would have refused them. */
import { typeName } from '../names.js';
import { Draft } from './draft.js';
import type { CatalogueEntry, EventTypeAmended, EventTypeDefined, FateAmended, FateDefined } from './entries.js';
import type { EventTypeId, FateId } from './ids.js';
import type { Catalogue, EventType, Fate, Status } from './state.js';

/** The catalogue after one more entry. */
export function evolveCatalogue(catalogue: Catalogue, entry: CatalogueEntry): Catalogue {
  return foldCatalogue(catalogue, [entry]);
}

/** The catalogue after more entries: as {@link evolveCatalogue} one by one, but what changes is copied and indexed once. */
export function foldCatalogue(catalogue: Catalogue, entries: Iterable<CatalogueEntry>): Catalogue {
  const draft = new Draft(catalogue);
  for (const entry of entries) {
    draft.revision += 1;
    apply(draft, entry);
  }
  return draft.finished();
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
      draft.deleteType(entry.id);
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
      draft.deleteFate(entry.id);
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
  if (entry.id < draft.nextEventTypeId) draft.deleteType(entry.id);
  draft.setType(definedType(entry));
  draft.nextEventTypeId = Math.max(draft.nextEventTypeId, entry.id + 1);
}

function defineFate(draft: Draft, entry: FateDefined): void {
  draft.setFate(definedFate(entry));
  if (entry.id < draft.nextFateId) draft.disorderFates();
  draft.nextFateId = Math.max(draft.nextFateId, entry.id + 1);
}

function amendType(draft: Draft, entry: EventTypeAmended): void {
  const type = draft.typeOfId(entry.id);
  if (type) draft.setType(amendedType(type, entry));
}

function setTypeStatus(draft: Draft, id: EventTypeId, status: Status): void {
  const type = draft.typeOfId(id);
  if (type) draft.setType({ ...type, status });
}

function amendFate(draft: Draft, entry: FateAmended): void {
  const fate = draft.fate(entry.id);
  if (fate) draft.setFate(amendedFate(fate, entry));
}

function setFateStatus(draft: Draft, id: FateId, status: Status): void {
  const fate = draft.fate(id);
  if (fate) draft.setFate({ ...fate, status });
}
