/** Event types and fates. */
import type { EventType, Fate } from '#domain';
import { pageOf } from './list.js';
import * as names from './names.js';
import { component, fields, flag, listOf, nullable, oneOf, text, typed, type Infer } from './schema.js';

const status = oneOf('in-force', 'retired');

export const eventTypeBody = component(
  'EventType',
  fields({
    id: names.number,
    category: names.typePart,
    state: names.typePart,
    name: names.typeName,
    description: nullable(text),
    restricted: flag,
    status,
    principal: names.principal,
  }),
);
export type EventTypeBody = Infer<typeof eventTypeBody>;

export const eventTypePage = pageOf('EventType', eventTypeBody);

export const fateBody = component(
  'Fate',
  fields({
    id: names.number,
    creates: names.typeName,
    completedBy: names.typeName,
    intermediate: flag,
    follows: nullable(typed<number>({ type: 'integer', description: 'The number of the fate that it follows.' })),
    onRepeat: oneOf('open', 'absorb'),
    name: nullable(text),
    description: nullable(text),
    actors: listOf(oneOf('owner', 'creator')),
    status,
    principal: names.principal,
  }),
);
export type FateBody = Infer<typeof fateBody>;

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
