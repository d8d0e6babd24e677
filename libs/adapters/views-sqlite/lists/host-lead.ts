/** Which field of a filter of hosts leads, as ranges of its index: each continues with the name, which is the list's order. */
import type { HostFilter, HostQuery } from '#contracts';
import { minuteOf } from '../host-writes.js';
import type { Store } from '../store.js';
import { conditionsOn, hasAttributes, hostPasses, namesAsked, queriedIn } from './host-conditions.js';
import { toMs } from './instants.js';
import { distinct } from './page.js';
import { equal, indexedBy, sizeOf, type Condition, type Order, type Range, type RangeList } from './ranges.js';
import { RANGE_ROWS, type Steps } from './steps.js';

export const BY_HOST: Order = { keys: ['host'], descending: false };

/** Hosts are counted no further than this to find the field that fewest pass. */
const MAX_COUNTED = 4000;

/** Where there are more minutes than this, more hosts pass, and a page of them is soon found among all. */
const MAX_HEARD = 2000;

/** Of more attributes, any of which is asked for, none leads. */
const MAX_EITHER = 100;

/** `overlapping`: a host may be in several of the ranges. */
export type HostRanges = RangeList & { readonly overlapping?: boolean };

/** A filter of no quests. Of the fields that few hosts may pass the one leads that fewest do. */
export function* hostRanges(store: Store, filter: HostFilter): Steps<HostRanges> {
  const { host, hostPrefix, attribute, open, parked, retired, listed, notHeardSince } = filter;
  // of single names few rows are looked at in any case
  if (host !== undefined && hostPrefix === undefined) return listOf(filter, 'hosts_host', [[]], []);
  if (attribute?.length === 0) return listOf(filter, 'hosts_host', [], []);
  const lists: HostRanges[] = distinct(attribute ?? []).map((term) => havingAttribute(filter, [term]));
  const either = eitherOf(filter.query);
  if (either !== undefined && either.length <= MAX_EITHER) lists.push(havingAttribute(filter, either));
  if (parked === true) lists.push(listOf(filter, 'hosts_parked', [[PARKED]], ['parked']));
  if (retired === true) lists.push(listOf(filter, 'hosts_retired', [[equal('is_retired', 1)]], ['retired']));
  if (notHeardSince !== undefined) {
    const leads = yield* heardLeads(store, filter, minuteOf(toMs(notHeardSince)));
    if (leads.length * namesAsked(filter).length <= MAX_HEARD)
      lists.push(listOf(filter, 'hosts_heard', leads, ['retired']));
  }
  if (listed === false || (listed === true && retired === true)) lists.push(inInventories(filter));
  if (open !== undefined) lists.push(listOf(filter, 'hosts_open', [[equal('has_open', open ? 1 : 0)]], ['open']));
  // what most hosts are leads where nothing else does
  if (listed === true && lists.length === 0) lists.push(inInventories(filter));
  if (retired === false && lists.length === 0)
    lists.push(listOf(filter, 'hosts_retired', [[equal('is_retired', 0)]], ['retired']));
  return (yield* fewestOf(store, lists)) ?? listOf(filter, 'hosts_host', [[]], []);
}

const PARKED: Condition = { sql: 'parked IS NOT NULL', values: [] };

/** Hosts that are in inventories, or those in none; the retired ones apart from the others, which may be all that is asked for. */
function inInventories(filter: HostFilter): HostRanges {
  const isListed = equal('is_listed', filter.listed === true ? 1 : 0);
  const leads = eitherRetired(filter.retired).map((isRetired) => [isListed, equal('is_retired', isRetired)]);
  return listOf(filter, 'hosts_listed', leads, ['listed', 'retired']);
}

function eitherRetired(retired: boolean | undefined): readonly (0 | 1)[] {
  if (retired === undefined) return [0, 1];
  return [retired ? 1 : 0];
}

/** The list whose ranges have the fewest rows, before anything is looked at in them; of equal ones the first. */
export function* fewestOf<T extends RangeList>(store: Store, lists: readonly T[]): Steps<T | undefined> {
  let [fewest] = lists;
  if (lists.length < 2) return fewest;
  let least = Infinity;
  for (const list of lists) {
    const rows = yield* rowsOf(store, list, Math.min(least, MAX_COUNTED));
    if (rows < least) [fewest, least] = [list, rows];
  }
  return fewest;
}

/** How many rows the list's ranges have, before anything is looked at in them, counted up to `most`. */
export function* rowsOf(store: Store, { table, ranges }: RangeList, most: number): Steps<number> {
  let rows = 0;
  for (const range of ranges) {
    const size = sizeOf(store, table, range, most);
    yield size + RANGE_ROWS;
    rows += size;
    if (rows >= most) return most;
  }
  return rows;
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
  const residual = [...conditionsOn('hosts', filter, led), ...queriedIn('hosts', filter)];
  return { table: 'hosts', row: 'number', order: BY_HOST, ranges, residual, wide: false };
}

/** The terms of which every host that passes the query has one, where it says so. */
function eitherOf(query: HostQuery | undefined): readonly string[] | undefined {
  const parts = query?.is === 'all' ? query.of : query === undefined ? [] : [query];
  const found = parts.find((part) => part.is === 'attribute');
  return found && distinct(found.among);
}

/** Hosts with one of the attributes, each looked at for what else is asked. */
function havingAttribute(filter: HostFilter, terms: readonly string[]): HostRanges {
  const names = namesAsked(filter);
  const ranges = terms.flatMap((term) =>
    names.map(({ where, ...rest }): Range => {
      return { index: '', where: [equal('attribute', term), ...where], ...rest };
    }),
  );
  const others = distinct(filter.attribute ?? []).filter((each) => terms.length > 1 || each !== terms[0]);
  const isMore = conditionsOn('h', filter, ['attribute']).length > 0 || filter.query !== undefined;
  const residual = [
    ...(others.length > 0 ? hasAttributes('host_attributes', others) : []),
    ...(isMore ? hostPasses('host_attributes', filter, ['attribute']) : []),
  ];
  const overlapping = terms.length > 1;
  return { table: 'host_attributes', row: 'attribute', order: BY_HOST, ranges, residual, wide: false, overlapping };
}

/** The minutes up to `last` in which hosts were heard of for the last time. */
function* heardLeads(store: Store, { retired }: HostFilter, last: number): Steps<readonly (readonly Condition[])[]> {
  const leads: (readonly Condition[])[] = [];
  for (const isRetired of eitherRetired(retired)) {
    const of = `FROM hosts INDEXED BY hosts_heard WHERE is_retired = ${isRetired}`;
    const minutes = store
      .statement(
        `WITH RECURSIVE heard (minute) AS (
           SELECT max(heard_minute) ${of} AND heard_minute <= ?
           UNION ALL
           SELECT (SELECT max(heard_minute) ${of} AND heard_minute < heard.minute) FROM heard WHERE minute IS NOT NULL
         ) SELECT minute FROM heard WHERE minute IS NOT NULL LIMIT ${MAX_HEARD + 1}`,
      )
      .all(last) as readonly (readonly [number])[];
    for (const [minute] of minutes) leads.push([equal('is_retired', isRetired), equal('heard_minute', minute)]);
    yield minutes.length * RANGE_ROWS;
  }
  return leads;
}
