/** What lists have in common in their query string: `limit`, `sort`, `cursor`, `count`, beside each list's own filters. */
import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import {
  decodeCursor,
  encodeCursor,
  MAX_CURSOR_LENGTH,
  type CursorContext,
  type Fault,
  type Page,
  type PageRequest,
} from '#contracts';
import { ProblemError } from '../problems/problem-error.js';
import { flag, one, oneOf, parseQuery, whole, words, type QueryTable, type QueryValues } from './query.js';

const DEFAULT_LIMIT = 50;
const MAX_LIMIT = 1000;

/** A list's question: which items, which page, and what its cursors belong to. */
export interface ListRequest<F, S extends string> {
  readonly filter: F;
  readonly page: PageRequest<S>;
  readonly context: CursorContext;
}

/** How a list is asked; {@link listQuery} makes it. */
export interface ListQuery<T extends QueryTable, S extends string> {
  readonly filters: T;
  readonly sorts: readonly [S, ...S[]];
}

/** What {@link Asked} injects for a query. */
export type RequestOf<Q> = Q extends ListQuery<infer T, infer S> ? ListRequest<QueryValues<T>, S> : never;

/** `sorts`: the first is the default. */
export function listQuery<T extends QueryTable, S extends string>(
  sorts: readonly [S, ...S[]],
  filters: T,
): ListQuery<T, S> {
  return { filters, sorts };
}

export interface ListAnswer {
  readonly items: readonly object[];
  readonly next: string | null;
  readonly total?: number;
}

/** Injects the list request of the query string; refuses it with every fault at once. The path is the list's name. */
export function Asked<T extends QueryTable, S extends string>(query: ListQuery<T, S>): ParameterDecorator {
  return createParamDecorator((_: unknown, context: ExecutionContext): ListRequest<QueryValues<T>, S> => {
    const { url } = context.switchToHttp().getRequest<FastifyRequest>();
    const at = url.indexOf('?');
    return at < 0 ? parseListQuery('', url, query) : parseListQuery(url.slice(at + 1), url.slice(0, at), query);
  })();
}

/** The request that `search` makes of the list called `list`; throws a {@link ProblemError} with every fault. */
export function parseListQuery<T extends QueryTable, S extends string>(
  search: string,
  list: string,
  query: ListQuery<T, S>,
): ListRequest<QueryValues<T>, S> {
  const parsed = parseQuery(search, { ...query.filters, ...common(query.sorts) });
  if (!parsed.ok) throw refusal(parsed.faults);
  const { limit = DEFAULT_LIMIT, sort = query.sorts[0], count = false, cursor, ...rest } = parsed.values as Common<S>;
  // What is left are the list's own.
  const filter = rest as unknown as QueryValues<T>;
  const context: CursorContext = { list, sort, filter };
  const after = cursor === undefined ? null : decodeCursor(cursor, context);
  if (after === undefined) {
    const message =
      'is no cursor of this list, sort and filter: take "next" of an answer and ask otherwise the same, or leave it out';
    throw refusal([{ path: 'cursor', code: 'invalid', message }]);
  }
  return { filter, page: { sort, limit, after, count }, context };
}

type Common<S extends string> = QueryValues<ReturnType<typeof common<S>>>;

function common<S extends string>(sorts: readonly S[]) {
  return {
    limit: one(whole(1, MAX_LIMIT)),
    sort: one(oneOf(...sorts)),
    cursor: one(words(MAX_CURSOR_LENGTH)),
    count: one(flag),
  };
}

function refusal(errors: readonly Fault[]): ProblemError {
  const detail = `the query has ${errors.length === 1 ? 'one fault' : `${errors.length} faults`}`;
  return new ProblemError({ code: 'validation-failed', detail, errors });
}

/** A page as it goes out: its items as `present` shows them, and where the next one begins. */
export function listAnswer<T>(page: Page<T>, present: (item: T) => object, context: CursorContext): ListAnswer {
  return {
    items: page.items.map(present),
    next: page.next === null ? null : encodeCursor(page.next, context),
    ...(page.total === undefined ? {} : { total: page.total }),
  };
}
