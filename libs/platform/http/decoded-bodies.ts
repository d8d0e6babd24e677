/** Bodies with a Content-Encoding, decoded as they come: no more of them than is taken, so that a small body that becomes a large one costs no more than any other; and no more at a time than memory is there for. */
import type { Readable, Transform } from 'node:stream';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Share } from '#application';
import type { Metrics } from '../operate/metrics/metrics.js';
import type { BodyLimits } from './body-limits.js';
import { announcesBody, takesNoBody } from './media.js';
import { DECODER_BYTES, decoderOf, encodingOf, TAKEN_ENCODINGS, windowBytes, type Encoding } from './encodings.js';
import { whenOver } from './over.js';
import { ProblemError } from './problems/problem-error.js';
import { visitorOf } from './reception.js';

/** A decoded body. Fastify compares the length with that of the head. */
export type Decoded = Transform & { readonly receivedEncodedLength: number };

/**
 * Once per server, before the hooks that count bytes. A decoder keeps its memory for as long as its body comes: each is counted
 * with what it may take, from before it is made until it is closed. One holder has at most three quarters of the whole.
 */
export function decodeBodies(
  instance: Pick<FastifyInstance, 'addHook'>,
  { decoderBytes }: Pick<BodyLimits, 'decoderBytes'>,
  metrics: Metrics,
): void {
  const share = new Share(decoderBytes);
  metrics.read(() => [{ name: 'hermes_http_decoder_bytes', value: share.size }]);
  instance.addHook('onRequest', (request, reply, done) => {
    if (encodingOf(request.headers['content-encoding']) !== undefined) {
      done();
      return;
    }
    void reply.header('accept-encoding', TAKEN_ENCODINGS);
    done(notTaken());
  });
  instance.addHook('preParsing', (request, reply, payload, done) => {
    const encoding = isEncoded(request) ? encodingOf(request.headers['content-encoding']) : null;
    if (encoding === null || encoding === undefined) {
      done(null, payload);
      return;
    }
    const holder = visitorOf(request).holder ?? '';
    let own = 0;
    const take = (bytes: number): ProblemError | null => {
      if (!share.take(holder, bytes)) return tooMuch(decoderBytes);
      own += bytes;
      return null;
    };
    const problem = take(DECODER_BYTES);
    if (problem !== null) {
      done(problem);
      return;
    }
    const decoder = decoded(payload, encoding, take);
    decoder.once('close', () => {
      share.give(holder, own);
    });
    // once it is answered nobody reads on, whether its sender stays or not
    whenOver(request.raw, reply.raw, () => decoder.destroy());
    done(null, decoder);
  });
}

/** Whether the request has a body in an encoding. */
export function isEncoded(request: FastifyRequest): boolean {
  const encoding = encodingOf(request.headers['content-encoding']);
  return encoding !== null && encoding !== undefined && announcesBody(request) && !takesNoBody(request);
}

export function isDecoded(payload: object): payload is Decoded {
  return 'receivedEncodedLength' in payload;
}

/** Once it is destroyed nothing more is decoded; the rest of the body is discarded as it is. `take`: what its first byte asks for. */
function decoded(payload: Readable, encoding: Encoding, take: (bytes: number) => ProblemError | null): Decoded {
  const decoder = decoderOf(encoding);
  let length = 0;
  payload.on('data', (chunk: Buffer) => (length += chunk.length));
  // before the decoder has it: the window is made when it is first written to
  payload.once('data', ([first = 0]: Buffer) => {
    const problem = take(windowBytes(encoding, first));
    if (problem !== null) decoder.destroy(problem);
  });
  payload.once('error', () => decoder.destroy(new Error('the sender went away')));
  payload.once('close', () => {
    if (!payload.readableEnded) decoder.destroy(new Error('the sender went away'));
  });
  decoder.once('close', () => {
    payload.unpipe(decoder);
    payload.resume();
  });
  // also where nobody listens any more
  decoder.on('error', () => undefined);
  payload.pipe(decoder);
  return Object.defineProperty(decoder, 'receivedEncodedLength', { get: () => length }) as Decoded;
}

/** Why nothing more comes of a body that is being decoded. */
export function whyUndecoded({ errored }: Readable): ProblemError {
  if (errored instanceof ProblemError) return errored;
  const detail = 'the body is not what its Content-Encoding says, or did not come to its end';
  return new ProblemError({ code: 'malformed', detail });
}

function tooMuch(decoderBytes: number): ProblemError {
  const detail =
    `what decodes the bodies of all requests takes ${decoderBytes} bytes at one time, of one token or address fewer: ` +
    'send it as gzip, or again later';
  return new ProblemError({ code: 'overloaded', detail });
}

function notTaken(): ProblemError {
  const detail = `this Content-Encoding is not taken: send one of ${TAKEN_ENCODINGS}, or leave it out`;
  return new ProblemError({ code: 'unsupported-media-type', detail });
}
