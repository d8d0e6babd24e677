/**
 * Each write is one line of the log, when its answer is sent or its client is gone: who asked for what, from where, and what
 * became of it. Never bodies, queries or tokens. It is for people and their tools; what cannot be lost is in the journal.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { ErrorCode } from '#contracts';
import { whenOver } from './over.js';
import { visitorOf } from './reception.js';
import { Strangers } from './strangers.js';
import { callersTraceId } from './trace.js';

/** Methods that write nothing (RFC 9110, 9.2.1). */
const SAFE: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE']);
/** Of a part of the path, and of the sender's name. */
const MAX_TEXT_LENGTH = 256;

/** Numbers, and names of things, of the request's own; there are few. */
type Touched = Readonly<Record<string, number | string>>;

const touched = new WeakMap<FastifyRequest, Touched>();
const codes = new WeakMap<FastifyRequest, ErrorCode>();

/** Adds to the request's line what it touched. */
export function touches(request: FastifyRequest, what: Touched): void {
  touched.set(request, { ...touched.get(request), ...what });
}

/** Adds to the request's line with which problem it is answered. */
export function refusedWith(request: FastifyRequest, code: ErrorCode): void {
  codes.set(request, code);
}

/** Writes a line. */
export type LogLine = (message: string, fields: object) => void;

/** Once per server, before the door: refused writes have their line, too. Answers the function that logs the last of them, at the end. */
export function logWrites(instance: Pick<FastifyInstance, 'addHook'>, logLine: LogLine): () => void {
  const strangers = new Strangers((crowd) => {
    logLine('writes of strangers were refused', crowd);
  });
  instance.addHook('onRequest', (request, reply, done) => {
    if (!SAFE.has(request.method)) {
      // a socket that is closed does not know it any more
      const { ip } = request;
      whenOver(request.raw, reply.raw, () => {
        const { reads, principal, refusal } = visitorOf(request);
        if (reads) return;
        const isStranger = refusal !== undefined && principal === null;
        if (isStranger && !strangers.meet(ip, statusOf(reply) ?? 'none')) return;
        logLine('write', lineOf(request, reply, ip));
      });
    }
    done();
  });
  return () => {
    strangers.end();
  };
}

/** Undefined where the client went away before the answer. */
function statusOf({ raw }: FastifyReply): string | undefined {
  return raw.writableFinished ? String(raw.statusCode) : undefined;
}

function lineOf(request: FastifyRequest, reply: FastifyReply, address: string): object {
  const { method, id: requestId } = request;
  const { principal } = visitorOf(request);
  const traceId = callersTraceId(request);
  const code = codes.get(request);
  const position = reply.getHeader('hermes-position');
  return {
    principal: principal === null ? null : shortened(principal),
    address,
    method,
    route: routeOf(request),
    ...(reply.raw.writableFinished ? { status: reply.raw.statusCode } : { status: null, left: true }),
    ...(code === undefined ? {} : { code }),
    requestId,
    ...(traceId === undefined ? {} : { traceId }),
    touched: { ...paramsOf(request), ...touched.get(request) },
    ...(position === undefined ? {} : { position }),
    durationMs: Math.round(reply.elapsedTime * 1000) / 1000,
  };
}

const routes = new Map<string, string>();

/** As the API document writes it: `/api/v1/labors/{id}/ack`. */
function routeOf({ routeOptions: { url = '' } }: FastifyRequest): string {
  let route = routes.get(url);
  if (route === undefined) routes.set(url, (route = url.replace(/:(\w+)/g, '{$1}')));
  return route;
}

function paramsOf({ params }: FastifyRequest): Touched {
  const named = Object.entries((params ?? {}) as Record<string, string>);
  return Object.fromEntries(named.map(([name, value]) => [name, shortened(value)]));
}

function shortened(text: string): string {
  return text.length > MAX_TEXT_LENGTH ? `${text.slice(0, MAX_TEXT_LENGTH)}…` : text;
}
