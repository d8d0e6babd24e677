/**
 * How a question about labors of the past becomes ranges. The labors that were in a state at a place are, for each term
 * (see labor-term.ts of contracts), a range by the place of their opening, so each type, or quest, and term is a range; those of hosts and
 * chains are few, and sorted. What remains is judged by columns as far as these say what was then.
 */
import {
  openingsOf,
  REOPENED_TERM,
  type LaborAsOfFilter,
  type LaborDocument,
  type LaborPlaceSort,
  type Position,
} from '#contracts';
import { classesOf } from '../labor-class.js';
import { LAST_PLACE, placeOf } from '../positions.js';
import type { Store } from '../store.js';
import { toMs } from './instants.js';
import { walksOf } from './host-walk.js';
import { allMovedTo, allOf, allOfChains, countOf, inParts } from './labor-hosts.js';
import { openedWithin, ofPrincipals, since } from './labor-conditions.js';
import { distinct } from './page.js';
import { equal, indexedBy, MAX_RANGES, oneOf, sizeOf, type Condition, type Range, type RangeList } from './ranges.js';
import { RANGE_ROWS, type Steps } from './steps.js';

/** At most this many labors of hosts, or that left a quest, are read and sorted for a page. */
const MAX_SORTED = 10_000;
/** Hosts that have more are walked, at most this many; of more, each labor is looked at in the ranges of the types. */
const MAX_WALKED = 500;
const STATES: readonly LaborDocument['state'][] = ['open', 'completed', 'waived'];
const EVERY_CLASS = classesOf({});

interface Question {
  readonly store: Store;
  readonly at: Position;
  readonly filter: LaborAsOfFilter;
  readonly states: ReadonlySet<LaborDocument['state']>;
  /** The types that pass the filter; undefined: any. */
  readonly types: readonly string[] | undefined;
}

/** Ranges, and the fields of the filter that they take care of. */
interface Lead {
  readonly ranges: readonly Range[];
  readonly led: 'chain' | 'host' | 'quest' | 'type';
}

export function* pastList(store: Store, at: Position, filter: LaborAsOfFilter, sort: LaborPlaceSort): Steps<RangeList> {
  const question = questionOf(store, at, filter);
  return listOf(question, yield* leadOf(question), sort);
}

/** The same list by the types' ranges, whose rows lie in the order of places: of them a bounded number always leads on. */
export function pastListOfTypes(store: Store, at: Position, filter: LaborAsOfFilter, sort: LaborPlaceSort): RangeList {
  const question = questionOf(store, at, filter);
  return listOf(question, { ranges: rangesOfTypes(question), led: 'type' }, sort);
}

function questionOf(store: Store, at: Position, filter: LaborAsOfFilter): Question {
  return { store, at, filter, states: statesOf(filter), types: typesOf(filter) };
}

function listOf(question: Question, { ranges, led }: Lead, sort: LaborPlaceSort): RangeList {
  return {
    ...{ table: 'labors', row: 'number', ranges, residual: residualOf(question, led), wide: true },
    order: { keys: ['opened_place', 'id'], descending: sort === '-openedPlace' },
  };
}

function statesOf({ state = STATES, closedSince, stranded }: LaborAsOfFilter): Question['states'] {
  const states = state.filter((each) => each !== 'open' || closedSince === undefined);
  return new Set(stranded?.is === true ? states.filter((each) => each === 'open') : states);
}

function typesOf({ type, stranded }: LaborAsOfFilter): readonly string[] | undefined {
  if (stranded?.is !== true) return type && distinct(type);
  return distinct(stranded.types).filter((each) => type === undefined || type.includes(each));
}

