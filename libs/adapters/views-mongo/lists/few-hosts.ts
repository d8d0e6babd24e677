/** For lists of a quest's hosts: a filter that few hosts pass names them, so that no more parts are read than these have. */
import { withFields, type HostFilter } from '#contracts';
import type { HostName } from '#domain';
import type { Connection } from '../connection.js';
import type { StoredHost } from '../documents.js';
import { findAll } from '../find.js';
import { namesAsked } from './host-query.js';
import { among } from './page.js';

/** Hosts with an attribute, up to which they are named: as many as a list looks up in one exchange. */
export const FEW_HOSTS = 2000;

/**
 * The same filter, by name where its query asks for names, or where of the attributes that each host must have one is had by few.
 * These are read from the index of attributes alone; what else the filter asks of them is still to be looked at.
 */
export async function withFewNames<F extends Pick<HostFilter, 'host' | 'hostPrefix' | 'attribute' | 'query'>>(
  connection: Connection,
  generation: number,
  filter: F,
): Promise<F> {
  const { host, hostPrefix, attribute = [] } = withFields(filter);
  const names = { ...(host && { host }), ...(hostPrefix && { hostPrefix }) };
  if (host !== undefined && hostPrefix === undefined) return { ...filter, ...names };
  const hosts = connection.of<StoredHost>('hosts', generation);
  const having = await Promise.all(
    [...new Set(attribute)].map((term) => {
      const query = { $and: [among('terms', [term]), namesAsked('_id', names)] };
      const request = { limit: FEW_HOSTS + 1, projection: { _id: 1 }, index: 'attribute' } as const;
      return findAll(connection, hosts, query, request);
    }),
  );
  const [fewest] = having.sort((one, other) => one.length - other.length);
  if (fewest === undefined || fewest.length > FEW_HOSTS) return { ...filter, ...names };
  const { hostPrefix: _, ...others } = filter;
  return { ...(others as F), host: fewest.map(({ _id }): HostName => _id) };
}
