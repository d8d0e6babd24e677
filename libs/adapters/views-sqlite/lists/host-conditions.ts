/** The conditions of a filter of hosts: on their names, and on what else a list asks of them. */
import type { HostFilter, QuestHostState } from '#contracts';
import { queried } from './host-query.js';
import { toMs } from './instants.js';
import { distinct } from './page.js';
import { equal, indexedBy, oneOf, type Condition, type Range, type Within } from './ranges.js';

/** Comes after every character of a host's name. */
const AFTER_NAMES = '\u007f';

/** Whether one of the prefixes takes a name in; only those shorter than `most` are looked at. */
function takenIn(prefixes: ReadonlySet<string>, name: string, most = name.length + 1): boolean {
  if (prefixes.size === 0) return false;
  for (let length = 0; length < most; length += 1) if (prefixes.has(name.slice(0, length))) return true;
  return false;
}

export interface NameAsked {
  readonly where: Condition[];
  readonly within?: Within;
}

/** The filter's conditions on the name, each a name or a prefix; the range of all names where it has none. */
export function namesAsked({ host, hostPrefix }: HostFilter): readonly NameAsked[] {
  if (host === undefined && hostPrefix === undefined) return [{ where: [] }];
  const asked = new Set(hostPrefix);
  const prefixes = [...asked].filter((prefix) => !takenIn(asked, prefix, prefix.length));
  const single = distinct(host ?? []).filter((name) => !takenIn(asked, name));
  return [
    ...single.map((name) => ({ where: [equal('host', name)] })),
    ...prefixes.map((prefix) => ({ where: [], within: { from: prefix, before: prefix + AFTER_NAMES } })),
  ];
}

/** The same as one check of each row, for more names than can be ranges. */
export function named({ host, hostPrefix }: HostFilter): readonly Condition[] {
  if (host === undefined && hostPrefix === undefined) return [];
  const names = new Set<string>(host);
  const prefixes = new Set(hostPrefix);
  const passes = (name: unknown): boolean => names.has(String(name)) || takenIn(prefixes, String(name));
  // never asked of SQLite: the rows of this list are always scanned
  return [{ sql: '1', values: [], check: { column: 'host', passes } }];
}

/** The filter but for names, quests and the query, on the row of `table` that is a host; `led` are the fields that its range takes care of. */
export function conditionsOn(
  table: string,
  filter: HostFilter,
  led: readonly (keyof HostFilter)[] = [],
): readonly Condition[] {
  const { open, parked, retired, listed, notHeardSince, attribute } = filter;
  const conditions: Condition[] = [];
  const flag = (column: string, value: boolean): Condition => equal(`${table}.${column}`, value ? 1 : 0);
  if (open !== undefined && !led.includes('open')) conditions.push(flag('has_open', open));
  if (retired !== undefined && !led.includes('retired')) conditions.push(flag('is_retired', retired));
  if (listed !== undefined && !led.includes('listed')) conditions.push(flag('is_listed', listed));
  if (parked !== undefined && !led.includes('parked'))
    conditions.push({ sql: `${table}.parked IS ${parked ? 'NOT NULL' : 'NULL'}`, values: [] });
  if (notHeardSince !== undefined) conditions.push({ sql: `${table}.heard_ms < ?`, values: [toMs(notHeardSince)] });
  if (attribute !== undefined && !led.includes('attribute')) conditions.push(...hasAttributes(table, attribute));
  return conditions;
}

/** Has all of them; none of none. */
export function hasAttributes(table: string, terms: readonly string[]): readonly Condition[] {
  if (terms.length === 0) return [{ sql: '0', values: [] }];
  return distinct(terms).map((term) => ({
    sql: `EXISTS (SELECT 1 FROM host_attributes a WHERE a.attribute = ? AND a.host = ${table}.host)`,
    values: [term],
  }));
}

/** Of a row of `table`, which names a host: whether that is there and as the filter says. */
export function hostPasses(
  table: string,
  filter: HostFilter,
  led: readonly (keyof HostFilter)[] = [],
): readonly Condition[] {
  const conditions = conditionsOn('h', filter, led);
  const passes = [`h.host = ${table}.host`, ...conditions.map(({ sql }) => sql)].join(' AND ');
  return [
    {
      sql: `EXISTS (SELECT 1 FROM hosts h WHERE ${passes})`,
      values: conditions.flatMap(({ values }) => values),
    },
    ...queriedIn(table, filter),
  ];
}

/** The filter's query on a row of `table`, which is a host or names one. */
export function queriedIn(table: string, { query }: HostFilter): readonly Condition[] {
  return query === undefined ? [] : [queried(table, query)];
}

/** The quest's hosts of one state, by name; those of `name` alone. */
export function ofPart(quest: number, state: QuestHostState, name: NameAsked): Range {
  return {
    ...name,
    index: indexedBy('parts_state'),
    where: [equal('quest', quest), equal('state', state), ...name.where],
  };
}

/** Of a row of `table`, which names a host: whether that is one of a quest's. */
export function inQuests(table: string, quests: readonly number[]): Condition {
  return {
    sql: `EXISTS (SELECT 1 FROM parts p INDEXED BY parts_host
      WHERE p.host = ${table}.host AND p.state IS NOT NULL AND p.quest IN (SELECT value FROM json_each(?)))`,
    values: [JSON.stringify(quests)],
  };
}

/** Of a row of `table`, which names a host: whether that is in the quest, in one of the states. */
export function hasPart(table: string, quest: number, states: readonly QuestHostState[]): Condition {
  const state = oneOf('p.state', states);
  return {
    sql: `EXISTS (SELECT 1 FROM parts p INDEXED BY parts_host
      WHERE p.host = ${table}.host AND p.quest = ? AND ${state.sql})`,
    values: [quest, ...state.values],
  };
}
