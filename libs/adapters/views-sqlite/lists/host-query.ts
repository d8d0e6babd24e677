/** Whether a host's row passes a query of hosts: decided here, row by row, by the one reading of the language that there is. */
import { attributeTerms, hostMatches, type HostQuery } from '#contracts';
import type { Attributes, HostName } from '#domain';
import { OPEN_LABORS, openTypesOf } from '../documents.js';
import type { Condition } from './ranges.js';

/** On a row of `table`, which is a host or names one. */
export function queried(table: string, query: HostQuery): Condition {
  const row =
    table === 'hosts'
      ? rowOf('hosts', query)
      : `(SELECT ${rowOf('h', query)} FROM hosts h WHERE h.host = ${table}.host)`;
  const passes = (value: unknown): boolean => {
    const [host, isRetired, attributes, open] = JSON.parse(String(value)) as [HostName, 0 | 1, Attributes, unknown[]];
    const terms = attributeTerms(attributes);
    return hostMatches({ host, terms, open: openTypesOf(open), retired: isRetired === 1 }, query);
  };
  // never asked of SQLite: the rows of such a list are always scanned
  return { sql: '1', values: [], check: { column: row, passes } };
}

function rowOf(table: string, query: HostQuery): string {
  const open = asksForOpen(query) ? `${table}.doc -> '${OPEN_LABORS}'` : 'json_array()';
  return `json_array(${table}.host, ${table}.is_retired, json(${table}.attributes), ${open})`;
}

function asksForOpen(query: HostQuery): boolean {
  if (query.is === 'all' || query.is === 'any') return query.of.some(asksForOpen);
  return query.is === 'not' ? asksForOpen(query.of) : query.is === 'open';
}
