/** A filter of hosts in the server's words. */
import {
  QUEST_HOST_STATES,
  type CursorKey,
  type HostFilter,
  type HostQuery,
  type Pattern,
  type LaborFilter,
  type QuestHostFilter,
  type QuestHostSort,
} from '#contracts';
import type { QuestId } from '#domain';
import { minuteOf } from '../documents.js';
import type { Query } from '../find.js';
import { laborQuery } from './labor-query.js';
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
export function partQuery(
  filter: Pick<HostFilter, 'quest'> & Pick<QuestHostFilter, 'host' | 'hostPrefix' | 'state'>,
  after: CursorKey | null,
): ListQuery {
  const conditions = [
    among('quest', filter.quest),
    among('state', filter.state ?? QUEST_HOST_STATES),
    namesAsked('host', filter),
  ];
  return {
    filter: { $and: conditions.filter((each) => Object.keys(each).length > 0) },
    beyond: after && beyondKey('host', after[0] ?? '', 1),
    sort: { host: 1 },
  };
}

/** Over the labors that are open in the quest; by host, each host's oldest first, and the list goes on after the host. */
export function stepQuery(
  quest: QuestId,
  filter: QuestHostFilter,
  sort: QuestHostSort,
  after: CursorKey | null,
): ListQuery {
  const { step, stepBefore } = filter;
  const open: LaborFilter = {
    ...{ state: ['open'], quest: [quest] },
    ...(step && { type: step }),
    ...(stepBefore && { openedBefore: stepBefore }),
  };
  const byHost = sort === 'host';
  const { filter: query, ...rest } = laborQuery(open, [], byHost ? 'host' : 'openedAt', byHost ? null : after);
  const named = namesAsked('host', filter);
  return {
    filter: Object.keys(named).length === 0 ? query : { $and: [query, named] },
    ...rest,
    ...(byHost && { beyond: after && beyondKey('host', after[0] ?? '', 1) }),
  };
}

export function stateAsked({ query, ...fields }: HostFilter): Query {
  const asked = fieldsAsked(fields);
  return query === undefined ? asked : { $and: [asked, queried(query)] };
}

/** The query in the server's words. */
function queried(query: HostQuery): Query {
  switch (query.is) {
    case 'all':
      return { $and: query.of.map(queried) };
    case 'any':
      return { $or: query.of.map(queried) };
    case 'not':
      return { $nor: [queried(query.of)] };
    case 'attribute':
      return among('terms', query.among);
    case 'attributeLike':
      return like('terms', query.pattern);
    case 'name':
      return among('_id', query.among);
    case 'nameLike':
      return like('_id', query.pattern);
    case 'open':
      return query.type === null ? { hasOpen: true } : { 'state.open.type': query.type };
    case 'retired':
      return { isRetired: true };
  }
}

/** `\\z`, for `$` is before a line's end at the end, too. */
function like(field: string, pattern: Pattern): Query {
  const pieces = pattern.map((piece) => piece.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&'));
  return { [field]: { $regex: `^${pieces.join('.*')}\\z`, $options: 's' } };
}

function fieldsAsked({ open, parked, retired, listed, attribute, notHeardSince }: Omit<HostFilter, 'query'>): Query {
  // indexes have it behind other fields, before the order
  const either = { isRetired: retired ?? { $in: [true, false] } };
  return {
    ...(open !== undefined && { hasOpen: open }),
    ...(parked !== undefined && { isParked: parked }),
    ...(retired !== undefined && { isRetired: retired }),
    ...(listed !== undefined && { isListed: listed, ...either }),
    ...(notHeardSince !== undefined && {
      ...either,
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
export function namesAsked(field: string, { host, hostPrefix }: Pick<HostFilter, 'host' | 'hostPrefix'>): Query {
  if (hostPrefix === undefined) return among(field, host);
  const ranges = [...new Set(hostPrefix)].map((prefix) => ({
    [field]: { $gte: prefix, $lt: prefix + AFTER_NAMES },
  }));
  const either = [...(host === undefined ? [] : [among(field, host)]), ...ranges];
  return either.length === 0 ? among(field, []) : { $or: either };
}
