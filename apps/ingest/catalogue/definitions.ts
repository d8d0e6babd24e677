/** From the bodies of requests to the definitions and amendments of the domain. */
import type { FateAmendment } from '#application';
import type { EventTypeRequestBody, FateAmendmentBody, FateRequestBody } from '#contracts';
import { parseFateReference, type EventTypeDefinition, type FateDefinition } from '#domain';

export function eventTypeDefinition(body: EventTypeRequestBody): EventTypeDefinition {
  const { category, state, description = null, restricted = false } = body;
  return { category, state, description, restricted };
}

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

export function fateAmendment(body: FateAmendmentBody): FateAmendment {
  return body.actors === undefined ? body : { ...body, actors: [...new Set(body.actors)] };
}
