/** `dryRun=true` on what can be foreseen: the parameter, for routes that take no other. Goes with `TakesQuery`. */
import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { flag, one, parseQuery, ProblemError, readsQuery } from '#platform';

const QUERY = { dryRun: one(flag) };

/** Injects whether the client only asks what would come of it. */
export const DryRun = createParamDecorator(
  readsQuery((_: unknown, context: ExecutionContext): boolean => {
    const { url } = context.switchToHttp().getRequest<FastifyRequest>();
    const at = url.indexOf('?');
    const parsed = parseQuery(at < 0 ? '' : url.slice(at + 1), QUERY);
    if (parsed.ok) return parsed.values.dryRun === true;
    throw new ProblemError({
      code: 'validation-failed',
      detail: 'the query string is not valid',
      errors: parsed.faults,
    });
  }, QUERY),
);
