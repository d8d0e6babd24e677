/** `dryRun=true`: the request is answered as it would be, and nothing is written. For routes that take no other parameter; goes with `TakesQuery`. */
import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { flag, one, queryOf, readsQuery } from '#platform';

export const DRY_RUN = { dryRun: one(flag) };

/** What a body has beside its fields where its route takes {@link DRY_RUN}. */
export interface MayBeDry {
  readonly dryRun?: boolean;
}

/** Injects whether the client only asks what would come of it. */
export const DryRun = createParamDecorator(
  readsQuery((_: unknown, context: ExecutionContext): boolean => {
    const { url } = context.switchToHttp().getRequest<FastifyRequest>();
    return queryOf(url, DRY_RUN).dryRun === true;
  }, DRY_RUN),
);
