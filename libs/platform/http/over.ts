/**
 * Reports when a request is over, however it ended. Node has no event for answers that waited behind an earlier one when their
 * connection closed. What a client has begun goes on when it is gone: so a request is done only when its work is over too.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

/** One listener per connection: requests sent in one go may be many. */
const bySocket = new WeakMap<Socket, Set<() => void>>();

/** Calls `then` once: when the answer is sent, or the client is gone; at once where it has gone already, since no event comes again. */
export function whenOver({ socket }: IncomingMessage, response: ServerResponse, then: () => void): void {
  if (socket.closed || response.closed) {
    then();
    return;
  }
  const ofSocket = bySocket.get(socket) ?? follow(socket);
  const over = (): void => {
    if (ofSocket.delete(over)) then();
  };
  ofSocket.add(over);
  response.once('close', over);
}

function follow(socket: Socket): Set<() => void> {
  const ofSocket = new Set<() => void>();
  bySocket.set(socket, ofSocket);
  socket.once('close', () => {
    for (const over of [...ofSocket]) over();
  });
  return ofSocket;
}

/** What must be called when the work of a request is over; null: it is. */
const work = new WeakMap<IncomingMessage, (() => void)[] | null>();

/** Once per server, before {@link whenDone} is called: the work of a request is over when its answer is handed over. */
export function followWork(instance: Pick<FastifyInstance, 'addHook'>): void {
  instance.addHook('onSend', ({ raw }, _reply, payload, done) => {
    workIsOver(raw);
    done(null, payload);
  });
}

/** The work of a request is over whose answer is written in another way, or goes on. */
export function workIsOver(request: IncomingMessage): void {
  const calls = work.get(request) ?? [];
  work.set(request, null);
  for (const call of calls) call();
}

/** Calls `then` once: when the answer is sent, or the client is gone and the work that it has begun is over as well. */
export function whenDone({ raw }: FastifyRequest, reply: FastifyReply, then: () => void): void {
  whenOver(raw, reply.raw, () => {
    const calls = work.get(raw);
    if (calls === null) then();
    else work.set(raw, [...(calls ?? []), then]);
  });
}
