/**
 * The JSON of a large array, or of an object with arrays as fields, in pieces, so that it is parsed a piece at a time: who parses
 * lets others have their turn between them. What a text costs to parse is bounded by the number of its parts.
 */

import type { Steps } from './steps.js';

/** Characters of a piece, at least; a single item may be longer. */
export const PIECE_LENGTH = 131_072;
/** Arrays and objects. Ten thousand events have some tens of thousands; a body of nothing but brackets would have millions. */
export const MAX_CONTAINERS = 250_000;
/** Commas between values: a million hosts have as many, and ten thousand events fewer. */
export const MAX_COMMAS = 1_000_000;
/**
 * Commas of one item of an array that is cut, and of all that is in none: these are parsed at once. The largest data of an
 * event has some 16,000; twenty thousand members of an object take tens of milliseconds.
 */
export const MAX_ITEM_COMMAS = 20_000;
/** Characters that are looked at between two steps. */
const STEP_LENGTH = 65_536;

const QUOTE = 0x22;
const COMMA = 0x2c;
const OPEN_ARRAY = 0x5b;
const CLOSE_ARRAY = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;
const BACKSLASH = 0x5c;

/** A part of the text: from a character to the one after its last. */
export interface Piece {
  readonly from: number;
  readonly to: number;
}

/** An array whose items are cut into pieces. */
export interface CutList extends Piece {
  /** The name of the field that it is, as JSON; null where it is the whole text. */
  readonly name: Piece | null;
  readonly pieces: readonly Piece[];
}

/** What was found: nothing to cut, the array that the text is, or the arrays that are fields of the object that it is; or the limit that the text exceeds. */
export type Pieces =
  | { readonly kind: 'cut'; readonly lists: readonly [CutList, ...CutList[]] }
  | { readonly kind: 'whole' }
  | { readonly kind: 'too-many'; readonly most: string };

const TOO_MANY_CONTAINERS: Pieces = { kind: 'too-many', most: `${MAX_CONTAINERS} arrays and objects` };
const TOO_MANY_COMMAS: Pieces = { kind: 'too-many', most: `${MAX_COMMAS} values` };
const TOO_MANY_IN_ITEM: Pieces = {
  kind: 'too-many',
  most: `${MAX_ITEM_COMMAS} values beside its lists, or in one item of a list`,
};

/**
 * Where `text` may be cut. Brackets of the wrong kind are not noticed: a piece with one is no JSON. `pieceLength` is for
 * tests. Yields now and then.
 */
export function* cutJson(text: string, pieceLength = PIECE_LENGTH): Steps<Pieces> {
  const lists: CutList[] = [];
  const start = firstOf(text);
  const isList = text.charCodeAt(start) === OPEN_ARRAY;
  /** How deep the items of arrays that are cut stand. */
  const level = isList ? 1 : 2;
  let list: { readonly name: Piece | null; readonly from: number; readonly pieces: Piece[] } | undefined;
  let name: Piece | null = null;
  let textFrom = 0;
  let inText = false;
  let depth = 0;
  let containers = 0;
  let commas = 0;
  /** Of the item where the text stands in an array that is cut, and of all that is in none. */
  let itemCommas = 0;
  let frameCommas = 0;
  let from = 0;
  let stepEnd = STEP_LENGTH;
  for (let at = start; at < text.length; at += 1) {
    if (at >= stepEnd) {
      stepEnd = at + STEP_LENGTH;
      yield;
    }
    if (inText) {
      at = text.indexOf('"', at);
      if (at < 0) break;
      inText = isEscaped(text, at);
      if (!inText && depth === 1 && !isList) name = { from: textFrom, to: at + 1 };
      continue;
    }
    const code = text.charCodeAt(at);
    if (code === QUOTE) {
      inText = true;
      textFrom = at;
    } else if (code === OPEN_ARRAY || code === OPEN_OBJECT) {
      depth += 1;
      containers += 1;
      if (containers > MAX_CONTAINERS) return TOO_MANY_CONTAINERS;
      if (depth !== level) continue;
      itemCommas = 0;
      from = at + 1;
      list = code === OPEN_ARRAY ? { name, from, pieces: [] } : undefined;
    } else if (code === CLOSE_ARRAY || code === CLOSE_OBJECT) {
      if (depth === level && list !== undefined) {
        if (code !== CLOSE_ARRAY) break;
        lists.push({ name: list.name, from: list.from, to: at, pieces: [...list.pieces, { from, to: at }] });
        list = undefined;
      }
      depth -= 1;
      if (depth > 0) continue;
      // the end of the text's value, or of what is no JSON
      const [first, ...others] = lists;
      if (first === undefined || text.slice(at + 1).trim() !== '') break;
      return { kind: 'cut', lists: [first, ...others] };
    } else if (code === COMMA) {
      commas += 1;
      if (commas > MAX_COMMAS) return TOO_MANY_COMMAS;
      if (list === undefined) frameCommas += 1;
      else itemCommas = depth === level ? 0 : itemCommas + 1;
      if (itemCommas > MAX_ITEM_COMMAS || frameCommas > MAX_ITEM_COMMAS) return TOO_MANY_IN_ITEM;
      if (depth !== level || list === undefined || at - from < pieceLength) continue;
      list.pieces.push({ from, to: at });
      from = at + 1;
    }
  }
  return { kind: 'whole' };
}

/** Whether an odd number of backslashes stands before `at`. */
function isEscaped(text: string, at: number): boolean {
  let slashes = 0;
  while (text.charCodeAt(at - 1 - slashes) === BACKSLASH) slashes += 1;
  return slashes % 2 === 1;
}

function firstOf(text: string): number {
  let at = 0;
  while (at < text.length && ' \t\r\n'.includes(text.charAt(at))) at += 1;
  return at;
}
