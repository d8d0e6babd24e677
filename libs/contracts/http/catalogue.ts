/** Event types and fates. */
import type { EventType, Fate } from '#domain';
import { pageOf } from './list.js';
import * as names from './names.js';
import { component, eitherOf, fields, flag, listOf, nullable, oneOf, text, typed, type Infer } from './schema.js';

export const definitionStatus = component('DefinitionStatus', oneOf('in-force', 'retired'));
export const actor = component('Actor', oneOf('owner', 'creator'));
export const onRepeat = component('OnRepeat', oneOf('open', 'absorb'));

export const eventTypeBody = component(
  'EventType',
  fields({
    id: names.number,
    category: names.typePart,
    state: names.typePart,
    name: names.typeName,
    description: nullable(text),
    restricted: flag,
    status: definitionStatus,
    principal: names.principal,
  }),
);
export type EventTypeBody = Infer<typeof eventTypeBody>;

/** What `POST /event-types` answers: one for one, an array for an array. */
export const definedEventTypes = component(
  'DefinedEventTypes',
  eitherOf(eventTypeBody, component('EventTypes', listOf(eventTypeBody))),
);

export const eventTypePage = pageOf('EventType', eventTypeBody);

export const fateBody = component(
  'Fate',
  fields({
    id: names.number,
    creates: names.typeName,
    completedBy: names.typeName,
    intermediate: flag,
    follows: nullable(typed<number>({ type: 'integer', description: 'The number of the fate that it follows.' })),
    onRepeat,
    name: nullable(text),
    description: nullable(text),
    actors: listOf(actor),
    status: definitionStatus,
    principal: names.principal,
  }),
);
export type FateBody = Infer<typeof fateBody>;

/** What `POST /fates` answers: one for one, an array for an array. */
export const definedFates = component('DefinedFates', eitherOf(fateBody, component('Fates', listOf(fateBody))));

export const fatePage = pageOf('Fate', fateBody);

/** Field by field, so that what the domain adds is not shown by chance. */
export function presentEventType(type: EventType): EventTypeBody {
  const { id, category, state, name, description, restricted, status, principal } = type;
  return { id, category, state, name, description, restricted, status, principal };
}

/** As {@link presentEventType}. */
export function presentFate(fate: Fate): FateBody {
  const { id, creates, completedBy, intermediate, follows, onRepeat, name, description, actors, ...rest } = fate;
  const { status, principal } = rest;
  const rule = { id, creates, completedBy, intermediate, follows, onRepeat };
  return { ...rule, name, description, actors, status, principal };
}
