/** Lists of quests that were accepted, by number or by target. */
import type { CursorKey, Page, PageRequest, QuestDocument, QuestFilter, QuestPhase, QuestSort } from '#contracts';
import { NO_TARGET, QUEST_COLUMNS, toQuest, type QuestRow } from '../quest-writes.js';
import type { Store } from '../store.js';
import { fromMs, toMs } from './instants.js';
import { UNDER_WAY } from './overdue.js';
import { distinct, readPage } from './page.js';
import { equal, indexedBy, MAX_RANGES, oneOf, type Condition, type KeyPart, type Order, type Range } from './ranges.js';
import { RANGE_ROWS, type Steps } from './steps.js';

/** At most this many quests are read and sorted for a page: a few milliseconds. */
const MOST_SORTED = 2000;

const PHASES: readonly QuestPhase[] = ['embarking', 'open', 'completed', 'abandoned', 'empty'];

export function* listQuests(
  store: Store,
  filter: QuestFilter,
  request: PageRequest<QuestSort>,
): Steps<Page<QuestDocument>> {
  const byTarget = request.sort === 'target';
  const order: Order = byTarget
    ? { keys: ['target', 'quest'], descending: false }
    : { keys: ['quest'], descending: request.sort === '-id' };
  const ofHosts = filter.host && (yield* questsOfHosts(store, distinct(filter.host)));
  const { ranges, led } = rangesOf(filter, byTarget, ofHosts);
  const residual = residualOf(filter, led, ofHosts);
  if (led === 'host') yield ofHosts?.length ?? 0;
  const list = { table: 'quests', row: 'quest', order, ranges, residual, wide: false };
  const find = store.statement(`SELECT ${QUEST_COLUMNS} FROM quests WHERE quest = ?`);
  const load = ([quest]: readonly [KeyPart, ...KeyPart[]]) => toQuest(find.get(quest) as QuestRow);
  return yield* readPage(store, { list, ...(byTarget ? TARGET_CURSOR : ID_CURSOR), load }, request);
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

interface Lead {
  readonly ranges: readonly Range[];
  readonly led: keyof QuestFilter | null;
}

/** In each index of quests the phase follows, which has few values. The quests of hosts, where they are few, are read as such and sorted. */
function rangesOf(filter: QuestFilter, byTarget: boolean, ofHosts: readonly number[] | undefined): Lead {
  const { creator, type } = filter;
  if (ofHosts !== undefined && ofHosts.length <= MOST_SORTED) {
    return { ranges: [{ index: ' NOT INDEXED', where: [oneOf('quest', ofHosts)], sorted: true }], led: 'host' };
  }
  const phases = phasesOf(filter);
  const suffix = byTarget ? '_target' : '';
  const by = (index: string, column: string, values: readonly string[]): readonly Range[] =>
    distinct(values).flatMap((value) =>
      phases.map((phase) => ({
        index: indexedBy(`quests_${index}${suffix}`),
        where: [equal(column, value), equal('phase', phase)],
      })),
    );
  const areFew = (values: readonly string[]): boolean => values.length * phases.length <= MAX_RANGES;
  if (creator !== undefined && areFew(creator)) return { ranges: by('creator', 'creator', creator), led: 'creator' };
  if (type !== undefined && areFew(type)) return { ranges: by('type', 'type', type), led: 'type' };
  const index = indexedBy(`quests_phase${suffix}`);
  return { ranges: phases.map((phase) => ({ index, where: [equal('phase', phase)] })), led: null };
}

function phasesOf({ state, overdue }: QuestFilter): readonly QuestPhase[] {
  return PHASES.filter(
    (phase) => (state?.includes(phase) ?? true) && (overdue?.is !== true || UNDER_WAY.includes(phase)),
  );
}

function residualOf(
  filter: QuestFilter,
  led: Lead['led'],
  ofHosts: readonly number[] | undefined,
): readonly Condition[] {
  const { creator, type, overdue } = filter;
  const conditions: Condition[] = [];
  if (led === 'host') conditions.push(oneOf('phase', phasesOf(filter)));
  if (creator !== undefined && led !== 'creator') conditions.push(oneOf('creator', creator));
  if (type !== undefined && led !== 'type') conditions.push(oneOf('type', type));
  if (ofHosts !== undefined && led !== 'host') conditions.push(oneOf('+quest', ofHosts));
  if (overdue?.is === true) conditions.push({ sql: '+target < ?', values: [toMs(overdue.now)] });
  if (overdue?.is === false) {
    conditions.push({
      sql: `(+target >= ? OR +phase NOT IN (${UNDER_WAY.map(() => '?').join(', ')}))`,
      values: [toMs(overdue.now), ...UNDER_WAY],
    });
  }
  return conditions;
}

/** As many hosts are looked up in one step. */
const HOSTS_AT_ONCE = 200;

/** The quests of which one of the hosts is. They are few beside labors, and looked up once. */
function* questsOfHosts(store: Store, hosts: readonly string[]): Steps<readonly number[]> {
  const found = new Set<number>();
  const find = store.statement(
    `SELECT p.quest FROM json_each(?) AS asked CROSS JOIN parts AS p INDEXED BY parts_host
     ON p.host = asked.value AND p.state IS NOT NULL`,
  );
  for (let start = 0; start < hosts.length; start += HOSTS_AT_ONCE) {
    const some = hosts.slice(start, start + HOSTS_AT_ONCE);
    for (const [quest] of find.all(JSON.stringify(some)) as readonly (readonly [number])[]) found.add(quest);
    yield some.length * RANGE_ROWS;
  }
  return [...found];
}
