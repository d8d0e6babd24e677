/** Storing labors: never over one of a greater position, and no index touched that need not be. */
import { forgottenBefore, MAX_PRINCIPALS, principalsOf, questsEverOf, termOf, type LaborDocument } from '#contracts';
import type { QuestId } from '#domain';
import { encodeLabor } from './documents.js';
import { classOf, stateOfClass } from './labor-class.js';
import { spanOf } from './labor-span.js';
import { placeOf } from './positions.js';
import type { SqlValue, Store } from './store.js';
import { Tallier } from './tallier.js';

/** number, class, whether the stored one is newer, whether others are forgotten than before, type, term, host, quest, chain, assignee, opened_at, closed_at, principals */
type Found = readonly [
  number,
  number,
  0 | 1,
  0 | 1,
  string,
  number,
  string,
  number | null,
  string | null,
  string | null,
  number,
  number | null,
  ...Principals,
];
type Principals = readonly (string | null)[];

/** The columns of the names, of which a labor has up to {@link MAX_PRINCIPALS}. */
export const PRINCIPAL_COLUMNS = Array.from({ length: MAX_PRINCIPALS }, (_, index) => `principal${index + 1}`);
const PRINCIPALS = PRINCIPAL_COLUMNS.join(', ');
/** Of a generation that is served every write is published. */
const SET_SEEN = 'seen = coalesce(?, seen)';
/** Of no index. */
const SET_ENDED = 'ended_ms = ?, ended_place = ?, has_past = ?';
const SET_PRINCIPALS = PRINCIPAL_COLUMNS.map((column) => `${column} = ?`).join(', ');

/** The values of the columns that follow from the document. */
interface LaborColumns {
  readonly place: bigint;
  readonly kind: number;
  readonly chain: string | null;
  readonly principals: Principals;
  readonly openedAt: number;
  readonly closedAt: number | null;
  readonly span: number | null;
  readonly term: number;
  readonly closedPlace: bigint | null;
  readonly forgotten: bigint | null;
  readonly opened: readonly [number, bigint];
  readonly ended: readonly [number | null, bigint | null, 0 | 1];
}

function columnsOf(labor: LaborDocument): LaborColumns {
  const { id, opened, closed } = labor;
  const openedAt = Date.parse(opened.at);
  const closedAt = closed && Date.parse(closed.at);
  const names = principalsOf(labor);
  const forgotten = forgottenBefore(labor);
  return {
    place: placeOf(labor.position),
    kind: classOf(labor),
    chain: labor.chain === id ? null : labor.chain,
    principals: PRINCIPAL_COLUMNS.map((_, index) => names[index] ?? null),
    openedAt,
    closedAt,
    span: closedAt === null ? null : spanOf(openedAt, closedAt),
    term: termOf(labor),
    closedPlace: closed === null || closed.event === null ? null : placeOf(closed.position),
    forgotten: forgotten && placeOf(forgotten),
    opened: [Date.parse(opened.recordedAt), placeOf(opened.position)],
    ended: endedColumns(labor),
  };
}

/** All columns but the row's number, in their order. */
export type LaborRow = readonly SqlValue[];
export const LABOR_VALUES = 21 + MAX_PRINCIPALS;

/** As it is inserted; `seen` null: not published. */
export function laborRow(labor: LaborDocument, columns = columnsOf(labor), seen: bigint | null = null): LaborRow {
  const { id, type, host, quest, assignee } = labor;
  const { place, kind, chain, principals, openedAt, closedAt, span, closedPlace, forgotten, opened, ended } = columns;
  const [openedMs, openedPlace] = opened;
  const [endedMs, endedPlace, hasPast] = ended;
  const row: SqlValue[] = [id, place, kind, type, host, quest, chain, assignee];
  for (const principal of principals) row.push(principal);
  row.push(openedAt, closedAt, span, closedPlace, forgotten, seen, openedMs, openedPlace);
  row.push(endedMs, endedPlace, hasPast, columns.term, encodeLabor(labor));
  return row;
}

