/**
 * One address in front of ingest, projector and query, for development: streams requests and answers as they come, adds
 * nothing, and says so where an app is away. In production a common proxy does this (deploy/nginx.conf).
 */
import { createServer, request as connectTo, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { ERRORS, type ErrorCode } from '#contracts';
import { passedOn } from './headers.js';
import { routeOf, type Routed, type Target } from './rules.js';

/** Origins of the apps: `http://127.0.0.1:4401`. */
export type Targets = Readonly<Record<Target, string>>;

/** More connections than this are closed unanswered. */
const MAX_CONNECTIONS = 8192;
/** On which nothing moves: longer than what any app lets a connection rest. */
const IDLE_MS = 180_000;
/** Who still sends after its answer has this long to read it. */
const LINGER_MS = 1000;

/** Makes it; the caller lets it listen. */
export function createRouter(targets: Targets): Server {
  const server = createServer({ requestTimeout: 0, keepAliveTimeout: 65_000 }, (request, response) => {
    const { method = '', url = '' } = request;
    const routed = routeOf(method, url);
    if (routed !== undefined)
      orRefuse(response, () => {
        forward(request, response, routed, targets[routed.to]);
      });
    else if (url === '/' && (method === 'GET' || method === 'HEAD')) {
      response.writeHead(302, { location: PAGE, 'content-length': 0 }).end();
    } else if (url === '/health/live') answer(response, 200, 'application/json', { status: 'live' });
    else refuse(response, 404, 'not-found', NOWHERE);
  });
  server.maxConnections = MAX_CONNECTIONS;
  return server;
}

/** For people: the page of the reading half, which they try first. */
const PAGE = '/api/query/docs';
const NOWHERE =
  'the router knows /api/v1, /health/live, and of each app /api/<app>/docs and /api/<app>/openapi.json (ingest, projector, query)';

/** Node's parser lets some heads through that Node itself would not send: one of them must not end the router. */
function orRefuse(response: ServerResponse, act: () => void): void {
  try {
    act();
  } catch {
    refuse(response, 400, 'malformed', 'this head cannot be passed on');
  }
}

function forward(request: IncomingMessage, response: ServerResponse, { to, url }: Routed, origin: string): void {
  const upstream = connectTo(origin, {
    method: request.method,
    path: url,
    headers: passedOn(request.rawHeaders),
    // a kept connection may be closed by the app just as it is used again
    agent: false,
    timeout: IDLE_MS,
  });
  // a body is framed as it was, and where none was announced, none is
  upstream.useChunkedEncodingByDefault = request.headers['transfer-encoding'] !== undefined;
  upstream.on('response', (answered) => {
    giveBack(answered, request, response);
  });
  upstream.on('timeout', () => {
    upstream.destroy(new Error(`nothing moved for ${IDLE_MS / 1000} s`));
  });
  upstream.on('error', (error: NodeJS.ErrnoException) => {
    request.unpipe(upstream);
    // what was answered already has its own end
    if (response.headersSent) return;
    const reason = error.code ?? error.message;
    if (error.syscall === 'connect' || error.syscall === 'getaddrinfo')
      refuse(response, 503, 'store-unavailable', `${to} is away: nobody answers at ${origin} (${reason})`);
    else refuse(response, 502, 'outcome-unknown', `${to} ended the connection before it answered (${reason})`);
    letRead(request, response);
  });
  response.on('close', () => {
    if (!response.writableFinished) upstream.destroy();
  });
  upstream.flushHeaders();
  request.pipe(upstream);
}

function giveBack(answered: IncomingMessage, request: IncomingMessage, response: ServerResponse): void {
  response.sendDate = false;
  response.writeHead(answered.statusCode ?? 502, answered.statusMessage, passedOn(answered.rawHeaders));
  response.flushHeaders();
  answered.pipe(response);
  // cut short there, it must be cut short here
  answered.on('aborted', () => response.destroy());
  answered.on('error', () => response.destroy());
  letRead(request, response);
}

/** A client that is answered early may send a little more, so that it reads the answer and not a broken connection. */
function letRead(request: IncomingMessage, response: ServerResponse): void {
  response.on('finish', () => {
    if (request.complete) return;
    request.unpipe();
    request.resume();
    const timer = setTimeout(() => request.socket.destroy(), LINGER_MS).unref();
    request.once('end', () => {
      clearTimeout(timer);
    });
  });
}

/** As the apps refuse. */
function refuse(response: ServerResponse, status: number, code: ErrorCode, detail: string): void {
  const body = { type: 'about:blank', title: ERRORS[code].title, status, detail, code };
  if (ERRORS[code].retryable) response.setHeader('retry-after', '1');
  answer(response, status, 'application/problem+json; charset=utf-8', body);
}

function answer(response: ServerResponse, status: number, type: string, body: object): void {
  const text = JSON.stringify(body);
  response.writeHead(status, { 'content-type': type, 'content-length': Buffer.byteLength(text) }).end(text);
}
