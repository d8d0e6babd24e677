/**
 * Refuses requests whose head asks for what is not served, before their handler runs: an answer in another form, a repeat
 * that would be done once only, query parameters on a route that takes none. Silence would be a promise.
 */
import { SetMetadata, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';
import { ProblemError } from '../problems/problem-error.js';

const QUERY = 'hermes:takes-query';

/** The route reads its query string itself, and refuses what it does not know. */
export const TakesQuery = (): MethodDecorator & ClassDecorator => SetMetadata(QUERY, true);

export class HeadGuard implements CanActivate {
  private readonly reflector = new Reflector();

  canActivate(context: ExecutionContext): boolean {
    if (context.getType() !== 'http') return true;
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const takesQuery = this.reflector.getAllAndOverride<boolean | undefined>(QUERY, [
      context.getHandler(),
      context.getClass(),
    ]);
    if (takesQuery !== true) refuseQuery(request);
    if (!acceptsJson(request.headers.accept)) {
      throw new ProblemError({ code: 'not-acceptable', detail: 'answers are JSON: accept application/json' });
    }
    if (request.headers['idempotency-key'] !== undefined && request.method !== 'GET' && request.method !== 'HEAD') {
      throw new ProblemError({
        code: 'validation-failed',
        detail: 'Idempotency-Key is not served: give each event a key, and leave the header out',
        errors: [{ path: 'header Idempotency-Key', code: 'unknown', message: 'this header is not served here' }],
      });
    }
    return true;
  }
}

function refuseQuery(request: FastifyRequest): void {
  const at = request.url.indexOf('?');
  const names = at < 0 ? [] : [...new Set(new URLSearchParams(request.url.slice(at + 1)).keys())];
  if (names.length === 0) return;
  throw new ProblemError({
    code: 'validation-failed',
    detail: 'this path takes no query parameters',
    errors: names.map((path) => ({
      path,
      code: 'unknown',
      message: `${JSON.stringify(path)} is no parameter of this path`,
    })),
  });
}

const JSON_RANGES = new Set(['*/*', 'application/*', 'application/json']);

/** Whether an `Accept` header (absent: anything) lets JSON be answered. The more specific range wins, as RFC 9110 has it. */
export function acceptsJson(accept: string | undefined): boolean {
  if (accept === undefined || accept.trim() === '') return true;
  let best: { specificity: number; refused: boolean } | undefined;
  for (const part of accept.split(',')) {
    const [range = '', ...parameters] = part.split(';').map((text) => text.trim().toLowerCase());
    if (!JSON_RANGES.has(range)) continue;
    const specificity = range === '*/*' ? 0 : range === 'application/*' ? 1 : 2;
    const refused = parameters.some((parameter) => /^q=0(?:\.0{0,3})?$/.test(parameter));
    if (best === undefined || specificity > best.specificity) best = { specificity, refused };
  }
  return best !== undefined && !best.refused;
}
