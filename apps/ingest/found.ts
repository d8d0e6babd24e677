/** Commands on what a filter finds: how results and operations are answered, and what would be found, where that was only asked. */
import type { FastifyReply } from 'fastify';
import type { AcceptedOperation, Foreseen } from '#application';
import { mapInTurns, operationAcceptedBody } from '#contracts';
import type { FoundBody, OperationAcceptedBody, Outcome, Position } from '#contracts';
import { ProblemError, touches, valueOf, written, type NamedOrWhere, type Operation } from '#platform';

/** In the API document. */
export const ON_FOUND =
  '`where` has the filters of a list, as its search by a body takes them; what it finds is fixed with the first try of an Idempotency-Key. With `dryRun=true`, which goes with `where`, nothing is changed.';
export const COMMANDED_LATER: Operation['answers'] = {
  202: {
    about: 'More than 1,000 match: they are fixed, and commanded in the background.',
    body: operationAcceptedBody,
  },
};

interface Many<R> {
  readonly position: Position | undefined;
  readonly results: readonly R[];
}

/** A result for each, as `present` shows it; or 202, where there are many. `things`: what they are, in the log. */
export async function answerMany<R extends object, B>(
  reply: FastifyReply,
  things: 'labors' | 'hosts',
  outcome: Outcome<Many<R> | AcceptedOperation>,
  present: (result: R) => B,
): Promise<{ readonly position?: string; readonly results: readonly B[] } | OperationAcceptedBody> {
  const value = valueOf(outcome);
  if ('operation' in value) return answerOperation(reply, value);
  const { position, results } = value;
  written(reply, position);
  touches(reply.request, { [things]: results.length, refused: results.filter((one) => 'fault' in one).length });
  const shown = await mapInTurns(results, present);
  return { ...(position === undefined ? {} : { position: String(position) }), results: shown };
}

/** 202: it goes on in the background. */
function answerOperation(
  reply: FastifyReply,
  { operation: id, found, position }: AcceptedOperation,
): OperationAcceptedBody {
  written(reply, position);
  touches(reply.request, { operation: id, found });
  void reply.code(202);
  return { id, position: String(position), found, state: 'running' };
}

export function answerFound(outcome: Outcome<Foreseen>): FoundBody {
  const { position, found, atLeast, examples } = valueOf(outcome);
  return { position: String(position), found, ...(atLeast ? { atLeast } : {}), examples };
}

/** The filter of a request that is only asked for what would come of it. */
export function whereOf<F>(these: NamedOrWhere<F>): F {
  if ('where' in these) return these.where.filter;
  const message = 'belongs to where: of those that are named nothing needs to be found';
  const errors = [{ path: 'dryRun', code: 'invalid', message }] as const;
  throw new ProblemError({ code: 'validation-failed', detail: 'the query string is not valid', errors });
}