/** `seenFrom`: the least place at which they are published; null where they are not. */
export function writeLabors(store: Store, labors: readonly LaborDocument[], seenFrom: bigint | null = null): void {
  if (labors.length === 0) return;
  const find = store.statement(
    `SELECT number, class, position > ?, forgotten IS NOT ?, type, term, host, quest, chain, assignee, opened_at, closed_at, ${PRINCIPALS} FROM labors WHERE id = ?`,
  );
  const insert = store.statement(`INSERT INTO labors VALUES (NULL${', ?'.repeat(LABOR_VALUES)})`);
  const replace = store.statement(
    `UPDATE labors SET position = ?, class = ?, type = ?, host = ?, quest = ?, chain = ?, assignee = ?, ${SET_PRINCIPALS},
     opened_at = ?, closed_at = ?, span = ?, closed_place = ?, ${SET_SEEN}, opened_ms = ?, opened_place = ?, ${SET_ENDED}, term = ?, doc = ? WHERE number = ?`,
  );
  // SQLite rewrites every index of a column that is set, changed or not
  const close = store.statement(
    `UPDATE labors SET position = ?, class = ?, ${SET_PRINCIPALS}, closed_at = ?, span = ?, closed_place = ?, ${SET_SEEN}, ${SET_ENDED}, term = ?, doc = ? WHERE number = ?`,
  );
  const mark = store.statement(
    `UPDATE labors SET position = ?, class = ?, ${SET_PRINCIPALS}, ${SET_SEEN}, ${SET_ENDED}, doc = ? WHERE number = ?`,
  );
  const amend = store.statement(`UPDATE labors SET position = ?, ${SET_SEEN}, ${SET_ENDED}, doc = ? WHERE number = ?`);
  const forget = store.statement('UPDATE labors SET forgotten = ? WHERE number = ?');
  const counts = new Tallier<readonly [string, number]>();
  const terms = new Tallier<readonly [string, number]>();
  const fired = new Set<number>();
  for (const labor of labors) {
    const columns = columnsOf(labor);
    const { place, kind, chain, principals, openedAt, closedAt, span, term, closedPlace, ...others } = columns;
    const { forgotten, opened, ended } = others;
    const { id, type, host, quest, assignee } = labor;
    const seen = seenFrom === null ? null : seenFrom > place ? seenFrom : place;
    const found = find.get(place, forgotten, id) as Found | undefined;
    if (found === undefined) {
      const { lastInsertRowid } = insert.run(...laborRow(labor, columns, seen));
      writeAbsorbed(store, lastInsertRowid, labor);
      writeFormerQuests(store, lastInsertRowid, labor);
      counts.add([type, kind], 1);
      terms.add([type, term], 1);
      fired.add(labor.opened.fate);
      continue;
    }
    const [number, oldKind, newer, forgetsOthers, oldType, oldTerm, ...rest] = found;
    if (newer === 1) continue;
    const doc = encodeLabor(labor);
    const same =
      oldType === type &&
      rest[0] === host &&
      rest[1] === quest &&
      rest[2] === chain &&
      rest[3] === assignee &&
      rest[4] === openedAt;
    if (!same) {
      replace.run(
        place,
        kind,
        type,
        host,
        quest,
        chain,
        assignee,
        ...principals,
        openedAt,
        closedAt,
        span,
        closedPlace,
        seen,
        ...opened,
        ...ended,
        term,
        doc,
        number,
      );
    } else if (oldTerm !== term || rest[5] !== closedAt || stateOfClass(oldKind) !== stateOfClass(kind)) {
      close.run(place, kind, ...principals, closedAt, span, closedPlace, seen, ...ended, term, doc, number);
    } else if (oldKind !== kind || principals.some((name, n) => name !== rest[6 + n])) {
      mark.run(place, kind, ...principals, seen, ...ended, doc, number);
    } else {
      amend.run(place, seen, ...ended, doc, number);
    }
    if (forgetsOthers === 1) forget.run(forgotten, number);
    writeAbsorbed(store, number, labor);
    writeFormerQuests(store, number, labor);
    if (oldKind !== kind || oldType !== type) {
      counts.add([oldType, oldKind], -1);
      counts.add([type, kind], 1);
    }
    if (oldTerm !== term || oldType !== type) {
      terms.add([oldType, oldTerm], -1);
      terms.add([type, term], 1);
    }
  }
  writeCounts(store, 'labor_counts (type, class, labors)', counts);
  writeCounts(store, 'labor_terms (type, term, labors)', terms);
  const fire = store.statement('INSERT INTO fired_fates VALUES (?) ON CONFLICT DO NOTHING');
  for (const fate of fired) fire.run(fate);
}

function endedColumns({ closed, past }: LaborDocument): LaborColumns['ended'] {
  const hasPast = past === null ? 0 : 1;
  return closed === null ? [null, null, hasPast] : [Date.parse(closed.recordedAt), placeOf(closed.position), hasPast];
}

/** The places beyond those stored; older ones than the labor keeps go. */
function writeAbsorbed(store: Store, number: number | bigint, labor: LaborDocument): void {
  const { absorbed } = labor;
  if (absorbed.length === 0) return;
  const stored = store.wide('SELECT max(place) FROM absorptions WHERE labor = ?').get(number) as readonly [
    bigint | null,
  ];
  const add = store.statement('INSERT INTO absorptions VALUES (?, ?)');
  for (const { position } of absorbed) {
    const place = placeOf(position);
    if (stored[0] === null || place > stored[0]) add.run(number, place);
  }
  const oldest = forgottenBefore(labor);
  if (oldest !== null)
    store.statement('DELETE FROM absorptions WHERE labor = ? AND place < ?').run(number, placeOf(oldest));
}

/** One that it came back to stays among them: it was in it before. */
function writeFormerQuests(store: Store, number: number | bigint, labor: LaborDocument): void {
  if (labor.past === null) return;
  const add = store.statement('INSERT INTO former_quests VALUES (?, ?) ON CONFLICT DO NOTHING');
  for (const quest of formerQuestsOf(labor)) add.run(quest, number);
}

/** The quests that it was in and is not. */
export function formerQuestsOf(labor: LaborDocument): readonly QuestId[] {
  return labor.past === null ? [] : questsEverOf(labor).filter((quest) => quest !== labor.quest);
}

function writeCounts(store: Store, into: string, counts: Tallier<readonly [string, number]>): void {
  const add = store.statement(
    `INSERT INTO ${into} VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET labors = labors + excluded.labors`,
  );
  for (const [[type, kind], change] of counts.changes()) add.run(type, kind, change);
}
