/** Reading in one exchange: answers come in the first batch unless they exceed the size of one message. */
import type { Collection, Document, Filter, FindOptions, Sort, WithId } from 'mongodb';
import type { Connection } from './connection.js';

/** A filter in the server's words. */
export type Query = Readonly<Record<string, unknown>>;

/** Most ids in one query; more are asked for side by side. */
const MAX_IDS = 10_000;

export interface FindRequest {
  readonly sort?: Sort;
  readonly limit?: number;
  readonly skip?: number;
  readonly projection?: Readonly<Record<string, 0 | 1>>;
  /** The index that answers it, by name, where the server would not always choose it. */
  readonly index?: string;
}

export async function findAll<T extends Document>(
  connection: Connection,
  collection: Collection<T>,
  query: Query,
  { sort, limit, skip, projection, index }: FindRequest = {},
): Promise<readonly WithId<T>[]> {
  const options: FindOptions = {
    ...connection.limits,
    ...(sort !== undefined && { sort }),
    ...(skip !== undefined && { skip }),
    ...(projection !== undefined && { projection }),
    ...(index !== undefined && { hint: index }),
    // one more than there can be, so that the server knows at once that there are no more
    ...(limit === undefined ? { batchSize: MAX_IDS + 1 } : { limit, batchSize: limit + 1 }),
  };
  return connection.run(() => collection.find(query as Filter<T>, options).toArray());
}

/**
 * The first ones, at most `limit`, up to the first that `takes` refuses; `isAll`: there are no more. What comes in one
 * message is not more than the server's 16 MiB.
 */
export async function findFirst<T extends Document>(
  connection: Connection,
  collection: Collection<T>,
  query: Query,
  {
    sort,
    limit,
    takes,
  }: Required<Pick<FindRequest, 'sort' | 'limit'>> & { readonly takes: (stored: WithId<T>) => boolean },
): Promise<{ readonly found: readonly WithId<T>[]; readonly isAll: boolean }> {
  const options: FindOptions = { ...connection.limits, sort, limit: limit + 1, batchSize: limit + 2 };
  return connection.run(async () => {
    const found: WithId<T>[] = [];
    for await (const stored of collection.find(query as Filter<T>, options)) {
      if (found.length === limit || !takes(stored)) return { found, isAll: false };
      found.push(stored);
    }
    return { found, isAll: true };
  });
}

/** The documents of these ids that exist. */
export async function findByIds<T extends Document>(
  connection: Connection,
  collection: Collection<T>,
  ids: readonly (string | number)[],
  projection?: FindRequest['projection'],
): Promise<readonly WithId<T>[]> {
  const parts: (readonly (string | number)[])[] = [];
  for (let start = 0; start < ids.length; start += MAX_IDS) parts.push(ids.slice(start, start + MAX_IDS));
  const found = await Promise.all(
    parts.map((some) =>
      findAll(connection, collection, { _id: { $in: some } }, projection === undefined ? {} : { projection }),
    ),
  );
  return found.flat();
}

export async function findOne<T extends Document>(
  connection: Connection,
  collection: Collection<T>,
  id: string | number,
): Promise<WithId<T> | null> {
  return connection.run(() => collection.findOne({ _id: id } as unknown as Filter<T>));
}
