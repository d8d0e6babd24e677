/** What events did: the labors that name them, each kind by an index of its own. */
import { followUpsOf, hostOfEvent, revisionOf, type EventDocument } from '#contracts';
import type { EventId, HostName, LaborId } from '#domain';
import { MAX_PERHAPS, type EventEffects } from '#ports';
import { HOST_REVISION } from '../documents.js';
import { placeOf } from '../positions.js';
import type { Store } from '../store.js';
import { eventOf } from './host-events.js';
import { DOCUMENT_ROWS, RANGE_ROWS, type Steps } from './steps.js';

/** At most this many labors of the event's type that were open later are looked at. */
const MOST_LOOKED_AT = 1000;

type Labors = Pick<EventEffects, 'opened' | 'closed' | 'absorbed' | 'perhapsAbsorbed'>;
const NOTHING: Labors = { opened: [], closed: [], absorbed: [], perhapsAbsorbed: [] };

/** `events`: the file of events. */
export function* readEffects(store: Store, events: Store, ids: readonly EventId[]): Steps<readonly EventEffects[]> {
  const effects: EventEffects[] = [];
  // hosts first: what they have applied is in their labors
  const hosts = yield* appliedOf(store, new Set(ids.map(hostOfEvent)));
  for (const id of ids) {
    const applied = hosts.get(hostOfEvent(id)) ?? { applied: -1, parked: false };
    const event = events.reading(() => eventOf(events, id));
    yield DOCUMENT_ROWS + RANGE_ROWS;
    const labors = event === undefined ? NOTHING : laborsOf(store, event);
    yield 5 * RANGE_ROWS + labors.opened.length + labors.closed.length;
    effects.push({ event: id, ...applied, ...labors });
  }
  return effects;
}

type Applied = Pick<EventEffects, 'applied' | 'parked'>;

/** Of the hosts that there are, each once: many events may be one's, and its document has all that is open on it. */
function* appliedOf(store: Store, hosts: Iterable<HostName>): Steps<ReadonlyMap<HostName, Applied>> {
  const found = new Map<HostName, Applied>();
  const find = store.statement(`SELECT ${HOST_REVISION}, parked IS NOT NULL FROM hosts WHERE host = ?`);
  for (const host of hosts) {
    const row = find.get(host) as readonly [number, 0 | 1] | undefined;
    if (row !== undefined) found.set(host, { applied: row[0], parked: row[1] === 1 });
    yield DOCUMENT_ROWS;
  }
  return found;
}

function laborsOf(store: Store, event: EventDocument): Labors {
  const place = placeOf(event.position);
  const absorbed = idsOf(
    store,
    `SELECT l.id FROM absorptions a INDEXED BY absorptions_place JOIN labors l ON l.number = a.labor WHERE a.place = ?`,
    place,
  );
  const { opened, closed } = namedBy(store, event);
  // a follow-up is another's
  const isKnown = opened[0] === (event.id as string) || absorbed.length > 0;
  return {
    opened,
    closed,
    absorbed,
    perhapsAbsorbed: isKnown || event.duplicate ? [] : perhaps(store, event, place),
  };
}

/** The labors that the event opened, its own first, and those that it closed. */
export function namedBy(
  store: Store,
  { id, position }: Pick<EventDocument, 'id' | 'position'>,
): Pick<EventEffects, 'opened' | 'closed'> {
  const own = idsOf(store, 'SELECT id FROM labors INDEXED BY labors_id WHERE id = ?', id);
  const { after, before } = followUpsOf(id);
  const followUps = idsOf(store, 'SELECT id FROM labors INDEXED BY labors_id WHERE id > ? AND id < ?', after, before);
  const closing = 'SELECT id FROM labors INDEXED BY labors_closed_place WHERE closed_place = ?';
  return { opened: [...own, ...followUps], closed: idsOf(store, closing, placeOf(position)) };
}

function idsOf(store: Store, sql: string, ...values: readonly (string | bigint)[]): readonly LaborId[] {
  return (store.statement(sql).all(...values) as readonly (readonly [LaborId])[]).map(([labor]) => labor);
}

/** The labor that was open when the event came was opened by an earlier entry. */
function perhaps(store: Store, { host, type, revision }: EventDocument, place: bigint): readonly LaborId[] {
  const rows = store
    .statement(
      `SELECT id FROM labors INDEXED BY labors_forgotten WHERE host = ? AND type = ? AND forgotten > ?
       ORDER BY forgotten LIMIT ${MOST_LOOKED_AT}`,
    )
    .all(host, type, place) as readonly (readonly [LaborId])[];
  return rows
    .map(([id]) => id)
    .filter((id) => revisionOf(id) < revision)
    .slice(0, MAX_PERHAPS);
}
