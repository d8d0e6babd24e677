/** The hosts of a quest, each with its labors that are open in it. */
import type { HostSort, LaborDocument, Page, PageRequest } from '#contracts';
import type { HostName, QuestId } from '#domain';
import type { QuestHostRow } from '#ports';
import type { Connection } from '../connection.js';
import { decodeLabor, decodePart, type StoredLabor, type StoredPart } from '../documents.js';
import { findAll } from '../find.js';
import { partQuery } from './host-query.js';
import { readPage } from './page.js';

/** Most open labors shown of one host. */
const MAX_OPEN = 1000;

export async function listQuestHosts(
  connection: Connection,
  generation: number,
  quest: QuestId,
  request: PageRequest<HostSort>,
): Promise<Page<QuestHostRow>> {
  const parts = connection.of<StoredPart>('parts', generation);
  return readPage(connection, parts, partQuery({ quest: [quest] }, request.after), request, {
    toKey: ({ host }) => [host],
    load: async (found) => {
      const hosts = found.map(({ host }) => host);
      const open = await openIn(connection, generation, quest, hosts);
      return found.map((part) => ({ part: decodePart(part), open: open.get(part.host) ?? [] }));
    },
  });
}

/** Of each host the oldest first. */
async function openIn(
  connection: Connection,
  generation: number,
  quest: QuestId,
  hosts: readonly HostName[],
): Promise<ReadonlyMap<HostName, readonly LaborDocument[]>> {
  const open = new Map<HostName, LaborDocument[]>(hosts.map((host) => [host, []]));
  if (hosts.length === 0) return open;
  const query = { state: 'open', quest, host: { $in: hosts } };
  const labors = connection.of<StoredLabor>('labors', generation);
  for (const labor of await findAll(connection, labors, query, { sort: { host: 1, openedKey: 1 } })) {
    const those = open.get(labor.host);
    if (those !== undefined && those.length < MAX_OPEN) those.push(decodeLabor(labor));
  }
  return open;
}
