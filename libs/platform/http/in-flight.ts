/** The complete requests of a connection that are not answered yet: a broken request after them must not take their answers' place. */
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

export class InFlight {
  private readonly bySocket = new WeakMap<Socket, Map<IncomingMessage, ServerResponse>>();

  constructor(server: Server) {
    server.on('request', (request: IncomingMessage, response: ServerResponse) => {
      const { socket } = request;
      if (socket.destroyed) return;
      const unanswered = this.bySocket.get(socket) ?? new Map<IncomingMessage, ServerResponse>();
      this.bySocket.set(socket, unanswered.set(request, response));
      response.once('close', () => unanswered.delete(request));
    });
  }

  /** Calls `then` once all complete requests are answered: at once where there are none. Of a gone connection, never or in vain. */
  whenAnswered(socket: Socket, then: () => void): void {
    const whole = [...(this.bySocket.get(socket) ?? [])].filter(([request]) => request.complete);
    let left = whole.length;
    if (left === 0) {
      then();
      return;
    }
    for (const [, response] of whole) {
      response.once('close', () => {
        left -= 1;
        if (left === 0) then();
      });
    }
  }
}
