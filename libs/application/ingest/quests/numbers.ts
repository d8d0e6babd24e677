/** Numbers of quests: from 1, each given once; one may be lost with a request that failed. */
import { parseQuestId, type QuestId } from '#domain';
import type { Journal } from '#ports';
import { changeState } from './named-states.js';

const STATE = 'quest-numbers';

/** A number that nobody had before. Rejects with StoreUnavailable. */
export async function nextQuestNumber(journal: Journal): Promise<QuestId> {
  let given = 0;
  await changeState(journal, STATE, (value) => {
    given = value === undefined ? 1 : (JSON.parse(value) as { readonly next: number }).next;
    return JSON.stringify({ next: given + 1 });
  });
  const quest = parseQuestId(given);
  if (quest === undefined) throw new Error(`the state "${STATE}" gives ${given}, which is no quest's number`);
  return quest;
}