function* leadOf(question: Question): Steps<Lead> {
  const { filter, states } = question;
  const { chain, host } = filter;
  if (states.size === 0) return { ranges: [], led: 'type' };
  if (chain !== undefined) {
    const all = inParts(distinct(chain)).map((some) => allOfChains(some, EVERY_CLASS));
    return { ranges: upTo(question, all), led: 'chain' };
  }
  const ofHosts = host && (yield* allOfHosts(question, distinct(host)));
  if (ofHosts !== undefined) return { ranges: ofHosts, led: 'host' };
  const ofQuests = yield* rangesOfQuests(question);
  if (ofQuests !== undefined) return { ranges: ofQuests, led: 'quest' };
  return { ranges: rangesOfTypes(question), led: 'type' };
}

/** Each of them up to the place. */
function upTo({ at }: Question, ranges: readonly Range[]): readonly Range[] {
  return ranges.map((range) => ({ ...range, within: withinOf(undefined, at) }));
}

/** Undefined where they are too many to be sorted, and the hosts too many to be walked. */
function* allOfHosts(question: Question, hosts: readonly string[]): Steps<readonly Range[] | undefined> {
  const { store } = question;
  const ranges: Range[] = [];
  let labors = 0;
  for (const some of inParts(hosts)) {
    const more = countOf(store, some, MAX_SORTED - labors);
    const cost = some.length * RANGE_ROWS + 2 * more;
    yield cost;
    labors += more;
    if (labors > MAX_SORTED) return yield* walkedHosts(question, hosts);
    ranges.push(allOf(some, EVERY_CLASS, cost));
  }
  return upTo(question, ranges);
}

/** Beside what lies in their streams, the few labors that have moved to them since. */
function* walkedHosts({ store, at }: Question, hosts: readonly string[]): Steps<readonly Range[] | undefined> {
  if (hosts.length > MAX_WALKED) return undefined;
  const moved = allMovedTo(hosts);
  const more = sizeOf(store, 'labors', moved, MAX_SORTED);
  yield (hosts.length + 1) * RANGE_ROWS + 2 * more;
  if (more > MAX_SORTED) return undefined;
  const within = withinOf(undefined, at);
  const walks = walksOf(store, hosts, within);
  return more === 0 ? walks : [...walks, { ...moved, within, cost: 2 * more }];
}

/** The labors that are in them, by their terms, and the labors that have left them; undefined where none are asked for, or too much is. */
function* rangesOfQuests(question: Question): Steps<readonly Range[] | undefined> {
  const { store, at, filter } = question;
  if (filter.quest === undefined || filter.quest.includes('none')) return undefined;
  const quests = distinct(filter.quest).map(Number);
  const terms = distinct(termsIn(store).map(([, term]) => term));
  if (quests.length * terms.length > MAX_RANGES) return undefined;
  const former = formerOf(quests);
  const left = sizeOf(store, 'labors', former, MAX_SORTED);
  yield 2 * left + RANGE_ROWS;
  if (left > MAX_SORTED) return undefined;
  const index = indexedBy('labors_quest_term');
  const own = quests.flatMap((quest) => terms.flatMap((term) => ofTerm(question, index, equal('quest', quest), term)));
  return left === 0 ? own : [...own, { ...former, within: withinOf(undefined, at), cost: 2 * left }];
}

/** A labor that came back is in the quest's ranges, too: it is shown once. */
function formerOf(quests: readonly number[]): Range {
  const left = 'number IN (SELECT labor FROM former_quests WHERE quest IN (SELECT value FROM json_each(?)))';
  return { index: ' NOT INDEXED', where: [{ sql: left, values: [JSON.stringify(quests)] }], sorted: true };
}

function rangesOfTypes(question: Question): readonly Range[] {
  const { store, types } = question;
  const wanted = types && new Set(types);
  const index = indexedBy('labors_type_term');
  return termsIn(store).flatMap(([type, term]) =>
    wanted?.has(type) === false ? [] : ofTerm(question, index, equal('type', type), term),
  );
}

/** The types and terms that labors have. */
function termsIn(store: Store): readonly (readonly [type: string, term: number])[] {
  const terms = store.statement('SELECT type, term FROM labor_terms WHERE labors > 0');
  return terms.all() as readonly (readonly [string, number])[];
}

