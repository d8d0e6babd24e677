/** What documents were (R11): sums over a quest's parts, over a host's labors, and over all. */
import {
  PastLaborsSum,
  PastOpenSum,
  PastPartsSum,
  type PartDocument,
  type PastLabors,
  type PastOpen,
  type PastParts,
  type Position,
  type Staying,
} from '#contracts';
import type { HostName, LaborId, QuestId, TypeName } from '#domain';
import { MAX_PARKED_COUNTED, MOST_BEHIND, type StoredPartKey } from '#ports';
import { readBehind } from '../behind.js';
import { decodeLabor, decodeParked } from '../documents.js';
import { HOUR_MS, MINUTE_MS } from '../event-writes.js';
import { FIRST_CLOSED_CLASS, stateOfClass } from '../labor-class.js';
import { PART_COLUMNS, toPart, type PartRow } from '../part-writes.js';
import { placeOrNull, positionAt } from '../positions.js';
import type { Store } from '../store.js';
import { fromMs } from './instants.js';
import { DOCUMENT_ROWS, RANGE_ROWS, type Steps } from './steps.js';

/** At most this many rows are read with one statement: a millisecond or two. */
const ROWS_AT_ONCE = 500;
/** A part is short. */
const PART_ROWS = 5;

export function* sumPastParts(store: Store, quest: QuestId, at: Position): Steps<PastParts> {
  const sum = new PastPartsSum(at, { parked: yield* parkedBy(store, at), behind: behindBefore(store, at) });
  const find = store.wide(
    `SELECT ${PART_COLUMNS} FROM parts WHERE quest = ? AND host > ? ORDER BY host LIMIT ${ROWS_AT_ONCE}`,
  );
  for (let after: string | undefined = ''; after !== undefined;) {
    const rows = find.all(quest, after) as readonly PartRow[];
    for (const row of rows) sum.add(toPart(row));
    after = rows.length < ROWS_AT_ONCE ? undefined : rows.at(-1)?.[1];
    yield RANGE_ROWS + PART_ROWS * rows.length;
  }
  return sum.result();
}

/** Of the first that were parked by then; one in release is no longer counted. */
function* parkedBy(store: Store, at: Position): Steps<ReadonlySet<HostName>> {
  const parked = new Set<HostName>();
  const find = store.statement(
    `SELECT host, parked FROM hosts INDEXED BY hosts_parked WHERE parked IS NOT NULL AND host > ?
     ORDER BY host LIMIT ${ROWS_AT_ONCE}`,
  );
  for (let after: HostName | '' | undefined = ''; after !== undefined && parked.size < MAX_PARKED_COUNTED;) {
    const rows = find.all(after) as readonly (readonly [HostName, string])[];
    for (const [host, text] of rows) {
      const { state, position } = decodeParked(text);
      if (state === 'parked' && position <= at) parked.add(host);
    }
    after = rows.length < ROWS_AT_ONCE ? undefined : rows.at(-1)?.[0];
    yield RANGE_ROWS + PART_ROWS * rows.length;
  }
  return parked;
}

function behindBefore(store: Store, at: Position): ReadonlySet<HostName> | 'all' {
  const all = readBehind(store, null, MOST_BEHIND + 1);
  if (all.length > MOST_BEHIND) return 'all';
  const holding = all.filter(({ behind: { state, position } }) => state !== 'rejoined' && position <= at);
  return new Set(holding.map(({ host }) => host));
}

export function readParts(store: Store, keys: readonly StoredPartKey[]): readonly PartDocument[] {
  const find = store.wide(`SELECT ${PART_COLUMNS} FROM parts WHERE quest = ? AND host = ?`);
  return keys.flatMap(({ quest, host }) => {
    const row = find.get(quest, host) as PartRow | undefined;
    return row === undefined ? [] : [toPart(row)];
  });
}

/** id, type, quest, chain, document where the columns do not say all, opened_place, ended_place */
type OpenRow = readonly [LaborId, TypeName, bigint | null, LaborId | null, string | null, bigint, bigint | null];

export function* readPastOpen(store: Store, host: HostName, at: Position): Steps<PastOpen> {
  const sum = new PastOpenSum(at);
  const find = store.wide(
    `SELECT id, type, quest, chain, iif(has_past, doc, NULL), opened_place, ended_place FROM labors INDEXED BY labors_id
     WHERE id > ? AND id < ? ORDER BY id LIMIT ${ROWS_AT_ONCE}`,
  );
  // of a host's ids none comes after the host and the character after `~`
  const end = `${host}\x7f`;
  for (let after: string | undefined = `${host}~`; after !== undefined;) {
    const rows = find.all(after, end) as readonly OpenRow[];
    let documents = 0;
    for (const [id, type, quest, chain, doc, opened, ended] of rows) {
      if (doc !== null) documents += 1;
      const its = quest === null ? null : (Number(quest) as QuestId);
      sum.add(doc !== null ? decodeLabor(doc) : { id, type, chain: chain ?? id, ...simpleStay(its, opened, ended) });
    }
    after = rows.length < ROWS_AT_ONCE ? undefined : rows.at(-1)?.[0];
    yield RANGE_ROWS + PART_ROWS * rows.length + DOCUMENT_ROWS * documents;
  }
  return sum.result();
}

