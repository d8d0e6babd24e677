/** Reads that name hosts are answered for the hosts that the names mean (rule 23), as the views have the names. */
import { queryByOwnNames, type HostQuery } from '#contracts';
import { noNames, ownName, type HostName, type HostNames } from '#domain';

/** Where a read finds what names mean. */
export interface NamesSource {
  readonly names: { read(generation: number): Promise<HostNames> };
}

/** A filter that names hosts by any name, and as they were called before that was an alias. */
export type Naming<F extends { readonly host?: readonly HostName[] }> = F & {
  /** What was logged under the name itself, whatever it means by now. Together with `host`: either. */
  readonly formerHost?: readonly HostName[];
};

/** The own names of the hosts, in their order. */
export async function ownHosts(
  { names }: NamesSource,
  generation: number,
  hosts: readonly HostName[],
): Promise<readonly HostName[]> {
  if (hosts.length === 0) return hosts;
  const known = await names.read(generation);
  return hosts.map((host) => ownName(known, host));
}

/** The query, of own names. */
export async function queryOfOwnNames(
  { names }: NamesSource,
  generation: number,
  query: HostQuery,
): Promise<HostQuery> {
  const known = await names.read(generation);
  return queryByOwnNames(query, (name) => ownName(known, name));
}

/** The filter as the views take it: by own names alone. */
export async function byOwnNames<F extends { readonly host?: readonly HostName[] }>(
  { names }: NamesSource,
  generation: number,
  filter: Naming<F>,
): Promise<F> {
  const isNamed = filter.host !== undefined && filter.host.length > 0;
  return withOwnNames<F>(isNamed ? await names.read(generation) : noNames, filter);
}

/** The same by what names are known to mean. */
export function withOwnNames<F extends { readonly host?: readonly HostName[] }>(
  known: HostNames,
  { formerHost, ...rest }: Naming<F>,
): F {
  const asked = rest as unknown as F;
  if (formerHost === undefined && asked.host === undefined) return asked;
  const own = (asked.host ?? []).map((host) => ownName(known, host));
  return { ...asked, host: [...new Set([...own, ...(formerHost ?? [])])] };
}

/** The same of a filter that may have a query. */
export async function filterOfOwnNames<F extends { readonly host?: readonly HostName[]; readonly query?: HostQuery }>(
  context: NamesSource,
  generation: number,
  filter: Naming<F>,
): Promise<F> {
  const own = await byOwnNames<F>(context, generation, filter);
  return own.query === undefined ? own : { ...own, query: await queryOfOwnNames(context, generation, own.query) };
}
