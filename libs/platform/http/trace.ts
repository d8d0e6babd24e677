/** A request's id and trace context: which log lines, answers and entries belong together. */
import type { FastifyRequest } from 'fastify';
import { parseTraceParent, writeTraceParent } from '#contracts';

type Request = Pick<FastifyRequest, 'id' | 'headers'>;

/** The header of every answer with the request's id, as it stands in the log and in problems. */
export const REQUEST_ID_HEADER = 'hermes-request-id';

/**
 * What is kept with the entries that the request causes, as a `traceparent`: the caller's trace where it sent a valid one,
 * else one whose id is the request's own. The parent is this request in any case.
 */
export function traceOf({ id, headers }: Request): string {
  const own = id.replaceAll('-', '');
  const given = callersTrace(headers);
  return writeTraceParent({
    traceId: given?.traceId ?? own,
    parentId: own.slice(16),
    sampled: given?.sampled ?? false,
  });
}

/** For log lines. */
export function idsOf({ id, headers }: Request): { readonly requestId: string; readonly traceId: string } {
  return { requestId: id, traceId: callersTrace(headers)?.traceId ?? id.replaceAll('-', '') };
}

function callersTrace({ traceparent }: Request['headers']): ReturnType<typeof parseTraceParent> {
  return typeof traceparent === 'string' ? parseTraceParent(traceparent) : undefined;
}
