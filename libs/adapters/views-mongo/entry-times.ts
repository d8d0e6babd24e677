/**
 * When entries were recorded (R11): a document for each second in which some were. What is stored only shrinks, so that any number
 * of writers may repeat it in any order.
 */
import type { AnyBulkWriteOperation, Document } from 'mongodb';
import { ENTRY_TIMES_WINDOW_MS, LAST_POSITION, positionOf, START, type EntryTime, type Position } from '#contracts';
import type { Instant } from '#domain';
import type { Connection } from './connection.js';
import { findAll } from './find.js';
import { positionFrom, textOf } from './positions.js';

/** Of one second. */
export interface StoredTimes extends Document {
  /** Seconds since 1970. */
  readonly _id: number;
  /** The least place of an entry recorded in it. */
  readonly least: string;
  /** Of each millisecond of it in which entries were recorded, by its number within the second. */
  readonly places: Readonly<Record<string, string>>;
}

const SECOND_MS = 1000;
const WINDOW_S = Math.ceil(ENTRY_TIMES_WINDOW_MS / SECOND_MS);

export async function writeEntryTimes(
  connection: Connection,
  list: number,
  times: readonly EntryTime[] = [],
): Promise<void> {
  const seconds = new Map<number, Record<string, string>>();
  for (const { recordedAt, position } of times) {
    const ms = Date.parse(recordedAt);
    const second = Math.floor(ms / SECOND_MS);
    const least = seconds.get(second) ?? {};
    seconds.set(second, least);
    const place = textOf(position);
    for (const field of ['least', `places.${ms - second * SECOND_MS}`])
      if (!(field in least) || place < (least[field] ?? '')) least[field] = place;
  }
  const writes = [...seconds].map(([_id, least]): AnyBulkWriteOperation<StoredTimes> => ({
    updateOne: { filter: { _id }, update: { $min: least }, upsert: true },
  }));
  await connection.upsert(timesOf(connection, list), writes);
}

/** As of the port. */
export async function placeBefore(connection: Connection, list: number, instant: Instant): Promise<Position> {
  const times = timesOf(connection, list);
  const afterMs = Date.parse(instant);
  const next = { _id: { $gte: Math.floor(afterMs / SECOND_MS) } };
  // in the instant's own second there may be nothing after it
  const seconds = await findAll(connection, times, next, { sort: { _id: 1 }, limit: 2 });
  const later = seconds.flatMap((second) => entriesOf(second).filter(([ms]) => ms > afterMs));
  const [firstMs] = later[0] ?? [];
  if (firstMs === undefined) return LAST_POSITION;
  const last = Math.max(...seconds.map(({ _id }) => _id));
  const window = { _id: { $gt: last, $lte: Math.floor(firstMs / SECOND_MS) + WINDOW_S } };
  const others = await findAll(connection, times, window, { projection: { least: 1 } });
  const inWindow = later.filter(([ms]) => ms <= firstMs + ENTRY_TIMES_WINDOW_MS).map(([, place]) => place);
  const [least = ''] = [...inWindow, ...others.map((each) => each.least)].sort();
  return positionOf(positionFrom(least) - 1n);
}

/** As of the port. */
export async function instantAt(
  connection: Connection,
  list: number,
  position: Position,
): Promise<Instant | undefined> {
  if (position === START) return undefined;
  const times = timesOf(connection, list);
  const place = textOf(position);
  const before = { least: { $lte: place } };
  const [found] = await findAll(connection, times, before, { sort: { least: -1 }, limit: 1, projection: { _id: 1 } });
  if (found === undefined) return undefined;
  const window = { ...before, _id: { $gte: found._id, $lte: found._id + WINDOW_S } };
  const [second] = await findAll(connection, times, window, { sort: { _id: -1 }, limit: 1 });
  const greatest = second && entriesOf(second).findLast(([, least]) => least <= place);
  return greatest && (new Date(greatest[0]).toISOString() as Instant);
}

/** Each millisecond, ascending, and its least place. */
function entriesOf({ _id, places }: StoredTimes): readonly (readonly [ms: number, place: string])[] {
  const entries = Object.entries(places).map(([ms, place]) => [_id * SECOND_MS + Number(ms), place] as const);
  return entries.sort(([one], [other]) => one - other);
}

function timesOf(connection: Connection, list: number) {
  return connection.of<StoredTimes>('entry_times', list);
}
