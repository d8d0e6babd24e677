/**
 * Totals. How many documents a collection holds the server knows without reading; of labors only the open ones and the
 * waived are counted, from an index alone, and the completed are the rest.
 */
import type { QuestPhase } from '#contracts';
import type { Instant, TypeName } from '#domain';
import type { ViewsTotals } from '#ports';
import type { Connection } from './connection.js';
import type { StoredEvent } from './documents.js';
import type { StoredLabor } from './labor-documents.js';
import { HOUR_MS } from './event-writes.js';
import type { CollectionKind } from './layout.js';
import { placesQuery } from './lists/event-query.js';
import { countAll } from './lists/page.js';
import { placesOf } from './lists/places.js';
import type { StoredQuest } from './quest-documents.js';

export async function readTotals(connection: Connection, generation: number, list: number): Promise<ViewsTotals> {
  const labors = connection.of<StoredLabor>('labors', generation);
  const [hosts, events, allLabors, waived, phases, openByType] = await Promise.all([
    sizeOf(connection, 'hosts', generation),
    sizeOf(connection, 'events', list),
    sizeOf(connection, 'labors', generation),
    countAll(connection, labors, { state: 'waived' }),
    countPhases(connection, generation),
    readOpenByType(connection, generation),
  ]);
  const open = openByType.reduce((sum, each) => sum + each.open, 0);
  const quests: Record<QuestPhase, number> = { embarking: 0, open: 0, completed: 0, abandoned: 0, empty: 0 };
  for (const { _id, quests: count } of phases) quests[_id] = count;
  return {
    hosts,
    events,
    // the three numbers are of slightly different moments
    labors: { open, completed: Math.max(0, allLabors - open - waived), waived },
    quests,
    openByType,
  };
}

async function sizeOf(connection: Connection, kind: CollectionKind, number: number): Promise<number> {
  return connection.run(() => connection.of(kind, number).estimatedDocumentCount());
}

async function countPhases(
  connection: Connection,
  generation: number,
): Promise<readonly { readonly _id: QuestPhase; readonly quests: number }[]> {
  const quests = connection.of<StoredQuest>('quests', generation);
  return connection.run(() =>
    quests
      .aggregate<{
        readonly _id: QuestPhase;
        readonly quests: number;
      }>([{ $match: { phase: { $gte: '' } } }, { $group: { _id: '$phase', quests: { $sum: 1 } } }], connection.limits)
      .toArray(),
  );
}

async function readOpenByType(connection: Connection, generation: number): Promise<ViewsTotals['openByType']> {
  const labors = connection.of<StoredLabor>('labors', generation);
  const groups = await connection.run(() =>
    labors
      .aggregate<{ readonly _id: TypeName; readonly open: number; readonly oldest: string }>(
        [
          { $match: { state: 'open' } },
          { $group: { _id: '$type', open: { $sum: 1 }, oldest: { $min: '$openedKey' } } },
          { $sort: { _id: 1 } },
        ],
        connection.limits,
      )
      .toArray(),
  );
  return groups.map(({ _id, open, oldest }) => ({
    type: _id,
    open,
    // the key begins with the instant
    oldest: oldest.slice(0, oldest.indexOf(' ')) as Instant,
  }));
}

const HOUR_DIGITS = 'yyyy-mm-ddThh'.length;

/** From the first full hour that begins at `since` or later; read from an index that holds place and instant. */
export async function eventsPerHour(
  connection: Connection,
  list: number,
  since: Instant,
): Promise<readonly { readonly hour: Instant; readonly events: number }[]> {
  const firstMs = Math.ceil(Date.parse(since) / HOUR_MS) * HOUR_MS;
  const first = new Date(firstMs).toISOString() as Instant;
  const places = await placesOf(connection, list, { since: first });
  if (places === null) return [];
  const events = connection.of<StoredEvent>('events', list);
  const groups = await connection.run(() =>
    events
      .aggregate<{ readonly _id: string; readonly events: number }>(
        [
          { $match: { $and: [placesQuery(places), { recordedAt: { $gte: first } }] } },
          { $group: { _id: { $substrBytes: ['$recordedAt', 0, HOUR_DIGITS] }, events: { $sum: 1 } } },
          { $sort: { _id: 1 } },
        ],
        connection.limits,
      )
      .toArray(),
  );
  return groups.map(({ _id, events: count }) => ({ hour: `${_id}:00:00.000Z` as Instant, events: count }));
}
