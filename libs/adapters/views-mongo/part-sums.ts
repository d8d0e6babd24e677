/** The sum of a quest's parts: the server counts how many have which tally, of which few are different, from an index alone. */
import type { Tally } from '#contracts';
import type { QuestId } from '#domain';
import type { PartSum } from '#ports';
import { hasBehind } from './behind.js';
import type { Connection } from './connection.js';
import { decodeEmptied, decodeTally, type StoredPart } from './documents.js';

interface Group {
  readonly _id: string;
  readonly parts: number;
  readonly emptied: string | null;
}

/**
 * Not one snapshot, nor need it be: the label was read before, entries at or below it are in the parts already, and a
 * later entry makes the quest dirty again (P6).
 */
export async function sumParts(connection: Connection, generation: number, quest: QuestId): Promise<PartSum> {
  const collection = connection.of<StoredPart>('parts', generation);
  const groups = await connection.run(() =>
    collection
      .aggregate<Group>([
        { $match: { quest } },
        { $project: { _id: 0, quest: 1, tally: 1, emptied: 1 } },
        { $group: { _id: '$tally', parts: { $sum: 1 }, emptied: { $max: '$emptied' } } },
      ])
      .toArray(),
  );
  const latest = groups.reduce<string | null>(
    (max, { emptied }) => (emptied !== null && (max === null || emptied > max) ? emptied : max),
    null,
  );
  const tally = sumOf(groups);
  return {
    tally,
    parts: groups.reduce((sum, { parts }) => sum + parts, 0),
    emptied: decodeEmptied(latest),
    behind: tally.open === 0 && (await hasBehind(connection, generation, quest)),
  };
}

function sumOf(groups: readonly Group[]): Tally {
  const sum = { chains: 0, unstarted: 0, inProgress: 0, completed: 0, waived: 0, labors: 0, open: 0 };
  const steps = new Map<string, { open: number; closed: number }>();
  for (const { _id, parts } of groups) {
    const tally = decodeTally(_id);
    for (const name of Object.keys(sum) as (keyof typeof sum)[]) sum[name] += tally[name] * parts;
    for (const [type, { open, closed }] of Object.entries(tally.steps)) {
      const step = steps.get(type) ?? { open: 0, closed: 0 };
      steps.set(type, { open: step.open + open * parts, closed: step.closed + closed * parts });
    }
  }
  return { ...sum, steps: Object.fromEntries(steps) };
}
