/**
 * Answers in the encoding that a request asks for. Small ones stay as they are. An encoded answer has an entity tag of its
 * own, since its bytes are others; what a request says about tags is read without that, so that no handler knows of it.
 */
import { pipeline, Readable } from 'node:stream';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { chooseEncoding, encoderOf, ENCODINGS, type Encoding } from './encodings.js';

/** A smaller answer fits into one packet, more or less. */
const LEAST_BYTES = 1024;

const OWN_MARK = new RegExp(`\\.(?:${ENCODINGS.join('|')})"`, 'g');
const CONDITIONS = ['if-none-match', 'if-match'] as const;

/** What a request said about entity tags, as it was sent. */
const sentTags = new WeakMap<FastifyRequest, string>();

/** Once per server, before the hooks that look at the answers' size. */
export function encodeAnswers(instance: Pick<FastifyInstance, 'addHook'>): void {
  instance.addHook('onRequest', (request, _reply, done) => {
    for (const name of CONDITIONS) {
      const sent = request.headers[name];
      if (sent === undefined) continue;
      sentTags.set(request, sent);
      request.headers[name] = sent.replaceAll(OWN_MARK, '"');
    }
    done();
  });
  instance.addHook('onSend', (request, reply, payload: unknown, done) => {
    if (reply.statusCode === 304) {
      keepTag(request, reply);
      done(null, payload);
      return;
    }
    if (!isLarge(payload) || reply.hasHeader('content-encoding')) {
      done(null, payload);
      return;
    }
    vary(reply);
    const encoding = chooseEncoding(request.headers['accept-encoding']);
    if (encoding === null) done(null, payload);
    else encode(payload, encoding, reply, done);
  });
}

type Body = string | Buffer | Readable;

function isLarge(payload: unknown): payload is Body {
  if (typeof payload === 'string' || Buffer.isBuffer(payload)) return payload.length >= LEAST_BYTES;
  return payload instanceof Readable;
}

type Done = (error: Error | null, payload?: unknown) => void;

function encode(payload: Body, encoding: Encoding, reply: FastifyReply, done: Done): void {
  void reply.header('content-encoding', encoding).removeHeader('content-length');
  const tag = reply.getHeader('etag');
  if (typeof tag === 'string') void reply.header('etag', tag.replace(/"$/, `.${encoding}"`));
  const encoder = encoderOf(encoding, payload instanceof Readable);
  if (payload instanceof Readable) {
    // where either ends, so does the other; Fastify sees how the encoder ends
    done(
      null,
      pipeline(payload, encoder, () => undefined),
    );
    return;
  }
  const chunks: Buffer[] = [];
  encoder
    .on('data', (chunk: Buffer) => chunks.push(chunk))
    .once('error', done)
    .once('end', () => {
      done(null, Buffer.concat(chunks));
    })
    .end(payload);
}

function vary(reply: FastifyReply): void {
  const said = reply.getHeader('vary');
  void reply.header('vary', typeof said === 'string' ? `${said}, accept-encoding` : 'accept-encoding');
}

/** What a client has is named as it was named to it. */
function keepTag(request: FastifyRequest, reply: FastifyReply): void {
  const tag = reply.getHeader('etag');
  if (typeof tag !== 'string') return;
  vary(reply);
  const bare = tag.slice(0, -1);
  const encoding = ENCODINGS.find((each) => sentTags.get(request)?.includes(`${bare}.${each}"`));
  if (encoding !== undefined) void reply.header('etag', `${bare}.${encoding}"`);
}
