/** Which ranges a query of labors reads, and what is looked at in each of their rows. */
import type { LaborSort } from '#contracts';
import { openedSinceOf } from '../labor-span.js';
import type { GenerationNames } from '../layout.js';
import type { Store } from '../store.js';
import { openedWithin, residualOf, since } from './labor-conditions.js';
import { leadOf, type LaborRange, type Lead, type Plan } from './labor-lead.js';
import type { LaborQuery } from './labor-query.js';
import { equal, indexedBy, oneOf, sizeOf, type Condition, type Range } from './ranges.js';

/** So many rows may be sorted for a page: a few milliseconds. */
const MAX_SORTED = 10_000;
/** With more ranges than this, asking for each costs more than sorting what all of them have, up to so many rows. */
const MANY_RANGES = 200;
const MAX_SORTED_OF_MANY = 50_000;

export interface LaborRanges {
  readonly ranges: readonly Range[];
  readonly residual: readonly Condition[];
  /** How many labors the list has, where it is known without counting. */
  readonly total?: number;
}

export function laborRanges(
  store: Store,
  { labors }: GenerationNames,
  query: LaborQuery,
  sort: LaborSort,
): LaborRanges {
  const existing = new Set(query.counts.map(([, laborClass]) => laborClass));
  const plan: Plan = { store, labors, query, sort, classes: query.classes.filter((each) => existing.has(each)) };
  if (plan.classes.length === 0) return { ranges: [], residual: [], total: 0 };
  const first = leadOf(plan);
  const { ranges, led, total } =
    sortedByClosing(plan, first) ?? sortedByOpening(plan, first) ?? sortedHosts(plan, first) ?? first;
  const { openedSince: from, openedBefore: before } = query;
  const byHost = sort === 'host';
  const residual = [...residualOf(query, led), ...(byHost ? openedWithin(query) : [])];
  const exact = residual.length === 0 && from === undefined && before === undefined && total !== undefined;
  return {
    ranges: byHost ? ranges : ranges.map((range) => ({ ...range, within: { from: latest(range.from, from), before } })),
    residual,
    ...(exact && { total }),
  };
}

/**
 * By the time of closing: for each span that a labor was open, a range by its opening. In another order than that of
 * opening they are to be sorted, if that is little; if it is much, what passes is found soon in the order of the sort.
 */
function sortedByClosing({ store, labors, query, sort, classes }: Plan, { led }: Lead): Lead | undefined {
  const { closedSince } = query;
  if (closedSince === undefined || led.includes('chains') || led.includes('hosts')) return undefined;
  const index = indexedBy(`${labors}_closed`);
  const ranges = spansOf(store, labors).map((span) => ({
    index,
    where: [equal('span', span)],
    from: openedSinceOf(span, closedSince),
  }));
  const ofClasses = (within: readonly LaborRange[]): Lead => ({
    ranges: within.map((range) => ({ ...range, where: [...range.where, oneOf('class', classes)] })),
    led: [],
  });
  if (sort !== 'host' && led.length === 0) return ofClasses(ranges);
  const bounded = ranges.map(({ where, from }) => ({ index, where: [...where, since('opened_at', from)] }));
  if (!isLittle(store, labors, bounded)) return undefined;
  return ofClasses(sort === 'host' ? bounded : ranges);
}

/** By the time of opening, but in the order of hosts: likewise. */
function sortedByOpening({ store, labors, query, sort, classes }: Plan, { led }: Lead): Lead | undefined {
  const within = openedWithin(query);
  if (sort !== 'host' || within.length === 0 || led.includes('chains') || led.includes('hosts')) return undefined;
  const index = indexedBy(`${labors}_opened`);
  const ranges = classes.map((each) => ({ index, where: [equal('class', each), ...within] }));
  return isLittle(store, labors, ranges) ? { ranges, led: [] } : undefined;
}

function isLittle(store: Store, labors: string, ranges: readonly Range[]): boolean {
  let size = 0;
  for (const range of ranges) {
    size += sizeOf(store, labors, range, MAX_SORTED - size);
    if (size > MAX_SORTED) return false;
  }
  return true;
}

/** Jumps through the index from span to span; there are a few dozen at most. */
function spansOf(store: Store, labors: string): readonly number[] {
  const next = `SELECT min(span) FROM ${labors} INDEXED BY ${labors}_closed WHERE span IS NOT NULL AND span >`;
  const sql = `WITH RECURSIVE spans (span) AS (
      SELECT (${next} -2) UNION ALL SELECT (${next} spans.span) FROM spans WHERE span IS NOT NULL
    ) SELECT span FROM spans WHERE span IS NOT NULL`;
  return (store.statement(sql).all() as readonly (readonly [number])[]).map(([span]) => span);
}

/** Many hosts at once: one range of all of them, to be sorted, if together they have not too many labors. */
function sortedHosts({ store, labors, query, classes }: Plan, { ranges, led }: Lead): Lead | undefined {
  if (query.hosts === undefined || !led.includes('hosts') || ranges.length <= MANY_RANGES) return undefined;
  const range = { index: indexedBy(`${labors}_host`), where: [oneOf('class', classes), oneOf('host', query.hosts)] };
  return sizeOf(store, labors, range, MAX_SORTED_OF_MANY) > MAX_SORTED_OF_MANY ? undefined : { ranges: [range], led };
}

function latest(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined || b === undefined ? (a ?? b) : Math.max(a, b);
}
