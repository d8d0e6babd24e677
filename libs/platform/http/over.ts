/** Reports when a request is over, however it ended. Node has no event for answers that waited behind an earlier one when their connection closed. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** One listener per connection: requests sent in one go may be many. */
const bySocket = new WeakMap<Socket, Set<() => void>>();

/** Calls `then` once: when the answer is sent, or the client is gone. */
export function whenOver({ socket }: IncomingMessage, response: ServerResponse, then: () => void): void {
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
