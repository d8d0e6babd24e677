/** Which field of a filter of hosts leads, as ranges of its index: each continues with the name, which is the list's order. */
import type { HostFilter } from '#contracts';
import { hourOf } from '../host-writes.js';
import type { Store } from '../store.js';
import { conditionsOn, hasAttributes, hostPasses, namesAsked } from './host-conditions.js';
import { toMs } from './instants.js';
import { distinct } from './page.js';
import {
  equal,
  indexedBy,
  MAX_RANGES,
  sizeOf,
  type Condition,
  type Order,
  type Range,
  type RangeList,
} from './ranges.js';
import { RANGE_ROWS, type Steps } from './steps.js';

export const BY_HOST: Order = { keys: ['host'], descending: false };

/** Hosts with an attribute are counted no further than this to find the one that fewest have. */
const MAX_COUNTED = 4000;

/** A filter of no quests. */
export function* hostRanges(store: Store, filter: HostFilter): Steps<RangeList> {
  const { attribute, parked, notHeardSince } = filter;
  if (attribute !== undefined) return yield* attributeRanges(store, filter, distinct(attribute));
  if (parked !== true && notHeardSince !== undefined) {
    const leads = yield* heardLeads(store, filter, hourOf(toMs(notHeardSince)));
    // of single names few rows are looked at in any case
    const isByName = filter.host !== undefined && filter.hostPrefix === undefined;
    if (!isByName && leads.length * namesAsked(filter).length <= MAX_RANGES)
      return listOf(filter, 'hosts_heard', leads, ['retired']);
  }
  return byFlag(filter);
}

function byFlag(filter: HostFilter): RangeList {
  const { open, parked, retired } = filter;
  if (parked === true) return listOf(filter, 'hosts_parked', [[{ sql: 'parked IS NOT NULL', values: [] }]], ['parked']);
  // of retired hosts there are fewer than of those without an open labor, which they are, too
  if (retired === true || (retired !== undefined && open === undefined))
    return listOf(filter, 'hosts_retired', [[equal('is_retired', retired ? 1 : 0)]], ['retired']);
  if (open !== undefined) return listOf(filter, 'hosts_open', [[equal('has_open', open ? 1 : 0)]], ['open']);
  return listOf(filter, 'hosts_host', [[]], []);
}

/** A range of the index for each of the leads and each of the names that are asked for. */
function listOf(
  filter: HostFilter,
  index: string,
  leads: readonly (readonly Condition[])[],
  led: readonly (keyof HostFilter)[],
): RangeList {
  const names = namesAsked(filter);
  const ranges = leads.flatMap((lead) =>
    names.map(({ where, ...rest }): Range => ({ index: indexedBy(index), where: [...lead, ...where], ...rest })),
  );
  const residual = conditionsOn('hosts', filter, led);
  return { table: 'hosts', row: 'number', order: BY_HOST, ranges, residual, wide: false };
}

/** The hours up to `last` in which hosts were heard of for the last time. */
function* heardLeads(store: Store, { retired }: HostFilter, last: number): Steps<readonly (readonly Condition[])[]> {
  const leads: (readonly Condition[])[] = [];
  for (const isRetired of retired === undefined ? [0, 1] : [retired ? 1 : 0]) {
    const of = `FROM hosts INDEXED BY hosts_heard WHERE is_retired = ${isRetired}`;
    const hours = store
      .statement(
        `WITH RECURSIVE heard (hour) AS (
           SELECT max(heard_hour) ${of} AND heard_hour <= ?
           UNION ALL
           SELECT (SELECT max(heard_hour) ${of} AND heard_hour < heard.hour) FROM heard WHERE hour IS NOT NULL
         ) SELECT hour FROM heard WHERE hour IS NOT NULL LIMIT ${MAX_RANGES + 1}`,
      )
      .all(last) as readonly (readonly [number])[];
    for (const [hour] of hours) leads.push([equal('is_retired', isRetired), equal('heard_hour', hour)]);
    yield hours.length * RANGE_ROWS;
  }
  return leads;
}

/** The hosts with the attribute that fewest have, each looked at for the others. */
function* attributeRanges(store: Store, filter: HostFilter, terms: readonly string[]): Steps<RangeList> {
  const having = (term: string): Range => ({ index: '', where: [equal('attribute', term)] });
  let fewest = { term: terms[0], hosts: Infinity };
  if (terms.length > 1) {
    for (const term of terms) {
      const hosts = sizeOf(store, 'host_attributes', having(term), MAX_COUNTED);
      if (hosts < fewest.hosts) fewest = { term, hosts };
      yield hosts + RANGE_ROWS;
    }
  }
  const { term } = fewest;
  const ranges =
    term === undefined
      ? []
      : namesAsked(filter).map(({ where, ...rest }) => ({
          ...having(term),
          where: [equal('attribute', term), ...where],
          ...rest,
        }));
  const others = terms.filter((each) => each !== term);
  const residual = [
    ...(others.length > 0 ? hasAttributes('host_attributes', others) : []),
    ...(isMore(filter) ? hostPasses('host_attributes', filter, ['attribute']) : []),
  ];
  return { table: 'host_attributes', row: 'attribute', order: BY_HOST, ranges, residual, wide: false };
}

/** Whether more than attributes and names is asked. */
function isMore(filter: HostFilter): boolean {
  return conditionsOn('h', filter, ['attribute']).length > 0;
}
