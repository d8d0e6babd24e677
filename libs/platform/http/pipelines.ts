/**
 * Requests that a connection sends without waiting for answers (pipelining, RFC 9112, 9.3.2). Node parses all heads of a chunk
 * in one turn of the loop; here they wait in their order, and a few of each connection are worked on at a time.
 */
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Connections } from './connections.js';

/** At most this many requests of a connection are worked on at once, or unanswered: one with more unanswered is closed. */
interface Bounds {
  readonly working: number;
  readonly unanswered: number;
}
const KNOWN: Bounds = { working: 8, unanswered: 64 };
/** Of a connection on which nobody was let in. */
const UNKNOWN: Bounds = { working: 1, unanswered: 8 };

interface Line {
  working: number;
  readonly waiting: (() => void)[];
  /** Whether the next ones will have their turn without being called. */
  called: boolean;
}

/** Once per server, when the only listener for requests is the one that works on them. */
export function limitPipelines(server: Server, connections: Connections): void {
  const lines = new WeakMap<Socket, Line>();
  const listeners = server.listeners('request');
  server.removeAllListeners('request');

  const boundsOf = (socket: Socket): Bounds => (connections.isKnown(socket) ? KNOWN : UNKNOWN);
  const advance = (socket: Socket, line: Line): void => {
    while (!socket.destroyed && line.working < boundsOf(socket).working) {
      const work = line.waiting.shift();
      if (work === undefined) return;
      line.working += 1;
      work();
    }
  };
  const callNext = (socket: Socket, line: Line): void => {
    if (line.called || line.waiting.length === 0) return;
    line.called = true;
    // others have a turn in between
    setImmediate(() => {
      line.called = false;
      advance(socket, line);
    });
  };

  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    const { socket } = request;
    // the rest of a chunk whose connection was closed in the middle of it
    if (socket.destroyed) return;
    const line = lines.get(socket) ?? { working: 0, waiting: [], called: false };
    lines.set(socket, line);
    if (line.working + line.waiting.length >= boundsOf(socket).unanswered) {
      line.waiting.length = 0;
      connections.cut(socket);
      return;
    }
    response.once('close', () => {
      line.working -= 1;
      callNext(socket, line);
    });
    line.waiting.push(() => {
      for (const listener of listeners) listener.call(server, request, response);
    });
    if (!line.called) advance(socket, line);
  });
}
