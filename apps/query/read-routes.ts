/**
 * Makes the controllers that read: one that answers a list, one that answers it to a question in a body, and one that
 * answers one thing. Each route is a row in the
 * `routes.ts` of its folder; both take the position headers, carry an `ETag` and need the role `read`.
 */
import { Controller, Get, HttpCode, Inject, Param, Post, Res, type PipeTransform, type Type } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import type { Answer, FreshnessDemand, Reading } from '#application';
import type { Page, PageRequest, Schema } from '#contracts';
import {
  answering,
  AS_OF_HEADERS,
  Asked,
  AskedByBody,
  Documented,
  Freshness,
  LIST_MEDIA,
  listBodySchema,
  Listing,
  Lists,
  Needs,
  PastFreshness,
  READING,
  SEARCH,
  Serves,
  showing,
  Tagged,
  TakesQuery,
  wholeListOf,
  type ListBody,
  type ListQuery,
  type ListShape,
  type Operation,
  type QueryTable,
  type RequestOf,
} from '#platform';

interface Row<Id> {
  /** As Nest writes it; at most one parameter. */
  readonly path: string;
  /** In the API document. */
  readonly operation: readonly [id: string, summary: string];
  /** Of the path's parameter; without it, its text is handed on. */
  readonly parse?: PipeTransform<string, Id>;
}

/** A list's question to {@link Reading}: `fresh` goes on to it as it is. */
interface ListAsked<Filter, Sort extends string, Id> {
  readonly id: Id;
  readonly filter: Filter;
  readonly page: PageRequest<Sort>;
  readonly fresh: FreshnessDemand;
}

interface ListRow<F extends QueryTable, S extends string, T, B, Id> extends Row<Id> {
  readonly query: ListQuery<F, S>;
  readonly shape: ListShape<T, B>;
  /** The file's name in place of the shape's, where the list is one thing's. */
  readonly file?: (id: Id) => string;
  readonly read: (reading: Reading, asked: ListAsked<RequestOf<ListQuery<F, S>>['filter'], S, Id>) => Answer<Page<T>>;
}

/** A controller that answers pages of `row.shape`, or the whole list as CSV or NDJSON. */
export function listRoute<F extends QueryTable, S extends string, T, B, Id = string>(
  row: ListRow<F, S, T, B, Id>,
): Type {
  const { path, operation, query, shape, file, read } = row;

  @Controller(path)
  @Needs('read')
  class ListReader {
    constructor(
      @Inject(READING) private readonly reading: Reading,
      @Inject(Lists) private readonly lists: Lists,
    ) {}

    @Get()
    @Documented(listed(operation, row))
    @Listing()
    list(
      @ParameterOf(row) id: Id,
      @Asked(query) asked: RequestOf<ListQuery<F, S>>,
      @Freshness() demand: FreshnessDemand,
      @Res({ passthrough: true }) reply: FastifyReply,
    ): Promise<ListBody> {
      return this.lists.answer({
        reply,
        shape: file === undefined ? shape : { ...shape, name: file(id) },
        asked,
        demand,
        read: (page, fresh) => read(this.reading, { id, filter: asked.filter, page, fresh }),
      });
    }
  }
  return ListReader;
}

interface SearchRow<F extends QueryTable, S extends string, T, B> extends ListRow<F, S, T, B, undefined> {
  /** In the API document. */
  readonly search: Row<undefined>['operation'];
}

/** The list, and below it at `search` the same for filters that are too long for a URL. */
export function searchedList<F extends QueryTable, S extends string, T, B>(
  row: SearchRow<F, S, T, B>,
): readonly Type[] {
  return [listRoute(row), searchRoute(row)];
}

/** A controller that is asked by a body, and reads all the same. */
function searchRoute<F extends QueryTable, S extends string, T, B>(row: SearchRow<F, S, T, B>): Type {
  const { path, search, query, shape, read } = row;
  const body = { 'application/json': listBodySchema(query) };

  @Controller(`${path}/${SEARCH}`)
  @Needs('read')
  class ListSearcher {
    constructor(
      @Inject(READING) private readonly reading: Reading,
      @Inject(Lists) private readonly lists: Lists,
    ) {}

    @Post()
    @HttpCode(200)
    @Documented({ ...listed(search, row), body })
    @Serves(...LIST_MEDIA)
    search(
      @AskedByBody(query) asked: RequestOf<ListQuery<F, S>>,
      @Freshness() demand: FreshnessDemand,
      @Res({ passthrough: true }) reply: FastifyReply,
    ): Promise<ListBody> {
      void reply.header('cache-control', 'no-store');
      return this.lists.answer({
        ...{ reply, shape, asked, demand },
        read: (page, fresh) => read(this.reading, { id: undefined, filter: asked.filter, page, fresh }),
      });
    }
  }
  return ListSearcher;
}

interface OneRow<T, B, Id> extends Row<Id> {
  readonly body: Schema<B>;
  /** What the answer is, in words. */
  readonly about?: string;
  /** Beside those of all reads, and that there is no such thing. */
  readonly problems?: Operation['problems'];
  readonly read: (reading: Reading, id: Id, fresh: FreshnessDemand) => Answer<T>;
  readonly present: (found: T) => B | Promise<B>;
  /** Whether it is shown as of a moment of the past too, where the query string names one. */
  readonly past?: boolean;
  /** Where only a part of the thing can be amended: that part, which `If-Match` is compared with. */
  readonly definition?: (body: B) => unknown;
}

/** A controller that answers one thing, as `row.body` describes it. */
export function oneRoute<T, B, Id = string>(row: OneRow<T, B, Id>): Type {
  const {
    path,
    operation: [id, summary],
    body,
    about,
    problems,
    read,
    present,
    definition,
    past = false,
  } = row;
  const Demand = past ? PastFreshness : Freshness;
  const answers = answering(body, about, past ? AS_OF_HEADERS : {});

  @Controller(path)
  @Needs('read')
  class OneReader {
    constructor(@Inject(READING) private readonly reading: Reading) {}

    @Get()
    @Documented({ id, summary, answers, ...(problems && { problems }) })
    @Tagged(definition)
    @(past ? TakesQuery() : nothing)
    async one(
      @ParameterOf(row) id: Id,
      @Demand() demand: FreshnessDemand,
      @Res({ passthrough: true }) reply: FastifyReply,
    ): Promise<B> {
      return await present(showing(reply, await read(this.reading, id, demand)));
    }
  }
  return OneReader;
}

const nothing: MethodDecorator = () => undefined;

/** Injects the parameter of the row's path; undefined where it has none. */
function ParameterOf<Id>({ path, parse }: Row<Id>): ParameterDecorator {
  const name = /:(\w+)/.exec(path)?.[1];
  if (name === undefined) return Param({ transform: () => undefined });
  return parse === undefined ? Param(name) : Param(name, parse);
}

function listed(
  [id, summary]: Row<unknown>['operation'],
  { query, shape }: { readonly query: Pick<ListQuery<QueryTable, string>, 'past'>; readonly shape: { page: Schema } },
): Operation {
  return { id, summary, answers: wholeListOf(shape.page, query.past === null ? {} : AS_OF_HEADERS) };
}
