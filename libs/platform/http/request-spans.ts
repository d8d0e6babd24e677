/** A span for each request: from its head until its answer is sent or the client is gone. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { whenOver } from './over.js';
import { decideSampled, spanIdsOf } from './trace.js';
import type { Spans } from '../operate/tracing/spans.js';

/** Methods that OpenTelemetry's conventions for HTTP know; the name of any other is not recorded. */
const METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);

/** Adds the hook that begins spans; `untraced` says which requests have none. Call it before the hooks that may refuse. */
export function traceRequests(
  instance: Pick<FastifyInstance, 'addHook'>,
  spans: Spans,
  untraced: (request: FastifyRequest) => boolean,
): void {
  instance.addHook('onRequest', (request, reply, done) => {
    if (!untraced(request)) trace(request, reply, spans);
    done();
  });
}

function trace(request: FastifyRequest, reply: FastifyReply, spans: Spans): void {
  const known = METHODS.has(request.method);
  const span = spans.request(spanIdsOf(request), known ? request.method : 'HTTP');
  decideSampled(request, span.sampled);
  if (!span.sampled) return;
  whenOver(request.raw, reply.raw, () => {
    const { url: route } = request.routeOptions;
    const { statusCode } = reply;
    const answered = reply.raw.writableFinished;
    span.end(
      `${known ? request.method : 'HTTP'}${route === undefined ? '' : ` ${route}`}`,
      {
        'http.request.method': known ? request.method : '_OTHER',
        ...(route === undefined ? {} : { 'http.route': route }),
        ...(answered ? { 'http.response.status_code': statusCode } : {}),
        'hermes.request_id': request.id,
      },
      answered ? (statusCode >= 500 ? String(statusCode) : null) : 'connection-closed',
    );
  });
}
