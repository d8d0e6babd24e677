/** The HTTP server all apps share: Fastify with named limits, strict bodies, and every refusal as a problem. */
import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { PlatformLog } from '../log.js';
import { problemOfError } from '../problems/of-error.js';
import { ProblemError } from '../problems/problem-error.js';
import { writeProblem } from '../problems/write.js';
import type { Settings } from '../settings/settings.js';
import { answerClientError } from './client-errors.js';
import { parseJsonBody } from './json-body.js';
import { RouteTable } from './routes.js';

/** The longest id, each of its characters percent-encoded, stays below. */
const MAX_PARAM_LENGTH = 1024;
/** A body of 32 MiB over a slow line; less patience with a head. */
const REQUEST_TIMEOUT_MS = 120_000;
const KEEP_ALIVE_TIMEOUT_MS = 65_000;

export interface HttpServer {
  readonly adapter: FastifyAdapter;
  readonly routes: RouteTable;
}

/** Makes it; Nest adds the routes. Nothing listens yet. */
export function createHttpServer(limits: Settings['limits'], log: PlatformLog): HttpServer {
  const routes = new RouteTable();
  const adapter = new FastifyAdapter({
    bodyLimit: limits.bodyBytes,
    http: { maxHeaderSize: limits.headerBytes },
    requestTimeout: REQUEST_TIMEOUT_MS,
    keepAliveTimeout: KEEP_ALIVE_TIMEOUT_MS,
    // What is being worked on is answered; connections that wait for a next request are closed.
    forceCloseConnections: 'idle',
    return503OnClosing: false,
    routerOptions: { maxParamLength: MAX_PARAM_LENGTH },
    genReqId: () => randomUUID(),
    clientErrorHandler: answerClientError,
    frameworkErrors: (error: Error, request: FastifyRequest, reply: FastifyReply) => {
      const answer = writeProblem(problemOfError(error).problem, { requestId: request.id });
      void reply.code(answer.status).headers(answer.headers).send(answer.body);
    },
  });
  const instance = adapter.getInstance();
  instance.addHook('onRoute', ({ method, url }) => {
    for (const name of [method].flat()) routes.add(name, url);
  });
  limitRequests(adapter, limits.concurrentRequests);
  instance.addHook('onRequest', (request, _reply, done) => {
    done(faultOfHead(request));
  });
  instance.addHook('onResponse', (request, reply, done) => {
    log.debug('answered', {
      requestId: request.id,
      method: request.method,
      url: request.url,
      status: reply.statusCode,
    });
    done();
  });
  readBodies(adapter);
  return { adapter, routes };
}

function readBodies(adapter: FastifyAdapter): void {
  const instance = adapter.getInstance();
  instance.removeAllContentTypeParsers();
  instance.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_request, body, done) => {
    try {
      done(null, parseJsonBody(Buffer.isBuffer(body) ? body : Buffer.from(body)));
    } catch (error) {
      done(error instanceof Error ? error : new Error('body', { cause: error }), undefined);
    }
  });
}

/** More at once are refused at once, so that those being worked on get done. */
function limitRequests(adapter: FastifyAdapter, most: number): void {
  const instance = adapter.getInstance();
  const busy = new WeakSet<IncomingMessage>();
  let count = 0;
  instance.addHook('onRequest', (request, reply, done) => {
    // who asks whether Hermes lives must not learn that it is busy instead
    if (request.url.startsWith('/health/')) {
      done();
      return;
    }
    if (count >= most) {
      done(new ProblemError({ code: 'overloaded', detail: `${most} requests are being worked on: try again shortly` }));
      return;
    }
    count += 1;
    busy.add(request.raw);
    reply.raw.once('close', () => {
      if (busy.delete(request.raw)) count -= 1;
    });
    done();
  });
}

function faultOfHead(request: FastifyRequest): ProblemError | undefined {
  const encoding = request.headers['content-encoding'];
  if (encoding !== undefined && encoding.toLowerCase() !== 'identity') {
    return new ProblemError({
      code: 'unsupported-media-type',
      detail: 'a body must not be compressed: leave out Content-Encoding',
    });
  }
  const charset = /;\s*charset\s*=\s*"?([^\s;"]*)/i.exec(request.headers['content-type'] ?? '')?.[1];
  if (charset !== undefined && charset.toLowerCase() !== 'utf-8') {
    return new ProblemError({ code: 'unsupported-media-type', detail: 'a body must be UTF-8' });
  }
  const query = request.url.indexOf('?');
  if (query >= 0 && !isPercentEncoding(request.url.slice(query + 1))) {
    return new ProblemError({ code: 'malformed', detail: 'the query has a broken percent encoding' });
  }
  return undefined;
}

function isPercentEncoding(text: string): boolean {
  try {
    decodeURIComponent(text);
    return true;
  } catch {
    return false;
  }
}
