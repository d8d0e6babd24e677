/** What events did: the labors that name them, each kind by an index of its own, for all events in one question. */
import { followUpsOf, hostOfEvent, openingEventOf, revisionOf } from '#contracts';
import type { EventId, HostName, LaborId } from '#domain';
import { MAX_PERHAPS, type EventEffects } from '#ports';
import type { Connection } from '../connection.js';
import type { StoredEvent, StoredHost } from '../documents.js';
import type { StoredLabor } from '../labor-documents.js';
import { findAll, findByIds, type Query } from '../find.js';

/** At most this many labors that forgot events are looked at for all events. */
const MOST_LOOKED_AT = 10_000;

type Event = Pick<StoredEvent, '_id' | 'host' | 'type' | 'revision' | 'position' | 'duplicate'>;

export async function readEffects(
  connection: Connection,
  generation: number,
  list: number,
  ids: readonly EventId[],
): Promise<readonly EventEffects[]> {
  if (ids.length === 0) return [];
  // hosts first: what they have applied is in the list of events and in their labors
  const hosts = await hostsOf(connection, generation, [...new Set(ids.map(hostOfEvent))]);
  const events = new Map(
    (await findByIds(connection, connection.of<StoredEvent>('events', list), ids)).map((event) => [event._id, event]),
  );
  const found = [...events.values()];
  const [opened, closed, absorbed] = await Promise.all([
    openedBy(connection, generation, found),
    namedIn(connection, generation, 'closedAt', ({ closedAt }) => [closedAt], found),
    namedIn(
      connection,
      generation,
      'absorbed.position',
      ({ absorbed: all }) => all.map(({ position }) => position),
      found,
    ),
  ]);
  const isKnown = ({ _id, position }: Event): boolean =>
    absorbed.has(position) || opened.get(_id)?.includes(_id as string as LaborId) === true;
  const doubtful = found.filter((event) => !event.duplicate && !isKnown(event));
  const perhaps = await perhapsOn(connection, generation, doubtful);
  return ids.map((id) => {
    const event = events.get(id);
    const { applied, parked } = hosts.get(hostOfEvent(id)) ?? { applied: -1, parked: false };
    return {
      ...{ event: id, applied, parked },
      opened: opened.get(id) ?? [],
      closed: (event && closed.get(event.position)) ?? [],
      absorbed: (event && absorbed.get(event.position)) ?? [],
      perhapsAbsorbed: perhaps.get(id) ?? [],
    };
  });
}

async function hostsOf(
  connection: Connection,
  generation: number,
  names: readonly HostName[],
): Promise<ReadonlyMap<HostName, Pick<EventEffects, 'applied' | 'parked'>>> {
  const found = await findByIds(connection, connection.of<StoredHost>('hosts', generation), names, {
    'state.revision': 1,
    isParked: 1,
  });
  return new Map(found.map(({ _id, state, isParked }) => [_id, { applied: state.revision, parked: isParked }]));
}

/** Ids of labors begin with that of their event: by the index of ids. */
async function openedBy(
  connection: Connection,
  generation: number,
  events: readonly Event[],
): Promise<ReadonlyMap<EventId, LaborId[]>> {
  const byEvent = new Map<EventId, LaborId[]>();
  for (const { _id } of await ids(connection, generation, { $or: openedQueries(events) }))
    add(byEvent, openingEventOf(_id), _id);
  return byEvent;
}

/** One of them holds of each labor that one of the events opened. */
function openedQueries(events: readonly Pick<Event, '_id'>[]): readonly Query[] {
  const followUps = events.map(({ _id }) => {
    const { after, before } = followUpsOf(_id);
    return { _id: { $gt: after, $lt: before } };
  });
  return [{ _id: { $in: events.map(({ _id }) => _id) } }, ...followUps];
}

/** The labors that the events opened or closed. */
export async function readNamed(
  connection: Connection,
  generation: number,
  list: number,
  ids: readonly EventId[],
): Promise<readonly StoredLabor[]> {
  const events = await findByIds(connection, connection.of<StoredEvent>('events', list), ids, { position: 1 });
  if (events.length === 0) return [];
  const closed = { closedAt: { $in: events.map(({ position }) => position) } };
  const query = { $or: [...openedQueries(events), closed] };
  return findAll(connection, connection.of<StoredLabor>('labors', generation), query);
}

/** Where the events are named that closed a labor, or were counted on it. */
type PlaceField = 'closedAt' | 'absorbed.position';
/** With the field that was asked for. */
type Named = Pick<StoredLabor, '_id' | 'closedAt' | 'absorbed'>;

/** By the event's position. */
async function namedIn(
  connection: Connection,
  generation: number,
  field: PlaceField,
  placesIn: (labor: Named) => readonly (string | null)[],
  events: readonly Event[],
): Promise<ReadonlyMap<string, LaborId[]>> {
  const positions = new Set(events.map(({ position }) => position));
  const byPosition = new Map<string, LaborId[]>();
  for (const labor of await ids(connection, generation, { [field]: { $in: [...positions] } }, field)) {
    for (const position of placesIn(labor))
      if (position !== null && positions.has(position)) add(byPosition, position, labor._id);
  }
  return byPosition;
}

/** The labor that was open when the event came was opened by an earlier entry. */
async function perhapsOn(
  connection: Connection,
  generation: number,
  events: readonly Event[],
): Promise<ReadonlyMap<EventId, LaborId[]>> {
  const perhaps = new Map<EventId, LaborId[]>();
  if (events.length === 0) return perhaps;
  const query = { $or: events.map(({ host, type, position }) => ({ host, type, forgotten: { $gt: position } })) };
  const labors = await findAll(connection, connection.of<StoredLabor>('labors', generation), query, {
    ...{ sort: { forgotten: 1 }, limit: MOST_LOOKED_AT, projection: { host: 1, type: 1, forgotten: 1 } },
  });
  for (const { _id, host, type, revision, position } of events) {
    for (const labor of labors) {
      if (labor.host !== host || labor.type !== type || (labor.forgotten ?? '') <= position) continue;
      if (revisionOf(labor._id) >= revision || (perhaps.get(_id)?.length ?? 0) >= MAX_PERHAPS) continue;
      add(perhaps, _id, labor._id);
    }
  }
  return perhaps;
}

/** Of labors that match nothing but their ids, and the field that is asked for. */
function ids(connection: Connection, generation: number, query: Query, field?: PlaceField): Promise<readonly Named[]> {
  const projection = { _id: 1, ...(field && { [field]: 1 }) } as const;
  return findAll(connection, connection.of<StoredLabor>('labors', generation), query, { projection });
}

function add<K>(groups: Map<K, LaborId[]>, key: K, id: LaborId): void {
  const group = groups.get(key);
  if (group === undefined) groups.set(key, [id]);
  else group.push(id);
}
