/**
 * What a selection of hosts asks, as the language of `hostQuery` says it (its grammar is in platform, docs/host-queries.md is
 * for its readers): the tree, whether a host passes it, and which part of it a filter's fields say as well.
 */
import type { HostName, TypeName } from '#domain';
import type { HostFilter } from './filters.js';

/** Of the text of a query, in characters. */
export const MAX_HOST_QUERY_LENGTH = 2048;

export type HostQuery =
  | { readonly is: 'all' | 'any'; readonly of: readonly HostQuery[] }
  | { readonly is: 'not'; readonly of: HostQuery }
  /** One of its attributes is one of these terms; terms are as {@link attributeTerm} writes them. */
  | { readonly is: 'attribute'; readonly among: readonly string[] }
  /** One of its attributes' terms is like the pattern. */
  | { readonly is: 'attributeLike'; readonly pattern: Pattern }
  | { readonly is: 'name'; readonly among: readonly HostName[] }
  | { readonly is: 'nameLike'; readonly pattern: Pattern }
  /** Has open labors; of this type, where it is given. */
  | { readonly is: 'open'; readonly type: TypeName | null }
  | { readonly is: 'retired' };

/** The texts between its stars, each of which stands for any characters or none: at least one text. */
export type Pattern = readonly string[];

/** What of a host a query looks at. */
export interface QueriedHost {
  readonly host: HostName;
  /** Its attributes, as {@link attributeTerms} writes them. */
  readonly terms: readonly string[];
  /** The types of its open labors. */
  readonly open: readonly TypeName[];
  readonly retired: boolean;
}

export function hostMatches(host: QueriedHost, query: HostQuery): boolean {
  switch (query.is) {
    case 'all':
      return query.of.every((each) => hostMatches(host, each));
    case 'any':
      return query.of.some((each) => hostMatches(host, each));
    case 'not':
      return !hostMatches(host, query.of);
    case 'attribute':
      return query.among.some((term) => host.terms.includes(term));
    case 'attributeLike':
      return host.terms.some((term) => isLike(term, query.pattern));
    case 'name':
      return query.among.includes(host.host);
    case 'nameLike':
      return isLike(host.host, query.pattern);
    case 'open':
      return query.type === null ? host.open.length > 0 : host.open.includes(query.type);
    case 'retired':
      return host.retired;
  }
}

/** The same query of hosts by their own names. */
export function queryByOwnNames(query: HostQuery, ownName: (name: HostName) => HostName): HostQuery {
  if (query.is === 'name') return { ...query, among: query.among.map(ownName) };
  if (query.is === 'not') return { ...query, of: queryByOwnNames(query.of, ownName) };
  if (query.is === 'all' || query.is === 'any') return { ...query, of: query.of.map((each) => queryByOwnNames(each, ownName)) };
  return query;
}

/** In time that grows with the text and the pattern, never with their product's powers: each piece is taken where it comes first. */
export function isLike(text: string, [first = '', ...others]: Pattern): boolean {
  const last = others.pop();
  if (last === undefined) return text === first;
  if (!text.startsWith(first)) return false;
  let at = first.length;
  for (const piece of others) {
    const found = text.indexOf(piece, at);
    if (found < 0) return false;
    at = found + piece.length;
  }
  return text.length - last.length >= at && text.endsWith(last);
}

/**
 * The same filter, with what its query asks of every host in the fields that say it: those have indexes. The query keeps
 * the rest.
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
