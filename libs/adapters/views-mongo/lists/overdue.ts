/** Rule 22: a quest is overdue when embarking or open after its target. */
import type { QuestPhase } from '#contracts';
import type { Instant, QuestId } from '#domain';
import type { Connection } from '../connection.js';
import { findAll, type Query } from '../find.js';
import type { StoredQuest } from '../quest-documents.js';

export const UNDER_WAY: readonly QuestPhase[] = ['embarking', 'open'];

/** The key begins with the target, and with a text after every instant where there is none. */
export function dueBefore(now: Instant): Query {
  return { phase: { $in: UNDER_WAY }, due: { $lt: now } };
}

export async function overdueQuests(
  connection: Connection,
  generation: number,
  now: Instant,
): Promise<readonly QuestId[]> {
  const quests = connection.of<StoredQuest>('quests', generation);
  const found = await findAll(connection, quests, dueBefore(now), { projection: { _id: 1 } });
  return found.map(({ _id }) => _id);
}
