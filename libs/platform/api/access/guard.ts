/**
 * Who is let in, by the head of the request alone. With tokens: who presents one that reaches the role the route needs.
 * Without: everyone on this machine, but no page of another origin in somebody's browser (it would name another host or origin).
 */
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { createParamDecorator, SetMetadata, type ExecutionContext, type Type } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { ErrorCode } from '#contracts';
import { visitorOf, type Visitor } from '../../http/reception.js';
import { handlersOf } from '../handlers.js';
import { idempotencyKeyOf } from '../idempotency-key.js';
import { traceOf } from '../../http/trace.js';
import { ProblemError } from '../../http/problems/problem-error.js';
import { isLoopbackHost } from '../../settings/loopback.js';
import { LOCAL, reaches, type Identity, type Role } from './roles.js';
import type { Tokens } from './tokens.js';

const NEEDS = 'hermes:needs';
const OPEN = 'open';

/** The role that a route needs, on the handler or its controller. A route that says nothing needs `admin`. */
export const Needs = (role: Role): MethodDecorator & ClassDecorator => SetMetadata(NEEDS, role);
/** For routes that need no token: health. */
export const Open = (): MethodDecorator & ClassDecorator => SetMetadata(NEEDS, OPEN);

/** A role, or `open`: no token is needed. */
export type Needed = Role | typeof OPEN;

/** What a handler of a controller needs. */
export function neededRole(handler: object, controller: object): Needed {
  const said = [handler, controller].map((place) => Reflect.getMetadata(NEEDS, place) as Needed | undefined);
  return said.find((needed) => needed !== undefined) ?? 'admin';
}

/** Who presents nothing that is known. */
const STRANGER: Identity = Object.freeze({ name: null, role: 'read' });

const identities = new WeakMap<FastifyRequest, Identity>();

/** Injects who sent the request. */
export const Caller = createParamDecorator((_: unknown, context: ExecutionContext): Identity => {
  const request = context.switchToHttp().getRequest<FastifyRequest>();
  const identity = identities.get(request);
  if (identity === undefined) throw new Error('no identity: the request did not come through the door');
  const key = idempotencyKeyOf(request);
  const { holder } = visitorOf(request);
  return {
    ...identity,
    trace: traceOf(request),
    ...(holder === null ? {} : { holder }),
    ...(key === undefined ? {} : { idempotencyKey: key }),
  };
});

export class Access {
  /** By method and path, as the router has it. */
  private readonly needs = new Map<string, Needed>();

  /** `tokens` is null where none are on. */
  constructor(private readonly tokens: Tokens | null) {}

  /** To be called before requests come: what the routes of these controllers need. */
  learn(controllers: readonly Type[]): void {
    for (const { method, path, handler, controller } of handlersOf(controllers))
      this.needs.set(`${method} ${path}`, neededRole(handler, controller));
  }

  /** Who sends the request, and why it is not let in, if so. */
  receive(request: FastifyRequest): Visitor {
    const needed = this.neededBy(request);
    const { identity, refusal } = this.tokens === null ? localCaller(request) : bearer(request, this.tokens, needed);
    identities.set(request, identity);
    return {
      principal: identity.name,
      holder: refusal === undefined && needed !== OPEN ? nameOf(identity, request.ip) : null,
      reads: needed === 'read' || needed === OPEN,
      ...(refusal && { refusal }),
    };
  }

  /** Whose token it presents, whatever it is for; without tokens, from which address it comes. Null: nobody's, or a foreign one. */
  holderOf({ headers, socket }: Pick<IncomingMessage, 'headers' | 'socket'>): string | null {
    if (this.tokens === null)
      return isForeignHost(headers) || isForeignOrigin(headers) ? null : nameOf(LOCAL, socket.remoteAddress);
    const identity = identityOf(headers, this.tokens);
    return identity === undefined ? null : nameOf(identity, socket.remoteAddress);
  }

  /** Where nothing is served, each token may learn so. */
  private neededBy({ method, is404, routeOptions }: FastifyRequest): Needed {
    if (is404) return 'read';
    return this.needs.get(`${method === 'HEAD' ? 'GET' : method} ${routeOptions.url ?? ''}`) ?? 'admin';
  }
}

function nameOf({ name }: Identity, address: string | undefined): string {
  return name === null ? `address ${address ?? ''}` : `token ${name}`;
}

function identityOf({ authorization }: IncomingHttpHeaders, tokens: Tokens): Identity | undefined {
  const token = /^Bearer +([^\s]+)$/i.exec(authorization ?? '')?.[1];
  return token === undefined ? undefined : tokens.identify(token);
}

interface Presented {
  readonly identity: Identity;
  readonly refusal?: ProblemError;
}

function refusing(identity: Identity, code: ErrorCode, detail: string): Presented {
  return { identity, refusal: new ProblemError({ code, detail }) };
}

function bearer(request: FastifyRequest, tokens: Tokens, needed: Needed): Presented {
  if (needed === OPEN) return { identity: STRANGER };
  const identity = identityOf(request.headers, tokens);
  if (identity === undefined) {
    const detail =
      request.headers.authorization === undefined
        ? 'no Authorization header'
        : 'the Authorization header holds no known token';
    return refusing(STRANGER, 'unauthenticated', `${detail}: send Authorization: Bearer <token>`);
  }
  if (!reaches(identity.role, needed)) {
    const detail = `this needs the role ${needed}; the token "${identity.name}" has ${identity.role}`;
    return refusing(identity, 'forbidden', detail);
  }
  return { identity };
}

function localCaller({ headers }: Pick<IncomingMessage, 'headers'>): Presented {
  if (isForeignHost(headers)) {
    const detail =
      'without tokens only requests to a loopback name are answered: use http://127.0.0.1, or set HERMES_TOKENS_FILE';
    return refusing(STRANGER, 'foreign-host', detail);
  }
  if (isForeignOrigin(headers)) {
    const detail = 'without tokens no page of another origin is answered: set HERMES_TOKENS_FILE';
    return refusing(STRANGER, 'foreign-origin', detail);
  }
  return { identity: LOCAL };
}

function isForeignHost({ host }: IncomingHttpHeaders): boolean {
  return host === undefined || !isLoopbackHost(host);
}

function isForeignOrigin({ host = '', origin }: IncomingHttpHeaders): boolean {
  return origin !== undefined && origin.toLowerCase() !== `http://${host.toLowerCase()}`;
}
