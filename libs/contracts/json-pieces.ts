/**
 * The JSON of a large array in pieces, so that it is parsed a piece at a time: who parses lets others have their turn between
 * them. What a text costs to parse is bounded by the number of its parts.
 */

import type { Steps } from './steps.js';

/** Characters of a piece, at least; a single item may be longer. */
export const PIECE_LENGTH = 131_072;
/** Arrays and objects. Ten thousand events have some tens of thousands; a body of nothing but brackets would have millions. */
export const MAX_CONTAINERS = 250_000;
/** Commas between values: a million hosts have as many, and ten thousand events fewer. */
export const MAX_COMMAS = 1_000_000;
/** Characters that are looked at between two steps. */
const STEP_LENGTH = 65_536;

const QUOTE = 0x22;
const COMMA = 0x2c;
const OPEN_ARRAY = 0x5b;
const CLOSE_ARRAY = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;
const BACKSLASH = 0x5c;

/** What was found; `pieces` are the texts of items between the brackets of an array, null where the text is not to be cut. */
export type Pieces =
  | { readonly kind: 'cut'; readonly pieces: readonly { readonly from: number; readonly to: number }[] }
  | { readonly kind: 'whole' }
  | { readonly kind: 'too-many' };

/**
 * Where `text` may be cut. Brackets of the wrong kind are not noticed: a piece with one is no JSON. `pieceLength` is for
 * tests. Yields now and then.
 */
export function* cutJson(text: string, pieceLength = PIECE_LENGTH): Steps<Pieces> {
  const pieces: { from: number; to: number }[] = [];
  const start = firstOf(text);
  const isList = text.charCodeAt(start) === OPEN_ARRAY;
  let inText = false;
  let depth = 0;
  let containers = 0;
  let commas = 0;
  let from = start + 1;
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
      continue;
    }
    const code = text.charCodeAt(at);
    if (code === QUOTE) inText = true;
    else if (code === OPEN_ARRAY || code === OPEN_OBJECT) {
      depth += 1;
      containers += 1;
      if (containers > MAX_CONTAINERS) return { kind: 'too-many' };
    } else if (code === CLOSE_ARRAY || code === CLOSE_OBJECT) {
      depth -= 1;
      if (depth > 0) continue;
      // the end of the array, or of what is no array, or no JSON
      if (!isList || code !== CLOSE_ARRAY || text.slice(at + 1).trim() !== '') break;
      pieces.push({ from, to: at });
      return { kind: 'cut', pieces };
    } else if (code === COMMA) {
      commas += 1;
      if (commas > MAX_COMMAS) return { kind: 'too-many' };
      if (depth !== 1 || !isList || at - from < pieceLength) continue;
      pieces.push({ from, to: at });
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
