/**
 * How large the catalogue may be. Every process holds the whole of it in memory, so that a client that may write it could fill
 * all of them. Two writers at once may pass a limit by what one request holds, which does no harm; entries that are in the journal
 * are obeyed, whatever the limits say.
 */
import type { Refusal } from '../refusal.js';
import type { Catalogue, EventType, Fate } from './state.js';

/** Event types, retired ones included. */
export const MAX_EVENT_TYPES = 10_000;
/** Fates, retired ones included. */
export const MAX_FATES = 10_000;
/** Characters (UTF-16 code units) in the names, rules and descriptions of all types and fates together. */
export const MAX_CATALOGUE_TEXT_LENGTH = 4_000_000;

/** What a command would add or put in the place of something else. */
interface Growth {
  readonly types?: readonly EventType[];
  readonly fates?: readonly Fate[];
  /** The text length of the one that is replaced; absent where all of it is new. */
  readonly replacing?: number;
}

export function typeTextLength({ category, state, description }: EventType): number {
  return category.length + state.length + (description?.length ?? 0);
}

export function fateTextLength({ creates, completedBy, name, description }: Fate): number {
  return creates.length + completedBy.length + (name?.length ?? 0) + (description?.length ?? 0);
}

/** One `catalogue-full` for each limit that the catalogue would pass; none where the command does not make it larger. */
export function beyondLimits(catalogue: Catalogue, { types = [], fates = [], replacing }: Growth): readonly Refusal[] {
  const isNew = replacing === undefined;
  const added =
    types.reduce((sum, type) => sum + typeTextLength(type), 0) +
    fates.reduce((sum, fate) => sum + fateTextLength(fate), 0) -
    (replacing ?? 0);
  return grown(catalogue, isNew ? types.length : 0, isNew ? fates.length : 0, added);
}

/** As {@link beyondLimits}, of a change that leads from one catalogue to another. */
export function grownBeyondLimits(before: Catalogue, after: Catalogue): readonly Refusal[] {
  const [types, fates] = [after.types.size - before.types.size, after.fates.size - before.fates.size];
  return grown(before, types, fates, after.textLength - before.textLength);
}

function grown(catalogue: Catalogue, types: number, fates: number, textLength: number): readonly Refusal[] {
  return [
    ...beyond('event types', catalogue.types.size, types, MAX_EVENT_TYPES, USE),
    ...beyond('fates', catalogue.fates.size, fates, MAX_FATES, USE),
    ...beyond('characters of text', catalogue.textLength, textLength, MAX_CATALOGUE_TEXT_LENGTH, SHORTEN),
  ];
}

const USE = 'use those that there are (GET lists them), or define fewer';
const SHORTEN = 'shorten descriptions and names, here or of those that there are (PATCH)';

function beyond(what: string, present: number, added: number, most: number, next: string): readonly Refusal[] {
  if (added <= 0 || present + added <= most) return [];
  const message = `The catalogue has ${present} ${what}, and this would add ${added}: at most ${most} are possible; ${next}.`;
  return [{ code: 'catalogue-full', path: '', message }];
}
