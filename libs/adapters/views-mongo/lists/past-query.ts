/**
 * A question about labors of the past in the server's words: each term is a range by the place of opening (see labor-term.ts of
 * contracts), of a type or quest or of all labors; hosts and chains have few. Fields say what was then where there is no past.
 */
import {
  openingsOf,
  positionInKey,
  REOPENED_TERM,
  type CursorKey,
  type LaborAsOfFilter,
  type LaborDocument,
  type LaborPlaceSort,
  type Openings,
  type Position,
} from '#contracts';
import { placeKeyOf } from '../labor-documents.js';
import type { Query } from '../find.js';
import { textOf } from '../positions.js';
import { openedWithin } from './labor-query.js';
import { among } from './page.js';

/** More ranges than these are one field's fewer: that field is looked at labor by labor. */
const MAX_RANGES = 1000;
/** More hosts than these are looked at labor by labor: the server merges no more in order. */
const MAX_HOSTS = 100;
const STATES: readonly LaborDocument['state'][] = ['open', 'completed', 'waived'];
/** Greater than what follows a place in a key: a blank, and an id. */
const PAST_IDS = '!';

export interface PastQuery {
  /** Each begins with what must be equal, and ends with a range of the order. */
  readonly ranges: readonly Query[];
  /** Conditions that are looked at labor by labor in the ranges. */
  readonly residual: Query;
  readonly sort: Readonly<Record<string, 1 | -1>>;
}

/** The part of the list that is asked for. */
export interface Stretch {
  readonly sort: LaborPlaceSort;
  /** Where the last page ended, exclusive. */
  readonly after: CursorKey | null;
  /** Where this one ends, inclusive; undefined: with the list. */
  readonly end?: CursorKey | undefined;
}

/** Whether terms say where to look; else hosts or chains do, whose labors are what they are for ever. */
export function isByTerms({ chain, host }: LaborAsOfFilter): boolean {
  return chain === undefined && !(host !== undefined && host.length <= MAX_HOSTS);
}

/** What is in the ranges. */
export function inRanges({ ranges }: PastQuery): Query {
  const [only] = ranges;
  return ranges.length === 1 && only !== undefined ? only : { $or: ranges };
}

/** Labors of the terms, where terms say where to look; undefined: none of them passes. */
export function pastQuery(
  at: Position,
  filter: LaborAsOfFilter,
  terms: readonly number[],
  stretch: Stretch,
): PastQuery | undefined {
  const states = statesOf(filter);
  const types = typesOf(filter);
  const { ranges, led } = leadOf(filter, types, {
    upTo: placeWithin({ from: undefined, to: at }, stretch),
    ofTerms: (each) =>
      terms.flatMap((term) => {
        const openings = openingsOf(term, at, states);
        return openings === undefined ? [] : [{ ...each, term, ...placeWithin(openings, stretch) }];
      }),
  });
  if (states.size === 0 || ranges.length === 0) return undefined;
  const conditions = residualOf(at, filter, states, types, led).filter((each) => Object.keys(each).length > 0);
  return {
    ranges,
    residual: conditions.length === 0 ? {} : { $and: conditions },
    sort: { placeKey: stretch.sort === 'openedPlace' ? 1 : -1 },
  };
}

function statesOf({ state = STATES, closedSince, stranded }: LaborAsOfFilter): ReadonlySet<LaborDocument['state']> {
  const states = state.filter((each) => each !== 'open' || closedSince === undefined);
  return new Set(stranded?.is === true ? states.filter((each) => each === 'open') : states);
}

function typesOf({ type, stranded }: LaborAsOfFilter): readonly string[] | undefined {
  if (stranded?.is !== true) return type;
  return stranded.types.filter((each) => type === undefined || type.includes(each));
}

interface Lead {
  readonly ranges: readonly Query[];
  readonly led: readonly (keyof LaborAsOfFilter)[];
}

interface Places {
  /** All that were there. */
  readonly upTo: Query;
  /** For each term, the range of the labors that `each` says. */
  readonly ofTerms: (each: Query) => readonly Query[];
}

