/** How hosts may be filtered: in lists of them, and where a command names hosts by a filter. */
import type { HostFilter } from '#contracts';
import {
  flag,
  instant,
  one,
  oneOf,
  several,
  severalOrNone,
  type QueryTable,
  type QueryValues,
} from '../description/query.js';
import { hostQuery } from '../host-query/parameter.js';
import { attributes, formerHost, hostTerm, quest, type HostTerm } from './terms.js';

export const hostFilters = {
  host: severalOrNone(hostTerm),
  formerHost,
  quest: several(quest),
  open: one(flag),
  parked: one(flag),
  attribute: attributes,
  retired: one(flag),
  import: {
    ...one(oneOf('missing', 'listed')),
    about: 'Takes missing (no inventory has the host, as of its last import) or listed (one has).',
  },
  notHeardSince: one(instant),
  hostQuery,
} as const satisfies QueryTable;

/** As the views take them. */
export function hostFilterOf({
  host,
  hostQuery: query,
  import: inventories,
  ...rest
}: QueryValues<typeof hostFilters>) {
  return {
    ...rest,
    ...(host && byName(host)),
    ...(query && { query }),
    ...(inventories && { listed: inventories === 'listed' }),
  };
}

/** Names and beginnings of names apart, as the views take them; any of both is meant. */
export function byName(terms: readonly HostTerm[]): Pick<HostFilter, 'host' | 'hostPrefix'> {
  const host = terms.flatMap((term) => ('host' in term ? [term.host] : []));
  const hostPrefix = terms.flatMap((term) => ('prefix' in term ? [term.prefix] : []));
  return {
    ...(host.length > 0 || hostPrefix.length === 0 ? { host } : {}),
    ...(hostPrefix.length > 0 ? { hostPrefix } : {}),
  };
}
