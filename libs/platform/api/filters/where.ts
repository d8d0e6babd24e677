/**
 * Bodies of commands on many things, which name these, or have in place of them `where`: the filters of their list, as its
 * search by a body takes them. What matches is meant.
 */
import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { Where } from '#application';
import { checked, component, eitherOf, extended, inMessage, type Fault, type Schema } from '#contracts';
import { ProblemError } from '../../http/problems/problem-error.js';
import { BodyPipe } from '../body.js';
import { readsBody, readsQuery } from '../description/marks.js';
import { parseQueryBody, queryBodySchema } from '../description/query-body.js';
import { queryOf, type QueryTable, type QueryValues } from '../description/query.js';

/** The things of a request: as it names them, or as its filter finds them. */
export type NamedOrWhere<F> = { readonly named: readonly string[] } | { readonly where: Where<F> };

export interface WhereRequest {
  /** The body that names things, and the field in which it does. */
  readonly named: Schema<object>;
  readonly field: string;
  /** What it says beside them. */
  readonly rest: Schema<object>;
  readonly filters: WhereFilters;
  /** In the API document: the body that has `where`, and either body. */
  readonly names: readonly [where: string, either: string];
  /** Parameters of the query string, of a request that has `where` as well. */
  readonly beside: QueryTable;
}

/** The filters of a list as a field of a body. */
export interface WhereFilters {
  readonly table: QueryTable;
  readonly schema: Schema<object>;
}

/** `name`: in the API document. One of no filters is refused: what was left out by mistake must not mean everything. */
export function whereFilters(name: string, table: QueryTable): WhereFilters {
  const json = component(name, { ...queryBodySchema(table), minProperties: 1 });
  const isObject = (value: unknown): value is object =>
    typeof value === 'object' && value !== null && !Array.isArray(value);
  const schema = checked<object>(json, (value) => {
    if (!isObject(value)) return `is ${inMessage(value)}: give an object of filters`;
    return Object.keys(value).length === 0 ? 'has no filter: give at least one' : undefined;
  });
  return { table, schema };
}

/** Injects the body without its things and `where`, with the values of `beside`, and {@link NamedOrWhere} as `these`. */
export function WhereBody(request: WhereRequest): ParameterDecorator {
  const pipe = new WherePipe(request);
  const read = (_: unknown, context: ExecutionContext): object => {
    const { body, url } = context.switchToHttp().getRequest<FastifyRequest>();
    const beside = queryOf(url, request.beside);
    return { ...pipe.transform(body), ...beside };
  };
  return createParamDecorator(readsBody(readsQuery(read, request.beside), pipe))();
}

class WherePipe extends BodyPipe {
  private readonly byName: BodyPipe;
  private readonly byFilter: BodyPipe;

  constructor(private readonly request: WhereRequest) {
    const { named, rest, filters, names } = request;
    const byFilter = component(names[0], extended(rest, { where: filters.schema }));
    super(component(names[1], eitherOf(named, byFilter)));
    this.byName = new BodyPipe(named);
    this.byFilter = new BodyPipe(byFilter);
  }

  override transform(body: unknown): object {
    const { field, filters } = this.request;
    if (typeof body !== 'object' || body === null || !('where' in body)) {
      const { [field]: named, ...rest } = this.byName.transform(body) as Readonly<Record<string, unknown>>;
      return { ...rest, these: { named } };
    }
    const { where, ...rest } = this.byFilter.transform(body) as Readonly<Record<string, unknown>>;
    return { ...rest, these: { where: { filter: valuesOf(where, filters.table), written: where } } };
  }
}

function valuesOf<T extends QueryTable>(where: unknown, table: T): QueryValues<T> {
  const parsed = parseQueryBody(where, table);
  if (parsed.ok) return parsed.values;
  const errors = parsed.faults.map((fault): Fault => ({ ...fault, path: `where.${fault.path}` }));
  throw new ProblemError({ code: 'validation-failed', detail: 'the filters of where are not valid', errors });
}
