/**
 * Where Node's parser ends. It goes through all that was read, also where that is a thousand heads or ten thousand chunks that
 * nobody wants. No documented call stops it; the number that its callback gives for a head does.
 */
import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import { stopReading } from './last-answer.js';

type OnHead = (...parts: readonly unknown[]) => number;
type Parsed = Socket & { readonly parser?: { onIncoming: OnHead } | null };

/** What Node says of a connection whose parser was stopped: the answer is on its way. */
export const STOPPED = 'HPE_CB_HEADERS_COMPLETE';
const STOP = -1;

const stopped = new WeakSet<Socket>();

/** Once per server. */
export function letParsersStop(server: Server): void {
  server.on('connection', (socket: Parsed) => {
    const { parser } = socket;
    if (!parser) return;
    const onHead = parser.onIncoming;
    parser.onIncoming = (...parts) => {
      if (stopped.has(socket)) return STOP;
      const goOn = onHead(...parts);
      return stopped.has(socket) ? STOP : goOn;
    };
  });
}

/** Whether it must end with the answer that is due. */
export function isStopped(socket: Socket): boolean {
  return stopped.has(socket);
}

/** Nothing behind the head that is being parsed is parsed, and no more is read. The connection must end with an answer. */
export function stopBehind(socket: Socket): void {
  stopped.add(socket);
  stopReading(socket);
}
