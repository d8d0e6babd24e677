/** A request's id and trace context: which log lines, answers and entries belong together. */
import type { FastifyRequest } from 'fastify';
import { parseTraceParent, writeTraceParent, type TraceParent } from '#contracts';

type Request = Pick<FastifyRequest, 'id' | 'headers'>;

/** The header of every answer with the request's id, as in the log and in problems. */
export const REQUEST_ID_HEADER = 'hermes-request-id';

/** Of requests that are traced, by this process's own decision. */
const decided = new WeakMap<Request, boolean>();

/** From now on {@link traceOf} says of the request whether its span is exported, in place of its caller's decision. */
export function decideSampled(request: Request, sampled: boolean): void {
  decided.set(request, sampled);
}

/** The ids that a span of the request has, and its caller's span where there is one. */
export function spanIdsOf({ id, headers }: Request): {
  readonly traceId: string;
  readonly spanId: string;
  readonly parent: TraceParent | undefined;
} {
  const own = id.replaceAll('-', '');
  const parent = callersTrace(headers);
  return { traceId: parent?.traceId ?? own, spanId: own.slice(16), parent };
}

/**
 * The trace that is stored with the entries of the request, as a `traceparent`: the caller's trace where it sent a valid one,
 * else one whose id is the request's own. The parent is this request in any case.
 */
export function traceOf(request: Request): string {
  const own = request.id.replaceAll('-', '');
  const given = callersTrace(request.headers);
  return writeTraceParent({
    traceId: given?.traceId ?? own,
    parentId: own.slice(16),
    sampled: decided.get(request) ?? given?.sampled ?? false,
  });
}

/** For log lines. */
export function idsOf({ id, headers }: Request): { readonly requestId: string; readonly traceId: string } {
  return { requestId: id, traceId: callersTrace(headers)?.traceId ?? id.replaceAll('-', '') };
}

/** The id of its caller's trace; undefined where it sent none. */
export function callersTraceId({ headers }: Request): string | undefined {
  return callersTrace(headers)?.traceId;
}

function callersTrace({ traceparent }: Request['headers']): TraceParent | undefined {
  return typeof traceparent === 'string' ? parseTraceParent(traceparent) : undefined;
}
