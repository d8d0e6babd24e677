/** Answers input that never became a request: bytes that are no HTTP, heads that are too large, senders that are too slow. */
import type { Socket } from 'node:net';
import { STATUS_CODES } from 'node:http';
import type { Log } from '#application';
import type { ErrorCode, Problem } from '#contracts';
import { LINGER_MS } from './last-answer.js';
import { writeProblem } from './problems/write.js';

/** Ours, beside those of Node: a request with an expectation that we do not support. */
export const UNKNOWN_EXPECTATION = 'HERMES_UNKNOWN_EXPECTATION';

/**
 * As Node hands it over; the socket is left closed, or about to be. `headerBytes` is the limit of a head. Answers the code it was refused with, undefined where the client is gone.
 */
export function answerClientError(
  error: Error & { readonly code?: string },
  socket: Socket,
  headerBytes: number,
): ErrorCode | undefined {
  if (error.code === 'ECONNRESET' || socket.destroyed) return undefined;
  if (!socket.writable) {
    socket.destroy();
    return undefined;
  }
  const problem = problemOf(error.code, headerBytes);
  const { status, headers, body } = writeProblem(problem);
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

function problemOf(code: string | undefined, headerBytes: number): Problem {
  switch (code) {
    case 'HPE_HEADER_OVERFLOW':
    case 'HPE_CHUNK_EXTENSIONS_OVERFLOW':
      return { code: 'payload-too-large', detail: tooLarge(headerBytes) };
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return { code: 'malformed', detail: 'the request did not come to its end in time' };
    case UNKNOWN_EXPECTATION:
      return { code: 'malformed', detail: 'of Expect, only 100-continue is met: leave the header out' };
    default:
      return { code: 'malformed', detail: 'this is no HTTP request' };
  }
}

function tooLarge(headerBytes: number): string {
  const way = 'send a long filter as the body of POST /api/v1/labors/search (or events, hosts, quests)';
  return `the head of the request, which is its URL and its headers, is larger than ${headerBytes} bytes: ${way}`;
}
