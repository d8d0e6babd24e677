/** Answers what never became a request: bytes that are no HTTP, heads that are too large, senders that are too slow. */
import type { Socket } from 'node:net';
import { STATUS_CODES } from 'node:http';
import type { ErrorCode, Problem } from '#contracts';
import { writeProblem } from '../problems/write.js';

/** Ours, beside those of Node: a request expects what no server here does. */
export const UNKNOWN_EXPECTATION = 'HERMES_UNKNOWN_EXPECTATION';

/** As Node hands it over; the socket is left closed. Answers the code it was refused with, undefined where nobody is there to be told. */
export function answerClientError(error: Error & { readonly code?: string }, socket: Socket): ErrorCode | undefined {
  if (error.code === 'ECONNRESET' || socket.destroyed) return undefined;
  if (!socket.writable) {
    socket.destroy();
    return undefined;
  }
  const problem = problemOf(error.code);
  const { status, headers, body } = writeProblem(problem);
  const head = Object.entries({ ...headers, 'content-length': String(Buffer.byteLength(body)), connection: 'close' })
    .map(([name, value]) => `${name}: ${value}\r\n`)
    .join('');
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\n${head}\r\n${body}`);
  return problem.code;
}

function problemOf(code: string | undefined): Problem {
  switch (code) {
    case 'HPE_HEADER_OVERFLOW':
    case 'HPE_CHUNK_EXTENSIONS_OVERFLOW':
      return { code: 'payload-too-large', detail: 'the head of the request is too large' };
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return { code: 'malformed', detail: 'the request did not come to its end in time' };
    case UNKNOWN_EXPECTATION:
      return { code: 'malformed', detail: 'of Expect, only 100-continue is met: leave the header out' };
    default:
      return { code: 'malformed', detail: 'this is no HTTP request' };
  }
}
