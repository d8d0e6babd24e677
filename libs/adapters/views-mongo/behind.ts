/** Hosts that are behind (P9): few, in an index of their own. */
import { mayLackParts } from '#contracts';
import type { HostName, QuestId } from '#domain';
import { MOST_BEHIND, type BehindHost } from '#ports';
import type { Connection } from './connection.js';
import { behindRecordOf, partId, type StoredHost, type StoredPart } from './documents.js';
import { findAll, findByIds, findOne, type FindRequest, type Query } from './find.js';
import { decodeQuest, type StoredQuest } from './quest-documents.js';

/** Ascending by name after `after`. */
export async function readBehind(
  connection: Connection,
  generation: number,
  after: HostName | null,
  limit: number,
): Promise<readonly BehindHost[]> {
  const query = { isBehind: true, _id: { $gt: after ?? '' } };
  return find(connection, generation, query, { sort: { _id: 1 }, limit });
}

/** At most {@link MOST_BEHIND}. */
export async function countBehind(connection: Connection, generation: number): Promise<number> {
  const hosts = connection.of<StoredHost>('hosts', generation);
  const request = { limit: MOST_BEHIND, projection: { _id: 0, isBehind: 1 } } as const;
  return (await findAll(connection, hosts, { isBehind: true }, request)).length;
}

export async function behindAmong(
  connection: Connection,
  generation: number,
  hosts: readonly HostName[],
  quests: readonly QuestId[],
): Promise<readonly BehindHost[]> {
  const named = hosts.length === 0 ? [] : find(connection, generation, { isBehind: true, _id: { $in: hosts } });
  const all = quests.length === 0 ? [] : readBehind(connection, generation, null, MOST_BEHIND + 1);
  const [found, behind] = await Promise.all([named, all]);
  if (behind.length === 0) return found;
  if (behind.length > MOST_BEHIND) return [...found, ...behind];
  const ofQuests = await Promise.all(quests.map((quest) => inQuest(connection, generation, quest, behind)));
  return [...found, ...ofQuests.flat()];
}

/** Whether a host with a part in the quest is behind and has not rejoined. */
export async function hasBehind(connection: Connection, generation: number, quest: QuestId): Promise<boolean> {
  for (let after: HostName | null = null; ;) {
    const page: readonly BehindHost[] = await readBehind(connection, generation, after, MOST_BEHIND);
    const holding = page.filter(({ behind }) => behind.state !== 'rejoined');
    if (holding.length > 0 && (await withPart(connection, generation, quest, holding)).length > 0) return true;
    if (page.length < MOST_BEHIND) return false;
    after = page.at(-1)?.host ?? null;
  }
}

async function inQuest(
  connection: Connection,
  generation: number,
  quest: QuestId,
  all: readonly BehindHost[],
): Promise<readonly BehindHost[]> {
  const stored = await findOne(connection, connection.of<StoredQuest>('quests', generation), quest);
  if (stored !== null && mayLackParts(decodeQuest(stored))) return all;
  return withPart(connection, generation, quest, all);
}

async function withPart(
  connection: Connection,
  generation: number,
  quest: QuestId,
  all: readonly BehindHost[],
): Promise<readonly BehindHost[]> {
  const parts = connection.of<StoredPart>('parts', generation);
  const ids = all.map(({ host }) => partId({ quest, host }));
  const found = new Set((await findByIds(connection, parts, ids, { _id: 1 })).map(({ _id }) => _id));
  return all.filter(({ host }) => found.has(partId({ quest, host })));
}

async function find(
  connection: Connection,
  generation: number,
  query: Query,
  request: Omit<FindRequest, 'projection'> = {},
): Promise<readonly BehindHost[]> {
  const hosts = connection.of<StoredHost>('hosts', generation);
  const found = await findAll(connection, hosts, query, { ...request, projection: { behind: 1 } });
  return found.flatMap(({ _id: host, behind }) => {
    const record = behindRecordOf(behind);
    return record === null ? [] : [{ host, behind: record }];
  });
}
