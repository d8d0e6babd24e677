/** One page of a list: a filter, an order by one unique key, and where the last page ended as a bound of that key. */
import type { Collection, Document, Filter, WithId } from 'mongodb';
import { PageRoom, type CursorKey, type Page, type PageRequest, type Total } from '#contracts';
import type { Connection } from '../connection.js';
import { findFirst, type Query } from '../find.js';

export interface ListQuery {
  /** The filter's condition, the same on all pages. */
  readonly filter: Query;
  /** The range after the last page; null on the first. */
  readonly beyond: Query | null;
  readonly sort: Readonly<Record<string, 1 | -1>>;
}

/** The query of one page; both parts may bound the same field. */
export function pageQuery({ filter, beyond }: ListQuery): Query {
  return beyond === null ? filter : { $and: [filter, beyond] };
}

/** After `value` in the direction of the sort. */
export function beyondKey(field: string, value: string | number, direction: 1 | -1): Query {
  return { [field]: direction === 1 ? { $gt: value } : { $lt: value } };
}

export interface PageParts<T, U> {
  readonly toKey: (stored: T) => CursorKey;
  readonly load: (stored: readonly T[]) => Promise<readonly U[]> | readonly U[];
}

export async function readPage<T extends Document, U>(
  connection: Connection,
  collection: Collection<T>,
  query: ListQuery,
  request: PageRequest<string>,
  { toKey, load }: PageParts<WithId<T>, U>,
): Promise<Page<U>> {
  const { limit, count } = request;
  const room = new PageRoom();
  const [{ found, isAll }, total] = await Promise.all([
    findFirst(connection, collection, pageQuery(query), {
      ...{ sort: query.sort, limit },
      takes: (stored) => room.takes(stored),
    }),
    count === false ? undefined : countUpTo(connection, collection, query.filter, count),
  ]);
  const last = isAll ? undefined : found.at(-1);
  return {
    items: await load(found),
    next: last === undefined ? null : toKey(last),
    ...total,
  };
}

/** How many match, counted no further than `most`. */
export async function countUpTo<T extends Document>(
  connection: Connection,
  collection: Collection<T>,
  filter: Query,
  most: number,
): Promise<Total> {
  return totalUpTo(most, await countAll(connection, collection, filter, most + 1));
}

/** What `found` says, where no more than `most` + 1 were counted. */
export function totalUpTo(most: number, found: number): Total {
  return found > most ? { total: most, atLeast: true } : { total: found };
}

/** Reads as many keys of an index as match, at most `limit` where it is given. */
export async function countAll<T extends Document>(
  connection: Connection,
  collection: Collection<T>,
  filter: Query,
  limit?: number,
): Promise<number> {
  const options = { ...connection.limits, ...(limit !== undefined && { limit }) };
  return connection.run(() => collection.countDocuments(filter as Filter<T>, options));
}

/** A list of values as a condition of one field. */
export function among(field: string, values: readonly unknown[] | undefined): Query {
  return values === undefined ? {} : { [field]: { $in: [...new Set(values)] } };
}
