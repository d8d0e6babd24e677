/** How a command on many labors is answered. */
import type { FastifyReply } from 'fastify';
import type { LaborResult, LaborResults } from '#application';
import type { Outcome } from '#contracts';
import { valueOf, written } from '#platform';

/** `{position?, results}`: one result per id, in the order asked for. */
export function answerResults(reply: FastifyReply, outcome: Outcome<LaborResults>): object {
  const { position, results } = valueOf(outcome);
  written(reply, position);
  return { ...(position === undefined ? {} : { position: String(position) }), results: results.map(presentResult) };
}

function presentResult(result: LaborResult): object {
  if ('fault' in result) return { id: result.id, code: result.fault.code, detail: result.fault.message };
  return { id: result.id, position: String(result.position) };
}
