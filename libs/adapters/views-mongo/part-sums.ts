/** The sum of a quest's parts: the server counts how many have which tally, of which few are different, from an index alone. */
import { EXPECTED_PART_POSITION, sumTallies } from '#contracts';
import type { QuestId } from '#domain';
import { MAX_PARKED_COUNTED, type PartsSum } from '#ports';
import { hasBehind } from './behind.js';
import type { Connection } from './connection.js';
import { decodeEmptied, decodeTally, type StoredHost, type StoredPart } from './documents.js';
import { textOf } from './positions.js';

interface Group {
  readonly _id: string;
  readonly parts: number;
  readonly emptied: string | null;
}

interface ParkedGroup extends Pick<Group, '_id' | 'parts'> {
  readonly least: string;
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
    hosts: { ...counts, parked: parked.open },
    emptied: decodeEmptied(latest),
    behind: tally.open === 0 && (parked.isExpected || (await hasBehind(connection, generation, quest))),
  };
}

/**
 * How many parked hosts have open labors in the quest, and whether a part of one is expected. Parked hosts are few: the server goes
 * from them to their parts.
 */
async function parkedParts(
  connection: Connection,
  generation: number,
  quest: QuestId,
): Promise<{ readonly open: number; readonly isExpected: boolean }> {
  const hosts = connection.of<StoredHost>('hosts', generation);
  const parts = connection.of<StoredPart>('parts', generation).collectionName;
  const groups = await connection.run(() =>
    hosts
      .aggregate<ParkedGroup>([
        { $match: { isParked: true } },
        { $sort: { _id: 1 } },
        { $limit: MAX_PARKED_COUNTED },
        // one in release is no longer counted: its quests were touched before
        { $match: { 'parked.state': 'parked' } },
        { $project: { part: { $concat: ['$_id', `~${quest}`] } } },
        { $lookup: { from: parts, localField: 'part', foreignField: '_id', as: 'parts' } },
        { $unwind: '$parts' },
        {
          $group: {
            ...{ _id: '$parts.tally', parts: { $sum: 1 } },
            // of equal length, so that text orders as positions do
            least: { $min: '$parts.position' },
          },
        },
      ])
      .toArray(),
  );
  const { counts } = sumTallies(groups.map(({ _id, parts: count }) => ({ tally: decodeTally(_id), hosts: count })));
  return { open: counts.open, isExpected: groups.some(({ least }) => least === textOf(EXPECTED_PART_POSITION)) };
}
