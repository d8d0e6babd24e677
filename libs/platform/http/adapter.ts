/** The HTTP server all apps share: Fastify with named limits, strict bodies, and every refusal as a problem. */
import { randomUUID } from 'node:crypto';
import type { IncomingMessage, Server } from 'node:http';
import type { Socket } from 'node:net';
import { promisify } from 'node:util';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { PlatformLog } from '../operate/log.js';
import type { Metrics } from '../operate/metrics/metrics.js';
import { problemOfError } from './problems/of-error.js';
import { ProblemError } from './problems/problem-error.js';
import { writeProblem } from './problems/write.js';
import type { Settings } from '../settings/settings.js';
import { traceRequests } from './request-spans.js';
import type { Spans } from '../operate/tracing/spans.js';
import { limitTime, readBodies } from './bodies.js';
import { answerClientError, orEnd, UNKNOWN_EXPECTATION, type ClientError } from './client-errors.js';
import { limitHeld } from './held-bytes.js';
import { InFlight } from './in-flight.js';
import { whenOver } from './over.js';
import { RouteTable } from './routes.js';
import { idsOf, REQUEST_ID_HEADER } from './trace.js';

/** The longest id, each of its characters percent-encoded, stays below. */
const MAX_PARAM_LENGTH = 1024;
const KEEP_ALIVE_TIMEOUT_MS = 65_000;
/** How often it is looked for senders that are too slow. */
const SLOW_LOOK_MS = 1000;
/** An answer may be waited for; after that time without a byte in either direction the connection is closed. */
const STUCK_AFTER_WAIT_S = 60;

export interface HttpServer {
  readonly adapter: FastifyAdapter;
  readonly routes: RouteTable;
}

export interface HttpParts {
  readonly limits: Settings['limits'];
  readonly log: PlatformLog;
  readonly metrics: Metrics;
  /** Absent: requests are not traced. */
  readonly spans?: Spans;
}

/** Makes it; Nest adds the routes. Nothing listens yet. */
export function createHttpServer({ limits, log, metrics, spans }: HttpParts): HttpServer {
  const routes = new RouteTable();
  const refuse = (error: ClientError, socket: Socket): void => {
    orEnd(socket, log, () => {
      const code = answerClientError(error, socket, (path) => routes.methodsOf(path));
      if (code !== undefined) metrics.refused(code);
    });
  };
  const adapter = new FastifyAdapter({
    bodyLimit: limits.bodyBytes,
    http: {
      // Node would answer without a body: faultOfHead refuses instead
      requireHostHeader: false,
      maxHeaderSize: limits.headerBytes,
      headersTimeout: limits.headS * 1000,
      connectionsCheckingInterval: SLOW_LOOK_MS,
    },
    // of bodies: see bodies.ts; of heads: headersTimeout
    requestTimeout: 0,
    // also for who takes no more of an answer
    connectionTimeout: Math.max(limits.requestS, limits.waitS + STUCK_AFTER_WAIT_S) * 1000,
    keepAliveTimeout: KEEP_ALIVE_TIMEOUT_MS,
    // Requests in flight are answered; idle connections are closed.
    forceCloseConnections: 'idle',
    return503OnClosing: false,
    routerOptions: { maxParamLength: MAX_PARAM_LENGTH },
    genReqId: () => randomUUID(),
    clientErrorHandler: (error: ClientError, socket: Socket) => {
      orEnd(socket, log, () => {
        inFlight.whenAnswered(socket, () => {
          refuse(error, socket);
        });
      });
    },
    frameworkErrors: (error: Error, request: FastifyRequest, reply: FastifyReply) => {
      const { problem } = problemOfError(error);
      const answer = writeProblem(problem, { requestId: request.id });
      metrics.refused(problem.code);
      // no hook has seen it, so nothing would limit how long its body may go on
      const headers = { ...answer.headers, [REQUEST_ID_HEADER]: request.id, connection: 'close' };
      void reply.code(answer.status).headers(headers).send(answer.body);
    },
  });
  const instance = adapter.getInstance();
  const inFlight = new InFlight(instance.server);
  // Node would answer 417 without a body
  instance.server.on('checkExpectation', ({ socket }: IncomingMessage) => {
    inFlight.whenAnswered(socket, () => {
      refuse(Object.assign(new Error('an unknown expectation'), { code: UNKNOWN_EXPECTATION }), socket);
    });
  });
  // Node would close the connection without an answer
  instance.server.on('connect', ({ url, socket }: IncomingMessage) => {
    const rawPacket = Buffer.from(`CONNECT ${url ?? ''} HTTP/1.1\r\n`);
    inFlight.whenAnswered(socket, () => {
      refuse(Object.assign(new Error('CONNECT'), { code: 'HPE_INVALID_METHOD', rawPacket }), socket);
    });
  });
  limitConnections(instance.server, limits.connections, metrics);
  instance.addHook('onRoute', ({ method, url }) => {
    for (const name of [method].flat()) routes.add(name, url);
  });
  instance.addHook('onRequest', (request, reply, done) => {
    void reply.header(REQUEST_ID_HEADER, request.id);
    done();
  });
  // of a route for OPTIONS, which need not know what else its path takes
  instance.addHook('onSend', ({ method, url }, reply, _payload, done) => {
    if (method === 'OPTIONS' && reply.statusCode === 204)
      void reply.header('allow', routes.methodsOf(url.split('?', 1)[0] ?? '').join(', '));
    done();
  });
  if (spans !== undefined) traceRequests(instance, spans, isAboutHermes);
  // before every refusal: the body of a refused request may still be coming
  limitTime(instance, {
    bodyMs: limits.requestS * 1000,
    refuse: (socket, isLate) => {
      inFlight.whenAnswered(socket, () => {
        if (!isLate()) return;
        refuse(Object.assign(new Error('the body took too long'), { code: 'ERR_HTTP_REQUEST_TIMEOUT' }), socket);
      });
    },
  });
  limitRequests(adapter, limits.concurrentRequests, metrics);
  instance.addHook('onRequest', (request, _reply, done) => {
    done(faultOfHead(request));
  });
  instance.addHook('onResponse', (request, reply, done) => {
    const { method, url } = request;
    metrics.answered(method, request.routeOptions.url, reply.statusCode, reply.elapsedTime);
    log.debug('answered', { ...idsOf(request), method, url, status: reply.statusCode });
    done();
  });
  limitHeld(instance, limits, metrics);
  readBodies(instance);
  return { adapter, routes };
}

