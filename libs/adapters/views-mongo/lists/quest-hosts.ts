/**
 * The hosts of a quest, each with its part and its labors that are open in it. Asked for by name or state they are parts; asked
 * for by their steps they are the labors that are open in the quest, of each host the oldest one that passes. What other
 * collections know of them is looked up some hosts at a time.
 */
import {
  asksForSteps,
  PageRoom,
  type CursorKey,
  type LaborDocument,
  type Page,
  type PageRequest,
  type QuestHostFilter,
  type QuestHostSort,
  type Total,
} from '#contracts';
import type { HostName, QuestId } from '#domain';
import type { QuestHostRow } from '#ports';
import type { Connection } from '../connection.js';
import { decodePart, partId, type StoredHost, type StoredPart } from '../documents.js';
import { decodeLabor, type StoredLabor } from '../labor-documents.js';
import { findAll, findByIds } from '../find.js';
import { withFewNames } from './few-hosts.js';
import { partQuery, stateAsked, stepQuery } from './host-query.js';
import { keyOf } from './labors.js';
import { among, countUpTo, pageQuery, totalUpTo } from './page.js';

/** Most open labors shown of one host. */
const MAX_OPEN = 1000;
/** Hosts whose labors are read in one exchange. */
const HOSTS_AT_ONCE = 100;
/** Hosts, or labors, looked at in one exchange for what other documents say of them. */
const LOOKED_AT_ONCE = 2000;

/** A host that passes, and where the list goes on after it. */
interface Found {
  readonly host: HostName;
  readonly key: CursorKey;
}

interface Asked {
  readonly connection: Connection;
  readonly generation: number;
  readonly quest: QuestId;
  readonly filter: QuestHostFilter;
}

export async function listQuestHosts(
  connection: Connection,
  generation: number,
  quest: QuestId,
  given: QuestHostFilter,
  { sort, limit, after, count }: PageRequest<QuestHostSort>,
): Promise<Page<QuestHostRow>> {
  const filter = await withFewNames(connection, generation, given);
  const asked: Asked = { connection, generation, quest, filter };
  const found: Found[] = [];
  for await (const some of foundFrom(asked, sort, after, limit + 1)) {
    found.push(...some);
    if (found.length > limit) break;
  }
  const [{ items, passed }, total] = await Promise.all([
    rowsOf(asked, found.slice(0, limit)),
    count === false ? undefined : totalOf(asked, sort, count),
  ]);
  const last = found.length > passed ? found[passed - 1] : undefined;
  return { items, next: last === undefined ? null : last.key, ...total };
}

async function totalOf(asked: Asked, sort: QuestHostSort, most: number): Promise<Total> {
  const { connection, generation, filter } = asked;
  if (!asksForSteps(filter, sort) && !asksOfHosts(filter)) {
    const { filter: query } = partsAsked(asked, null);
    return countUpTo(connection, connection.of<StoredPart>('parts', generation), query, most);
  }
  let total = 0;
  for await (const some of foundFrom(asked, sort, null, LOOKED_AT_ONCE)) {
    total += some.length;
    if (total > most) break;
  }
  return totalUpTo(most, total);
}

/** Hosts that pass, in the list's order; about `wanted` are. */
async function* foundFrom(
  asked: Asked,
  sort: QuestHostSort,
  from: CursorKey | null,
  wanted: number,
): AsyncGenerator<readonly Found[]> {
  const { filter } = asked;
  if (filter.attribute?.length === 0) return;
  const bySteps = asksForSteps(filter, sort);
  const limit = bySteps || asksOfHosts(filter) ? LOOKED_AT_ONCE : wanted;
  for (let after = from; ;) {
    const some = bySteps ? await labors(asked, sort, after, limit) : await parts(asked, after, limit);
    const last = some.looked.at(-1);
    if (last === undefined) return;
    yield await passingHosts(asked, some.found);
    if (some.looked.length < limit) return;
    after = last.key;
  }
}

interface Looked {
  /** All that were looked at. */
  readonly looked: readonly Found[];
  readonly found: readonly Found[];
}

async function parts(asked: Asked, after: CursorKey | null, limit: number): Promise<Looked> {
  const { connection, generation } = asked;
  const query = partsAsked(asked, after);
  const stored = await findAll(connection, connection.of<StoredPart>('parts', generation), pageQuery(query), {
    ...{ sort: query.sort, limit, projection: { _id: 0, host: 1 } },
  });
  const looked = stored.map(({ host }) => ({ host, key: [host] }));
  return { looked, found: looked };
}

function partsAsked({ quest, filter }: Asked, after: CursorKey | null): ReturnType<typeof partQuery> {
  return partQuery({ ...filter, quest: [quest] }, after);
}

