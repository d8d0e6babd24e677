/** Lists of quests that were accepted, by number or by target. */
import type { CursorKey, Page, PageRequest, QuestDocument, QuestFilter, QuestPhase, QuestSort } from '#contracts';
import { NO_TARGET, QUEST_COLUMNS, toQuest, type QuestRow } from '../quest-writes.js';
import type { Store } from '../store.js';
import { fromMs, toMs } from './instants.js';
import { UNDER_WAY } from './overdue.js';
import { distinct, readPage } from './page.js';
import { equal, indexedBy, oneOf, type Condition, type KeyPart, type Order, type Range } from './ranges.js';

const PHASES: readonly QuestPhase[] = ['embarking', 'open', 'completed', 'abandoned', 'empty'];

export function listQuests(store: Store, filter: QuestFilter, request: PageRequest<QuestSort>): Page<QuestDocument> {
  const byTarget = request.sort === 'target';
  const order: Order = byTarget
    ? { keys: ['target', 'quest'], descending: false }
    : { keys: ['quest'], descending: request.sort === '-id' };
  const list = {
    table: 'quests',
    row: 'quest',
    order,
    ranges: rangesOf(filter, byTarget),
    residual: residualOf(filter),
    wide: false,
  };
  const find = store.statement(`SELECT ${QUEST_COLUMNS} FROM quests WHERE quest = ?`);
  const load = ([quest]: readonly [KeyPart, ...KeyPart[]]) => toQuest(find.get(quest) as QuestRow);
  return readPage(store, { list, ...(byTarget ? TARGET_CURSOR : ID_CURSOR), load }, request);
}

const ID_CURSOR = {
  fromKey: ([quest]: CursorKey): readonly KeyPart[] => [Number(quest)],
  toKey: ([quest]: readonly KeyPart[]): CursorKey => [String(quest)],
};

/** Quests without a target come last; their key is empty. */
const TARGET_CURSOR = {
  fromKey: ([target = '', quest]: CursorKey): readonly KeyPart[] => [
    target === '' ? NO_TARGET : toMs(target),
    Number(quest),
  ],
  toKey: ([target, quest]: readonly KeyPart[]): CursorKey => [
    target === NO_TARGET ? '' : fromMs(Number(target)),
    String(quest),
  ],
};

/** In each index of quests the phase follows, which has few values. */
function rangesOf(filter: QuestFilter, byTarget: boolean): readonly Range[] {
  const { state, creator, type, overdue } = filter;
  const phases = PHASES.filter(
    (phase) => (state?.includes(phase) ?? true) && (overdue?.is !== true || UNDER_WAY.includes(phase)),
  );
  const suffix = byTarget ? '_target' : '';
  const by = (index: string, column: string, values: readonly string[]): readonly Range[] =>
    distinct(values).flatMap((value) =>
      phases.map((phase) => ({
        index: indexedBy(`quests_${index}${suffix}`),
        where: [equal(column, value), equal('phase', phase)],
      })),
    );
  if (creator !== undefined) return by('creator', 'creator', creator);
  if (type !== undefined) return by('type', 'type', type);
  return phases.map((phase) => ({ index: indexedBy(`quests_phase${suffix}`), where: [equal('phase', phase)] }));
}

function residualOf({ creator, type, host, overdue }: QuestFilter): readonly Condition[] {
  const conditions: Condition[] = [];
  if (creator !== undefined && type !== undefined) conditions.push(oneOf('type', type));
  if (host !== undefined) conditions.push(hasPart(host));
  if (overdue?.is === true) conditions.push({ sql: '+target < ?', values: [toMs(overdue.now)] });
  if (overdue?.is === false) {
    conditions.push({
      sql: `(+target >= ? OR +phase NOT IN (${UNDER_WAY.map(() => '?').join(', ')}))`,
      values: [toMs(overdue.now), ...UNDER_WAY],
    });
  }
  return conditions;
}

/** Quests are few beside labors; those of a host are looked up once. */
function hasPart(hosts: readonly string[]): Condition {
  return {
    sql: '+quest IN (SELECT p.quest FROM parts p WHERE p.host IN (SELECT value FROM json_each(?)))',
    values: [JSON.stringify(distinct(hosts))],
  };
}