function limitConnections(server: Server, most: number, metrics: Metrics): void {
  server.maxConnections = most;
  server.on('drop', () => {
    metrics.connectionDropped();
  });
  metrics.read(async () => {
    const count = promisify(server.getConnections.bind(server));
    return [{ name: 'hermes_http_connections', value: await count() }];
  });
}

/** Who asks whether Hermes lives must not learn that it is busy instead; and how busy it is shall be seen. */
const ALWAYS_ANSWERED = /^\/(?:health\/|metrics(?:\?|$))/;

function isAboutHermes({ url }: FastifyRequest): boolean {
  return ALWAYS_ANSWERED.test(url);
}

/** More at once are refused at once, so that those being worked on get done. */
function limitRequests(adapter: FastifyAdapter, most: number, metrics: Metrics): void {
  const instance = adapter.getInstance();
  let count = 0;
  metrics.read(() => [{ name: 'hermes_http_requests_active', value: count }]);
  instance.addHook('onRequest', (request, reply, done) => {
    if (isAboutHermes(request)) {
      done();
      return;
    }
    if (count >= most) {
      done(new ProblemError({ code: 'overloaded', detail: `${most} requests are being worked on: try again shortly` }));
      return;
    }
    count += 1;
    whenOver(request.raw, reply.raw, () => {
      count -= 1;
    });
    done();
  });
}

function faultOfHead(request: FastifyRequest): ProblemError | undefined {
  const hosts = hostsOf(request.raw);
  if (hosts > 1 || (hosts === 0 && request.raw.httpVersion === '1.1')) {
    return new ProblemError({ code: 'malformed', detail: `the request has ${hosts} Host headers: send exactly one` });
  }
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

/** Of several, Node keeps the first, which need not be the one that somebody before us took (RFC 9112, 3.2). */
function hostsOf({ rawHeaders }: IncomingMessage): number {
  let count = 0;
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index];
    if (name?.length === 4 && name.toLowerCase() === 'host') count += 1;
  }
  return count;
}

function isPercentEncoding(text: string): boolean {
  try {
    decodeURIComponent(text);
    return true;
  } catch {
    return false;
  }
}
