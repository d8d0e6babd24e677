/** Moves: what a random history is made of, in numbers that mean something only beside the moves before, so that they shrink well. */
import fc from 'fast-check';
import type { Actor, Attributes, AttributeValue, OnRepeat, LaborCommand, QuestId } from '#domain';
import { anyText } from '../any-text.js';
import { inventories, type InventoriesMove } from './inventory-moves.js';

/** Six types, two of which share a name: only one of those can be defined at a time. */
export const PAIRS = [
  ['a', 'required'],
  ['b', 'required'],
  ['host', 'ready'],
  ['host', 'done'],
  ['web-up', 'done'],
  ['web', 'up-done'],
] as const;

/** `of`: which of those defined so far, counted modulo their number. */
export type CatalogueMove =
  | { readonly kind: 'type'; readonly pair: number; readonly restricted: boolean }
  | {
      readonly kind: 'change type';
      readonly of: number;
      readonly how: 'retire' | 'restore' | 'delete' | 'amend';
    }
  | {
      readonly kind: 'fate';
      /** A pair; for a linked one the type that completes an earlier fate. */
      readonly creates: number;
      readonly completedBy: number;
      readonly intermediate: boolean;
      /** Creates what an earlier fate is completed by; `pinned`: and follows that one. */
      readonly linked: boolean;
      readonly pinned: boolean;
      readonly onRepeat: OnRepeat;
      readonly actors: readonly Actor[];
    }
  | {
      readonly kind: 'change fate';
      readonly of: number;
      readonly how: 'retire' | 'restore' | 'delete' | 'amend';
      readonly actors: readonly Actor[];
    };

/** The key of an event: none, a new one, or that of the host's n-th last event that has one. */
export type KeyMove = 'none' | 'new' | number;

export type HostMove =
  | {
      readonly kind: 'event';
      readonly host: number;
      /** A pair; beyond those, one that a fate names: which of all the fates' ends. */
      readonly pair: number;
      readonly quest: number | null;
      readonly key: KeyMove;
      /** By how many seconds its `at` lies before its place in time; negative: after. */
      readonly lateByS: number;
      readonly note: string | null;
    }
  /** A number of events on one host without keys, between two events with the same key. */
  | { readonly kind: 'echo'; readonly host: number; readonly pair: number; readonly between: number }
  /** A number of events on one host without keys: enough for the bound of rule 6, where they open labors. */
  | { readonly kind: 'flood'; readonly host: number; readonly pair: number; readonly events: number }
  | {
      readonly kind: 'command';
      readonly command: LaborCommand['kind'];
      readonly host: number;
      /** Which of the host's open labors; `stale`: which of all that ever were. */
      readonly of: number;
      readonly stale: boolean;
    }
  /** The quest's end comes to the host, whether or not its event did; `adopted`: for the labors that it adopted. */
  | { readonly kind: 'end'; readonly host: number; readonly quest: number; readonly adopted: boolean }
  /** The quest takes the host out, whether or not it is in. */
  | { readonly kind: 'leave'; readonly host: number; readonly quest: number }
  /** The quest claims the open labors of a pair; `any`: also those of other quests. */
  | {
      readonly kind: 'claim';
      readonly host: number;
      readonly quest: number;
      readonly pair: number;
      readonly any: boolean;
    }
  /** Sets as many attributes from the first on, and clears as many from five after it on. */
  | {
      readonly kind: 'attributes';
      readonly host: number;
      readonly first: number;
      readonly set: number;
      readonly value: number;
      readonly clear: number;
    }
  | { readonly kind: 'retire'; readonly host: number; readonly of: number }
  | InventoriesMove
  /** Which of the host's events; `stale`: which of its entries, there or not. */
  | { readonly kind: 'redact'; readonly host: number; readonly of: number; readonly stale: boolean };

/** Names of hosts, which may be hosts of the history, and the rules for others: nobody decides whether they may be. */
export type NamesMove =
  | { readonly kind: 'alias'; readonly host: number; readonly name: number; readonly given: boolean }
  | { readonly kind: 'rules'; readonly cut: boolean; readonly append: boolean };

export type Move = CatalogueMove | HostMove | NamesMove;

