/** The conditions of a query of labors that are checked row by row, because the range does not contain them. */
import type { ActingUser } from '#contracts';
import type { Actor } from '#domain';
import { classesOf, FIRST_CLOSED_CLASS, hasActor } from '../labor-class.js';
import { PRINCIPAL_COLUMNS } from '../labor-writes.js';
import type { LaborQuery } from './labor-query.js';
import { oneOf, type Condition } from './ranges.js';

const OPEN = classesOf({ state: ['open'] });

/** `led` are the fields that the range takes care of. */
export function residualOf(query: LaborQuery, led: readonly (keyof LaborQuery)[]): readonly Condition[] {
  const conditions: Condition[] = [];
  const rest = <K extends keyof LaborQuery>(field: K): LaborQuery[K] | undefined =>
    led.includes(field) ? undefined : query[field];
  const columns = [
    ['host', rest('hosts')],
    ['type', rest('types')],
    ['assignee', rest('assignees')],
  ] as const;
  for (const [column, values] of columns) if (values !== undefined) conditions.push(oneOf(column, values));
  const principals = rest('principals');
  if (principals !== undefined) conditions.push(ofPrincipals(principals));
  const quests = rest('quests');
  if (quests !== undefined) conditions.push(orNull(oneOf('quest', quests)));
  // + keeps SQLite from taking the class for a bound: the index is chosen already
  const closed = `+class >= ${FIRST_CLOSED_CLASS}`;
  const notOpenOf = rest('notOpenOf');
  if (notOpenOf !== undefined) conditions.push(either(closed, noneOf('type', notOpenOf)));
  const notOpenIn = rest('notOpenIn');
  if (notOpenIn !== undefined) conditions.push(either(`${closed} OR quest IS NULL`, noneOf('quest', notOpenIn)));
  // whatever leads: what leads to a user's hosts and quests also leads to what is another's there
  if (query.turnOf !== undefined) conditions.push(assignedAtMostTo(query.turnOf.user));
  const turnOf = rest('turnOf');
  if (turnOf !== undefined) conditions.push(turn(turnOf));
  if (query.closedSince !== undefined) conditions.push(since('closed_at', query.closedSince));
  return conditions;
}

export function openedWithin({
  openedSince,
  openedBefore,
}: Pick<LaborQuery, 'openedSince' | 'openedBefore'>): readonly Condition[] {
  const conditions: Condition[] = [];
  if (openedSince !== undefined) conditions.push(since('opened_at', openedSince));
  if (openedBefore !== undefined) conditions.push({ sql: 'opened_at < ?', values: [openedBefore] });
  return conditions;
}

export function since(column: string, timeMs: number): Condition {
  return { sql: `${column} >= ?`, values: [timeMs] };
}

function assignedAtMostTo(user: string): Condition {
  return { sql: '(assignee IS NULL OR assignee = ?)', values: [user] };
}

/** Of a labor that is assigned to the user, or to nobody: whether it is the user's turn. */
function turn({ hosts, quests }: ActingUser): Condition {
  const owned = oneOf('host', hosts);
  const created = oneOf('quest', quests);
  const classes = (actor: Actor): string => `+class IN (${OPEN.filter((each) => hasActor(each, actor)).join(', ')})`;
  const byActor = `(${classes('owner')} AND ${owned.sql}) OR (${classes('creator')} AND ${created.sql})`;
  return { sql: `(assignee IS NOT NULL OR ${byActor})`, values: [...owned.values, ...created.values] };
}

/** One of the labor's names is among them. */
export function ofPrincipals(names: readonly string[]): Condition {
  const each = PRINCIPAL_COLUMNS.map((column) => oneOf(column, names));
  const among = new Set(names);
  const passes = (value: unknown): boolean =>
    (JSON.parse(String(value)) as readonly (string | null)[]).some((name) => name !== null && among.has(name));
  return {
    sql: `(${each.map(({ sql }) => sql).join(' OR ')})`,
    values: each.flatMap(({ values }) => values),
    ...(each[0]?.check && { check: { column: `json_array(${PRINCIPAL_COLUMNS.join(', ')})`, passes } }),
  };
}

/** In no quest, or as the condition on the quest says. */
function orNull(ofQuest: Condition): Condition {
  const { check } = ofQuest;
  const passes = (value: unknown): boolean => value === null || check?.passes(value) === true;
  return { ...either('quest IS NULL', ofQuest), ...(check && { check: { ...check, passes } }) };
}

function noneOf(column: string, values: readonly (string | number)[]): Condition {
  const { sql, values: bound } = oneOf(column, values);
  return { sql: sql.replace(' IN ', ' NOT IN '), values: bound };
}

function either(plain: string, { sql, values }: Condition): Condition {
  return { sql: `(${plain} OR ${sql})`, values };
}