function leadOf(filter: LaborAsOfFilter, types: readonly string[] | undefined, { upTo, ofTerms }: Places): Lead {
  const { chain, host, quest } = filter;
  if (chain !== undefined) return { ranges: [{ ...among('chain', chain), ...upTo }], led: ['chain'] };
  if (!isByTerms(filter)) return { ranges: [{ ...among('host', host), ...upTo }], led: ['host'] };
  // of quests that it left, too
  if (quest !== undefined && !quest.includes('none')) {
    const ranges = [...new Set(quest)].flatMap((each) => ofTerms({ quests: each }));
    if (ranges.length <= MAX_RANGES) return { ranges, led: [] };
  }
  if (types !== undefined) {
    const ranges = [...new Set(types)].flatMap((type) => ofTerms({ type }));
    if (ranges.length <= MAX_RANGES) return { ranges, led: ['type'] };
  }
  return { ranges: ofTerms({}), led: [] };
}

interface Bound {
  readonly key: string;
  readonly how: '$gt' | '$gte' | '$lt' | '$lte';
}

/** One bound on each side, the tighter one. */
function placeWithin({ from, to }: Openings, { sort, after, end }: Stretch): Query {
  const isUp = sort === 'openedPlace';
  const least: Bound[] = from === undefined ? [] : [{ how: '$gte', key: textOf(from) }];
  const most: Bound[] = [{ how: '$lt', key: textOf(to) + PAST_IDS }];
  if (after !== null) (isUp ? least : most).push({ how: isUp ? '$gt' : '$lt', key: storedKeyOf(after) });
  if (end !== undefined) (isUp ? most : least).push({ how: isUp ? '$lte' : '$gte', key: storedKeyOf(end) });
  least.sort((one, other) => (one.key > other.key ? -1 : 1));
  most.sort((one, other) => (one.key < other.key ? -1 : 1));
  const bounds = [...least.slice(0, 1), ...most.slice(0, 1)];
  return { placeKey: Object.fromEntries(bounds.map(({ how, key }) => [how, key])) };
}

export function storedKeyOf([place, id = '']: CursorKey): string {
  return placeKeyOf(positionInKey(place), id);
}

function residualOf(
  at: Position,
  filter: LaborAsOfFilter,
  states: ReadonlySet<LaborDocument['state']>,
  types: readonly string[] | undefined,
  led: Lead['led'],
): readonly Query[] {
  const { host, quest, assignee, principal, acked, actor, closedSince } = filter;
  const isLed = (field: keyof LaborAsOfFilter): boolean => led.includes(field);
  return [
    ofStates(states, textOf(at)),
    isLed('type') ? {} : among('type', types),
    isLed('host') ? {} : among('host', host),
    orPast(
      among(
        'quest',
        quest?.map((each) => (each === 'none' ? null : each)),
      ),
    ),
    orPast(among('assignee', assignee)),
    orPast(among('principals', principal)),
    // a labor that was acknowledged then is so now, and actors are for ever
    acked === true ? { ack: { $ne: null } } : {},
    among('actors', actor),
    openedWithin(filter),
    closedSince === undefined
      ? {}
      : { $or: [{ term: { $gte: REOPENED_TERM } }, { 'closed.at': { $gte: closedSince } }] },
  ];
}

/** What it was from its last end on, its state says; of one that was reopened, its document what it was before. */
function ofStates(states: ReadonlySet<LaborDocument['state']>, at: string): Query {
  if (states.size === STATES.length) return {};
  const ended = [...states].filter((each) => each !== 'open');
  const lasting: Query = { $or: [{ closed: null }, { 'closed.position': { $gt: at } }] };
  const any: Query[] = [states.has('open') ? lasting : { term: { $gte: REOPENED_TERM }, ...lasting }];
  if (ended.length > 0) any.push({ ...among('state', ended), 'closed.position': { $lte: at } });
  return { $or: any };
}

function orPast(condition: Query): Query {
  return Object.keys(condition).length === 0 ? {} : { $or: [{ past: { $ne: null } }, condition] };
}
