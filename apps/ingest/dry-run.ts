/** `dryRun=true`: the request is answered as it would be, and nothing is written. For routes that take no other parameter; goes with `TakesQuery`. */
import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { flag, one, queryOf, readsQuery } from '#platform';

const QUERY = { dryRun: one(flag) };

/** Injects whether the client only asks what would come of it. */
export const DryRun = createParamDecorator(
  readsQuery((_: unknown, context: ExecutionContext): boolean => {
    const { url } = context.switchToHttp().getRequest<FastifyRequest>();
    return queryOf(url, QUERY).dryRun === true;
  }, QUERY),
);
