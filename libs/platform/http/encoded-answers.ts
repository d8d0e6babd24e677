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

/** Bodies that are answered again and again, with what each is in an encoding. */
const kept = new WeakMap<Buffer, Map<Encoding, Promise<Buffer>>>();

/** The same body: from now on it is encoded once, when that is first asked for. For few bodies, that live as long as the process. */
export function encodedOnce(body: Buffer): Buffer {
  kept.set(body, new Map());
  return body;
}

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
  if (payload instanceof Readable) {
    // where either ends, so does the other; Fastify sees how the encoder ends
    done(
      null,
      pipeline(payload, encoderOf(encoding, true), () => undefined),
    );
    return;
  }
  encodedBody(payload, encoding).then((body) => {
    done(null, body);
  }, done);
}

function encodedBody(body: string | Buffer, encoding: Encoding): Promise<Buffer> {
  const known = typeof body === 'string' ? undefined : kept.get(body);
  let encoded = known?.get(encoding);
  if (encoded === undefined) {
    encoded = encodeWhole(body, encoding);
    known?.set(encoding, encoded);
    // a failure is not kept
    encoded.catch(() => known?.delete(encoding));
  }
  return encoded;
}

function encodeWhole(body: string | Buffer, encoding: Encoding): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    encoderOf(encoding, false)
      .on('data', (chunk: Buffer) => chunks.push(chunk))
      .once('error', reject)
      .once('end', () => {
        resolve(Buffer.concat(chunks));
      })
      .end(body);
  });
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
