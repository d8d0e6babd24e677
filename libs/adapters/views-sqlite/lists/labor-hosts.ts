/**
 * All labors of some hosts, chains or principals, to be sorted. There is no index by host: a host's labors lie together in that of ids, which begin with the host that
 * opened them. The few that have moved to another host since are in an index of their own.
 */
import { IS_LABOR_ID, OPEN_LABORS } from '../documents.js';
import { classesOf } from '../labor-class.js';
import { MOVED } from '../layout.js';
import { PRINCIPAL_COLUMNS } from '../labor-writes.js';
import type { Store } from '../store.js';
import { oneOf, type Condition, type Range } from './ranges.js';
import { RANGE_ROWS } from './steps.js';

/** As many hosts, or chains, are looked up in one statement: a few milliseconds. */
const MAX_NAMES_AT_ONCE = 500;

/** What is asked for by name is looked up some at a time: others have their turns in between. */
export function inParts(names: readonly string[]): readonly (readonly string[])[] {
  const parts: (readonly string[])[] = [];
  for (let start = 0; start < names.length; start += MAX_NAMES_AT_ONCE)
    parts.push(names.slice(start, start + MAX_NAMES_AT_ONCE));
  return parts;
}

/** Of a host's ids none comes after the host and the character after `~`. */
const OF_HOSTS = `SELECT l.number FROM json_each(?) AS asked CROSS JOIN labors AS l INDEXED BY labors_id
  ON l.id >= asked.value || '~' AND l.id < asked.value || char(127)
  UNION ALL SELECT number FROM labors INDEXED BY labors_moved
  WHERE host IN (SELECT value FROM json_each(?)) AND ${MOVED}`;

/** How many labors the hosts have, counted no further than `most` + 1; the index alone is read. */
export function countOf(store: Store, hosts: readonly string[], most: number): number {
  const names = JSON.stringify(hosts);
  const sql = `SELECT count(*) FROM (${OF_HOSTS} LIMIT ?)`;
  return (store.statement(sql).get(names, names, most + 1) as readonly [number])[0];
}

/** `cost`: in rows. Those that are of other hosts by now are left out: a labor is in the range of one host alone. */
export function allOf(hosts: readonly string[], classes: readonly number[], cost: number): Range {
  const names = JSON.stringify(hosts);
  const { where, ...range } = sorted({ sql: `number IN (${OF_HOSTS})`, values: [names, names] }, classes);
  return { ...range, where: [...where, oneOf('host', hosts)], cost };
}

/** The hosts' labors that were opened in other streams; by their own index. */
export function allMovedTo(hosts: readonly string[]): Range {
  const moved = `SELECT number FROM labors INDEXED BY labors_moved
    WHERE host IN (SELECT value FROM json_each(?)) AND ${MOVED}`;
  return sorted({ sql: `number IN (${moved})`, values: [JSON.stringify(hosts)] }, classesOf({}));
}

/** How many labors are open on the hosts, as these say. */
export function countOpenOn(store: Store, hosts: readonly string[]): number {
  const sql = `SELECT coalesce(sum(h.open), 0) FROM json_each(?) AS asked CROSS JOIN hosts AS h INDEXED BY hosts_host
    ON h.host = asked.value`;
  return (store.statement(sql).get(JSON.stringify(hosts)) as readonly [number])[0];
}

/** The closed ones, of which there may be many more, are not looked at: a host's document names those that are open. */
const OPEN_ON = `SELECT l.number FROM json_each(?) AS asked CROSS JOIN hosts AS h INDEXED BY hosts_host ON h.host = asked.value
  CROSS JOIN json_each(h.doc, '${OPEN_LABORS}') AS o ON o.${IS_LABOR_ID}
  CROSS JOIN labors AS l INDEXED BY labors_id ON l.id = o.value`;

/** Of the hosts' open labors those of the classes. `cost`: in rows. */
export function allOpenOn(hosts: readonly string[], classes: readonly number[], cost: number): Range {
  return { ...sorted({ sql: `number IN (${OPEN_ON})`, values: [JSON.stringify(hosts)] }, classes), cost };
}

/** The first of a chain is found by its id, the others by their chain. */
const OF_CHAINS = `SELECT l.number FROM json_each(?) AS asked CROSS JOIN labors AS l INDEXED BY labors_id
  ON l.id = asked.value AND l.chain IS NULL
  UNION ALL SELECT l.number FROM json_each(?) AS asked CROSS JOIN labors AS l INDEXED BY labors_chain_opened
  ON l.chain = asked.value`;

export function allOfChains(chains: readonly string[], classes: readonly number[]): Range {
  const ids = JSON.stringify(chains);
  const cost = 2 * chains.length * RANGE_ROWS;
  return { ...sorted({ sql: `number IN (${OF_CHAINS})`, values: [ids, ids] }, classes), cost };
}

/** Each of the labors at least once. */
const OF_PRINCIPALS = PRINCIPAL_COLUMNS.map(
  (column) =>
    `SELECT number FROM labors INDEXED BY labors_${column} WHERE ${column} IN (SELECT value FROM json_each(?))`,
).join(' UNION ALL ');

const askedOf = (principals: readonly string[]): readonly string[] =>
  PRINCIPAL_COLUMNS.map(() => JSON.stringify(principals));

/** About how many labors the principals have, counted no further than `most` + 1; the indexes alone are read. */
export function countOfPrincipals(store: Store, principals: readonly string[], most: number): number {
  const sql = `SELECT count(*) FROM (${OF_PRINCIPALS} LIMIT ?)`;
  return (store.statement(sql).get(...askedOf(principals), most + 1) as readonly [number])[0];
}

export function allOfPrincipals(principals: readonly string[], classes: readonly number[]): Range {
  return sorted({ sql: `number IN (${OF_PRINCIPALS})`, values: askedOf(principals) }, classes);
}

function sorted(among: Condition, classes: readonly number[]): Range {
  return { index: ' NOT INDEXED', where: [among, oneOf('class', classes)], sorted: true };
}
