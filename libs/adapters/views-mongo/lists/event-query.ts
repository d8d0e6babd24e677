/** A filter of events in the server's words. */
import { positionInKey, START, type CursorKey, type EventFilter, type EventSort } from '#contracts';
import type { Query } from '../find.js';
import { textOf } from '../positions.js';
import { among, beyondKey, type ListQuery } from './page.js';

/** Between which places all lies that was recorded in the filter's time: null on a side that it does not bound. */
export interface Places {
  readonly first: string | null;
  readonly last: string | null;
}

/** `places` is null where nothing was recorded in the filter's time. */
export function eventQuery(
  filter: EventFilter,
  places: Places | null,
  sort: EventSort,
  after: CursorKey | null,
): ListQuery {
  const { host, key, type, category, by, principal, quest, afterPosition } = filter;
  const conditions = [
    among('host', host),
    among('key', key),
    among('type', type),
    among('category', category),
    among('by', by),
    among('principal', principal),
    among('quest', quest),
    recorded(filter),
    places === null ? among('position', []) : placesQuery(places),
    afterPosition === undefined || afterPosition === START ? {} : { position: { $gt: textOf(afterPosition) } },
  ].filter((condition) => Object.keys(condition).length > 0);
  const direction = sort === 'position' ? 1 : -1;
  return {
    filter: conditions.length === 0 ? {} : { $and: conditions },
    beyond: after && beyondKey('position', textOf(positionInKey(after[0])), direction),
    sort: { position: direction },
  };
}

export function placesQuery({ first, last }: Places): Query {
  if (first === null && last === null) return {};
  return { position: { ...(first !== null && { $gte: first }), ...(last !== null && { $lte: last }) } };
}

function recorded({ since, until }: EventFilter): Query {
  if (since === undefined && until === undefined) return {};
  return { recordedAt: { ...(since !== undefined && { $gte: since }), ...(until !== undefined && { $lt: until }) } };
}