/** The attributes of a move: names that follow each other from its first one on, so that moves meet and pass the bound. */
export function attributesOf({ first, set, value }: HostMove & { readonly kind: 'attributes' }): Attributes {
  return Object.fromEntries(Array.from({ length: set }, (_, n) => [`name ${first + n}`, VALUES[value] ?? n]));
}
const VALUES: readonly AttributeValue[] = ['', 'a', true, 1];

const pair = fc.nat({ max: PAIRS.length - 1 });
const of = fc.nat({ max: 9 });
const host = fc.nat({ max: 2 });
const actors = fc.array(fc.constantFrom<Actor>('owner', 'creator'), { maxLength: 3 });
/** True in `per10` of ten cases; shrinks to false. */
const sometimes = (per10: number) => fc.nat({ max: 9 }).map((drawn) => drawn >= 10 - per10);

const type = fc.record({ kind: fc.constant('type' as const), pair, restricted: sometimes(2) });

const changeType = fc.record({
  kind: fc.constant('change type' as const),
  of,
  how: fc.constantFrom('amend' as const, 'retire' as const, 'restore' as const, 'delete' as const),
});

export const fateMove = fc.record({
  kind: fc.constant('fate' as const),
  creates: pair,
  completedBy: pair,
  intermediate: sometimes(5),
  linked: sometimes(7),
  pinned: sometimes(6),
  onRepeat: fc.constantFrom<OnRepeat>('open', 'open', 'absorb'),
  actors,
});

const changeFate = fc.record({
  kind: fc.constant('change fate' as const),
  of,
  how: fc.constantFrom('amend' as const, 'retire' as const, 'restore' as const, 'delete' as const),
  actors,
});

const event = fc.record({
  kind: fc.constant('event' as const),
  host,
  pair: fc.nat({ max: 4 * PAIRS.length }),
  quest: fc.option(fc.integer({ min: 1, max: 3 }), { freq: 2 }),
  key: fc.oneof(
    { weight: 6, arbitrary: fc.constant('none' as const) },
    { weight: 2, arbitrary: fc.constant('new' as const) },
    { weight: 2, arbitrary: fc.integer({ min: 1, max: 4 }) },
  ),
  lateByS: fc.oneof(
    { weight: 3, arbitrary: fc.constant(0) },
    { weight: 1, arbitrary: fc.integer({ min: -5, max: 5 }) },
  ),
  note: fc.option(anyText({ maxLength: 5 }), { freq: 2 }),
});

const echo = fc.record({
  kind: fc.constant('echo' as const),
  host,
  pair,
  between: fc.integer({ min: 61, max: 65 }),
});

const flood = fc.record({
  kind: fc.constant('flood' as const),
  host,
  pair: fc.nat({ max: 4 * PAIRS.length }),
  events: fc.integer({ min: 95, max: 105 }),
});

type CommandOf<Kind> = Extract<LaborCommand, { readonly kind: Kind }>;

/** Every command that the journal knows, of a number: a new one makes this incomplete for the compiler. */
export const COMMANDS: { readonly [Kind in LaborCommand['kind']]: (of: number) => CommandOf<Kind> } = {
  LaborAcknowledged: (of) => ({ kind: 'LaborAcknowledged', by: 'op', note: `${of}` }),
  LaborAssigned: (of) => ({
    kind: 'LaborAssigned',
    by: 'op',
    to: of === 0 ? null : `${of}`,
    note: of === 1 ? null : `${of}`,
  }),
  LaborAdopted: (of) => ({ kind: 'LaborAdopted', by: 'op', quest: of < 4 ? null : (((of % 3) + 1) as QuestId) }),
  LaborNoted: (of) => ({ kind: 'LaborNoted', by: 'op', text: `${of}` }),
  LaborReopened: (of) => ({ kind: 'LaborReopened', by: 'op', reason: `${of}` }),
  LaborWaived: (of) => ({ kind: 'LaborWaived', by: 'op', reason: `${of}` }),
};

const command = fc.record({
  kind: fc.constant('command' as const),
  command: fc.constantFrom(...(Object.keys(COMMANDS) as LaborCommand['kind'][])),
  host,
  of,
  stale: sometimes(2),
});

