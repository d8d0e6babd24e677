/** Whether quests that a read could concern are still to be counted up to a position (Q). */
import { isDirty, START, type Position, type QuestDocument } from '#contracts';
import type { QuestId } from '#domain';
import { placeOf } from './positions.js';
import { readQuest } from './quest-writes.js';
import type { Store } from './store.js';

/** A touch is of an entry at or below the label of the last count: that count may have missed it. */
function mayLack({ recount, touches }: QuestDocument, position: Position): boolean {
  return recount === null || recount.label < position || recount.touches !== touches;
}

export function questsBehind(store: Store, position: Position, only: readonly QuestId[] | null): boolean {
  if (position === START) return false;
  if (only !== null) {
    return only.some((quest) => {
      const document = readQuest(store, quest);
      return document !== undefined && isDirty(document) && mayLack(document, position);
    });
  }
  const behind = 'SELECT 1 FROM quests INDEXED BY quests_behind WHERE dirty = 1 AND label';
  return (
    store.statement(`${behind} IS NULL LIMIT 1`).get() !== undefined ||
    store.statement(`${behind} < ? LIMIT 1`).get(placeOf(position)) !== undefined
  );
}
