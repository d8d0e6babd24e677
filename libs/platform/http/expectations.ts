/**
 * `Expect: 100-continue` (RFC 9110, 10.1.1): a sender is asked for its body when that is about to be read. One that is refused
 * by its head alone gets its answer in place of that, and sends no body in vain.
 */
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { FastifyInstance } from 'fastify';
import { closeAfterAnswer } from './last-answer.js';

/** Once per server, after the hooks that may refuse a body before it is read. */
export function continueLate(server: Server, instance: Pick<FastifyInstance, 'addHook'>): void {
  const waiting = new WeakSet<IncomingMessage>();
  server.on('checkContinue', (request: IncomingMessage, response: ServerResponse) => {
    waiting.add(request);
    server.emit('request', request, response);
  });
  instance.addHook('preParsing', ({ raw }, reply, payload, done) => {
    if (waiting.delete(raw)) reply.raw.writeContinue();
    done(null, payload);
  });
  // whether the body comes after all is not known: the connection cannot go on
  instance.addHook('onSend', (request, reply, payload, done) => {
    if (waiting.delete(request.raw)) closeAfterAnswer(request, reply);
    done(null, payload);
  });
}
