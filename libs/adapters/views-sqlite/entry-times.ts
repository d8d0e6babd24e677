/** When entries were recorded: two lists that grow at their ends, by instant and by place (R11). */
import { ENTRY_TIMES_WINDOW_MS, LAST_POSITION, positionOf, START, type EntryTime, type Position } from '#contracts';
import type { Instant } from '#domain';
import { fromMs, toMs } from './lists/instants.js';
import { placeOf, positionAt } from './positions.js';
import type { Store } from './store.js';

/** Answers how many were not there, or had a greater place. */
export function writeEntryTimes(store: Store, times: readonly EntryTime[]): number {
  let changed = 0;
  const write = store.statement(`INSERT INTO entry_times VALUES (?, ?)
    ON CONFLICT (recorded_ms) DO UPDATE SET place = excluded.place WHERE excluded.place < place`);
  for (const { recordedAt, position } of times) changed += write.run(toMs(recordedAt), placeOf(position)).changes;
  return changed;
}

/** As of the port. */
export function placeBefore(store: Store, instant: Instant): Position {
  const first = store.statement('SELECT min(recorded_ms) FROM entry_times WHERE recorded_ms > ?');
  const [firstMs] = first.get(toMs(instant)) as readonly [number | null];
  if (firstMs === null) return LAST_POSITION;
  // the place in a term, so that the range of instants is read and not the list of places
  const least = store.wide('SELECT min(+place) FROM entry_times WHERE recorded_ms BETWEEN ? AND ?');
  const [place] = least.get(firstMs, firstMs + ENTRY_TIMES_WINDOW_MS) as readonly [bigint];
  return positionOf(positionAt(place) - 1n);
}

/** As of the port. */
export function instantAt(store: Store, position: Position): Instant | undefined {
  if (position === START) return undefined;
  const last = store.statement(
    'SELECT recorded_ms FROM entry_times INDEXED BY entry_times_place WHERE place <= ? ORDER BY place DESC LIMIT 1',
  );
  const found = last.get(placeOf(position)) as readonly [number] | undefined;
  if (found === undefined) return undefined;
  const [lastMs] = found;
  const greatest = store.statement(
    'SELECT max(recorded_ms) FROM entry_times NOT INDEXED WHERE recorded_ms BETWEEN ? AND ? AND place <= ?',
  );
  const [greatestMs] = greatest.get(lastMs, lastMs + ENTRY_TIMES_WINDOW_MS, placeOf(position)) as readonly [number];
  return fromMs(greatestMs);
}
