/**
 * `asOf`: a read of the past (R11). What takes it has it in its query string, or in the body of its search; its answers say in a
 * header which place of the journal they show, and its cursors go on at that one.
 */
import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { AskedMoment, FreshnessDemand } from '#application';
import { names, parsePosition, START, type AsOf, type CursorKey, type JsonSchema, type Position } from '#contracts';
import { readsFreshness, readsQuery } from './description/marks.js';
import type { AnswerDescription } from './description/operation.js';
import { instant, one, queryOf, type Word } from './description/query.js';
import { freshnessOf } from './freshness.js';

const moment: Word<AskedMoment> = {
  parse(text) {
    const position = parsePosition(text);
    if (position !== undefined) return { position };
    const given = instant.parse(text);
    return given && { instant: given };
  },
  takes: 'a position that an answer has shown, or an ISO 8601 instant with a zone, e.g. 2030-01-31T12:00:00Z',
  schema: { anyOf: [names.instant, names.position] } satisfies JsonSchema,
};

/** The parameter, for tables of what takes it. */
export const asOfParameter = {
  asOf: {
    ...one(moment),
    about: `Shows it as it was then. Takes ${moment.takes}; an instant means the last position before the first entry recorded after it.`,
  },
};

/** Of an answer that shows the past. */
export const AS_OF_HEADERS: NonNullable<AnswerDescription['headers']> = {
  'Hermes-As-Of': {
    description: 'With `asOf`: the position up to which entries are shown; absent where it lies before every entry.',
    schema: names.position,
  },
};

/** As `Freshness`, with the `asOf` of the query string: of one thing, whose route takes no other parameter. */
export const PastFreshness = createParamDecorator(
  readsQuery(
    readsFreshness((_: unknown, context: ExecutionContext): FreshnessDemand => {
      const request = context.switchToHttp().getRequest<FastifyRequest>();
      return { ...freshnessOf(request), ...queryOf(request.url, asOfParameter) };
    }),
    asOfParameter,
  ),
);

/** The key of a page's cursor, with the place that the page shows. */
export function keyAsOf(key: CursorKey, { position }: AsOf): CursorKey {
  return [...key, position === START ? '' : String(position)];
}

/** What {@link keyAsOf} has put together. A text that no Hermes has put there is the place before every entry. */
export function placeInKey(key: CursorKey): { readonly after: CursorKey; readonly position: Position } {
  return { after: key.slice(0, -1), position: parsePosition(key.at(-1) ?? '') ?? START };
}
