/** Answers input that never became a request: bytes that are no HTTP, heads that are too large, senders that are too slow. */
import type { Socket } from 'node:net';
import { STATUS_CODES } from 'node:http';
import type { Log } from '#application';
import type { ErrorCode, Problem } from '#contracts';
import { LINGER_MS } from './last-answer.js';
import { NOTHING_HERE, takesOnly, writeProblem } from './problems/write.js';

/** Ours, beside those of Node: a request with an expectation that we do not support. */
export const UNKNOWN_EXPECTATION = 'HERMES_UNKNOWN_EXPECTATION';
/** Ours, too: a body in too many small chunks. */
export const SMALL_CHUNKS = 'HERMES_SMALL_CHUNKS';

/** An error of Node's parser, or one that looks like it. */
export interface ClientError extends Error {
  readonly code?: string;
  /** The bytes that came at once, a Buffer; before those that could not be read there may be whole requests. */
  readonly rawPacket?: unknown;
  /** The place in them at which reading ended. */
  readonly bytesParsed?: number;
}

/** What answers say of this server. */
export interface ServerFacts {
  /** The limit of a head. */
  readonly headerBytes: number;
  /** The methods that a path takes. */
  readonly allowOf: (path: string) => readonly string[];
}

/** As Node hands it over; the socket is left closed, or about to be. Answers the code it was refused with, undefined where the client is gone. */
export function answerClientError(error: ClientError, socket: Socket, facts: ServerFacts): ErrorCode | undefined {
  if (error.code === 'ECONNRESET' || socket.destroyed) return undefined;
  if (!socket.writable) {
    socket.destroy();
    return undefined;
  }
  const path = error.code === 'HPE_INVALID_METHOD' ? pathOf(error) : undefined;
  const allow = path === undefined ? [] : facts.allowOf(path);
  const problem = path === undefined ? problemOf(error.code, facts.headerBytes) : problemOfMethod(allow);
  const { status, headers, body } = writeProblem(problem, { allow });
  const head = Object.entries({ ...headers, 'content-length': String(Buffer.byteLength(body)), connection: 'close' })
    .map(([name, value]) => `${name}: ${value}\r\n`)
    .join('');
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\n${head}\r\n${body}`);
  const timer = setTimeout(() => socket.destroy(), LINGER_MS).unref();
  socket.once('close', () => {
    clearTimeout(timer);
  });
  return problem.code;
}

/** For callbacks that Node calls: an exception there would end the process, so it ends this connection instead, and is logged. */
export function orEnd(socket: Socket, log: Pick<Log, 'error'>, act: () => void): void {
  try {
    act();
  } catch (error) {
    socket.destroy();
    log.error('a client that sent an unreadable request got no answer because of a defect', { err: error });
  }
}

/** A whole request line with a method that Node's parser does not know. */
const REQUEST_LINE = /^([!#$%&'*+.^_`|~0-9a-z-]{1,64}) (\/[^ \r\n?]{0,2048})(?:\?[^ \r\n]*)? HTTP\/1\.[01]\r?\n/i;

/** Undefined where the bytes are no request line, or where it is a later request that cannot be read. */
function pathOf({ rawPacket, bytesParsed = 0 }: ClientError): string | undefined {
  if (!Buffer.isBuffer(rawPacket)) return undefined;
  const [, method = '', path] = REQUEST_LINE.exec(rawPacket.subarray(0, 8192).toString('latin1')) ?? [];
  return bytesParsed <= method.length ? path : undefined;
}

function problemOfMethod(allow: readonly string[]): Problem {
  return allow.length > 0
    ? { code: 'method-not-allowed', detail: takesOnly(allow) }
    : { code: 'not-found', detail: NOTHING_HERE };
}

function problemOf(code: string | undefined, headerBytes: number): Problem {
  switch (code) {
    case 'HPE_HEADER_OVERFLOW':
    case 'HPE_CHUNK_EXTENSIONS_OVERFLOW':
      return { code: 'payload-too-large', detail: tooLarge(headerBytes) };
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return { code: 'malformed', detail: 'the request did not come to its end in time' };
    case SMALL_CHUNKS:
      return { code: 'malformed', detail: SEND_LARGER };
    case UNKNOWN_EXPECTATION:
      return { code: 'malformed', detail: 'of Expect, only 100-continue is met: leave the header out' };
    default:
      return { code: 'malformed', detail: 'this is no HTTP request' };
  }
}

const SEND_LARGER =
  'the body comes in too many chunks of a few bytes each: send some kilobytes in each chunk, or at least a whole line';

function tooLarge(headerBytes: number): string {
  const way = 'send a long filter as the body of POST /api/v1/labors/search (or events, hosts, quests)';
  return `the head of the request, which is its URL and its headers, is larger than ${headerBytes} bytes: ${way}`;
}
