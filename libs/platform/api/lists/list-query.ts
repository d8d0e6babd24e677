/**
 * What lists have in common in their query string: `limit`, `sort`, `cursor`, `count`, `format`, `dialect`, beside each list's own
 * filters; and the same as a body, for filters that are too long for a URL.
 */
import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { AskedMoment } from '#application';
import {
  decodeCursor,
  encodeCursor,
  mapInTurns,
  MAX_COUNTED,
  MAX_CURSOR_LENGTH,
  type AsOf,
  type CursorContext,
  type Fault,
  type JsonSchema,
  type Page,
  type PageBody,
  type PageRequest,
} from '#contracts';
import { asOfParameter, keyAsOf, placeInKey } from '../as-of.js';
import { readsQuery } from '../description/marks.js';
import { parseQueryBody, queryBodySchema } from '../description/query-body.js';
import { ProblemError } from '../../http/problems/problem-error.js';
import { chooseMedia } from '../negotiate.js';
import type { Dialect } from './csv.js';
import {
  flag,
  one,
  oneOf,
  parseQuery,
  whole,
  words,
  type Parameter,
  type ParsedQuery,
  type QueryTable,
  type QueryValues,
} from '../description/query.js';

const DEFAULT_LIMIT = 50;
const MAX_LIMIT = 1000;
/** At most this many items of a whole list: more than there will ever be. */
const MAX_ROWS = 1_000_000_000;

/** How a list is answered: a page at a time, or the whole of it as rows or lines. */
export type ListForm = 'json' | 'csv' | 'ndjson';

/** By media type; the first where a request has no wish. */
export const LIST_FORMS = {
  'application/json': 'json',
  'text/csv': 'csv',
  'application/x-ndjson': 'ndjson',
} as const satisfies Readonly<Record<string, ListForm>>;
export const LIST_MEDIA = Object.keys(LIST_FORMS) as readonly (keyof typeof LIST_FORMS)[];

/** A list's question: which items, which page, in which form, and what its cursors belong to. */
export interface ListRequest<F, S extends string> {
  readonly filter: F;
  /** Of the whole list, its first. */
  readonly page: PageRequest<S>;
  /** The moment of the past that is asked for, where one is; on later pages with the place that the first one found. */
  readonly asOf?: AskedMoment;
  readonly context: CursorContext;
  readonly form: ListForm;
  /** Of CSV. */
  readonly dialect: Dialect;
  /** At most this many items of the whole list; Infinity where the request does not say. */
  readonly most: number;
}

/** How a list is asked; {@link listQuery} makes it. */
export interface ListQuery<T extends QueryTable, S extends string> {
  readonly filters: T;
  readonly sorts: readonly [S, ...S[]];
  /** Its sorts under `asOf`; null where it has no past. */
  readonly past: readonly [S, ...S[]] | null;
}

/** What {@link Asked} injects for a query. */
export type RequestOf<Q> = Q extends ListQuery<infer T, infer S> ? ListRequest<QueryValues<T>, S> : never;

/** `sorts`, and those under `asOf`: the first is the default. Without the latter the list takes no `asOf`. */
export function listQuery<T extends QueryTable, const S extends string, const P extends string = never>(
  sorts: readonly [S, ...S[]],
  filters: T,
  past: readonly [P, ...P[]] | null = null,
): ListQuery<T, S | P> {
  return { filters, sorts, past };
}

/** Injects the list request of the query string; refuses it with every fault at once. The path is the list's name. */
export function Asked<T extends QueryTable, S extends string>(query: ListQuery<T, S>): ParameterDecorator {
  const read = (_: unknown, context: ExecutionContext): ListRequest<QueryValues<T>, S> => {
    const { url, headers } = context.switchToHttp().getRequest<FastifyRequest>();
    const [path = '', search = ''] = cut(url);
    return parseListQuery(search, path, query, headers.accept);
  };
  return createParamDecorator(
    readsQuery(read, { ...tableOf(query), ...withSorts(query, common(allSorts(query), 'json')) }),
  )();
}

