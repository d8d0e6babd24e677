/** What an import says beside the lines of its inventory: which inventory it is, and whether it is only asked for. */
import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { names } from '#contracts';
import { isTypePart } from '#domain';
import { one, queryOf, readsQuery, type Word } from '#platform';
import { DRY_RUN } from '../dry-run.js';

export interface ImportQuery {
  readonly dryRun: boolean;
  readonly inventory?: string;
}

const inventory: Word<string> = {
  parse: (text) => (isTypePart(text) ? text : undefined),
  takes: 'the name of an inventory, e.g. cmdb: 1 to 64 of a-z 0-9 . - _ with a letter or digit at both ends',
  schema: names.inventoryName,
};

const QUERY = {
  ...DRY_RUN,
  inventory: {
    ...one(inventory),
    about: 'Which inventory it is, `default` where absent: an import replaces the one before it of the same inventory.',
  },
};

/** Injects an {@link ImportQuery}; goes with `TakesQuery`. */
export const ImportAskedBy = createParamDecorator(
  readsQuery((_: unknown, context: ExecutionContext): ImportQuery => {
    const { url } = context.switchToHttp().getRequest<FastifyRequest>();
    const { dryRun = false, ...rest } = queryOf(url, QUERY);
    return { dryRun, ...rest };
  }, QUERY),
);
