/**
 * Requests that are sent without waiting for answers (pipelining, RFC 9112, 9.3.2), or on many connections at once. Node
 * parses all heads of all chunks that have come in one turn of the loop; here they wait, and a few are begun in each turn:
 * holders have their turns one after the other, and so have the connections of each.
 */
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { FairQueue } from '#contracts';
import type { Connections } from './connections.js';
import { announcesBody } from './media.js';
import { letParsersStop, stopBehind } from './parsing.js';

/** At most this many requests of a connection are worked on at once, or unanswered: one with more unanswered is closed. */
interface Bounds {
  readonly working: number;
  readonly unanswered: number;
}
const KNOWN: Bounds = { working: 8, unanswered: 64 };
/** Of a connection on which nobody has shown a token. */
const UNKNOWN: Bounds = { working: 1, unanswered: 8 };

/** At most this many requests are begun in one turn of the loop, of all connections. */
export const BEGUN_PER_TURN = 2;
/** And of those about Hermes itself this many more, which wait for no other request. */
const ALWAYS_BEGUN_PER_TURN = 1;

/** Whose token the head of a request presents, or from which address it comes where there are no tokens; null: nobody's. */
export type HolderOf = (request: IncomingMessage) => string | null;

/** All who present nothing that is known have their turns together. */
const NOBODY = '';

interface Line {
  working: number;
  readonly waiting: Waiting[];
  /** Whether its connection waits for a turn. */
  queued: boolean;
}

interface Waiting {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly holder: string | null;
}

/** Requests that are begun apart from the others, and how many in this turn. */
class Lane {
  /** Connections with a request that may be begun. */
  readonly queue = new FairQueue<{ readonly socket: Socket; readonly line: Line }>();
  begun = 0;

  constructor(readonly perTurn: number) {}

  get mayBegin(): boolean {
    return this.queue.size > 0 && this.begun < this.perTurn;
  }
}

/** Once per server, when the only listener for requests is the one that works on them. */
export function limitPipelines(
  server: Server,
  connections: Connections,
  holderOf: HolderOf,
  isAboutHermes: (request: Pick<IncomingMessage, 'url'>) => boolean,
): void {
  const lines = new WeakMap<Socket, Line>();
  const listeners = server.listeners('request');
  server.removeAllListeners('request');
  letParsersStop(server);
  const usual = new Lane(BEGUN_PER_TURN);
  // a fleet with a token for each host would keep the look whether Hermes lives waiting for all of them
  const aboutHermes = new Lane(ALWAYS_BEGUN_PER_TURN);
  const lanes = [aboutHermes, usual];
  let planned = false;

  // a first request with a token may have to wait until its connection is known
  const boundsOf = (socket: Socket, { holder }: Pick<Waiting, 'holder'>): Bounds =>
    holder !== null || connections.isKnown(socket) ? KNOWN : UNKNOWN;
  const enqueue = (socket: Socket, line: Line): void => {
    const [next] = line.waiting;
    if (next === undefined || line.queued || socket.destroyed || line.working >= boundsOf(socket, next).working) return;
    line.queued = true;
    const lane = isAboutHermes(next.request) ? aboutHermes : usual;
    lane.queue.put(next.holder ?? NOBODY, { socket, line });
  };
  const begin = (lane: Lane): void => {
    const next = lane.queue.take();
    if (next === undefined) return;
    const { socket, line } = next;
    line.queued = false;
    const work = socket.destroyed ? undefined : line.waiting.shift();
    if (work === undefined) return;
    line.working += 1;
    lane.begun += 1;
    for (const listener of listeners) listener.call(server, work.request, work.response);
    enqueue(socket, line);
  };
  /** Begins what this turn has room for, and the rest in the next one: others have a turn in between. */
  const advance = (): void => {
    for (const lane of lanes) while (lane.mayBegin) begin(lane);
    if (planned) return;
    planned = true;
    setImmediate(() => {
      planned = false;
      for (const lane of lanes) lane.begun = 0;
      if (lanes.some(({ mayBegin }) => mayBegin)) advance();
    });
  };

  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    const { socket } = request;
    // the rest of a chunk whose connection was closed in the middle of it; Node would make an error with a stack
    if (socket.destroyed) {
      request.destroy();
      stopBehind(socket);
      return;
    }
    const line = lines.get(socket) ?? { working: 0, waiting: [], queued: false };
    lines.set(socket, line);
    const holder = holderOf(request);
    // its request may wait long to be begun: as an unknown one it could be closed meanwhile
    if (holder !== null) connections.admit(socket, holder);
    // the door refuses it by its head, or answers without its body
    else if (!connections.isKnown(socket) && announcesBody(request)) stopBehind(socket);
    const waiting = { request, response, holder };
    if (line.working + line.waiting.length >= boundsOf(socket, waiting).unanswered) {
      line.waiting.length = 0;
      connections.cut(socket);
      return;
    }
    response.once('close', () => {
      line.working -= 1;
      enqueue(socket, line);
      advance();
    });
    line.waiting.push(waiting);
    enqueue(socket, line);
    advance();
  });
}
