/** Which ranges a query of labors reads, and what is looked at in each of their rows. */
import type { LaborSort } from '#contracts';
import { isOpenClass } from '../labor-class.js';
import { openedSinceOf } from '../labor-span.js';
import type { Store } from '../store.js';
import { openedWithin, residualOf, since } from './labor-conditions.js';
import { amongPairs, BY_PAIRS, leadOf, type LaborRange, type Lead, type Plan } from './labor-lead.js';
import type { LaborCount, LaborQuery } from './labor-query.js';
import { distinct } from './page.js';
import { equal, indexedBy, oneOf, sizeOf, type Condition, type Range } from './ranges.js';
import type { Steps } from './steps.js';

/** At most this many rows are sorted for a page: a few milliseconds. */
const MAX_SORTED = 10_000;

export interface LaborRanges {
  readonly ranges: readonly Range[];
  readonly residual: readonly Condition[];
  /** How many labors the list has, where it is known without counting. */
  readonly total?: number;
  /** A labor may be in several of the ranges. */
  readonly overlap: boolean;
}

export function* laborRanges(store: Store, query: LaborQuery, sort: LaborSort): Steps<LaborRanges> {
  const counts = pairsOf(query);
  const classes = distinct(counts.map(([, laborClass]) => laborClass));
  const plan: Plan = { store, query, sort, counts, classes };
  if (counts.length === 0) return { ranges: [], residual: [], total: 0, overlap: false };
  const first = yield* leadOf(plan);
  const {
    ranges,
    led,
    total,
    overlap = false,
  } = (yield* sortedByClosing(plan, first)) ?? (yield* sortedByOpening(plan)) ?? first;
  const { openedSince: from, openedBefore: before } = query;
  const byHost = sort === 'host';
  const residual = [...residualOf(query, led), ...(byHost ? openedWithin(query) : [])];
  const exact = residual.length === 0 && from === undefined && before === undefined && total !== undefined;
  return {
    ranges: byHost ? ranges : ranges.map((range) => ({ ...range, within: { from: latest(range.from, from), before } })),
    residual,
    overlap,
    ...(exact && { total }),
  };
}

/** The pairs of type and class that have labors and that the query lets pass. */
function pairsOf({ counts, classes, types, notOpenOf }: LaborQuery): readonly LaborCount[] {
  const passing = new Set(classes);
  const wanted = types && new Set(types);
  const stranded = new Set(notOpenOf);
  return counts.filter(
    ([type, laborClass]) =>
      passing.has(laborClass) && wanted?.has(type) !== false && !(isOpenClass(laborClass) && stranded.has(type)),
  );
}

/**
 * By the time of closing: for each span that a labor was open, a range by its opening. In another order than that of
 * opening they are sorted, if that is little; if it is much, a passing row is found soon in the order of the sort.
 */
function* sortedByClosing({ store, query, sort, classes }: Plan, { led }: Lead): Steps<Lead | undefined> {
  const { closedSince } = query;
  if (closedSince === undefined || ofFew(query)) return undefined;
  const index = indexedBy('labors_closed');
  const ranges = spansOf(store).map((span) => ({
    index,
    where: [equal('span', span)],
    from: openedSinceOf(span, closedSince),
  }));
  const ofClasses = (within: readonly LaborRange[]): Lead => ({
    ranges: within.map((range) => ({ ...range, where: [...range.where, oneOf('class', classes)] })),
    led: [],
  });
  if (sort !== 'host' && led.every((field) => query[field] === undefined)) return ofClasses(ranges);
  const bounded = ranges.map(({ where, from }) => ({ index, where: [...where, since('opened_at', from)] }));
  if (!(yield* isLittle(store, bounded))) return undefined;
  return ofClasses(sort === 'host' ? bounded : ranges);
}

/** By the time of opening, but in the order of hosts: likewise. */
function* sortedByOpening({ store, query, sort, counts }: Plan): Steps<Lead | undefined> {
  const within = openedWithin(query);
  if (sort !== 'host' || within.length === 0 || ofFew(query)) return undefined;
  const range = { index: indexedBy('labors_type_opened'), where: [amongPairs(counts), ...within] };
  return (yield* isLittle(store, [range])) ? { ranges: [{ ...range, sorted: true }], led: BY_PAIRS } : undefined;
}

/** No time selects more than these do. */
function ofFew({ chains, hosts }: LaborQuery): boolean {
  return chains !== undefined || hosts !== undefined;
}

function* isLittle(store: Store, ranges: readonly Range[]): Steps<boolean> {
  let size = 0;
  for (const range of ranges) {
    const more = sizeOf(store, 'labors', range, MAX_SORTED - size);
    // once to count them, and once to sort them
    yield 2 * more;
    size += more;
    if (size > MAX_SORTED) return false;
  }
  return true;
}

/** Jumps through the index from span to span; there are a few dozen at most. */
function spansOf(store: Store): readonly number[] {
  const next = 'SELECT min(span) FROM labors INDEXED BY labors_closed WHERE span IS NOT NULL AND span >';
  const sql = `WITH RECURSIVE spans (span) AS (
      SELECT (${next} -2) UNION ALL SELECT (${next} spans.span) FROM spans WHERE span IS NOT NULL
    ) SELECT span FROM spans WHERE span IS NOT NULL`;
  return (store.statement(sql).all() as readonly (readonly [number])[]).map(([span]) => span);
}

function latest(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined || b === undefined ? (a ?? b) : Math.max(a, b);
}
