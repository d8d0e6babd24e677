/** The door: by its head alone a request is let in or refused, before a byte of its body is read. What is refused here ends its connection. */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Connections } from './connections.js';
import { faultOfHosts } from './head-faults.js';
import { closeAfterAnswer } from './last-answer.js';
import { isStopped } from './parsing.js';
import { ProblemError } from './problems/problem-error.js';

/** Who sends a request, and what for. */
export interface Visitor {
  /** The name of the token that it presents; null where it presents none that is known. */
  readonly principal: string | null;
  /** In whose share it is counted: a token, or an address where there are no tokens. Null: nobody known, at a route that is open. */
  readonly holder: string | null;
  /** Whether it only reads. */
  readonly reads: boolean;
  /** Why it is not let in. */
  readonly refusal?: ProblemError;
}

/** Looks at the head alone. */
export type Receive = (request: FastifyRequest) => Visitor;

const visitors = new WeakMap<FastifyRequest, Visitor>();
const NOBODY: Visitor = { principal: null, holder: null, reads: true };

/** Of a request that was received, whether it was let in or not. */
export function visitorOf(request: FastifyRequest): Visitor {
  return visitors.get(request) ?? NOBODY;
}

/** Once per server, before the hooks that count or read anything. */
export function receiveRequests(
  instance: Pick<FastifyInstance, 'addHook'>,
  receive: Receive,
  connections: Connections,
): void {
  instance.addHook('onRequest', (request, reply, done) => {
    const visitor = receive(request);
    const refusal = faultOfHosts(request) ?? visitor.refusal ?? crowded(request, visitor, connections);
    visitors.set(request, refusal === undefined ? visitor : { ...visitor, refusal });
    if (refusal !== undefined || isStopped(request.raw.socket))
      closeAfterAnswer(request, reply, visitor.principal !== null || connections.isKnown(request.raw.socket));
    done(refusal);
  });
}

function crowded({ raw }: FastifyRequest, { holder }: Visitor, connections: Connections): ProblemError | undefined {
  if (holder === null) connections.refresh(raw.socket);
  else if (!connections.admit(raw.socket, holder)) {
    const detail =
      'there are too many connections of this token or address, or in all: use fewer, and try again shortly';
    return new ProblemError({ code: 'overloaded', detail });
  }
  return undefined;
}
