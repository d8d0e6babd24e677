/** Which part of a query of hosts a filter's fields say as well: those have indexes. */
import type { HostFilter } from './filters.js';
import type { HostQuery } from './host-query.js';

/**
 * The same filter, with what its query asks of every host in the fields that say it. The query keeps the rest.
 */
export function withFields(filter: HostFilter): HostFilter {
  const { query, ...fields } = filter;
  if (query === undefined) return filter;
  const rest: HostQuery[] = [];
  let narrowed: HostFilter = fields;
  for (const each of query.is === 'all' ? query.of : [query]) {
    const field = fieldOf(narrowed, each);
    if (field === undefined) rest.push(each);
    else narrowed = { ...narrowed, ...field };
    // what has an open labor of a type has open labors
    if (each.is === 'open' && narrowed.open === undefined) narrowed = { ...narrowed, open: true };
  }
  const [only] = rest;
  if (only === undefined) return narrowed;
  return { ...narrowed, query: rest.length === 1 ? only : { is: 'all', of: rest } };
}

/** What the filter becomes where one of its fields says what `query` does; undefined where none can. */
function fieldOf(filter: HostFilter, query: HostQuery): HostFilter | undefined {
  const isNamed = filter.host !== undefined || filter.hostPrefix !== undefined;
  switch (query.is) {
    case 'attribute':
      // an empty list passes no host, which one with a term would
      if (filter.attribute?.length === 0) return undefined;
      return query.among.length === 1 ? { attribute: [...(filter.attribute ?? []), ...query.among] } : undefined;
    case 'name':
      return isNamed ? undefined : { host: query.among };
    case 'nameLike': {
      const [first = '', last, ...more] = query.pattern;
      const isPrefix = first !== '' && last === '' && more.length === 0;
      return isPrefix && !isNamed ? { hostPrefix: [first] } : undefined;
    }
    case 'open':
      return query.type === null && filter.open === undefined ? { open: true } : undefined;
    case 'retired':
      return filter.retired === undefined ? { retired: true } : undefined;
    case 'not': {
      if (query.of.is === 'retired') return filter.retired === undefined ? { retired: false } : undefined;
      return query.of.is === 'open' && query.of.type === null && filter.open === undefined
        ? { open: false }
        : undefined;
    }
    case 'all':
    case 'any':
    case 'attributeLike':
      return undefined;
  }
}
