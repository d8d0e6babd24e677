/** How long completed labors were open: of each type the newest, from an index alone; of a quest all, from its rows without their documents. */
import { MAX_TIMED, TimesSum, type TimesToClose } from '#contracts';
import type { QuestId, TypeName } from '#domain';
import { classesOf, isInQuest } from '../labor-class.js';
import type { Store } from '../store.js';
import { RANGE_ROWS, type Steps } from './steps.js';

/** Classes of labors that an event completed. */
const COMPLETED = classesOf({ state: ['completed'] });
/** At most this many rows are read with one statement: a millisecond or two. */
const AT_ONCE = 1000;

export function* readTimes(store: Store): Steps<TimesToClose> {
  const sum = new TimesSum();
  const types = store
    .statement(`SELECT DISTINCT type FROM labor_counts WHERE labors > 0 AND class IN (${COMPLETED.join(', ')})`)
    .all() as readonly (readonly [TypeName])[];
  yield types.length;
  const newest = store.statement(
    `SELECT opened_at, closed_at FROM labors INDEXED BY labors_type_closed
     WHERE type = ? AND closed_place IS NOT NULL ORDER BY closed_place DESC, opened_at DESC LIMIT ${MAX_TIMED}`,
  );
  for (const [type] of types) {
    const rows = newest.all(type) as readonly (readonly [number, number])[];
    for (const [openedAt, closedAt] of rows) sum.add(type, openedAt, closedAt);
    yield RANGE_ROWS + rows.length;
  }
  return sum.result();
}

export function* readQuestTimes(store: Store, quest: QuestId): Steps<TimesToClose> {
  const sum = new TimesSum();
  const page = store.statement(
    `SELECT opened_at, id, type, closed_at FROM labors INDEXED BY labors_quest_opened
     WHERE quest = ? AND class = ? AND (opened_at, id) > (?, ?) ORDER BY opened_at, id LIMIT ${AT_ONCE}`,
  );
  for (const laborClass of COMPLETED.filter(isInQuest)) {
    for (let after: readonly [number, string] | undefined = [Number.MIN_SAFE_INTEGER, '']; after !== undefined;) {
      const rows = page.all(quest, laborClass, ...after) as readonly (readonly [number, string, TypeName, number])[];
      for (const [openedAt, , type, closedAt] of rows) sum.add(type, openedAt, closedAt);
      const last = rows.length < AT_ONCE ? undefined : rows.at(-1);
      after = last && [last[0], last[1]];
      yield RANGE_ROWS + 2 * rows.length;
    }
  }
  return sum.result();
}
