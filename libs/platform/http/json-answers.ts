/**
 * The JSON of answers: a short one is written at once, as text. A long one is written in turns with other requests, and as
 * bytes, which the connection takes as they are: of a text it would make them in one piece.
 */
import type { FastifyInstance } from 'fastify';
import { inTurns, JSON_TEXT_LENGTH, jsonTexts, type Steps } from '#contracts';

export type JsonAnswer = string | Buffer;

/** Sees the parts of an answer in their order. */
type See = (part: JsonAnswer) => void;

/** Once per server: bodies that are objects are written by {@link writeJson}. */
export function writeAnswers(instance: Pick<FastifyInstance, 'addHook'>): void {
  instance.addHook('preSerialization', (_request, reply, payload: unknown, done) => {
    // Fastify takes bytes as well
    void reply.serializer((written: JsonAnswer) => written as string);
    const written = writeJson(payload);
    if (written instanceof Promise)
      written.then((body) => {
        done(null, body);
      }, done);
    else done(null, written);
  });
}

/** `body` must be a value of which JSON has something. */
export function writeJson(body: unknown, see: See = () => undefined): JsonAnswer | Promise<Buffer> {
  const texts = jsonTexts(body);
  const first = texts.next();
  if (first.done === true) throw new TypeError('an answer of which JSON has nothing');
  if (first.value.length >= JSON_TEXT_LENGTH) return inTurns(bytesOf(first.value, texts, see));
  see(first.value);
  return first.value;
}

function* bytesOf(first: string, others: Iterable<string>, see: See): Steps<Buffer> {
  const parts: Buffer[] = [];
  const add = (text: string): void => {
    const part = Buffer.from(text);
    see(part);
    parts.push(part);
  };
  add(first);
  for (const text of others) {
    yield;
    add(text);
  }
  return Buffer.concat(parts);
}
