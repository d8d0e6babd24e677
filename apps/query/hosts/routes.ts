/** `GET /hosts` and `POST /hosts/search`: which hosts are known, all about one, and by which rules they are called. */
import { aliasesDefinition, dossierBody, nameRulesBody, presentNameRules, type HostFilter } from '#contracts';
import { hostFilters, listQuery, type HostTerm } from '#platform';
import { oneRoute, searchedList } from '../read-routes.js';
import { hostList } from './list.js';
import { presentDossier } from './present.js';

const query = listQuery(['host'], hostFilters);

export const HOST_READERS = [
  ...searchedList({
    path: 'hosts',
    operation: ['listHosts', 'Lists hosts'],
    search: ['searchHosts', 'Lists hosts, asked by a body: for filters that are too long for a URL'],
    query,
    shape: hostList,
    read: (reading, { filter: { host, hostQuery: asked, ...rest }, page, fresh }) =>
      reading.hosts({ ...rest, ...(host && byName(host)), ...(asked && { query: asked }) }, page, fresh),
  }),
  oneRoute({
    path: 'hosts/:host',
    operation: ['getHost', 'Shows a host, by any of its names: open labors, last states, newest events, quests'],
    body: dossierBody,
    read: (reading, host, fresh) => reading.host(host, fresh),
    present: presentDossier,
    definition: aliasesDefinition,
  }),
  oneRoute({
    path: 'names/rules',
    operation: ['getNameRules', "Shows the rules for names that are nobody's alias"],
    body: nameRulesBody,
    read: (reading, _, fresh) => reading.nameRules(fresh),
    present: presentNameRules,
  }),
];

/** Names and beginnings of names apart, as the views take them; any of both is meant. */
export function byName(terms: readonly HostTerm[]): Pick<HostFilter, 'host' | 'hostPrefix'> {
  const host = terms.flatMap((term) => ('host' in term ? [term.host] : []));
  const hostPrefix = terms.flatMap((term) => ('prefix' in term ? [term.prefix] : []));
  return {
    ...(host.length > 0 || hostPrefix.length === 0 ? { host } : {}),
    ...(hostPrefix.length > 0 ? { hostPrefix } : {}),
  };
}