function ofTerm({ at, states }: Question, index: string, leading: Condition, term: number): readonly Range[] {
  const openings = openingsOf(term, at, states);
  if (openings === undefined) return [];
  return [{ index, where: [leading, equal('term', term)], within: withinOf(openings.from, openings.to) }];
}

function withinOf(from: Position | undefined, to: Position): NonNullable<Range['within']> {
  const last = placeOf(to);
  return { from: from === undefined ? undefined : placeOf(from), before: last === LAST_PLACE ? undefined : last + 1n };
}

/** Of rows that have no past the columns say what they were at the place. `led`: the field that the ranges take care of. */
function residualOf({ at, states, filter, types }: Question, led: Lead['led']): readonly Condition[] {
  const { host, quest, assignee, principal, acked, actor, openedSince, openedBefore, closedSince } = filter;
  const conditions: Condition[] = [...ofStates(states, at)];
  if (types !== undefined && led !== 'type') conditions.push(oneOf('type', types));
  if (host !== undefined && led !== 'host') conditions.push(oneOf('host', distinct(host)));
  if (quest !== undefined && led !== 'quest') conditions.push(orPast(inQuests(quest)));
  if (assignee !== undefined) conditions.push(orPast(oneOf('assignee', distinct(assignee))));
  if (principal !== undefined) conditions.push(orPast(ofPrincipals(distinct(principal))));
  // a labor that was acknowledged then is so now, and actors are for ever
  const classes = classesOf({ ...(acked === true && { acked }), ...(actor && { actor }) });
  if (classes.length < EVERY_CLASS.length) conditions.push(oneOf('+class', classes));
  if (closedSince !== undefined) {
    const { sql, values } = since('closed_at', toMs(closedSince));
    conditions.push({ sql: `(term >= ${REOPENED_TERM} OR ${sql})`, values });
  }
  return [
    ...conditions,
    ...openedWithin({
      openedSince: openedSince && toMs(openedSince),
      openedBefore: openedBefore && toMs(openedBefore),
    }),
  ];
}

/** What it was from its last end on, its class says; of one that was reopened, its document what it was before. */
function ofStates(states: Question['states'], position: Position): readonly Condition[] {
  if (states.size === STATES.length) return [];
  const at = placeOf(position);
  const ended = classesOf({ state: [...states].filter((each) => each !== 'open') });
  const lasting = '(ended_place IS NULL OR ended_place > ?)';
  const then = states.has('open') ? lasting : `(+term >= ${REOPENED_TERM} AND ${lasting})`;
  if (ended.length === 0) return [{ sql: then, values: [at] }];
  return [{ sql: `(${then} OR (ended_place <= ? AND +class IN (${ended.join(', ')})))`, values: [at, at] }];
}

function inQuests(quests: NonNullable<LaborAsOfFilter['quest']>): Condition {
  const numbers = oneOf(
    'quest',
    quests.filter((each) => each !== 'none'),
  );
  if (!quests.includes('none')) return numbers;
  const { check, sql, values } = numbers;
  const passes = (value: unknown): boolean => value === null || check?.passes(value) === true;
  return { sql: `(quest IS NULL OR ${sql})`, values, ...(check && { check: { ...check, passes } }) };
}

/** The condition, or a past, which may have been otherwise. */
function orPast({ sql, values, check }: Condition): Condition {
  const plain = { sql: `(has_past = 1 OR ${sql})`, values };
  if (check === undefined) return plain;
  const passes = (value: unknown): boolean => {
    const [hasPast, own] = JSON.parse(String(value)) as readonly [0 | 1, unknown];
    // a list within a list is no text
    return hasPast === 1 || check.passes(Array.isArray(own) ? JSON.stringify(own) : own);
  };
  return { ...plain, check: { column: `json_array(has_past, ${check.column})`, passes } };
}
