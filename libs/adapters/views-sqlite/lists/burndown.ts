/** Sums over a quest: its burndown, and when it was completed. Every labor that is in it, or was, is looked at once, in steps. */
import {
  BurndownSum,
  CompletionSum,
  type Burndown,
  type BurndownLabor,
  type BurndownQuestion,
  type Completion,
  type CompletionQuestion,
  type CursorKey,
} from '#contracts';
import type { QuestId } from '#domain';
import { decodeBurndownLabor } from '../documents.js';
import { entriesAfter } from '../quest-entries.js';
import type { Store } from '../store.js';
import { DOCUMENT_ROWS, type Steps } from './steps.js';

/** At most this many are read with one statement: a millisecond or two. */
const AT_ONCE = 200;

export function* readBurndown(store: Store, question: BurndownQuestion): Steps<Burndown> {
  const sum = new BurndownSum(question);
  yield* eachLabor(store, question.quest, (labor) => {
    sum.add(labor);
  });
  return sum.result();
}

export function* readCompletions(store: Store, question: CompletionQuestion): Steps<readonly Completion[]> {
  const sum = new CompletionSum(question);
  for (let after: CursorKey | null | undefined = null; after !== undefined;) {
    const entries = entriesAfter(store, question.quest, 'position', after, AT_ONCE);
    for (const entry of entries) sum.entry(entry);
    const last = entries.at(-1);
    after = last && [last.position.toString()];
    yield DOCUMENT_ROWS * (entries.length + 1);
  }
  yield* eachLabor(store, question.quest, (labor) => {
    sum.labor(labor);
  });
  return sum.result();
}

/** The labors that are in the quest, and those that were. */
function* eachLabor(store: Store, quest: QuestId, work: (labor: BurndownLabor) => void): Steps<void> {
  const own = store.statement(
    `SELECT class, opened_at, id, doc FROM labors INDEXED BY labors_quest_opened
     WHERE quest = ? AND (class, opened_at, id) > (?, ?, ?) ORDER BY class, opened_at, id LIMIT ${AT_ONCE}`,
  );
  for (let after: readonly [number, number, string] | undefined = [-1, 0, '']; after !== undefined;) {
    const rows = own.all(quest, ...after) as readonly (readonly [number, number, string, string])[];
    for (const [, , , doc] of rows) work(decodeBurndownLabor(doc));
    const last = rows.at(-1);
    after = last && [last[0], last[1], last[2]];
    yield DOCUMENT_ROWS * (rows.length + 1);
  }
  const former = store.statement(
    `SELECT f.labor, l.doc FROM former_quests f JOIN labors l ON l.number = f.labor
     WHERE f.quest = ? AND f.labor > ? AND l.quest IS NOT f.quest ORDER BY f.labor LIMIT ${AT_ONCE}`,
  );
  for (let after: number | undefined = -1; after !== undefined;) {
    const rows = former.all(quest, after) as readonly (readonly [number, string])[];
    for (const [, doc] of rows) work(decodeBurndownLabor(doc));
    after = rows.at(-1)?.[0];
    yield DOCUMENT_ROWS * (rows.length + 1);
  }
}
