/** Whether quests that a read could concern are still to be counted up to a position (Q). */
import { isDirty, START, type Position } from '#contracts';
import type { QuestId } from '#domain';
import { placeOf } from './positions.js';
import { readQuest } from './quest-writes.js';
import type { Store } from './store.js';

export function questsBehind(store: Store, position: Position, only: readonly QuestId[] | null): boolean {
  if (position === START) return false;
  if (only !== null) {
    return only.some((quest) => {
      const document = readQuest(store, quest);
      return document !== undefined && isDirty(document) && (document.recount?.label ?? START) < position;
    });
  }
  const behind = 'SELECT 1 FROM quests INDEXED BY quests_behind WHERE dirty = 1 AND label';
  return (
    store.statement(`${behind} IS NULL LIMIT 1`).get() !== undefined ||
    store.statement(`${behind} < ? LIMIT 1`).get(placeOf(position)) !== undefined
  );
}
