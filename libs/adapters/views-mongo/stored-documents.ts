/** Documents as they are stored, whole, page by page in the order of the index that finds them. */
import { PageRoom, type LaborDocument, type PartDocument } from '#contracts';
import type { HostName, LaborId, QuestId } from '#domain';
import { MAX_STORED_ITEMS, type StoredPage, type StoredPartKey } from '#ports';
import type { Connection } from './connection.js';
import { decodePart, type StoredHost, type StoredPart } from './documents.js';
import { findAll, findFirst } from './find.js';
import { decodeLabor, type StoredLabor } from './labor-documents.js';
import type { StoredQuest } from './quest-documents.js';

const IDS = { _id: 1 } as const;

export async function readHostNames(
  connection: Connection,
  generation: number,
  after: HostName | null,
  limit: number,
): Promise<readonly HostName[]> {
  const hosts = connection.of<StoredHost>('hosts', generation);
  const found = await findAll(connection, hosts, { _id: { $gt: after ?? '' } }, { sort: IDS, limit, projection: IDS });
  return found.map(({ _id }) => _id);
}

export async function readQuestNumbers(
  connection: Connection,
  generation: number,
  after: QuestId | null,
  limit: number,
): Promise<readonly QuestId[]> {
  const quests = connection.of<StoredQuest>('quests', generation);
  const found = await findAll(connection, quests, { _id: { $gt: after ?? 0 } }, { sort: IDS, limit, projection: IDS });
  return found.map(({ _id }) => _id);
}

export async function readLaborsOf(
  connection: Connection,
  generation: number,
  hosts: readonly HostName[],
  after: LaborId | null,
): Promise<StoredPage<LaborDocument, LaborId>> {
  const ranges = hosts.flatMap((host) => {
    // of a host's ids none comes after the host and the character after `~`
    const [first, end] = [`${host}~`, `${host}\x7f`];
    const from = after !== null && after > first ? after : first;
    return from < end ? [{ _id: { $gt: from, $lt: end } }] : [];
  });
  if (ranges.length === 0) return { items: [], next: null };
  const room = new PageRoom();
  const labors = connection.of<StoredLabor>('labors', generation);
  const request = { sort: IDS, limit: MAX_STORED_ITEMS, takes: (stored: StoredLabor) => room.takes(stored) };
  const { found, isAll } = await findFirst(connection, labors, { $or: ranges }, request);
  return { items: found.map(decodeLabor), next: isAll ? null : (found.at(-1)?._id ?? null) };
}

export async function readPartsOf(
  connection: Connection,
  generation: number,
  hosts: readonly HostName[],
  after: StoredPartKey | null,
): Promise<StoredPage<PartDocument, StoredPartKey>> {
  const begun = after !== null && hosts.includes(after.host) ? [{ host: after.host, quest: { $gt: after.quest } }] : [];
  const others = hosts.filter((host) => after === null || host > after.host);
  const query = { $or: [...begun, { host: { $in: others } }] };
  const room = new PageRoom();
  const parts = connection.of<StoredPart>('parts', generation);
  const request = {
    ...({ sort: { host: 1, quest: 1 }, limit: MAX_STORED_ITEMS } as const),
    takes: (stored: StoredPart) => room.takes(stored),
  };
  const { found, isAll } = await findFirst(connection, parts, query, request);
  const last = isAll ? undefined : found.at(-1);
  return { items: found.map(decodePart), next: last === undefined ? null : { host: last.host, quest: last.quest } };
}
