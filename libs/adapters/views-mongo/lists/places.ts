/**
 * Where in the journal the events of a time lie. Places and times go together but for clocks that disagree, so that lists
 * in the order of places read little in vain.
 */
import type { EventFilter } from '#contracts';
import type { Connection } from '../connection.js';
import { HOUR_MS, MINUTE_MS, type StoredSpan } from '../event-writes.js';
import type { Places } from './event-query.js';

/** Null where nothing was recorded in that time. */
export async function placesOf(
  connection: Connection,
  list: number,
  { since, until }: Pick<EventFilter, 'since' | 'until'>,
): Promise<Places | null> {
  const [first, last] = await Promise.all([
    since === undefined ? null : edgeOf(connection, list, 'first', Date.parse(since)),
    until === undefined ? null : edgeOf(connection, list, 'last', Date.parse(until) - 1),
  ]);
  return first === undefined || last === undefined ? null : { first, last };
}

/** The first place of those recorded in the minute of `timeMs`, later in its hour, or in later hours; the last likewise. */
async function edgeOf(
  connection: Connection,
  list: number,
  edge: 'first' | 'last',
  timeMs: number,
): Promise<string | undefined> {
  const hour = Math.floor(timeMs / HOUR_MS);
  const minute = Math.floor(timeMs / MINUTE_MS);
  const perHour = HOUR_MS / MINUTE_MS;
  const [hours, minutes] =
    edge === 'first'
      ? [{ $gt: hour }, { $gte: minute, $lt: (hour + 1) * perHour }]
      : [{ $lt: hour }, { $gte: hour * perHour, $lte: minute }];
  const spans = connection.of<StoredSpan>('event_spans', list);
  const group = { _id: null, edge: edge === 'first' ? { $min: '$first' } : { $max: '$last' } };
  const [found] = await connection.run(() =>
    spans
      .aggregate<{ readonly edge: string }>(
        [
          {
            $match: {
              $or: [
                { length: 'hour', span: hours },
                { length: 'minute', span: minutes },
              ],
            },
          },
          { $group: group },
        ],
        connection.limits,
      )
      .toArray(),
  );
  return found?.edge;
}