/** Below a list's path: where it is asked by a body. */
export const SEARCH = 'search';

/** Injects the list request of the body, as {@link Asked} does of the query string; cursors of both fit each other. */
export function AskedByBody<T extends QueryTable, S extends string>(query: ListQuery<T, S>): ParameterDecorator {
  return createParamDecorator((_: unknown, context: ExecutionContext): ListRequest<QueryValues<T>, S> => {
    const { url, headers, body } = context.switchToHttp().getRequest<FastifyRequest>();
    const [path = ''] = cut(url);
    return parseListBody(body, path.slice(0, -`/${SEARCH}`.length), query, headers.accept);
  })();
}

/** The body that {@link AskedByBody} reads. */
export function listBodySchema<T extends QueryTable, S extends string>(query: ListQuery<T, S>): JsonSchema {
  return queryBodySchema({ ...tableOf(query), ...withSorts(query, ofBody(allSorts(query), 'json')) });
}

/** The list's own parameters. */
function tableOf({ filters, past }: ListQuery<QueryTable, string>): QueryTable {
  return past === null ? filters : { ...filters, ...asOfParameter };
}

function allSorts<S extends string>({ sorts, past }: ListQuery<QueryTable, S>): readonly S[] {
  return [...new Set([...sorts, ...(past ?? [])])];
}

/** For the API document, in which a sort has one set of values: which of them are for the present, and which for the past. */
function withSorts<T extends { readonly sort: Parameter<unknown> }>(
  { sorts, past }: ListQuery<QueryTable, string>,
  parameters: T,
): T {
  if (past === null || past.join() === sorts.join()) return parameters;
  const named = ([first, ...more]: readonly string[]): string => [`${first} (the default)`, ...more].join(', ');
  const about = `Without asOf one of ${named(sorts)}; with asOf one of ${named(past)}. Any other is refused.`;
  return { ...parameters, sort: { ...parameters.sort, about } };
}

/** Those of a question that asks for a moment of the past, or does not. */
function sortsOf<S extends string>({ sorts, past }: ListQuery<QueryTable, S>, isPast: boolean): readonly [S, ...S[]] {
  return isPast && past !== null ? past : sorts;
}

/** Path and query string. */
function cut(url: string): readonly string[] {
  const at = url.indexOf('?');
  return at < 0 ? [url] : [url.slice(0, at), url.slice(at + 1)];
}

/**
 * The request that `search`, under the header `accept`, makes of the list called `list`; throws a {@link ProblemError} with
 * every fault.
 */
export function parseListQuery<T extends QueryTable, S extends string>(
  search: string,
  list: string,
  query: ListQuery<T, S>,
  accept?: string,
): ListRequest<QueryValues<T>, S> {
  const form = formOf(search, accept);
  const sorts = sortsOf(query, new URLSearchParams(search).has('asOf'));
  return requestOf(parseQuery(search, { ...tableOf(query), ...common(sorts, form) }), { list, sorts, form });
}

/** The same of a body of JSON. */
export function parseListBody<T extends QueryTable, S extends string>(
  body: unknown,
  list: string,
  query: ListQuery<T, S>,
  accept?: string,
): ListRequest<QueryValues<T>, S> {
  if (body === undefined) throw new ProblemError({ code: 'malformed', detail: 'the request has no body: send JSON' });
  const form = formOf('', accept);
  const sorts = sortsOf(query, typeof body === 'object' && body !== null && 'asOf' in body);
  return requestOf(parseQueryBody(body, { ...tableOf(query), ...ofBody(sorts, form) }), { list, sorts, form });
}

interface AskedOf<S extends string> {
  readonly list: string;
  readonly sorts: readonly [S, ...S[]];
  readonly form: ListForm;
}

