/** From the bodies of requests to the amendments of the domain. */
import type { FateAmendment } from '#application';
import type { FateAmendmentBody } from '#contracts';

export function fateAmendment(body: FateAmendmentBody): FateAmendment {
  return body.actors === undefined ? body : { ...body, actors: [...new Set(body.actors)] };
}
