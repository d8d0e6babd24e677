/** Bodies with a Content-Encoding, decoded as they come: no more of them than is taken, so that a small body that becomes a large one costs no more than any other. */
import type { Readable, Transform } from 'node:stream';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { announcesBody, takesNoBody } from './media.js';
import { decoderOf, encodingOf, TAKEN_ENCODINGS } from './encodings.js';
import { ProblemError } from './problems/problem-error.js';

/** A decoded body. Fastify compares the length with that of the head. */
export type Decoded = Transform & { readonly receivedEncodedLength: number };

/** Once per server, before the hooks that count bytes. */
export function decodeBodies(instance: Pick<FastifyInstance, 'addHook'>): void {
  instance.addHook('onRequest', (request, reply, done) => {
    if (encodingOf(request.headers['content-encoding']) !== undefined) {
      done();
      return;
    }
    void reply.header('accept-encoding', TAKEN_ENCODINGS);
    done(notTaken());
  });
  instance.addHook('preParsing', (request, _reply, payload, done) => {
    const encoding = isEncoded(request) ? encodingOf(request.headers['content-encoding']) : null;
    done(null, encoding === null || encoding === undefined ? payload : decoded(payload, decoderOf(encoding)));
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

/** Once it is destroyed nothing more is decoded; the rest of the body is discarded as it is. */
function decoded(payload: Readable, decoder: Transform): Decoded {
  let length = 0;
  payload.on('data', (chunk: Buffer) => (length += chunk.length));
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

/** Why a decoder failed. */
export function undecodable(): ProblemError {
  const detail = 'the body is not what its Content-Encoding says, or did not come to its end';
  return new ProblemError({ code: 'malformed', detail });
}

function notTaken(): ProblemError {
  const detail = `this Content-Encoding is not taken: send one of ${TAKEN_ENCODINGS}, or leave it out`;
  return new ProblemError({ code: 'unsupported-media-type', detail });
}
