/** `dryRun=true`: the request is answered as it would be, and nothing is written. */
import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { flag, one, parseQuery, ProblemError, readsQuery, type QueryTable } from '#platform';

const QUERY = { dryRun: one(flag) } as const satisfies QueryTable;

/** Injects whether it is one; for routes that read their query string themselves. */
export function DryRun(): ParameterDecorator {
  const read = (_: unknown, context: ExecutionContext): boolean => {
    const { url } = context.switchToHttp().getRequest<FastifyRequest>();
    const at = url.indexOf('?');
    const parsed = parseQuery(at < 0 ? '' : url.slice(at + 1), QUERY);
    if (parsed.ok) return parsed.values.dryRun === true;
    throw new ProblemError({ code: 'validation-failed', detail: 'the query has faults', errors: parsed.faults });
  };
  return createParamDecorator(readsQuery(read, QUERY))();
}
