/** Lists of events, by their place in the journal; the newest of each category on a host. */
import type { EventDocument, EventFilter, EventSort, Page, PageRequest } from '#contracts';
import type { HostName } from '#domain';
import type { Connection } from '../connection.js';
import { decodeEvent, type StoredEvent } from '../documents.js';
import { findAll } from '../find.js';
import { positionFrom } from '../positions.js';
import { eventQuery } from './event-query.js';
import { among, readPage } from './page.js';
import { placesOf } from './places.js';

export async function listEvents(
  connection: Connection,
  list: number,
  filter: EventFilter,
  request: PageRequest<EventSort>,
): Promise<Page<EventDocument>> {
  const places = await placesOf(connection, list, filter);
  const query = eventQuery(filter, places, request.sort, request.after);
  return readPage(connection, connection.of<StoredEvent>('events', list), query, request, {
    toKey: ({ position }) => [positionFrom(position).toString()],
    load: (events) => events.map(decodeEvent),
  });
}

/** The newest of each category, by category: found in an index that holds the host, the place and the category. */
export async function lastByCategory(
  connection: Connection,
  list: number,
  host: HostName,
  limit: number,
): Promise<readonly EventDocument[]> {
  const events = connection.of<StoredEvent>('events', list);
  const newest = await connection.run(() =>
    events
      .aggregate<{ readonly position: string }>(
        [
          { $match: { host } },
          { $sort: { position: -1 } },
          { $group: { _id: '$category', position: { $first: '$position' } } },
          { $sort: { _id: 1 } },
          { $limit: limit },
        ],
        connection.limits,
      )
      .toArray(),
  );
  const query = {
    host,
    ...among(
      'position',
      newest.map(({ position }) => position),
    ),
  };
  const found = await findAll(connection, events, query, { limit });
  return found.map(decodeEvent).sort((a, b) => (a.category < b.category ? -1 : 1));
}
