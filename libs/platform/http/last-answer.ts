/** Ends a connection with an answer: of a body that is still coming nothing is kept, and its sender gets a moment to read the answer. */
import { Socket } from 'node:net';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

/** A client that was refused and sends on, keeps its side open, or does not take the answer, is waited for this long. */
export const LINGER_MS = 1000;

/** Connections that end with an answer that is on its way. */
const closing = new WeakSet<Socket>();

/** Once per server, before all other hooks: a request behind the answer that ends its connection is not worked on, since nobody would learn what became of it. */
export function ignoreAfterLast(instance: Pick<FastifyInstance, 'addHook'>): void {
  instance.addHook('onRequest', ({ raw: { socket } }, reply, done) => {
    if (closing.has(socket)) reply.hijack();
    else done();
  });
}

/** Call it before the answer is sent. Of a sender that `isKnown`, the body is read on meanwhile, and discarded: it may read no answer before all is sent. */
export function closeAfterAnswer({ raw }: FastifyRequest, reply: FastifyReply, isKnown = true): void {
  void reply.header('connection', 'close');
  const { socket } = raw;
  // a request that came by no connection
  if (!(socket instanceof Socket)) return;
  closing.add(socket);
  // Node would close at once: under a sender that is not done, who then might not get to the answer
  socket.destroySoon = () => {
    if (raw.complete) Socket.prototype.destroySoon.call(socket);
    else {
      socket.end();
      if (!isKnown) stopReading(socket);
      const timer = setTimeout(() => socket.destroy(), LINGER_MS).unref();
      socket.once('close', () => {
        clearTimeout(timer);
      });
    }
  };
}

/** Nothing more is read of it, also where Node would read on. */
export function stopReading(socket: Socket): void {
  socket.pause();
  // Node reads on to discard the rest of the body
  socket.resume = () => socket;
}
