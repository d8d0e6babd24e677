/**
 * All labors of some hosts, without an index by host: they lie together in that of ids, which begin with the host that
 * opened them. The few that have moved to another host since are in an index of their own.
 */
import { MOVED } from '../layout.js';
import type { Store } from '../store.js';
import { oneOf, type Range } from './ranges.js';

/** Of a host's ids none comes after the host and the character after `~`. */
const OF_HOSTS = `SELECT l.number FROM json_each(?) AS asked CROSS JOIN labors AS l INDEXED BY labors_id
  ON l.id >= asked.value || '~' AND l.id < asked.value || char(127)
  UNION ALL SELECT number FROM labors INDEXED BY labors_moved
  WHERE host IN (SELECT value FROM json_each(?)) AND ${MOVED}`;

/** Whether the hosts have at most `most` labors; the index alone is read. */
export function hasAtMost(store: Store, hosts: readonly string[], most: number): boolean {
  const names = JSON.stringify(hosts);
  const sql = `SELECT count(*) FROM (${OF_HOSTS} LIMIT ?)`;
  return (store.statement(sql).get(names, names, most + 1) as readonly [number])[0] <= most;
}

/** To be sorted. Some may be of other hosts by now: the host is still to be looked at. */
export function allOf(hosts: readonly string[], classes: readonly number[]): Range {
  const names = JSON.stringify(hosts);
  return {
    index: ' NOT INDEXED',
    where: [{ sql: `number IN (${OF_HOSTS})`, values: [names, names] }, oneOf('class', classes)],
  };
}
