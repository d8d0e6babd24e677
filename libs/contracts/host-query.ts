/**
 * What a selection of hosts asks, as the language of `hostQuery` says it (its grammar is in platform, docs/host-queries.md is
 * for its readers): the tree, and whether a host passes it.
 */
import type { HostName, TypeName } from '#domain';

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
  if (query.is === 'all' || query.is === 'any')
    return { ...query, of: query.of.map((each) => queryByOwnNames(each, ownName)) };
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
