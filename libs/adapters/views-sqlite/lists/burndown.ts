/**
 * Sums over a quest: its burndown, and when it was completed. Every labor that is in it, or was, is looked at once, in steps: by
 * its columns, and by its document only where it has a past.
 */
import {
  BurndownSum,
  CompletionSum,
  type Burndown,
  type BurndownLabor,
  type BurndownQuestion,
  type Completion,
  type CompletionQuestion,
  type CursorKey,
  type Moment,
  type Position,
} from '#contracts';
import type { Instant, QuestId, TypeName } from '#domain';
import { decodeBurndownLabor } from '../documents.js';
import { placeOrNull, positionAt } from '../positions.js';
import { entriesAfter } from '../quest-entries.js';
import type { Store } from '../store.js';
import { fromMs } from './instants.js';
import { DOCUMENT_ROWS, RANGE_ROWS, type Steps } from './steps.js';

/** At most this many entries or documents are read with one statement, or that many rows: a millisecond or two. */
const AT_ONCE = 200;
const ROWS_AT_ONCE = 500;

export function* readBurndown(store: Store, question: BurndownQuestion): Steps<Burndown> {
  const { quest, upTo } = question;
  const sum = new BurndownSum(question);
  const last = placeOrNull(upTo);
  const own = store.statement(
    ownLabors('type, opened_ms, iif(ended_place <= ?, ended_ms, NULL)', 'AND opened_place <= ?'),
  );
  const read = (after: After) => own.all(last, quest, ...after, last) as readonly OwnRow<BurndownRow>[];
  yield* eachOwn(read, (doc, [type, openedMs, endedMs]) => {
    if (doc === null) sum.addStay(type, openedMs, endedMs);
    else sum.add(decodeBurndownLabor(doc));
  });
  yield* eachFormer(store, quest, (labor) => {
    sum.add(labor);
  });
  return sum.result();
}

export function* readCompletions(store: Store, question: CompletionQuestion): Steps<readonly Completion[]> {
  const { quest } = question;
  const sum = new CompletionSum(question);
  for (let after: CursorKey | null | undefined = null; after !== undefined;) {
    const entries = entriesAfter(store, quest, 'position', after, AT_ONCE);
    for (const entry of entries) sum.entry(entry);
    const last = entries.at(-1);
    after = last && [last.position.toString()];
    yield DOCUMENT_ROWS * (entries.length + 1);
  }
  // places as text: two of a row are wide, and the rest of it is not
  const own = store.statement(
    ownLabors('CAST(opened_place AS TEXT), opened_ms, CAST(ended_place AS TEXT), ended_ms', ''),
  );
  const read = (after: After) => own.all(quest, ...after) as readonly OwnRow<CompletionRow>[];
  yield* eachOwn(read, (doc, [openedPlace, openedMs, endedPlace, endedMs]) => {
    if (doc !== null) sum.labor(decodeBurndownLabor(doc));
    else
      sum.addStay(
        new Recorded(openedPlace, openedMs),
        endedPlace === null ? null : new Recorded(endedPlace, endedMs ?? 0),
      );
  });
  yield* eachFormer(store, quest, (labor) => {
    sum.labor(labor);
  });
  return sum.result();
}

type BurndownRow = readonly [type: TypeName, openedMs: number, endedMs: number | null];
type CompletionRow = readonly [
  openedPlace: string,
  openedMs: number,
  endedPlace: string | null,
  endedMs: number | null,
];

/** Of few of them the instant is asked for. */
class Recorded implements Moment {
  readonly position: Position;

  constructor(
    place: string,
    private readonly timeMs: number,
  ) {
    this.position = positionAt(BigInt(place));
  }

  get recordedAt(): Instant {
    return fromMs(this.timeMs);
  }
}

/** The labors that are in the quest: their place in the list, the document where the columns do not say all, and `columns`. */
function ownLabors(columns: string, condition: string): string {
  return `SELECT class, opened_at, id, iif(has_past, doc, NULL), ${columns} FROM labors INDEXED BY labors_quest_opened
     WHERE quest = ? AND (class, opened_at, id) > (?, ?, ?) ${condition} ORDER BY class, opened_at, id LIMIT ${ROWS_AT_ONCE}`;
}

type After = readonly [laborClass: number, openedAt: number, id: string];
type OwnRow<Columns extends readonly unknown[]> = readonly [...After, doc: string | null, ...columns: Columns];

function* eachOwn<Columns extends readonly unknown[]>(
  read: (after: After) => readonly OwnRow<Columns>[],
  work: (doc: string | null, columns: Columns) => void,
): Steps<void> {
  for (let after: After | undefined = [-1, 0, '']; after !== undefined;) {
    const rows = read(after);
    let documents = 0;
    for (const [, , , doc, ...columns] of rows) {
      if (doc !== null) documents += 1;
      work(doc, columns);
    }
    const last = rows.length < ROWS_AT_ONCE ? undefined : rows.at(-1);
    after = last && [last[0], last[1], last[2]];
    yield RANGE_ROWS + 2 * rows.length + DOCUMENT_ROWS * documents;
  }
}

/** The labors that were in the quest, and are not any more. */
function* eachFormer(store: Store, quest: QuestId, work: (labor: BurndownLabor) => void): Steps<void> {
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
