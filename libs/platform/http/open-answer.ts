/**
 * An answer that is written as things happen, for as long as its client listens. It is in no hurry and not encoded, since an
 * encoder would hold back what has happened; its request holds no place, so who opens such answers bounds their number.
 */
import type { ServerResponse } from 'node:http';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { workIsOver } from './over.js';
import { placeOf } from './places.js';

/** Sends the head of a 200, with the headers that are set already and these. */
export function openAnswer(
  request: FastifyRequest,
  reply: FastifyReply,
  headers: Readonly<Record<string, string>>,
): ServerResponse {
  const { raw } = reply;
  reply.hijack();
  placeOf(request).leave();
  workIsOver(request.raw);
  raw.writeHead(200, { ...reply.getHeaders(), ...headers } as Record<string, string>);
  raw.flushHeaders();
  return raw;
}
