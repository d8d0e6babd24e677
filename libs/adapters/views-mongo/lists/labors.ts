/** Lists of labors, and labors by id: each with whether its host is parked. */
import type { CursorKey, LaborFilter, LaborSort, Page, PageRequest } from '#contracts';
import type { HostName, LaborId } from '#domain';
import type { LaborRow } from '#ports';
import type { Connection } from '../connection.js';
import type { StoredHost } from '../documents.js';
import { decodeLabor, type StoredLabor } from '../labor-documents.js';
import { findAll, findByIds } from '../find.js';
import { laborQuery } from './labor-query.js';
import { overdueQuests } from './overdue.js';
import { readPage } from './page.js';

export async function listLabors(
  connection: Connection,
  generation: number,
  filter: LaborFilter,
  request: PageRequest<LaborSort>,
): Promise<Page<LaborRow>> {
  const overdueIn = filter.overdue === undefined ? [] : await overdueQuests(connection, generation, filter.overdue.now);
  const query = laborQuery(filter, overdueIn, request.sort, request.after);
  return readPage(connection, connection.of<StoredLabor>('labors', generation), query, request, {
    toKey: (labor) => keyOf(labor, request.sort),
    load: (labors) => rowsOf(connection, generation, labors),
  });
}

export async function laborRowsById(
  connection: Connection,
  generation: number,
  ids: readonly LaborId[],
): Promise<readonly LaborRow[]> {
  const labors = await findByIds(connection, connection.of<StoredLabor>('labors', generation), ids);
  return rowsOf(connection, generation, labors);
}

export function keyOf({ _id, host, opened }: Pick<StoredLabor, '_id' | 'host' | 'opened'>, sort: LaborSort): CursorKey {
  return sort === 'host' ? [host, opened.at, _id] : [opened.at, _id];
}

async function rowsOf(
  connection: Connection,
  generation: number,
  labors: readonly StoredLabor[],
): Promise<readonly LaborRow[]> {
  if (labors.length === 0) return [];
  const hosts = [...new Set(labors.map(({ host }) => host))];
  const parked = await parkedAmong(connection, generation, hosts);
  return labors.map((labor) => ({ labor: decodeLabor(labor), parked: parked.has(labor.host) }));
}

/** Few hosts are parked: an index of these alone answers. */
async function parkedAmong(
  connection: Connection,
  generation: number,
  hosts: readonly HostName[],
): Promise<ReadonlySet<HostName>> {
  const query = { isParked: true, _id: { $in: hosts } };
  const found = await findAll(connection, connection.of<StoredHost>('hosts', generation), query, {
    projection: { _id: 1 },
  });
  return new Set(found.map(({ _id }) => _id));
}
