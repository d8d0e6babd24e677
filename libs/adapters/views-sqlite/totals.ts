/**
 * Totals, from counters that the writes keep: nothing here reads rows in proportion to labors, hosts or events. There may be many
 * types, so they are looked at in steps.
 */
import type { QuestPhase } from '#contracts';
import type { Instant, TypeName } from '#domain';
import type { ViewsTotals } from '#ports';
import { HOUR_MS } from './event-writes.js';
import { isOpenClass, stateOfClass } from './labor-class.js';
import { fromMs, toMs } from './lists/instants.js';
import { RANGE_ROWS, type Steps } from './lists/steps.js';
import type { Store } from './store.js';

export function* readTotals(store: Store, events: Store): Steps<ViewsTotals> {
  const labors = { open: 0, completed: 0, waived: 0 };
  const counts = countsOf(store);
  for (const [, laborClass, count] of counts) labors[stateOfClass(laborClass)] += count;
  const quests: Record<QuestPhase, number> = { embarking: 0, open: 0, completed: 0, abandoned: 0, empty: 0 };
  const phases = store.statement(
    'SELECT phase, count(*) FROM quests INDEXED BY quests_phase WHERE phase IS NOT NULL GROUP BY phase',
  );
  for (const [phase, count] of phases.all() as readonly (readonly [QuestPhase, number])[]) quests[phase] = count;
  return {
    hosts: readHostCount(store),
    events: events.reading(() => readEventCount(events)),
    labors,
    quests,
    openByType: yield* openByType(store, counts),
  };
}

/** How many hosts there are: their rows are never removed, so it is the greatest number. */
export function readHostCount(store: Store): number {
  return numberOf(store, 'SELECT max(number) FROM hosts');
}

/** How many events there are: the sum of what was counted by the hour. */
export function readEventCount(events: Store): number {
  return numberOf(events, `SELECT sum(events) FROM event_spans WHERE length_ms = ${HOUR_MS}`);
}

/** From the first full hour that begins at `since` or later. */
export function eventsPerHour(
  store: Store,
  since: Instant,
): readonly { readonly hour: Instant; readonly events: number }[] {
  const rows = store
    .statement('SELECT span, events FROM event_spans WHERE length_ms = ? AND span >= ? ORDER BY span')
    .all(HOUR_MS, Math.ceil(toMs(since) / HOUR_MS)) as readonly (readonly [number, number])[];
  return rows.map(([span, events]) => ({ hour: fromMs(span * HOUR_MS), events }));
}

type Count = readonly [TypeName, laborClass: number, labors: number];

function countsOf(store: Store): readonly Count[] {
  return store
    .statement('SELECT type, class, labors FROM labor_counts WHERE labors > 0 ORDER BY type')
    .all() as Count[];
}

function* openByType(store: Store, counts: readonly Count[]): Steps<ViewsTotals['openByType']> {
  const oldest = store.statement(
    'SELECT min(opened_at) FROM labors INDEXED BY labors_type_opened WHERE type = ? AND class = ?',
  );
  const types = new Map<TypeName, { readonly open: number; readonly oldest: number }>();
  for (const [type, laborClass, count] of counts) {
    if (!isOpenClass(laborClass)) continue;
    yield RANGE_ROWS;
    const [openedAt] = oldest.get(type, laborClass) as readonly [number];
    const known = types.get(type) ?? { open: 0, oldest: Infinity };
    types.set(type, { open: known.open + count, oldest: Math.min(known.oldest, openedAt) });
  }
  return [...types].map(([type, { open, oldest: at }]) => ({ type, open, oldest: fromMs(at) }));
}

function numberOf(store: Store, sql: string): number {
  const [number] = store.statement(sql).get() as readonly [number | null];
  return number ?? 0;
}
