/** Event types and fates as requests define and amend them. */
import { parseFateReference, type EventTypeDefinition, type FateDefinition } from '#domain';
import { actor, onRepeat } from './catalogue.js';
import { fateGiven, fateName, typeGiven } from './definitions-given.js';
import { typePart } from './names.js';
import { checked, component, described, fields, flag, nullable, type Infer } from './schema.js';
import { lines, MAX_TEXT_LENGTH } from './texts.js';

const description = lines(1, MAX_TEXT_LENGTH);
const ACTORS = ['owner', 'creator'] as const;
const REMOVED = 'Null takes it away.';

/** Some of the actors, perhaps none. */
const actors = checked<readonly (typeof ACTORS)[number][]>(
  { type: 'array', items: actor, maxItems: ACTORS.length },
  (value) => {
    const isSound =
      Array.isArray(value) && value.length <= ACTORS.length && value.every((item) => ACTORS.some((a) => a === item));
    return isSound ? undefined : `is not valid: give an array with any of ${ACTORS.join(', ')}, each once`;
  },
);

export const eventTypeRequest = component(
  'EventTypeRequest',
  fields({ category: typePart, state: typePart, 'description?': description, 'restricted?': flag }),
);
export type EventTypeRequestBody = Infer<typeof eventTypeRequest>;

export const eventTypeAmendmentRequest = component(
  'EventTypeAmendmentRequest',
  fields({ 'description?': described(nullable(description), REMOVED), 'restricted?': flag }),
);
export type EventTypeAmendmentBody = Infer<typeof eventTypeAmendmentRequest>;

export const fateRequest = component(
  'FateRequest',
  fields({
    creates: typeGiven,
    completedBy: typeGiven,
    'intermediate?': flag,
    'follows?': described(fateGiven, 'Number or name, also of an earlier item of the same request.'),
    'onRepeat?': onRepeat,
    'name?': fateName,
    'description?': description,
    'actors?': actors,
  }),
);
export type FateRequestBody = Infer<typeof fateRequest>;

/** The rule itself never changes. */
export const fateAmendmentRequest = component(
  'FateAmendmentRequest',
  fields({
    'name?': described(nullable(fateName), REMOVED),
    'description?': described(nullable(description), REMOVED),
    'actors?': actors,
  }),
);
export type FateAmendmentBody = Infer<typeof fateAmendmentRequest>;

/** What a body defines. */
export function eventTypeDefinition(body: EventTypeRequestBody): EventTypeDefinition {
  const { category, state, description = null, restricted = false } = body;
  return { category, state, description, restricted };
}

/** What a body defines. */
export function fateDefinition(body: FateRequestBody): FateDefinition {
  const { creates, completedBy, intermediate = false, onRepeat = 'open', name = null, description = null } = body;
  return {
    creates,
    completedBy,
    intermediate,
    follows: body.follows === undefined ? null : parseFateReference(String(body.follows)),
    onRepeat,
    name,
    description,
    actors: [...new Set(body.actors)],
  };
}
