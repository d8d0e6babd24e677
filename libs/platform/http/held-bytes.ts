/** Bodies that are read as a whole are bounded in sum too: the bytes of each are counted until its request is over. */
import { Transform, type Readable } from 'node:stream';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Share } from '#application';
import type { Metrics } from '../operate/metrics/metrics.js';
import { TOO_LARGE } from './problems/of-error.js';
import { ProblemError } from './problems/problem-error.js';
import { mostTextBytes, type BodyLimits } from './body-limits.js';
import { isDecoded, whyUndecoded } from './decoded-bodies.js';
import { announcesBody, mediaOf, STREAMED_MEDIA, takesNoBody, TEXT_MEDIA } from './media.js';
import { whenDone, whenOver } from './over.js';
import { Pieces } from './pieces.js';
import { visitorOf } from './reception.js';

/** A body up to this size is counted as announced: it mostly comes in one piece. */
const SMALL_BYTES = 65_536;

/**
 * Once per server. A body beyond the limit is answered `overloaded`. A large body is counted as it comes: announcing one costs
 * its sender nothing. One holder has at most three quarters of the whole, into which the largest body fits.
 */
export function limitHeld(instance: FastifyInstance, limits: BodyLimits, metrics: Metrics): void {
  const { heldBytes } = limits;
  const share = new Share(heldBytes);
  metrics.read(() => [{ name: 'hermes_http_held_bytes', value: share.size }]);
  instance.addHook('preParsing', (request, reply, payload, done) => {
    if (!isReadWhole(request)) {
      done(null, payload);
      return;
    }
    const holder = visitorOf(request).holder ?? '';
    const mostBytes = mediaOf(request) === TEXT_MEDIA ? mostTextBytes(limits) : limits.bodyBytes;
    let own = 0;
    let isOver = false;
    const take = (bytes: number): ProblemError | null => {
      // nobody waits for an answer any more: what is still coming, or being decoded, is not kept
      if (isOver) return gone();
      // of a decoded body: others are refused by the server
      if (own + bytes > mostBytes) return tooLarge();
      if (!share.take(holder, bytes)) return tooMuch(heldBytes);
      own += bytes;
      return null;
    };
    whenOver(request.raw, reply.raw, () => {
      isOver = true;
    });
    whenDone(request, reply, () => {
      if (own > 0) share.give(holder, own);
    });
    const length = Number(request.headers['content-length'] ?? Infinity);
    // a body beyond the limit of one body is refused as that, unread
    if (length > mostBytes && length < Infinity) done(tooLarge());
    else if (length <= SMALL_BYTES && !isDecoded(payload)) done(take(length), payload);
    else done(null, counted(payload, take));
  });
}

/** Of lines that are handed on as they come nothing is held; each stream's few batches are bounded by the number of streams. */
function isReadWhole(request: FastifyRequest): boolean {
  return announcesBody(request) && !takesNoBody(request) && !STREAMED_MEDIA.includes(mediaOf(request));
}

/** The same bytes, as far as they may be taken. Not a pipeline: that would end the connection before the answer. */
function counted(payload: Readable, take: (bytes: number) => ProblemError | null): Readable {
  const pieces = new Pieces();
  const passed = new Transform({
    transform(chunk: Buffer, _encoding, then) {
      const problem = take(chunk.length);
      if (problem === null) then(null, pieces.put(chunk));
      else then(problem);
    },
    flush(then) {
      then(null, pieces.take());
    },
  });
  const isDecoding = isDecoded(payload);
  payload.once('error', (error) => passed.destroy(isDecoding ? whyUndecoded(payload) : error));
  // also once there is no listener any more; the rest is discarded, and not decoded
  passed.on('error', () => {
    if (isDecoding) payload.destroy();
    else payload.resume();
  });
  if (isDecoding) Object.defineProperty(passed, 'receivedEncodedLength', { get: () => payload.receivedEncodedLength });
  return payload.pipe(passed);
}

/** Nobody waits for an answer. */
export function gone(): ProblemError {
  return new ProblemError({ code: 'malformed', detail: 'the sender went away before the end of the body' });
}

function tooLarge(): ProblemError {
  return new ProblemError(TOO_LARGE);
}

function tooMuch(heldBytes: number): ProblemError {
  const detail = `of the bodies of all requests ${heldBytes} bytes are held at one time, of one token or address fewer: try again shortly`;
  return new ProblemError({ code: 'overloaded', detail });
}
