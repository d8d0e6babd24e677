/** A filter of quests in the server's words. Only quests that were accepted have a phase, which every query names. */
import type { CursorKey, QuestFilter, QuestPhase, QuestSort } from '#contracts';
import type { QuestId } from '#domain';
import { dueOf } from '../quest-documents.js';
import { dueBefore, UNDER_WAY } from './overdue.js';
import { among, beyondKey, type ListQuery } from './page.js';

const PHASES: readonly QuestPhase[] = ['embarking', 'open', 'completed', 'abandoned', 'empty'];

/** `ofHosts` are the quests in which one of the filter's hosts has a part; undefined where it names none. */
export function questQuery(
  filter: QuestFilter,
  ofHosts: readonly QuestId[] | undefined,
  sort: QuestSort,
  after: CursorKey | null,
): ListQuery {
  const { state = PHASES, creator, type, overdue } = filter;
  const conditions = [
    among('phase', overdue?.is === true ? state.filter((phase) => UNDER_WAY.includes(phase)) : state),
    among('record.state.creator', creator),
    among('record.state.type', type),
    among('_id', ofHosts),
    overdue === undefined ? {} : overdue.is ? { due: { $lt: overdue.now } } : { $nor: [dueBefore(overdue.now)] },
  ].filter((condition) => Object.keys(condition).length > 0);
  return { filter: { $and: conditions }, ...orderOf(sort, after) };
}

function orderOf(sort: QuestSort, after: CursorKey | null): Pick<ListQuery, 'sort' | 'beyond'> {
  if (sort === 'target') {
    // a quest without a target has an empty one in its key
    const [target = '', quest] = after ?? [];
    const due = dueOf(target === '' ? null : target, Number(quest));
    return { sort: { due: 1 }, beyond: after && beyondKey('due', due, 1) };
  }
  const direction = sort === 'id' ? 1 : -1;
  return { sort: { _id: direction }, beyond: after && beyondKey('_id', Number(after[0]), direction) };
}
