/** Labors and quests by their place among the changes that are published: the progress is in the same file, so each is known at once. */
import { greatestProgress } from '#contracts';
import type { LaborId, QuestId } from '#domain';
import type { ChangedLabor, ChangedQuest, ChangesFrom, Publication } from '#ports';
import { readProgress } from './control-writes.js';
import { placeOf, placeOrNull, positionAt } from './positions.js';
import { QUEST_COLUMNS, toQuest, type QuestRow } from './quest-writes.js';
import type { Store } from './store.js';

/** The first place there is. */
const FIRST_PLACE = -(1n << 63n);

/** The place of the greatest progress that is stored. */
function lateFrom(store: Store): bigint {
  return placeOrNull(greatestProgress(readProgress(store))) ?? FIRST_PLACE;
}

/** The least place at which documents are published that are written now; null where they are not published. */
export function seenFromOf(store: Store, published: Publication | undefined): bigint | null {
  if (published === undefined) return null;
  return published === 'live' ? FIRST_PLACE : lateFrom(store);
}

/** id, position, seen */
type LaborRow = readonly [LaborId, bigint, bigint];

export function changedLabors(
  store: Store,
  { seenAt, after }: ChangesFrom<LaborId>,
  limit: number,
): readonly ChangedLabor[] {
  const rows = store
    .wide(
      `SELECT id, position, seen FROM labors INDEXED BY labors_seen
       WHERE seen IS NOT NULL AND (seen, id) > (?, ?) ORDER BY seen, id LIMIT ?`,
    )
    // no id is empty
    .all(placeOf(seenAt), after ?? '', limit) as readonly LaborRow[];
  return rows.map(([id, position, seen]) => ({ id, position: positionAt(position), seenAt: positionAt(seen) }));
}

export function changedQuests(
  store: Store,
  { seenAt, after }: ChangesFrom<QuestId>,
  limit: number,
): readonly ChangedQuest[] {
  const found = store
    .wide(
      `SELECT quest, seen FROM quests INDEXED BY quests_seen
       WHERE seen IS NOT NULL AND (seen, quest) > (?, ?) ORDER BY seen, quest LIMIT ?`,
    )
    .all(placeOf(seenAt), after ?? 0, limit) as readonly (readonly [bigint, bigint])[];
  const find = store.statement(`SELECT ${QUEST_COLUMNS} FROM quests WHERE quest = ?`);
  return found.map(([quest, seen]) => ({ quest: toQuest(find.get(quest) as QuestRow), seenAt: positionAt(seen) }));
}
