/** What is told of a quest that was never accepted. */
import type { Problem } from '#contracts';
import type { QuestId } from '#domain';

export function questUnknown(quest: QuestId): Problem {
  return { code: 'quest-unknown', detail: `there is no quest ${quest}: look for its number in the list of quests` };
}