function requestOf<T extends QueryTable, S extends string>(
  parsed: ParsedQuery<QueryTable>,
  { list, sorts, form }: AskedOf<S>,
): ListRequest<QueryValues<T>, S> {
  if (!parsed.ok) throw refusal(parsed.faults);
  const {
    limit,
    sort = sorts[0],
    count = false,
    cursor,
    format: _,
    dialect,
    asOf,
    ...rest
  } = parsed.values as Common<S>;
  // What is left are the list's own.
  const filter = rest as unknown as QueryValues<T>;
  const context: CursorContext = { list, sort, filter: asOf === undefined ? filter : { ...filter, asOf } };
  const key = cursor === undefined ? null : decodeCursor(cursor, context);
  if (key === undefined) {
    const message =
      'is no cursor of this list, sort and filter: take "next" of an answer and ask otherwise the same, or leave it out';
    throw refusal([{ path: 'cursor', code: 'invalid', message }]);
  }
  const most = form === 'json' ? Number.POSITIVE_INFINITY : (limit ?? Number.POSITIVE_INFINITY);
  const pageLimit = form === 'json' ? (limit ?? DEFAULT_LIMIT) : Math.min(most, MAX_LIMIT);
  const of = asOf !== undefined && key !== null ? placeInKey(key) : { after: key };
  const page = { sort, limit: pageLimit, after: of.after, count: count && MAX_COUNTED };
  const moment = asOf && ('position' in of ? { ...asOf, position: of.position } : asOf);
  return { filter, page, ...(moment && { asOf: moment }), context, form, dialect: dialect ?? 'plain', most };
}

/** `format` outweighs `Accept`; what is wrong with it is reported with the other faults. */
function formOf(search: string, accept: string | undefined): ListForm {
  const format = new URLSearchParams(search).get('format');
  const named = Object.values(LIST_FORMS).find((form) => form === format);
  return named ?? LIST_FORMS[chooseMedia(accept, LIST_MEDIA) ?? 'application/json'];
}

type Common<S extends string> = QueryValues<ReturnType<typeof common<S>> & typeof asOfParameter>;

function common<S extends string>(sorts: readonly S[], form: ListForm) {
  const pages = form === 'json';
  return {
    limit: one(whole(1, pages ? MAX_LIMIT : MAX_ROWS)),
    sort: one(oneOf(...sorts)),
    cursor: pages ? one(words(MAX_CURSOR_LENGTH)) : ofPagesOnly<string>(form),
    count: pages ? one(flag) : ofPagesOnly<boolean>(form),
    format: one(oneOf(...Object.values(LIST_FORMS))),
    dialect: form === 'csv' ? one(EXCEL) : ofCsvOnly(form),
  };
}

/** In a body the form is what `Accept` says. */
function ofBody<S extends string>(sorts: readonly S[], form: ListForm) {
  const { format: _, dialect: __, ...rest } = common(sorts, form);
  return rest;
}

const EXCEL = oneOf('excel');

function ofCsvOnly(form: ListForm): Parameter<'excel'> {
  return {
    ...one(EXCEL),
    read(_, fault) {
      fault(`belongs to CSV, and this is ${form}: ask for format=csv, or leave it out`);
      return undefined;
    },
  };
}

/** A parameter that has no meaning for the whole list. */
function ofPagesOnly<T>(form: ListForm): Parameter<T> {
  return {
    read(_, fault) {
      fault(`belongs to pages, and ${form} is the whole list at once: leave it out`);
      return undefined;
    },
  };
}

function refusal(errors: readonly Fault[]): ProblemError {
  const detail = `the question has ${errors.length === 1 ? 'one fault' : `${errors.length} faults`}`;
  return new ProblemError({ code: 'validation-failed', detail, errors });
}

/**
 * A page as it goes out: its items as `present` shows them, many in turns with other requests, and where the next one begins, at
 * the moment of the past that it shows.
 */
export async function listAnswer<T, B>(
  page: Page<T>,
  present: (item: T) => B,
  context: CursorContext,
  asOf?: AsOf,
): Promise<PageBody<B>> {
  const { next } = page;
  return {
    items: await mapInTurns(page.items, present),
    next: next === null ? null : encodeCursor(asOf === undefined ? next : keyAsOf(next, asOf), context),
    ...(page.total === undefined ? {} : { total: page.total }),
    ...(page.atLeast === true ? { atLeast: true } : {}),
  };
}
