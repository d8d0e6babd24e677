/** Reads that show numbers or phases of quests wait until these are counted up to their position (Q). */
import type { QuestId } from '#domain';
import type { ViewsReader } from '#ports';
import type { ReadBarrier } from './read-barrier.js';

/** Until no quest of `only` (null: of all) is dirty with a label below the caller's position. */
export function questsCounted(views: Pick<ViewsReader, 'questsBehind'>, only: readonly QuestId[] | null): ReadBarrier {
  return {
    key: only === null ? 'quests' : `quests ${only.join(' ')}`,
    behind: (generation, position) => views.questsBehind(generation, position, only),
    pending: 'the numbers of quests are not counted yet up to',
  };
}
