/** Lists of hosts; those of quests are read over the quests' parts. */
import { withFields, type HostFilter, type HostSort, type Page, type PageRequest, type Total } from '#contracts';
import type { HostName } from '#domain';
import type { HostRow, QueriedHostRow } from '#ports';
import type { Connection } from '../connection.js';
import { decodeHost, type StoredHost, type StoredPart } from '../documents.js';
import { findAll } from '../find.js';
import { positionFrom } from '../positions.js';
import { hostQuery, partQuery, stateAsked } from './host-query.js';
import { countAll, pageQuery, readPage, totalUpTo } from './page.js';

/** Parts read per exchange about their hosts. */
const PARTS_AT_ONCE = 2000;

export async function listHosts(
  connection: Connection,
  generation: number,
  asked: HostFilter,
  request: PageRequest<HostSort>,
): Promise<Page<HostRow>> {
  const filter = withFields(asked);
  if (filter.quest !== undefined) return listOfQuests(connection, generation, filter, request);
  const hosts = connection.of<StoredHost>('hosts', generation);
  return readPage(connection, hosts, hostQuery(filter, request.after), request, {
    toKey: ({ _id }) => [_id],
    load: (found) => found.map(toRow),
  });
}

export async function queriedHostsOf(
  connection: Connection,
  generation: number,
  names: readonly HostName[],
): Promise<readonly QueriedHostRow[]> {
  const hosts = connection.of<StoredHost>('hosts', generation);
  const found = await findAll(
    connection,
    hosts,
    { _id: { $in: names } },
    { projection: { isRetired: 1, terms: 1, 'state.open.type': 1, position: 1 } },
  );
  return found.map(({ _id: host, isRetired: retired, terms, state, position }) => {
    const open = [...new Set(state.open.map(({ type }) => type))];
    return { host, retired, terms, open, position: positionFrom(position) };
  });
}

function toRow(stored: StoredHost): HostRow {
  const { host, state, updatedAt, lastEvent, parked } = decodeHost(stored);
  const { attributes, retired } = state;
  return { host, openLabors: stored.open, updatedAt, lastEvent, attributes, retired, parked };
}

async function listOfQuests(
  connection: Connection,
  generation: number,
  filter: HostFilter,
  request: PageRequest<HostSort>,
): Promise<Page<HostRow>> {
  const { limit, count } = request;
  const hosts = connection.of<StoredHost>('hosts', generation);
  const rows: HostRow[] = [];
  for await (const names of hostsOfQuests(connection, generation, filter, request.after)) {
    const query = { $and: [{ _id: { $in: names } }, stateAsked(filter)] };
    const found = await findAll(connection, hosts, query, { sort: { _id: 1 }, limit: limit + 1 - rows.length });
    rows.push(...found.map(toRow));
    if (rows.length > limit) break;
  }
  const last = rows.length > limit ? rows[limit - 1] : undefined;
  return {
    items: rows.slice(0, limit),
    next: last === undefined ? null : [last.host],
    ...(count !== false && (await countOfQuests(connection, generation, filter, count))),
  };
}

/** A host of several quests counts once. */
async function countOfQuests(
  connection: Connection,
  generation: number,
  filter: HostFilter,
  most: number,
): Promise<Total> {
  const hosts = connection.of<StoredHost>('hosts', generation);
  let total = 0;
  for await (const names of hostsOfQuests(connection, generation, filter, null)) {
    total += await countAll(connection, hosts, { $and: [{ _id: { $in: names } }, stateAsked(filter)] });
    if (total > most) break;
  }
  return totalUpTo(most, total);
}

/** The names of hosts with a part, ascending, each once, some at a time. */
async function* hostsOfQuests(
  connection: Connection,
  generation: number,
  filter: HostFilter,
  from: PageRequest<HostSort>['after'],
): AsyncGenerator<readonly HostName[]> {
  const parts = connection.of<StoredPart>('parts', generation);
  for (let after = from; ;) {
    const query = partQuery(filter, after);
    const found = await findAll(connection, parts, pageQuery(query), {
      ...{ sort: query.sort, limit: PARTS_AT_ONCE, projection: { _id: 0, host: 1 } },
    });
    const last = found.at(-1);
    if (last === undefined) return;
    yield [...new Set(found.map(({ host }) => host))];
    if (found.length < PARTS_AT_ONCE) return;
    after = [last.host];
  }
}
