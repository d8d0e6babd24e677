/**
 * Each filter of each list has an index that begins with what must be equal and goes on in the list's order; where it does
 * not, the table of plans says so. Without a server: over our own queries and indexes.
 */
import { INDEXES, type Index } from '../index-table.js';
import type { CollectionKind } from '../layout.js';
import type { Query } from '../find.js';
import { pageQuery } from './page.js';
import { PLANS, type How, type Plan } from './testing-plans.js';

const ID: Index = { name: '_id_', key: { _id: 1 } };
const BOUNDS = ['$gt', '$gte', '$lt', '$lte'];

/** Each condition of one field, or one that is no field's (`$nor`, `$or`). */
function conditionsOf(query: Query): readonly (readonly [field: string, condition: unknown])[] {
  return Object.entries(query).flatMap(([field, condition]) =>
    field === '$and' ? (condition as readonly Query[]).flatMap(conditionsOf) : [[field, condition] as const],
  );
}

function isEquality(condition: unknown): boolean {
  return typeof condition !== 'object' || condition === null ? condition !== null : '$in' in condition;
}

function isRange(condition: unknown): boolean {
  const operators = typeof condition === 'object' && condition !== null ? Object.keys(condition) : [];
  return operators.length > 0 && operators.every((operator) => BOUNDS.includes(operator));
}

interface Fit {
  readonly how: How;
  readonly residual: readonly string[];
}

/** How an index answers a query: equality, then sort, then range; undefined where it does not bound it at all. */
function fitOf(plan: Pick<Plan, 'query'>, { key, only }: Index): Fit | undefined {
  const { sort } = plan.query;
  const conditions = conditionsOf(pageQuery(plan.query));
  // an index of some documents serves only who asks for none of the others
  if (only !== undefined && !conditions.some(([field, value]) => field === only.field && implies(value, only.least)))
    return undefined;
  const fields = Object.keys(key);
  const sortFields = Object.keys(sort);
  const equal = (field: string) => conditions.some(([name, value]) => name === field && isEquality(value));
  let at = 0;
  while (at < fields.length && !sortFields.includes(fields[at]!) && equal(fields[at]!)) at += 1;
  const inOrder = sortFields.every((field, index) => fields[at + index] === field);
  const bounded =
    at > 0 || conditions.some(([field, value]) => field === fields[0] && (isRange(value) || isEquality(value)));
  if (!bounded && !inOrder) return undefined;
  // past the order's fields an equality bounds nothing: its key is looked at each time; a range there is the last of the three
  const last = fields.slice(at + sortFields.length).filter((field) => !equal(field));
  const within = new Set([...fields.slice(0, at), ...(inOrder ? [...sortFields, ...last] : fields.slice(at, at + 1))]);
  const filter = conditionsOf(plan.query.filter).map(([field]) => field);
  return { how: inOrder ? 'in order' : 'sorted', residual: [...new Set(filter.filter((field) => !within.has(field)))] };
}

function implies(condition: unknown, least: string | number | boolean): boolean {
  if (typeof condition === typeof least) return (condition as typeof least) >= least;
  const { $in, $gte } = Object(condition) as { readonly $in?: readonly unknown[]; readonly $gte?: unknown };
  if ($in !== undefined) return $in.every((value) => implies(value, least));
  return $gte !== undefined && implies($gte, least);
}

const indexOf = (kind: CollectionKind, name: string) => [ID, ...INDEXES[kind]].find((index) => index.name === name);

test.each(PLANS.map((plan) => [plan.name, plan.index, plan] as const))('%s: by the index %s', (_name, name, plan) => {
  const index = indexOf(plan.kind, name);
  if (index === undefined) throw new Error(`${plan.kind} have no index ${name}`);
  expect(fitOf(plan, index)).toEqual({ how: plan.how, residual: plan.residual });
});

test.each(PLANS.filter(({ how }) => how === 'in order').map((plan) => [plan.name, plan] as const))(
  '%s: no other index leaves fewer conditions to be looked at one by one',
  (_name, plan) => {
    const others = [ID, ...INDEXES[plan.kind]]
      .map((index) => fitOf(plan, index))
      .filter((fit) => fit?.how === 'in order');
    for (const fit of others) expect(fit!.residual.length).toBeGreaterThanOrEqual(plan.residual.length);
  },
);

/** What is no list: sums, look-ups of projection, counts by the hour and by type. */
const OTHER_USES: Readonly<Partial<Record<CollectionKind, readonly string[]>>> = {
  event_spans: ['span'],
  entry_times: ['least'],
  parts: ['tally', 'host', 'past'],
  quests: ['dirty', 'behind', 'parked', 'unfinished', 'seen'],
  hosts: ['behind', 'beginning'],
  labors: [
    ...['fate', 'closed_at', 'type_closed', 'absorbed', 'forgotten', 'quests', 'seen'],
    // labors of the past: see past-query.spec.ts
    ...['term', 'type_term', 'quests_term', 'host_place'],
  ],
};

test('every index is there for something', () => {
  const used = new Set(PLANS.map(({ kind, index }) => `${kind}.${index}`));
  for (const [kind, names] of Object.entries(OTHER_USES)) for (const name of names) used.add(`${kind}.${name}`);
  const there = Object.entries(INDEXES).flatMap(([kind, indexes]) => indexes.map(({ name }) => `${kind}.${name}`));
  expect(there.filter((name) => !used.has(name))).toEqual([]);
});

test('the names of a collection’s indexes are different, and so are their fields', () => {
  for (const indexes of Object.values(INDEXES)) {
    expect(new Set(indexes.map(({ name }) => name)).size).toBe(indexes.length);
    expect(new Set(indexes.map(({ key }) => Object.keys(key).join())).size).toBe(indexes.length);
  }
});
