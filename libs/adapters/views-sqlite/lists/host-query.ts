/** What queries of hosts look at, and whether a host's row passes one: decided here, row by row, by the one reading of the language that there is. */
import { attributeTerms, hostMatches, type HostQuery, type QueriedHost } from '#contracts';
import type { Attributes, HostName } from '#domain';
import type { QueriedHostRow } from '#ports';
import { HOST_POSITION, OPEN_LABORS, openTypesOf, positionFrom } from '../documents.js';
import type { Store } from '../store.js';
import type { Condition } from './ranges.js';

/** On a row of `table`, which is a host or names one. */
export function queried(table: string, query: HostQuery): Condition {
  const withOpen = asksForOpen(query);
  const row =
    table === 'hosts'
      ? rowOf('hosts', withOpen)
      : `(SELECT ${rowOf('h', withOpen)} FROM hosts h WHERE h.host = ${table}.host)`;
  const passes = (value: unknown): boolean => hostMatches(queriedHost(value), query);
  // never asked of SQLite: the rows of such a list are always scanned
  return { sql: '1', values: [], check: { column: row, passes } };
}

export function readQueriedHosts(store: Store, hosts: readonly HostName[]): readonly QueriedHostRow[] {
  const find = store.statement(`SELECT ${rowOf('hosts', true)}, doc ->> '${HOST_POSITION}' FROM hosts WHERE host = ?`);
  return hosts.flatMap((name) => {
    const found = find.get(name) as readonly [row: string, position: string] | undefined;
    if (found === undefined) return [];
    const [row, position] = found;
    const host = queriedHost(row);
    return [{ ...host, open: [...new Set(host.open)], position: positionFrom(position) }];
  });
}

function rowOf(table: string, withOpen: boolean): string {
  const open = withOpen ? `${table}.doc -> '${OPEN_LABORS}'` : 'json_array()';
  return `json_array(${table}.host, ${table}.is_retired, json(${table}.attributes), ${open})`;
}

function queriedHost(row: unknown): QueriedHost {
  const [host, isRetired, attributes, open] = JSON.parse(String(row)) as [HostName, 0 | 1, Attributes, unknown[]];
  return { host, terms: attributeTerms(attributes), open: openTypesOf(open), retired: isRetired === 1 };
}

function asksForOpen(query: HostQuery): boolean {
  if (query.is === 'all' || query.is === 'any') return query.of.some(asksForOpen);
  return query.is === 'not' ? asksForOpen(query.of) : query.is === 'open';
}
