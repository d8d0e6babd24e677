/** Lists of events, by their place in the journal. */
import {
  positionInKey,
  START,
  type CursorKey,
  type EventDocument,
  type EventFilter,
  type EventSort,
  type Page,
  type PageRequest,
} from '#contracts';
import { decodeEvent, textOf } from '../documents.js';
import { HOUR_MS, MINUTE_MS } from '../event-writes.js';
import { LAST_PLACE, placeOf, positionAt } from '../positions.js';
import type { Store } from '../store.js';
import { hostRanges } from './host-events.js';
import { toMs } from './instants.js';
import { distinct, readPage } from './page.js';
import { readEventCount } from '../totals.js';
import { equal, indexedBy, oneOf, type Condition, type KeyPart, type Range, type Within } from './ranges.js';
import type { Steps } from './steps.js';

export function* listEvents(
  store: Store,
  filter: EventFilter,
  request: PageRequest<EventSort>,
): Steps<Page<EventDocument>> {
  const { ranges, led } = yield* leadOf(store, filter);
  const within = placesOf(store, filter);
  const list = {
    table: 'events',
    row: 'place',
    order: { keys: ['place'], descending: request.sort === '-position' },
    ranges: within === undefined ? [] : ranges.map((range) => ({ ...range, within })),
    residual: residualOf(filter, led),
    wide: true,
  };
  const load = store.statement('SELECT doc FROM events WHERE place = ?');
  const all = Object.values(filter).every((value) => value === undefined);
  return yield* readPage(
    store,
    {
      list,
      fromKey: ([position]: CursorKey): readonly KeyPart[] => [placeOf(positionInKey(position))],
      toKey: ([place]): CursorKey => [textOf(positionAt(place as bigint))],
      load: ([place]) => decodeEvent((load.get(place) as readonly [string])[0]),
      total: all && request.count !== false ? readEventCount(store) : undefined,
    },
    request,
  );
}

interface Lead {
  readonly ranges: readonly Range[];
  readonly led: readonly (keyof EventFilter)[];
}

function* leadOf(store: Store, filter: EventFilter): Steps<Lead> {
  const { host, key, type, category, by, principal, quest } = filter;
  const ranges = (index: string, column: string, values: readonly (string | number)[]): readonly Range[] =>
    distinct(values).map((value) => ({ index: indexedBy(`events_${index}`), where: [equal(column, value)] }));
  if (key !== undefined) return { ranges: ranges('key', 'key', key), led: ['key'] };
  if (host !== undefined) {
    const ofHosts = yield* hostRanges(store, distinct(host), category && distinct(category));
    if (ofHosts !== undefined) return { ranges: ofHosts, led: ['host', 'category'] };
  }
  if (quest !== undefined) return { ranges: ranges('quest', 'quest', quest), led: ['quest'] };
  if (type !== undefined) return { ranges: ranges('type', 'type', type), led: ['type'] };
  if (category !== undefined) {
    yield category.length;
    return { ranges: ranges('type', 'type', typesOf(store, category)), led: [] };
  }
  if (by !== undefined) return { ranges: ranges('reporter', 'reporter', by), led: ['by'] };
  if (principal !== undefined) return { ranges: ranges('principal', 'principal', principal), led: ['principal'] };
  return { ranges: [{ index: '', where: [] }], led: [] };
}

function typesOf(store: Store, categories: readonly string[]): readonly string[] {
  const find = store.statement('SELECT type FROM event_types WHERE category IN (SELECT value FROM json_each(?))');
  const rows = find.all(JSON.stringify(categories));
  return (rows as readonly (readonly [string])[]).map(([type]) => type);
}

function residualOf(filter: EventFilter, led: readonly (keyof EventFilter)[]): readonly Condition[] {
  const columns = [
    ['host', 'host'],
    ['key', 'key'],
    ['type', 'type'],
    ['category', 'category'],
    ['by', 'reporter'],
    ['principal', 'principal'],
    ['quest', 'quest'],
  ] as const;
  const conditions: Condition[] = [];
  for (const [field, column] of columns) {
    const values = filter[field];
    if (values !== undefined && !led.includes(field)) conditions.push(oneOf(column, distinct<string | number>(values)));
  }
  const { since, until } = filter;
  if (since !== undefined) conditions.push({ sql: 'recorded_at >= ?', values: [toMs(since)] });
  if (until !== undefined) conditions.push({ sql: 'recorded_at < ?', values: [toMs(until)] });
  return conditions;
}

/** Between which places all lies that passes the filter's times and position; undefined where nothing does. */
function placesOf(store: Store, { since, until, afterPosition }: EventFilter): Within | undefined {
  let from: bigint | undefined;
  let before: bigint | undefined;
  if (since !== undefined) {
    const first = edgeOf(store, 'min(first)', '>=', toMs(since));
    if (first === undefined) return undefined;
    from = first;
  }
  if (until !== undefined) {
    const last = edgeOf(store, 'max(last)', '<=', toMs(until) - 1);
    if (last === undefined) return undefined;
    // past the last place there is no number, and no need of a bound
    before = last === LAST_PLACE ? undefined : last + 1n;
  }
  if (afterPosition !== undefined && afterPosition !== START) {
    const place = placeOf(afterPosition);
    if (place === LAST_PLACE) return undefined;
    const next = place + 1n;
    if (from === undefined || next > from) from = next;
  }
  return { from, before };
}

/**
 * The least or greatest place of events recorded in the minute of `timeMs` and in its hour, and in the hours beyond it:
 * places and times go together but for clocks that disagree, so that little is read in vain.
 */
function edgeOf(store: Store, edge: 'min(first)' | 'max(last)', side: '>=' | '<=', timeMs: number): bigint | undefined {
  const hour = Math.floor(timeMs / HOUR_MS);
  const minute = Math.floor(timeMs / MINUTE_MS);
  const perHour = HOUR_MS / MINUTE_MS;
  const inHour = [hour * perHour, (hour + 1) * perHour - 1] as const;
  const beyond = store.wide(`SELECT ${edge} FROM event_spans WHERE length_ms = ? AND span ${side[0] ?? ''} ?`);
  const within = store.wide(`SELECT ${edge} FROM event_spans WHERE length_ms = ? AND span BETWEEN ? AND ?`);
  const [first, last] = side === '>=' ? [minute, inHour[1]] : [inHour[0], minute];
  const edges = [beyond.get(HOUR_MS, hour), within.get(MINUTE_MS, first, last)]
    .map((row) => (row as readonly [bigint | null])[0])
    .filter((place) => place !== null);
  if (edges.length === 0) return undefined;
  return edges.reduce((a, b) => (a < b === (side === '>=') ? a : b));
}
