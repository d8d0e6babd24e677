/**
 * Which field of a query of labors leads: the one that selects most, as ranges of its index. Every index continues with the
 * class and then the sort, so that classes multiply the ranges and nothing is sorted. Where no field leads, every pair of
 * type and class that has labors is a range.
 */
import type { ActingUser, LaborSort } from '#contracts';
import type { Actor } from '#domain';
import { hasActor, isInQuest, isOpenClass } from '../labor-class.js';
import type { Store } from '../store.js';
import { PRINCIPAL_COLUMNS } from '../labor-writes.js';
import {
  allOf,
  allOfChains,
  allOfPrincipals,
  allOpenOn,
  countOf,
  countOfPrincipals,
  countOpenOn,
  inParts,
} from './labor-hosts.js';
import type { LaborCount, LaborQuery } from './labor-query.js';
import { equal, indexedBy, MAX_RANGES, oneOf, type Condition, type Range } from './ranges.js';
import { DOCUMENT_ROWS, RANGE_ROWS, type Steps } from './steps.js';

/** Opening a range costs about as much as reading this many rows. */
const MOST_PER_RANGE = 4;
/** At most this many rows of hosts or chains are read and sorted for a page: some tens of milliseconds. */
const MAX_SORTED_OF_HOSTS = 20_000;
/** The same of principals. */
const MAX_SORTED_OF_PRINCIPALS = 10_000;
/** More chains than this are read as a whole and sorted: each is a few labors. */
const MAX_CHAIN_RANGES = 1000;
/** "All but these quests" becomes one range for each other quest, up to this many. */
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
  /** A labor may be in several of the ranges: it has several names, or is for a user by several rules. */
  readonly overlap?: boolean;
}

export interface Plan {
  readonly store: Store;
  readonly query: LaborQuery;
  readonly sort: LaborSort;
  /** The pairs of type and class whose labors may pass; they cover the query's conditions on type and class. */
  readonly counts: readonly LaborCount[];
  /** The classes among them. */
  readonly classes: readonly number[];
}

/** The fields of a query that {@link Plan.counts} take care of. */
export const BY_PAIRS: readonly (keyof LaborQuery)[] = ['types', 'notOpenOf'];

export function* leadOf(plan: Plan): Steps<Lead> {
  const { chains, hosts, assignees, quests, principals, types, notOpenOf, notOpenIn, turnOf } = plan.query;
  const { classes } = plan;
  if (chains !== undefined) return ofChains(plan, chains);
  if (hosts !== undefined) return yield* ofHosts(plan, hosts);
  if (assignees !== undefined && areFew(plan, assignees)) {
    return { ranges: by(plan, sortedIndex(plan, 'assignee'), 'assignee', assignees), led: ['assignees'] };
  }
  if (quests !== undefined && areFew(plan, quests)) {
    return { ranges: ofQuests(plan, quests, classes), led: ['quests'] };
  }
  if (turnOf !== undefined) return yield* ofUser(plan, turnOf);
  if (principals !== undefined && areFew(plan, principals, PRINCIPAL_COLUMNS.length)) {
    return yield* ofPrincipals(plan, principals);
  }
  if (types === undefined && notOpenOf === undefined && notOpenIn !== undefined) {
    return notOverdue(plan, new Set(notOpenIn));
  }
  return ofPairs(plan);
}

function areFew({ classes }: Plan, values: readonly unknown[], columns = 1): boolean {
  return values.length * classes.length * columns <= MAX_RANGES;
}

/**
 * There is no index in the order of hosts: their labors are sorted if they are few, else a passing one is found soon in the
 * order of the sort.
 */
function* ofPrincipals(plan: Plan, principals: readonly string[]): Steps<Lead> {
  const { store, sort, classes } = plan;
  const led = ['principals'] as const;
  if (sort !== 'host') {
    const ranges = PRINCIPAL_COLUMNS.flatMap((column) => by(plan, column, column, principals));
    return { ranges, led, overlap: principals.length > 1 };
  }
  yield principals.length * RANGE_ROWS;
  const labors = countOfPrincipals(store, principals, MAX_SORTED_OF_PRINCIPALS);
  yield 2 * labors;
  return labors <= MAX_SORTED_OF_PRINCIPALS ? { ranges: [allOfPrincipals(principals, classes)], led } : ofPairs(plan);
}

/** What is assigned to the user, what is open on the user's hosts, and in the user's quests: each by its index. */
function* ofUser(plan: Plan, { user, hosts, quests }: ActingUser): Steps<Lead> {
  const open = countOpenOn(plan.store, hosts);
  yield hosts.length * RANGE_ROWS;
  // a page of that many is soon found among all
  if (open > MAX_SORTED_OF_HOSTS || !areFew(plan, quests)) return ofPairs(plan);
  const { classes: owned } = ofActor(plan, 'owner');
  const created = ofActor(plan, 'creator').classes.filter(isInQuest);
  const parts = inParts(hosts);
  const cost = Math.ceil((hosts.length * DOCUMENT_ROWS + open * RANGE_ROWS) / Math.max(1, parts.length));
  const ranges = [
    ...by(plan, sortedIndex(plan, 'assignee'), 'assignee', [user]),
    ...parts.map((some) => allOpenOn(some, owned, cost)),
    ...by(plan, sortedIndex(plan, 'quest'), 'quest', quests, created),
  ];
  return { ranges, led: ['turnOf'], overlap: true };
}

/** Of the classes that have the actor. */
function ofActor({ counts, classes, ...plan }: Plan, actor: Actor): Plan {
  const own = (laborClass: number): boolean => hasActor(laborClass, actor);
  return { ...plan, counts: counts.filter(([, each]) => own(each)), classes: classes.filter(own) };
}

