/** The door: by its head alone a request is let in or refused, before a byte of its body is read. What is refused here ends its connection. */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Connections } from './connections.js';
import { faultOfHosts } from './head-faults.js';
import { closeAfterAnswer } from './last-answer.js';
import { ProblemError } from './problems/problem-error.js';

/** Who sends a request, and what for. */
export interface Visitor {
  /** In whose share it is counted: a token, or an address where there are no tokens. Null: nobody known, at a route that is open. */
  readonly holder: string | null;
  /** Whether it only reads. */
  readonly reads: boolean;
}

/** Throws a {@link ProblemError} for a request that is not let in. */
export type Receive = (request: FastifyRequest) => Visitor;

const visitors = new WeakMap<FastifyRequest, Visitor>();
const NOBODY: Visitor = { holder: null, reads: true };

/** Of a request that was let in. */
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
    try {
      const fault = faultOfHosts(request);
      if (fault !== undefined) throw fault;
      visitors.set(request, admitted(request, receive(request), connections));
      done();
    } catch (error) {
      closeAfterAnswer(request, reply);
      done(error as Error);
    }
  });
}

function admitted({ raw }: FastifyRequest, visitor: Visitor, connections: Connections): Visitor {
  const { holder } = visitor;
  if (holder === null) connections.refresh(raw.socket);
  else if (!connections.admit(raw.socket, holder)) {
    const detail =
      'there are too many connections of this token or address, or in all: use fewer, and try again shortly';
    throw new ProblemError({ code: 'overloaded', detail });
  }
  return visitor;
}
