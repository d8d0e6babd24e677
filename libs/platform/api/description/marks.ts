/** Marks on parameter decorators, by which the API document learns what a route takes from the very tables that it is read with. */
import type { QueryTable } from './query.js';

const queries = new WeakMap<object, QueryTable>();
const bodies = new WeakMap<object, object>();
const freshness = new WeakSet();

/** `factory` (of Nest's createParamDecorator) reads the query string by `table`. */
export function readsQuery<F extends object>(factory: F, table: QueryTable): F {
  queries.set(factory, table);
  return factory;
}

/** `factory` hands the body to `pipe`, where it is JSON. */
export function readsBody<F extends object>(factory: F, pipe: object): F {
  bodies.set(factory, pipe);
  return factory;
}

/** `factory` reads the position headers. */
export function readsFreshness<F extends object>(factory: F): F {
  freshness.add(factory);
  return factory;
}

export function queryReadBy(factory: object): QueryTable | undefined {
  return queries.get(factory);
}

export function bodyReadBy(factory: object): object | undefined {
  return bodies.get(factory);
}

export function isFreshness(factory: object): boolean {
  return freshness.has(factory);
}