/** As ranges of the index by type, unless reading all labors of these hosts is less work than opening the ranges. */
function* ofHosts(plan: Plan, hosts: readonly string[]): Steps<Lead> {
  const { counts } = plan;
  const ranges = hosts.length * counts.length;
  const most = Math.min(MOST_PER_RANGE * ranges, MAX_SORTED_OF_HOSTS);
  const all = yield* allOfFew(plan, hosts, most);
  if (all !== undefined) return { ranges: all, led: ['hosts'] };
  if (ranges > MAX_RANGES) return ofPairs(plan);
  const index = indexedBy('labors_type_host');
  const each = hosts.flatMap((host) =>
    counts.map(([type, laborClass]) => ({
      index,
      where: [equal('type', type), equal('class', laborClass), equal('host', host)],
    })),
  );
  return { ranges: each, led: ['hosts', ...BY_PAIRS] };
}

/** All labors of the hosts, some hosts a range; undefined where they are more than `most`. */
function* allOfFew(
  { store, classes }: Plan,
  hosts: readonly string[],
  most: number,
): Steps<readonly Range[] | undefined> {
  const ranges: Range[] = [];
  let labors = 0;
  for (const some of inParts(hosts)) {
    const more = countOf(store, some, most - labors);
    const cost = some.length * RANGE_ROWS + 2 * more;
    yield cost;
    labors += more;
    if (labors > most) return undefined;
    ranges.push(allOf(some, classes, cost));
  }
  return ranges;
}

/** Each as ranges of its own, or all of them read and sorted. */
function ofChains(plan: Plan, chains: readonly string[]): Lead {
  const led = ['chains'] as const;
  if (chains.length * plan.classes.length <= MAX_CHAIN_RANGES) {
    return { ranges: chains.flatMap((chain) => ofChain(plan, chain)), led };
  }
  return { ranges: inParts(chains).map((some) => allOfChains(some, plan.classes)), led };
}

/** The first of a chain is found by its id, the others by their chain. */
function ofChain({ classes }: Plan, chain: string): readonly Range[] {
  const first = [equal('id', chain), { sql: 'chain IS NULL', values: [] }, oneOf('class', classes)];
  const others = classes.map((each) => ({
    index: indexedBy('labors_chain_opened'),
    where: [equal('chain', chain), equal('class', each)],
  }));
  return [{ index: indexedBy('labors_id'), where: first }, ...others];
}

function ofQuests(plan: Plan, quests: readonly number[], classes: readonly number[]): readonly Range[] {
  const within = classes.filter(isInQuest);
  const without = ofPairs(plan, (laborClass) => classes.includes(laborClass) && !isInQuest(laborClass));
  return [...by(plan, sortedIndex(plan, 'quest'), 'quest', quests, within), ...without.ranges];
}

function ofPairs(plan: Plan, wanted: (laborClass: number) => boolean = () => true): Lead & { readonly total: number } {
  const index = indexedBy(`labors_${sortedIndex(plan, 'type')}`);
  const counts = plan.counts.filter(([, laborClass]) => wanted(laborClass));
  return {
    ranges: counts.map(([type, laborClass]) => ({ index, where: [equal('type', type), equal('class', laborClass)] })),
    led: BY_PAIRS,
    total: counts.reduce((sum, [, , labors]) => sum + labors, 0),
  };
}

/** One condition for all pairs, which the indexes by type take for bounds. */
export function amongPairs(counts: readonly LaborCount[]): Condition {
  return {
    sql: '(type, class) IN (SELECT value ->> 0, value ->> 1 FROM json_each(?))',
    values: [JSON.stringify(counts)],
  };
}

/** Closed labors, open ones of no quest, and the open ones of each quest that is not overdue, if those are not too many. */
function notOverdue(plan: Plan, overdue: ReadonlySet<number>): Lead {
  if (overdue.size === 0) return { ...ofPairs(plan), led: [...BY_PAIRS, 'notOpenIn'] };
  const quests = questsWithLabors(plan);
  if (quests.length > MAX_OTHER_QUESTS) return ofPairs(plan);
  const others = quests.filter((quest) => !overdue.has(quest));
  const isAsked = (laborClass: number): boolean => isOpenClass(laborClass) && isInQuest(laborClass);
  const rest = ofPairs(plan, (laborClass) => !isAsked(laborClass));
  return { ranges: [...rest.ranges, ...ofQuests(plan, others, plan.classes.filter(isAsked))], led: ['notOpenIn'] };
}

/** Jumps through the index from quest to quest. */
function questsWithLabors({ store }: Plan): readonly number[] {
  const next = 'SELECT min(quest) FROM labors INDEXED BY labors_quest_opened WHERE quest IS NOT NULL AND quest >';
  const sql = `WITH RECURSIVE found (quest) AS (
      SELECT (${next} -1) UNION ALL SELECT (${next} found.quest) FROM found WHERE quest IS NOT NULL LIMIT ?
    ) SELECT quest FROM found WHERE quest IS NOT NULL`;
  const rows = store.statement(sql).all(MAX_OTHER_QUESTS + 2) as readonly (readonly [number])[];
  return rows.map(([quest]) => quest);
}

function by(
  { classes }: Plan,
  index: string,
  column: string,
  values: readonly (string | number)[],
  within: readonly number[] = classes,
): readonly Range[] {
  return values.flatMap((value) =>
    within.map((each) => ({
      index: indexedBy(`labors_${index}`),
      where: [equal(column, value), equal('class', each)],
    })),
  );
}

function sortedIndex({ sort }: Plan, field: string): string {
  return `${field}_${sort === 'host' ? 'host' : 'opened'}`;
}
