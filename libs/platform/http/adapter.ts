/** The HTTP server all apps share: Fastify with named limits, strict bodies, and every refusal as a problem. */
import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { PlatformLog } from '../operate/log.js';
import type { Metrics } from '../operate/metrics/metrics.js';
import { problemOfError } from './problems/of-error.js';
import { writeProblem } from './problems/write.js';
import type { Settings } from '../settings/settings.js';
import { traceRequests } from './request-spans.js';
import type { Spans } from '../operate/tracing/spans.js';
import { limitAnswers } from './answer-time.js';
import { limitTime, readBodies } from './bodies.js';
import { chunkedBodies, countDiscarded } from './chunked-bodies.js';
import { answerClientError, orEnd, SMALL_CHUNKS, UNKNOWN_EXPECTATION, type ClientError } from './client-errors.js';
import { Connections } from './connections.js';
import { decodeBodies } from './decoded-bodies.js';
import { encodeAnswers } from './encoded-answers.js';
import { continueLate } from './expectations.js';
import { faultOfHead } from './head-faults.js';
import { limitHeldAnswers } from './held-answers.js';
import { limitHeld } from './held-bytes.js';
import { InFlight } from './in-flight.js';
import { closeAfterAnswer, ignoreAfterLast } from './last-answer.js';
import { followWork } from './over.js';
import { writeAnswers } from './json-answers.js';
import { STOPPED, stopBehind } from './parsing.js';
import { limitPipelines, type HolderOf } from './pipelines.js';
import { limitRequests } from './places.js';
import { receiveRequests, type Receive } from './reception.js';
import { RouteTable } from './routes.js';
import { idsOf, REQUEST_ID_HEADER } from './trace.js';
import { pathOfTarget } from './targets.js';
import { logWrites, type LogLine } from './write-lines.js';

/** The longest id, each of its characters percent-encoded, stays below. */
const MAX_PARAM_LENGTH = 1024;
const KEEP_ALIVE_TIMEOUT_MS = 65_000;
/** Of listeners that wait for the end of one answer. */
const MAX_WAITING_FOR_END = 30;
/** How often it is looked for senders that are too slow. */
const SLOW_LOOK_MS = 1000;
/** An answer may be waited for; after that time without a byte in either direction the connection is closed. */
const STUCK_AFTER_WAIT_S = 60;

export interface HttpServer {
  readonly adapter: FastifyAdapter;
  readonly routes: RouteTable;
  /** To be called once no requests are left: logs the rest of the lines of writes. */
  readonly logRest: () => void;
}

export interface HttpParts {
  readonly limits: Settings['limits'];
  readonly log: PlatformLog;
  readonly metrics: Metrics;
  /** Who is let in. */
  readonly receive: Receive;
  /** Among whose requests one has its turn, before it is received. */
  readonly holderOf: HolderOf;
  /** Writes the lines of writes. */
  readonly logLine: LogLine;
  /** Absent: requests are not traced. */
  readonly spans?: Spans;
}

/** Makes it; Nest adds the routes. Nothing listens yet. */
export function createHttpServer({ limits, log, metrics, receive, holderOf, logLine, spans }: HttpParts): HttpServer {
  const routes = new RouteTable();
  const refuse = (error: ClientError, socket: Socket): void => {
    orEnd(socket, log, () => {
      const code = answerClientError(error, socket, {
        headerBytes: limits.headerBytes,
        allowOf: (path) => routes.methodsOf(path),
      });
      if (code !== undefined) metrics.refused(code);
    });
  };
  const adapter = new FastifyAdapter({
    bodyLimit: limits.bodyBytes,
    http: {
      IncomingMessage: chunkedBodies((socket) => {
        orEnd(socket, log, () => {
          stopBehind(socket);
          inFlight.whenAnswered(socket, () => {
            refuse(Object.assign(new Error('small chunks'), { code: SMALL_CHUNKS }), socket);
          });
        });
      }),
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
    rewriteUrl: ({ url }: IncomingMessage) => pathOfTarget(url),
    genReqId: () => randomUUID(),
    clientErrorHandler: (error: ClientError, socket: Socket) => {
      if (error.code === STOPPED) return;
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
      // no hook has seen it: nobody knows its sender, and nothing would limit how long its body may go on
      closeAfterAnswer(request, reply, connections.isKnown(request.raw.socket));
      const headers = { ...answer.headers, [REQUEST_ID_HEADER]: request.id };
      void reply.code(answer.status).headers(headers).send(answer.body);
    },
  });
  const instance = adapter.getInstance();
  // a dozen parts wait for the end of an answer, each of them once: Node would take more than ten for a leak
  instance.server.prependListener('request', (_request: IncomingMessage, response: ServerResponse) => {
    response.setMaxListeners(MAX_WAITING_FOR_END);
  });
  countDiscarded(instance.server);
  const connections = new Connections(instance.server, limits.connections, metrics);
  limitPipelines(instance.server, connections, holderOf, isAboutHermes);
  const inFlight = new InFlight(instance.server);
  // Node would answer 417 without a body
  instance.server.on('checkExpectation', ({ socket }: IncomingMessage) => {
    inFlight.whenAnswered(socket, () => {
      refuse(Object.assign(new Error('an unknown expectation'), { code: UNKNOWN_EXPECTATION }), socket);
    });
  });
  // Node would close the connection without an answer
  instance.server.on('connect', ({ url, socket }: IncomingMessage) => {
    // Node has taken its own listener away: without one, a client that resets its connection would end the process
    socket.on('error', () => socket.destroy());
    const rawPacket = Buffer.from(`CONNECT ${url ?? ''} HTTP/1.1\r\n`);
    inFlight.whenAnswered(socket, () => {
      refuse(Object.assign(new Error('CONNECT'), { code: 'HPE_INVALID_METHOD', rawPacket }), socket);
    });
  });
  instance.addHook('onRoute', ({ method, url }) => {
    for (const name of [method].flat()) routes.add(name, url);
  });
  ignoreAfterLast(instance);
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
  const logRest = logWrites(instance, logLine);
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
  followWork(instance);
  receiveRequests(instance, receive, connections);
  limitRequests(instance, limits.concurrentRequests, { metrics, isUncounted: isAboutHermes });
  instance.addHook('onRequest', (request, _reply, done) => {
    done(faultOfHead(request));
  });
  instance.addHook('onResponse', (request, reply, done) => {
    const { method, url } = request;
    metrics.answered(method, request.routeOptions.url, reply.statusCode, reply.elapsedTime);
    log.debug('answered', { ...idsOf(request), method, url, status: reply.statusCode });
    done();
  });
  decodeBodies(instance, limits, metrics);
  limitHeld(instance, limits, metrics);
  continueLate(instance.server, instance);
  writeAnswers(instance);
  limitHeldAnswers(instance, limits, metrics);
  encodeAnswers(instance);
  limitAnswers(instance, limits.requestS * 1000);
  readBodies(instance, limits);
  return { adapter, routes, logRest };
}

/** Who asks whether Hermes lives must not learn that it is busy instead; and how busy it is shall be seen. */
const ALWAYS_ANSWERED = /^\/(?:health\/|metrics(?:\?|$))/;

function isAboutHermes({ url }: { readonly url?: string | undefined }): boolean {
  return ALWAYS_ANSWERED.test(url ?? '');
}
