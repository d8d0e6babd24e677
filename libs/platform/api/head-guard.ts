/**
 * Refuses requests whose head asks for what is not served, before their handler runs: an answer in another form, an
 * Idempotency-Key that is none, query parameters on a route that takes none, a path with control characters. Silence would
 * be a promise.
 */
import { SetMetadata, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';
import { inMessage, plainTextFault } from '#contracts';
import { ProblemError } from '../http/problems/problem-error.js';
import { searchOf } from './description/query.js';
import { idempotencyKeyOf } from './idempotency-key.js';
import { chooseMedia } from './negotiate.js';

const QUERY = 'hermes:takes-query';
const MEDIA = 'hermes:serves';
const JSON_ONLY: readonly string[] = ['application/json'];

/** The route reads its query string itself, and refuses what it does not know. */
export const TakesQuery = (): MethodDecorator & ClassDecorator => SetMetadata(QUERY, true);

/**
 * The media types of the route's answers, the first where a request has no wish; routes that say nothing answer JSON. Where
 * there is more than one, a parameter `format` of the query, which the route reads itself, outweighs `Accept`.
 */
export const Serves = (...media: readonly string[]): MethodDecorator & ClassDecorator => SetMetadata(MEDIA, media);

/** The media types that a handler of a controller serves. */
export function servedMedia(handler: object, controller: object): readonly string[] {
  const said = [handler, controller].map((place) => Reflect.getMetadata(MEDIA, place) as readonly string[] | undefined);
  return said.find((media) => media !== undefined) ?? JSON_ONLY;
}

export class HeadGuard implements CanActivate {
  private readonly reflector = new Reflector();

  canActivate(context: ExecutionContext): boolean {
    if (context.getType() !== 'http') return true;
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const route = [context.getHandler(), context.getClass()];
    if (this.reflector.getAllAndOverride<boolean | undefined>(QUERY, route) !== true) refuseQuery(request);
    const media = this.reflector.getAllAndOverride<readonly string[] | undefined>(MEDIA, route) ?? JSON_ONLY;
    refuseAccept(request, media);
    refuseControlCharacters(request.params);
    idempotencyKeyOf(request);
    return true;
  }
}

/** Space around a name is cut by the code that parses it. */
function refuseControlCharacters(params: unknown): void {
  const errors = Object.entries((params ?? {}) as Readonly<Record<string, string>>).flatMap(([path, text]) => {
    const fault = plainTextFault(text.trim());
    return fault === undefined
      ? []
      : [{ path, code: 'invalid' as const, message: `${inMessage(text)} ${fault}: leave that out of it` }];
  });
  if (errors.length === 0) return;
  throw new ProblemError({ code: 'validation-failed', detail: 'the path names nothing that there could be', errors });
}

function refuseAccept({ headers, url }: FastifyRequest, media: readonly string[]): void {
  if (chooseMedia(headers.accept, media) !== undefined) return;
  if (media.length > 1 && new URLSearchParams(searchOf(url)).has('format')) return;
  const detail =
    media.length === 1
      ? `answers are ${media.join()}: accept it`
      : `this path answers ${media.join(', ')}: accept one of them, or leave Accept out`;
  throw new ProblemError({ code: 'not-acceptable', detail });
}

/** Of a route that takes no query, or not with this body. */
export function refuseQuery(request: FastifyRequest): void {
  const names = [...new Set(new URLSearchParams(searchOf(request.url)).keys())];
  if (names.length === 0) return;
  throw new ProblemError({
    code: 'validation-failed',
    detail: 'this path takes no query parameters',
    errors: names.map((path) => ({
      path,
      code: 'unknown' as const,
      message: `${inMessage(path)} is no parameter of this path`,
    })),
  });
}
