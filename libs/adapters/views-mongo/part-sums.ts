/** The sum of a quest's parts: the server counts how many have which tally, of which few are different, from an index alone. */
import { sumTallies } from '#contracts';
import type { QuestId } from '#domain';
import { MAX_PARKED_COUNTED, type PartsSum } from '#ports';
import { hasBehind } from './behind.js';
import type { Connection } from './connection.js';
import { decodeEmptied, decodeTally, type StoredHost, type StoredPart } from './documents.js';

interface Group {
  readonly _id: string;
  readonly parts: number;
  readonly emptied: string | null;
}

/**
 * Not one snapshot, nor need it be: the label was read before, entries at or below it are in the parts already, and a
 * later entry makes the quest dirty again (P6).
 */
export async function sumParts(connection: Connection, generation: number, quest: QuestId): Promise<PartsSum> {
  const collection = connection.of<StoredPart>('parts', generation);
  const [groups, parked] = await Promise.all([
    connection.run(() =>
      collection
        .aggregate<Group>([
          { $match: { quest } },
          { $project: { _id: 0, quest: 1, tally: 1, emptied: 1 } },
          { $group: { _id: '$tally', parts: { $sum: 1 }, emptied: { $max: '$emptied' } } },
        ])
        .toArray(),
    ),
    parkedParts(connection, generation, quest),
  ]);
  const latest = groups.reduce<string | null>(
    (max, { emptied }) => (emptied !== null && (max === null || emptied > max) ? emptied : max),
    null,
  );
  const { tally, counts } = sumTallies(groups.map(({ _id, parts: hosts }) => ({ tally: decodeTally(_id), hosts })));
  return {
    tally,
    hosts: { ...counts, parked },
    emptied: decodeEmptied(latest),
    behind: tally.open === 0 && (await hasBehind(connection, generation, quest)),
  };
}

/** How many parked hosts have open labors in the quest. Parked hosts are few: the server goes from them to their parts. */
async function parkedParts(connection: Connection, generation: number, quest: QuestId): Promise<number> {
  const hosts = connection.of<StoredHost>('hosts', generation);
  const parts = connection.of<StoredPart>('parts', generation).collectionName;
  const groups = await connection.run(() =>
    hosts
      .aggregate<Group>([
        { $match: { isParked: true } },
        { $sort: { _id: 1 } },
        { $limit: MAX_PARKED_COUNTED },
        // one in release is no longer counted: its quests were touched before
        { $match: { 'parked.state': 'parked' } },
        { $project: { part: { $concat: ['$_id', `~${quest}`] } } },
        { $lookup: { from: parts, localField: 'part', foreignField: '_id', as: 'parts' } },
        { $unwind: '$parts' },
        { $group: { _id: '$parts.tally', parts: { $sum: 1 } } },
      ])
      .toArray(),
  );
  return sumTallies(groups.map(({ _id, parts: count }) => ({ tally: decodeTally(_id), hosts: count }))).counts.open;
}