/** Of a labor without a past; when that was is not asked for. */
function simpleStay(quest: QuestId | null, opened: bigint, ended: bigint | null): Staying {
  const at = (place: bigint): Staying['opened'] => ({ position: positionAt(place), recordedAt: fromMs(0) });
  return { quest, past: null, opened: at(opened), closed: ended === null ? null : at(ended) };
}

/** Rows of labors that are counted with one statement: some milliseconds. */
const LABORS_AT_ONCE = 2000;
/** Labors of one read, which has a bounded time: what it has counted stays true, so that the next need not see the same state. */
const LABORS_OF_READ = 100_000;

/** Some labors by their row numbers, after `after`; `next`: what to continue after, null after the last. */
export function* readPastLabors(
  store: Store,
  at: Position,
  after: number,
): Steps<{ readonly labors: PastLabors; readonly next: number | null }> {
  const sum = new PastLaborsSum(at);
  const place = placeOrNull(at);
  const [last] = store.statement('SELECT coalesce(max(number), 0) FROM labors').get() as readonly [number];
  const groups = store.statement(
    `SELECT type, iif(ended_place <= ?, class / ${FIRST_CLOSED_CLASS}, 0) AS state, count(*), min(opened_at) FROM labors
     WHERE number > ? AND number <= ? AND has_past = 0 AND opened_place <= ? GROUP BY type, state`,
  );
  const others = store.statement('SELECT doc FROM labors WHERE number > ? AND number <= ? AND has_past = 1');
  const end = Math.min(last, after + LABORS_OF_READ);
  for (let from = after; from < end; from += LABORS_AT_ONCE) {
    const to = Math.min(end, from + LABORS_AT_ONCE);
    const counted = groups.all(place, from, to, place) as readonly (readonly [TypeName, number, number, number])[];
    for (const [type, state, labors, oldest] of counted)
      sum.count(type, stateOfClass(state * FIRST_CLOSED_CLASS), labors, fromMs(oldest));
    const rows = others.all(from, to) as readonly (readonly [string])[];
    for (const [doc] of rows) {
      const labor = decodeLabor(doc);
      sum.add(labor, labor.opened.at);
    }
    yield to - from + DOCUMENT_ROWS * rows.length;
  }
  return { labors: sum.result(), next: end < last ? end : null };
}

export function countPastHosts(store: Store, at: Position): number {
  const sql = 'SELECT count(*) FROM hosts INDEXED BY hosts_first WHERE first_place <= ?';
  return (store.statement(sql).get(placeOrNull(at)) as readonly [number])[0];
}

/**
 * Events up to the place: those of all hours that end by then, and of the others, which are few but for clocks that disagree, those
 * of the minutes that do; of the minutes left the events themselves are counted.
 */
export function countPastEvents(events: Store, at: Position): number {
  const place = placeOrNull(at);
  const whole = `SELECT coalesce(sum(events), 0) FROM event_spans WHERE length_ms = ? AND last <= ?`;
  const cut = 'SELECT span FROM event_spans WHERE length_ms = ? AND first <= ? AND last > ?';
  const numbers = (sql: string, ...values: readonly (number | bigint | null)[]) =>
    (events.statement(sql).all(...values) as readonly (readonly [number])[]).map(([number]) => number);
  let [count = 0] = numbers(whole, HOUR_MS, place);
  const perHour = HOUR_MS / MINUTE_MS;
  for (const hour of numbers(cut, HOUR_MS, place, place)) {
    const within = ' AND span >= ? AND span < ?';
    const minutes = [hour * perHour, (hour + 1) * perHour] as const;
    count += numbers(whole + within, MINUTE_MS, place, ...minutes)[0] ?? 0;
    for (const minute of numbers(cut + within, MINUTE_MS, place, place, ...minutes))
      count += countIn(events, minute, place);
  }
  return count;
}

function countIn(events: Store, minute: number, place: bigint | null): number {
  const sql = `SELECT count(*) FROM events
    WHERE place >= (SELECT first FROM event_spans WHERE length_ms = ${MINUTE_MS} AND span = ?1) AND place <= ?2
    AND recorded_at >= ?1 * ${MINUTE_MS} AND recorded_at < (?1 + 1) * ${MINUTE_MS}`;
  return (events.statement(sql).get(minute, place) as readonly [number])[0];
}
