/** Event types and fates as every app answers them: field by field, so that what the domain adds is not shown by chance. */
import type { EventType, Fate } from '#domain';
import * as names from './description/names.js';
import { component, fields, listOf } from './description/schema.js';

export function presentEventType(type: EventType): object {
  const { id, category, state, name, description, restricted, status } = type;
  return { id, category, state, name, description, restricted, status };
}

export function presentFate(fate: Fate): object {
  const { id, creates, completedBy, intermediate, follows, onRepeat, name, description, actors, status } = fate;
  return { id, creates, completedBy, intermediate, follows, onRepeat, name, description, actors, status };
}

/** As the API document shows them. */
export const eventTypeShape = component(
  'EventType',
  fields({
    id: names.number,
    category: names.typePart,
    state: names.typePart,
    name: names.typeName,
    description: { type: ['string', 'null'] },
    restricted: { type: 'boolean' },
    status: { enum: ['in-force', 'retired'] },
  }),
);

export const fateShape = component(
  'Fate',
  fields({
    id: names.number,
    creates: names.typeName,
    completedBy: names.typeName,
    intermediate: { type: 'boolean' },
    follows: { type: ['integer', 'null'], description: 'The number of the fate that it follows.' },
    onRepeat: { enum: ['open', 'absorb'] },
    name: { type: ['string', 'null'] },
    description: { type: ['string', 'null'] },
    actors: listOf({ enum: ['owner', 'creator'] }),
    status: { enum: ['in-force', 'retired'] },
  }),
);
