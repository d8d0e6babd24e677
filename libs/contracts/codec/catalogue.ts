/** How entries of the catalogue's stream are stored. Nulls are left out, but where an amendment sets a field to null. */
import {
  parseEventTypeId,
  parseFateId,
  type Actor,
  type CatalogueEntry,
  type EventTypeAmended,
  type EventTypeDefined,
  type FateAmended,
  type FateDefined,
  type Instant,
  type OnRepeat,
} from '#domain';
import { CATALOGUE_STREAM } from '../streams.js';
import { decoderOf, type Reader, type Readers } from './decoder.js';
import { eventTypeName, flag, listOf, numbered, numberedOrNull, onlyFields, shown } from './fields.js';
import { text, textOrNull, typePart, Unreadable, type Data } from './fields.js';

/** The data of the newest version of the entry's type. */
export function catalogueData(entry: CatalogueEntry): object {
  const { id, by } = entry;
  const signed = { id, by: by ?? undefined };
  switch (entry.kind) {
    case 'EventTypeDefined': {
      const { category, state, description, restricted } = entry;
      return { ...signed, category, state, description: description ?? undefined, restricted };
    }
    case 'EventTypeAmended':
      return { ...signed, description: entry.description, restricted: entry.restricted };
    case 'FateDefined': {
      const { creates, completedBy, intermediate, follows, onRepeat, name, description, actors } = entry;
      const rule = { creates, completedBy, intermediate, follows: follows ?? undefined, onRepeat };
      return { ...signed, ...rule, name: name ?? undefined, description: description ?? undefined, actors };
    }
    case 'FateAmended':
      return { ...signed, name: entry.name, description: entry.description, actors: entry.actors };
    case 'EventTypeRetired':
    case 'EventTypeRestored':
    case 'EventTypeDeleted':
    case 'FateRetired':
    case 'FateRestored':
    case 'FateDeleted':
      return signed;
  }
}

/** The catalogue is one; there is nothing to learn from its stream's name. */
type Owner = true;

export const CATALOGUE_READERS: Readers<CatalogueEntry, Owner> = {
  EventTypeDefined: [eventTypeDefined1],
  EventTypeAmended: [eventTypeAmended1],
  EventTypeRetired: [ofNumber1('EventTypeRetired', parseEventTypeId)],
  EventTypeRestored: [ofNumber1('EventTypeRestored', parseEventTypeId)],
  EventTypeDeleted: [ofNumber1('EventTypeDeleted', parseEventTypeId)],
  FateDefined: [fateDefined1],
  FateAmended: [fateAmended1],
  FateRetired: [ofNumber1('FateRetired', parseFateId)],
  FateRestored: [ofNumber1('FateRestored', parseFateId)],
  FateDeleted: [ofNumber1('FateDeleted', parseFateId)],
};

export const decodeCatalogueEntry = decoderOf("the catalogue's stream", CATALOGUE_READERS, (stream) =>
  stream === CATALOGUE_STREAM ? true : undefined,
);

/** Entries that say nothing but which type or fate, and who asked. */
function ofNumber1<Kind extends string, Id>(
  kind: Kind,
  parse: (value: number) => Id | undefined,
): Reader<{ readonly kind: Kind; readonly id: Id; readonly by: string | null; readonly recordedAt: Instant }, Owner> {
  const known = new Set(['id', 'by']);
  return (data, _owner, recordedAt) => {
    onlyFields(data, known);
    return { kind, id: numbered(data.id, 'id', parse), by: textOrNull(data.by, 'by'), recordedAt };
  };
}

const EVENT_TYPE_DEFINED_1 = new Set(['id', 'by', 'category', 'state', 'description', 'restricted']);

function eventTypeDefined1(data: Data, _owner: Owner, recordedAt: Instant): EventTypeDefined {
  onlyFields(data, EVENT_TYPE_DEFINED_1);
  return {
    kind: 'EventTypeDefined',
    id: numbered(data.id, 'id', parseEventTypeId),
    category: typePart(data.category, 'category'),
    state: typePart(data.state, 'state'),
    description: textOrNull(data.description, 'description'),
    restricted: flag(data.restricted, 'restricted'),
    by: textOrNull(data.by, 'by'),
    recordedAt,
  };
}

const EVENT_TYPE_AMENDED_1 = new Set(['id', 'by', 'description', 'restricted']);

function eventTypeAmended1(data: Data, _owner: Owner, recordedAt: Instant): EventTypeAmended {
  onlyFields(data, EVENT_TYPE_AMENDED_1);
  return {
    kind: 'EventTypeAmended',
    id: numbered(data.id, 'id', parseEventTypeId),
    ...(data.description === undefined ? {} : { description: textOrNull(data.description, 'description') }),
    ...(data.restricted === undefined ? {} : { restricted: flag(data.restricted, 'restricted') }),
    by: textOrNull(data.by, 'by'),
    recordedAt,
  };
}

const FATE_DEFINED_1 = new Set([
  ...['id', 'by', 'creates', 'completedBy', 'intermediate', 'follows', 'onRepeat'],
  ...['name', 'description', 'actors'],
]);

function fateDefined1(data: Data, _owner: Owner, recordedAt: Instant): FateDefined {
  onlyFields(data, FATE_DEFINED_1);
  return {
    kind: 'FateDefined',
    id: numbered(data.id, 'id', parseFateId),
    creates: eventTypeName(data.creates, 'creates'),
    completedBy: eventTypeName(data.completedBy, 'completedBy'),
    intermediate: flag(data.intermediate, 'intermediate'),
    follows: numberedOrNull(data.follows, 'follows', parseFateId),
    onRepeat: onRepeat(data.onRepeat, 'onRepeat'),
    name: textOrNull(data.name, 'name'),
    description: textOrNull(data.description, 'description'),
    actors: listOf(data.actors, 'actors', actor),
    by: textOrNull(data.by, 'by'),
    recordedAt,
  };
}

const FATE_AMENDED_1 = new Set(['id', 'by', 'name', 'description', 'actors']);

function fateAmended1(data: Data, _owner: Owner, recordedAt: Instant): FateAmended {
  onlyFields(data, FATE_AMENDED_1);
  return {
    kind: 'FateAmended',
    id: numbered(data.id, 'id', parseFateId),
    ...(data.name === undefined ? {} : { name: textOrNull(data.name, 'name') }),
    ...(data.description === undefined ? {} : { description: textOrNull(data.description, 'description') }),
    ...(data.actors === undefined ? {} : { actors: listOf(data.actors, 'actors', actor) }),
    by: textOrNull(data.by, 'by'),
    recordedAt,
  };
}

function onRepeat(value: unknown, field: string): OnRepeat {
  const read = text(value, field);
  if (read !== 'open' && read !== 'absorb') throw new Unreadable(`${field} is ${shown(read)}, not open or absorb`);
  return read;
}

function actor(value: unknown, field: string): Actor {
  const read = text(value, field);
  if (read !== 'owner' && read !== 'creator')
    throw new Unreadable(`${field} has ${shown(read)}, which is neither owner nor creator`);
  return read;
}