async function labors(asked: Asked, sort: QuestHostSort, after: CursorKey | null, limit: number): Promise<Looked> {
  const { connection, generation, quest, filter } = asked;
  const collection = connection.of<StoredLabor>('labors', generation);
  if (filter.state?.includes('open') === false) return { looked: [], found: [] };
  const query = stepQuery(quest, filter, sort, after);
  const stored = await findAll(connection, collection, pageQuery(query), {
    ...{ sort: query.sort, limit, projection: { host: 1, openedKey: 1, 'opened.at': 1 } },
  });
  if (sort === 'host') {
    const looked = stored.map(({ host }) => ({ host, key: [host] }));
    return { looked, found: looked.filter(({ host }, index) => host !== looked[index - 1]?.host) };
  }
  const oldest = await oldestOf(asked, [...new Set(stored.map(({ host }) => host))]);
  const looked = stored.map((labor) => ({ host: labor.host, key: keyOf(labor, 'openedAt') }));
  const found = looked.filter(({ host }, index) => oldest.get(host) === stored[index]?.openedKey);
  return { looked, found };
}

/** Of each host the key of its oldest open labor of the quest that is of the types asked for. */
async function oldestOf(
  { connection, generation, quest, filter: { step } }: Asked,
  hosts: readonly HostName[],
): Promise<ReadonlyMap<HostName, string>> {
  if (hosts.length === 0) return new Map();
  const collection = connection.of<StoredLabor>('labors', generation);
  const oldest = await connection.run(() =>
    collection
      .aggregate<{ readonly _id: HostName; readonly key: string }>([
        { $match: { state: 'open', quest, ...among('type', step), host: { $in: hosts } } },
        { $group: { _id: '$host', key: { $min: '$openedKey' } } },
      ])
      .toArray(),
  );
  return new Map(oldest.map(({ _id, key }) => [_id, key]));
}

/** Whether the filter asks for what the hosts' own documents say. */
function asksOfHosts({ attribute, query }: QuestHostFilter): boolean {
  return attribute !== undefined || query !== undefined;
}

async function passingHosts(
  { connection, generation, filter }: Asked,
  found: readonly Found[],
): Promise<readonly Found[]> {
  if (!asksOfHosts(filter) || found.length === 0) return found;
  const { attribute, query: asked } = filter;
  const state = stateAsked({ ...(attribute && { attribute }), ...(asked && { query: asked }) });
  const query = { $and: [{ _id: { $in: found.map(({ host }) => host) } }, state] };
  const hosts = await findAll(connection, connection.of<StoredHost>('hosts', generation), query, {
    projection: { _id: 1 },
  });
  const passing = new Set(hosts.map(({ _id }) => _id));
  return found.filter(({ host }) => passing.has(host));
}

/** As many as fit into a page; and how many of those found the page has passed with them. */
async function rowsOf(
  asked: Asked,
  found: readonly Found[],
): Promise<{ readonly items: readonly QuestHostRow[]; readonly passed: number }> {
  const { connection, generation, quest } = asked;
  const collection = connection.of<StoredPart>('parts', generation);
  const items: QuestHostRow[] = [];
  let passed = 0;
  const room = new PageRoom();
  for (let start = 0; start < found.length; start += HOSTS_AT_ONCE) {
    const hosts = found.slice(start, start + HOSTS_AT_ONCE).map(({ host }) => host);
    const [stored, open] = await Promise.all([
      findByIds(
        connection,
        collection,
        hosts.map((host) => partId({ quest, host })),
      ),
      openIn(asked, hosts),
    ]);
    const byHost = new Map(stored.map((part) => [part.host, part]));
    for (const host of hosts) {
      const part = byHost.get(host);
      // labors and parts are written side by side: a host whose labor came first is not in the quest yet
      const row = part && { part: decodePart(part), open: open.get(host) ?? [] };
      if (row !== undefined && !room.takes(row)) return { items, passed };
      if (row !== undefined) items.push(row);
      passed += 1;
    }
  }
  return { items, passed };
}

/** Of each host the oldest first. */
async function openIn(
  { connection, generation, quest }: Asked,
  hosts: readonly HostName[],
): Promise<ReadonlyMap<HostName, readonly LaborDocument[]>> {
  const open = new Map<HostName, LaborDocument[]>(hosts.map((host) => [host, []]));
  const query = { state: 'open', quest, host: { $in: hosts } };
  const collection = connection.of<StoredLabor>('labors', generation);
  for (const labor of await findAll(connection, collection, query, { sort: { host: 1, openedKey: 1 } })) {
    const those = open.get(labor.host);
    if (those !== undefined && those.length < MAX_OPEN) those.push(decodeLabor(labor));
  }
  return open;
}
