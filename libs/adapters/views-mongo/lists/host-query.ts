/** A filter of hosts in the server's words. */
import type { CursorKey, HostFilter } from '#contracts';
import { minuteOf } from '../documents.js';
import type { Query } from '../find.js';
import { among, beyondKey, type ListQuery } from './page.js';

/** Comes after every character of a host's name. */
const AFTER_NAMES = '\u007f';

export function hostQuery(filter: HostFilter, after: CursorKey | null): ListQuery {
  const conditions = [namesAsked('_id', filter), stateAsked(filter)].filter((each) => Object.keys(each).length > 0);
  return {
    filter: conditions.length === 0 ? {} : { $and: conditions },
    beyond: after && beyondKey('_id', after[0] ?? '', 1),
    sort: { _id: 1 },
  };
}

/** Over the quests' parts, which are in the order of hosts. */
export function partQuery(filter: HostFilter, after: CursorKey | null): ListQuery {
  return {
    filter: { $and: [among('quest', filter.quest), namesAsked('host', filter)] },
    beyond: after && beyondKey('host', after[0] ?? '', 1),
    sort: { host: 1 },
  };
}

export function stateAsked({ open, parked, retired, attribute, notHeardSince }: HostFilter): Query {
  return {
    ...(open !== undefined && { hasOpen: open }),
    ...(parked !== undefined && { isParked: parked }),
    ...(retired !== undefined && { isRetired: retired }),
    ...(notHeardSince !== undefined && {
      // the index of minutes begins with it
      isRetired: retired ?? { $in: [true, false] },
      heardMinute: { $lte: minuteOf(notHeardSince) },
      heardAt: { $lt: notHeardSince },
    }),
    ...(attribute !== undefined && termsAsked(attribute)),
  };
}

/** All of them; none of none. */
function termsAsked(terms: readonly string[]): Query {
  return terms.length === 0 ? among('terms', []) : { $and: terms.map((term) => ({ terms: term })) };
}

/** The filter's condition on the name in `field`: one of the names, or one of the prefixes. */
function namesAsked(field: string, { host, hostPrefix }: HostFilter): Query {
  if (hostPrefix === undefined) return among(field, host);
  const ranges = [...new Set(hostPrefix)].map((prefix) => ({
    [field]: { $gte: prefix, $lt: prefix + AFTER_NAMES },
  }));
  const either = [...(host === undefined ? [] : [among(field, host)]), ...ranges];
  return either.length === 0 ? among(field, []) : { $or: either };
}
