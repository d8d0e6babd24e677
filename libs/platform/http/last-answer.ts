/** Ends a connection with an answer: of a body that is still coming nothing is kept, and its sender gets a moment to read the answer. */
import { Socket } from 'node:net';
import type { FastifyReply, FastifyRequest } from 'fastify';

/** A client that was refused and sends on, keeps its side open, or does not take the answer, is waited for this long. */
export const LINGER_MS = 1000;

/** Call it before the answer is sent. */
export function closeAfterAnswer({ raw }: FastifyRequest, reply: FastifyReply): void {
  void reply.header('connection', 'close');
  const { socket } = raw;
  // a request that came by no connection
  if (!(socket instanceof Socket)) return;
  // Node would close at once: under a sender that is not done, who then might not get to the answer
  socket.destroySoon = () => {
    if (raw.complete) Socket.prototype.destroySoon.call(socket);
    else {
      socket.end();
      const timer = setTimeout(() => socket.destroy(), LINGER_MS).unref();
      socket.once('close', () => {
        clearTimeout(timer);
      });
    }
  };
}
