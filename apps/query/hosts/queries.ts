/** How hosts may be filtered. */
import type { HostFilter } from '#contracts';
import { flag, listQuery, one, several, severalOrNone, type RequestOf } from '#platform';
import { hostTerm, quest } from '../words.js';

export const hostQuery = listQuery(['host'], {
  host: severalOrNone(hostTerm),
  quest: several(quest),
  open: one(flag),
  parked: one(flag),
});

/** Names and beginnings of names apart, as the views take them; any of both is meant. */
export function hostFilter({ host, ...rest }: RequestOf<typeof hostQuery>['filter']): HostFilter {
  if (host === undefined) return rest;
  const names = host.flatMap((term) => ('host' in term ? [term.host] : []));
  const hostPrefix = host.flatMap((term) => ('prefix' in term ? [term.prefix] : []));
  return {
    ...rest,
    ...(names.length > 0 || hostPrefix.length === 0 ? { host: names } : {}),
    ...(hostPrefix.length > 0 ? { hostPrefix } : {}),
  };
}
