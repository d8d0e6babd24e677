/** A filter of labors in the server's words. Every query names the states, with which every index begins. */
import type { ActingUser, CursorKey, LaborDocument, LaborFilter, LaborSort } from '#contracts';
import type { QuestId } from '#domain';
import { openedKeyOf } from '../labor-documents.js';
import type { Query } from '../find.js';
import { among, beyondKey, type ListQuery } from './page.js';

const STATES: readonly LaborDocument['state'][] = ['open', 'completed', 'waived'];

/** `overdueIn` are the quests that are overdue at the filter's instant; asked for where the filter says so. */
export function laborQuery(
  filter: LaborFilter,
  overdueIn: readonly QuestId[],
  sort: LaborSort,
  after: CursorKey | null,
): ListQuery {
  const { type, host, chain, assignee, principal, acked, actor, closedSince, overdue, stranded } = filter;
  const conditions: readonly Query[] = [
    among('state', statesOf(filter)),
    among('quest', questsOf(filter, overdueIn)),
    among('type', type),
    among('host', host),
    among('chain', chain),
    among('assignee', assignee),
    among('principals', principal),
    among('actors', actor),
    acked === undefined ? {} : { ack: acked ? { $ne: null } : null },
    openedWithin(filter),
    closedSince === undefined ? {} : { 'closed.at': { $gte: closedSince } },
    overdue?.is === false ? noneOpen('quest', overdueIn) : {},
    stranded === undefined ? {} : stranded.is ? among('type', stranded.types) : noneOpen('type', stranded.types),
    filter.for === undefined ? {} : turnOf(filter.for),
  ].filter((condition) => Object.keys(condition).length > 0);
  return { filter: { $and: conditions }, ...orderOf(sort, after) };
}

function statesOf({
  state = STATES,
  closedSince,
  overdue,
  stranded,
  for: user,
}: LaborFilter): readonly LaborDocument['state'][] {
  const onlyOpen = overdue?.is === true || stranded?.is === true || user !== undefined;
  return state.filter((each) => (each === 'open' ? closedSince === undefined : !onlyOpen));
}

/** A labor in no quest has null there. */
function questsOf(
  { quest, overdue }: LaborFilter,
  overdueIn: readonly QuestId[],
): readonly (QuestId | null)[] | undefined {
  const asked = quest?.map((each) => (each === 'none' ? null : each));
  if (overdue?.is !== true) return asked;
  return asked === undefined ? overdueIn : asked.filter((each) => each !== null && overdueIn.includes(each));
}

/** Of the key, which begins with the instant. */
export function openedWithin({ openedSince, openedBefore }: Pick<LaborFilter, 'openedSince' | 'openedBefore'>): Query {
  if (openedSince === undefined && openedBefore === undefined) return {};
  return {
    openedKey: {
      ...(openedSince !== undefined && { $gte: openedSince }),
      ...(openedBefore !== undefined && { $lt: openedBefore }),
    },
  };
}

function noneOpen(field: string, values: readonly unknown[]): Query {
  const state: LaborDocument['state'] = 'open';
  return values.length === 0 ? {} : { $nor: [{ state, ...among(field, values) }] };
}

function turnOf({ user, hosts, quests }: ActingUser): Query {
  const byActors = [
    { actors: 'owner', ...among('host', hosts) },
    { actors: 'creator', ...among('quest', quests) },
  ];
  return { $or: [{ assignee: user }, ...byActors.map((each) => ({ assignee: null, ...each }))] };
}

function orderOf(sort: LaborSort, after: CursorKey | null): Pick<ListQuery, 'sort' | 'beyond'> {
  if (sort !== 'host') {
    const direction = sort === 'openedAt' ? 1 : -1;
    const [openedAt = '', id = ''] = after ?? [];
    return {
      sort: { openedKey: direction },
      beyond: after && beyondKey('openedKey', openedKeyOf(openedAt, id), direction),
    };
  }
  const [host = '', openedAt = '', id = ''] = after ?? [];
  const rest = { $or: [{ host: { $gt: host } }, { openedKey: { $gt: openedKeyOf(openedAt, id) } }] };
  return {
    sort: { host: 1, openedKey: 1 },
    // the first condition bounds the index, the second skips that host's labors shown already
    beyond: after && { host: { $gte: host }, ...rest },
  };
}
