/**
 * Which ranges a query of labors reads. The field that selects most leads; what its index does not know is looked at row
 * by row. Every index goes on with the class and then the sort, so that classes multiply the ranges and nothing is sorted.
 */
import type { LaborSort } from '#contracts';
import { isInQuest, isOpenClass } from '../labor-class.js';
import type { GenerationNames } from '../layout.js';
import type { Store } from '../store.js';
import { openedWithin, residualOf, since } from './labor-conditions.js';
import type { LaborQuery } from './labor-query.js';
import { equal, indexedBy, oneOf, sizeOf, type Condition, type Range } from './ranges.js';

/** So many rows may be sorted for a page: a few milliseconds. */
const MAX_SORTED = 10_000;
/** With more ranges than this, asking for each costs more than sorting what all of them have, up to so many rows. */
const MANY_RANGES = 200;
const MAX_SORTED_OF_MANY = 50_000;
/** "All but these quests" becomes one range for each other quest, up to so many. */
const MAX_OTHER_QUESTS = 500;

export interface LaborRanges {
  readonly ranges: readonly Range[];
  readonly residual: readonly Condition[];
  /** How many labors the list has, where it is known without counting. */
  readonly total?: number;
}

interface Lead {
  readonly ranges: readonly Range[];
  /** The fields of the query that the ranges take care of. */
  readonly led: readonly (keyof LaborQuery)[];
  readonly total?: number;
}

interface Plan {
  readonly store: Store;
  readonly labors: string;
  readonly query: LaborQuery;
  readonly sort: LaborSort;
  /** The query's, without those that no labor has. */
  readonly classes: readonly number[];
}

export function laborRanges(
  store: Store,
  { labors }: GenerationNames,
  query: LaborQuery,
  sort: LaborSort,
): LaborRanges {
  const existing = new Set(query.counts.map(([, laborClass]) => laborClass));
  const plan: Plan = { store, labors, query, sort, classes: query.classes.filter((each) => existing.has(each)) };
  const first = leadOf(plan);
  const { ranges, led, total } = sortedByTime(plan, first) ?? sortedHosts(plan, first) ?? first;
  const { openedSince: from, openedBefore: before } = query;
  const byHost = sort === 'host';
  const residual = [...residualOf(query, led), ...(byHost ? openedWithin(query) : [])];
  const exact = residual.length === 0 && from === undefined && before === undefined && total !== undefined;
  return {
    ranges: byHost ? ranges : ranges.map((range) => ({ ...range, within: { from, before } })),
    residual,
    ...(exact && { total }),
  };
}

function leadOf(plan: Plan): Lead {
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
  const quests = overdue.size === 0 ? [] : questsWithLabors(plan);
  if (overdue.size === 0 || quests.length > MAX_OTHER_QUESTS) return { ...ofClasses(plan, plan.classes), led: [] };
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

/**
 * Where a time that is filtered by is not what is sorted by: that time's range, to be sorted, if it is small. If it is
 * large, what passes is found soon in the order of the sort, unless all of it lies at the far end.
 */
function sortedByTime({ store, labors, query, sort, classes }: Plan, { led }: Lead): Lead | undefined {
  if (led.includes('chains') || led.includes('hosts')) return undefined;
  const { closedSince, openedSince, openedBefore } = query;
  let ranges: readonly Range[];
  if (closedSince !== undefined) {
    ranges = [
      { index: indexedBy(`${labors}_closed`), where: [since('closed_at', closedSince), oneOf('class', classes)] },
    ];
  } else if (sort === 'host' && (openedSince !== undefined || openedBefore !== undefined)) {
    const within = openedWithin(query);
    ranges = classes.map((each) => ({
      index: indexedBy(`${labors}_opened`),
      where: [equal('class', each), ...within],
    }));
  } else {
    return undefined;
  }
  let size = 0;
  for (const range of ranges) size += sizeOf(store, labors, range, MAX_SORTED - size);
  return size > MAX_SORTED ? undefined : { ranges, led: [] };
}

/** Many hosts at once: one range of all of them, to be sorted, if together they have not too many labors. */
function sortedHosts({ store, labors, query, classes }: Plan, { ranges, led }: Lead): Lead | undefined {
  if (query.hosts === undefined || !led.includes('hosts') || ranges.length <= MANY_RANGES) return undefined;
  const range = { index: indexedBy(`${labors}_host`), where: [oneOf('class', classes), oneOf('host', query.hosts)] };
  return sizeOf(store, labors, range, MAX_SORTED_OF_MANY) > MAX_SORTED_OF_MANY ? undefined : { ranges: [range], led };
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