const end = fc.record({
  kind: fc.constant('end' as const),
  host,
  quest: fc.integer({ min: 1, max: 3 }),
  adopted: sometimes(4),
});

const leave = fc.record({
  kind: fc.constant('leave' as const),
  host,
  quest: fc.integer({ min: 1, max: 3 }),
});

const claim = fc.record({
  kind: fc.constant('claim' as const),
  host,
  quest: fc.integer({ min: 1, max: 3 }),
  pair: fc.nat({ max: 4 * PAIRS.length }),
  any: sometimes(5),
});

const attributes = fc.record({
  kind: fc.constant('attributes' as const),
  host,
  first: fc.nat({ max: 60 }),
  set: fc.oneof(fc.nat({ max: 3 }), fc.integer({ min: 25, max: 66 })),
  value: fc.nat({ max: VALUES.length }),
  clear: fc.nat({ max: 12 }),
});

const retire = fc.record({ kind: fc.constant('retire' as const), host, of });

const redact = fc.record({
  kind: fc.constant('redact' as const),
  host,
  of: fc.nat({ max: 99 }),
  stale: sometimes(2),
});

const alias = fc.record({ kind: fc.constant('alias' as const), host, name: fc.nat({ max: 5 }), given: sometimes(7) });
const rules = fc.record({ kind: fc.constant('rules' as const), cut: fc.boolean(), append: fc.boolean() });

/** The catalogue that a history begins with: most types, and a few fates of which the first starts labors. */
export const beginning: fc.Arbitrary<readonly CatalogueMove[]> = fc
  .tuple(
    fc.subarray(
      PAIRS.map((_, index) => index),
      { minLength: 4 },
    ),
    fateMove.map((fate) => ({ ...fate, intermediate: false })),
    fc.array(fateMove, { minLength: 1, maxLength: 6, size: 'max' }),
  )
  .map(([pairs, first, fates]) => [
    ...pairs.map((each) => ({ kind: 'type' as const, pair: each, restricted: false })),
    first,
    ...fates,
  ]);

export const catalogueMove: fc.Arbitrary<CatalogueMove> = fc.oneof(
  { weight: 2, arbitrary: type },
  { weight: 2, arbitrary: changeType },
  { weight: 3, arbitrary: fateMove },
  { weight: 3, arbitrary: changeFate },
);

export const move: fc.Arbitrary<Move> = fc.oneof(
  { weight: 120, arbitrary: event },
  { weight: 30, arbitrary: command },
  { weight: 4, arbitrary: end },
  { weight: 6, arbitrary: leave },
  { weight: 6, arbitrary: claim },
  { weight: 6, arbitrary: attributes },
  { weight: 5, arbitrary: retire },
  { weight: 6, arbitrary: inventories(host) },
  { weight: 8, arbitrary: redact },
  { weight: 16, arbitrary: catalogueMove },
  { weight: 2, arbitrary: echo },
  { weight: 1, arbitrary: flood },
  { weight: 3, arbitrary: alias },
  { weight: 1, arbitrary: rules },
);

/**
 * The catalogue and the events by which host 0 comes to 1,000 open labors or a few less: ten times a hundred of the first
 * pair, nine times of which are carried on as the third. Further fates are at random.
 */
export const crowding: fc.Arbitrary<readonly Move[]> = fc
  .tuple(fc.array(fateMove, { maxLength: 3 }), fc.integer({ min: 97, max: 116 }))
  .map(([fates, last]) => {
    const plain = { linked: false, pinned: false, onRepeat: 'open', actors: [] } as const;
    const quiet = { kind: 'event', host: 0, quest: null, key: 'none', lateByS: 0, note: null } as const;
    const floods = Array.from({ length: 9 }, (): readonly Move[] => [
      { kind: 'flood', host: 0, pair: 0, events: 100 },
      { ...quiet, pair: 2 },
    ]);
    return [
      ...PAIRS.map((_, index): Move => ({ kind: 'type', pair: index, restricted: false })),
      { kind: 'fate', creates: 0, completedBy: 2, intermediate: false, ...plain },
      { kind: 'fate', creates: 2, completedBy: 3, intermediate: true, ...plain },
      ...floods.flat(),
      { kind: 'flood', host: 0, pair: 0, events: last },
      ...fates,
    ];
  });
