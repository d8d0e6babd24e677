/** `GET /hosts` and `POST /hosts/search`: which hosts are known, all about one, and by which rules they are called. */
import { aliasesDefinition, dossierBody, nameRulesBody, presentNameRules } from '#contracts';
import { hostFilterOf, hostFilters, listQuery } from '#platform';
import { oneRoute, searchedList } from '../read-routes.js';
import { hostList } from './list.js';
import { presentDossier } from './present.js';

const query = listQuery(['host'], hostFilters, ['host']);

export const HOST_READERS = [
  ...searchedList({
    path: 'hosts',
    operation: ['listHosts', 'Lists hosts'],
    search: ['searchHosts', 'Lists hosts, asked by a body: for filters that are too long for a URL'],
    query,
    shape: hostList,
    read: (reading, { filter, page, fresh }) => reading.hosts(hostFilterOf(filter), page, fresh),
  }),
  oneRoute({
    path: 'hosts/:host',
    operation: ['getHost', 'Shows a host, by any of its names: open labors, last states, newest events, quests'],
    body: dossierBody,
    past: true,
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
