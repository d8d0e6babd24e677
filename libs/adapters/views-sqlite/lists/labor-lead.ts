/**
 * Which field of a query of labors leads: the one that selects most, as ranges of its index. Every index goes on with the
 * class and then the sort, so that classes multiply the ranges and nothing is sorted.
 */
import type { LaborSort } from '#contracts';
import { isInQuest, isOpenClass } from '../labor-class.js';
import type { Store } from '../store.js';
import type { LaborQuery } from './labor-query.js';
import { equal, indexedBy, oneOf, type Range } from './ranges.js';

/** "All but these quests" becomes one range for each other quest, up to so many. */
const MAX_OTHER_QUESTS = 500;

/** Of an index of labors; `from` bounds `opened_at`. */
export interface LaborRange extends Range {
  readonly from?: number;
}

export interface Lead {
  readonly ranges: readonly LaborRange[];
  /** The fields of the query that the ranges take care of. */
  readonly led: readonly (keyof LaborQuery)[];
  readonly total?: number;
}

export interface Plan {
  readonly store: Store;
  readonly labors: string;
  readonly query: LaborQuery;
  readonly sort: LaborSort;
  /** The query's, without those that no labor has. */
  readonly classes: readonly number[];
}

export function leadOf(plan: Plan): Lead {
  const { chains, hosts, assignees, quests, types, notOpenOf, notOpenIn } = plan.query;
  const { classes } = plan;
  if (chains !== undefined) return { ranges: chains.flatMap((chain) => ofChain(plan, chain)), led: ['chains'] };
  if (hosts !== undefined) return { ranges: by(plan, 'host', 'host', hosts), led: ['hosts'] };
  if (assignees !== undefined) {
    return { ranges: by(plan, sortedIndex(plan, 'assignee'), 'assignee', assignees), led: ['assignees'] };
  }
  if (quests !== undefined) return { ranges: ofQuests(plan, quests, classes), led: ['quests'] };
  if (types !== undefined) {
    const wanted = new Set(types);
    return { ...ofTypes(plan, (type, laborClass) => wanted.has(type) && classes.includes(laborClass)), led: ['types'] };
  }
  if (notOpenOf !== undefined) return notStranded(plan, new Set(notOpenOf));
  if (notOpenIn !== undefined) return notOverdue(plan, new Set(notOpenIn));
  return { ...ofClasses(plan, classes), led: [] };
}

/** The first of a chain is found by its id, the others by their chain. */
function ofChain({ labors, classes }: Plan, chain: string): readonly Range[] {
  const first = [equal('id', chain), { sql: 'chain IS NULL', values: [] }, oneOf('class', classes)];
  const others = classes.map((each) => ({
    index: indexedBy(`${labors}_chain_opened`),
    where: [equal('chain', chain), equal('class', each)],
  }));
  return [{ index: indexedBy(`${labors}_id`), where: first }, ...others];
}

function ofQuests(plan: Plan, quests: readonly number[], classes: readonly number[]): readonly Range[] {
  const within = classes.filter(isInQuest);
  const without = classes.filter((each) => !isInQuest(each));
  return [...by(plan, sortedIndex(plan, 'quest'), 'quest', quests, within), ...ofClasses(plan, without).ranges];
}

function ofTypes(
  plan: Plan,
  wanted: (type: string, laborClass: number) => boolean,
): { readonly ranges: readonly Range[]; readonly total: number } {
  const counts = plan.query.counts.filter(([type, laborClass]) => wanted(type, laborClass));
  const index = indexedBy(`${plan.labors}_${sortedIndex(plan, 'type')}`);
  return {
    ranges: counts.map(([type, laborClass]) => ({ index, where: [equal('type', type), equal('class', laborClass)] })),
    total: sumOf(counts),
  };
}

function ofClasses(
  { labors, query, sort }: Plan,
  classes: readonly number[],
): { readonly ranges: readonly Range[]; readonly total: number } {
  const index = sort === 'host' ? indexedBy(`${labors}_host`) : indexedBy(`${labors}_opened`);
  return {
    ranges: classes.map((each) => ({ index, where: [equal('class', each)] })),
    total: sumOf(query.counts.filter(([, laborClass]) => classes.includes(laborClass))),
  };
}

/** Closed labors, and the open ones of each type that is not stranded. */
function notStranded(plan: Plan, stranded: ReadonlySet<string>): Lead {
  const open = plan.classes.filter(isOpenClass);
  const closed = ofClasses(
    plan,
    plan.classes.filter((each) => !isOpenClass(each)),
  );
  const others = ofTypes(plan, (type, laborClass) => !stranded.has(type) && open.includes(laborClass));
  return { ranges: [...closed.ranges, ...others.ranges], led: ['notOpenOf'], total: closed.total + others.total };
}

/** Closed labors, open ones of no quest, and the open ones of each quest that is not overdue, if those are not too many. */
function notOverdue(plan: Plan, overdue: ReadonlySet<number>): Lead {
  const inQuest = plan.classes.filter((each) => isOpenClass(each) && isInQuest(each));
  if (overdue.size === 0) return { ...ofClasses(plan, plan.classes), led: ['notOpenIn'] };
  const quests = questsWithLabors(plan);
  if (quests.length > MAX_OTHER_QUESTS) return { ...ofClasses(plan, plan.classes), led: [] };
  const others = quests.filter((quest) => !overdue.has(quest));
  const rest = ofClasses(
    plan,
    plan.classes.filter((each) => !inQuest.includes(each)),
  );
  return { ranges: [...rest.ranges, ...ofQuests(plan, others, inQuest)], led: ['notOpenIn'] };
}

/** Jumps through the index from quest to quest. */
function questsWithLabors({ store, labors }: Plan): readonly number[] {
  const next = `SELECT min(quest) FROM ${labors} INDEXED BY ${labors}_quest_opened WHERE quest IS NOT NULL AND quest >`;
  const sql = `WITH RECURSIVE quests (quest) AS (
      SELECT (${next} -1) UNION ALL SELECT (${next} quests.quest) FROM quests WHERE quest IS NOT NULL LIMIT ?
    ) SELECT quest FROM quests WHERE quest IS NOT NULL`;
  const rows = store.statement(sql).all(MAX_OTHER_QUESTS + 2) as readonly (readonly [number])[];
  return rows.map(([quest]) => quest);
}

function by(
  { labors, classes }: Plan,
  index: string,
  column: string,
  values: readonly (string | number)[],
  within: readonly number[] = classes,
): readonly Range[] {
  return values.flatMap((value) =>
    within.map((each) => ({
      index: indexedBy(`${labors}_${index}`),
      where: [equal(column, value), equal('class', each)],
    })),
  );
}

function sortedIndex({ sort }: Plan, field: string): string {
  return `${field}_${sort === 'host' ? 'host' : 'opened'}`;
}

function sumOf(counts: LaborQuery['counts']): number {
  return counts.reduce((sum, [, , labors]) => sum + labors, 0);
}
