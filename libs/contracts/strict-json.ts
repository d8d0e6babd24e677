/** Reads JSON strictly, for every way in: UTF-8 or nothing, bounded in depth, without keys that mean something to JavaScript's objects. */
import { failed, done, type Outcome } from './errors.js';
import { cutJson, type CutList, type Piece } from './json-pieces.js';
import type { Steps } from './steps.js';

/** No shape of ours is half as deep; it bounds the recursion of all that walks a body. */
export const MAX_DEPTH = 16;

/** JavaScript's objects give these names a meaning of their own. */
const POLLUTING: readonly string[] = ['__proto__', 'constructor'];
const utf8 = new TextDecoder('utf-8', { fatal: true });

/** Where half of a surrogate pair can stand: UTF-8 has none, so only an escape can write one. */
const SURROGATE_ESCAPE = /\\u[dD][89a-fA-F]/;
/** JSON.stringify escapes halves only; an even number of backslashes before it are characters of their own. */
const HALF_PAIR = /(?<!\\)(?:\\\\)*\\ud[89a-f]/;

/** A shorter text is parsed in one go: it takes a few milliseconds at most. */
const SHORT_BYTES = 131_072;

/** The value of `bytes`; problems are `malformed` or `validation-failed`, and call the text `part`. For short texts. */
export function parseStrictJson(bytes: Uint8Array, part: string): Outcome<unknown> {
  return outcomeOf(part, () => parse(decode(bytes, part), part));
}

/** As {@link parseStrictJson}, in steps of some milliseconds; also `payload-too-large`, for a text that would take long whatever its length. */
export function* parseStrictJsonInSteps(
  bytes: Uint8Array,
  part: string,
  pieceLength?: number,
): Steps<Outcome<unknown>> {
  if (bytes.length <= SHORT_BYTES && pieceLength === undefined) return parseStrictJson(bytes, part);
  const text = outcomeOf(part, () => decode(bytes, part));
  if (!text.ok) return text;
  const cut = yield* cutJson(text.value, pieceLength);
  if (cut.kind === 'too-many') {
    const detail = `the ${part} has more than ${cut.most}: send it in smaller parts`;
    return failed({ code: 'payload-too-large', detail });
  }
  if (cut.kind === 'whole') return outcomeOf(part, () => parse(text.value, part));
  // what stands between the brackets is read piece by piece, the rest as if they were empty
  const frame = outcomeOf(part, () => parse(blanked(text.value, cut.lists), part));
  if (!frame.ok) return frame;
  for (const list of cut.lists) {
    const items = yield* parseList(text.value, list, part);
    if (!items.ok) return items;
    if (list.name === null) return items;
    fill(frame.value, JSON.parse(text.value.slice(list.name.from, list.name.to)) as string, items.value);
    yield;
  }
  return frame;
}

/** The text with blanks for the items of the lists. */
function blanked(text: string, lists: readonly CutList[]): string {
  let rest = '';
  let end = 0;
  for (const { from, to } of lists) {
    rest += text.slice(end, from) + ' '.repeat(to - from);
    end = to;
  }
  return rest + text.slice(end);
}

/** Where a name is given twice, the last one counts, as ever. */
function fill(frame: unknown, name: string, items: readonly unknown[]): void {
  const field = (frame as Record<string, unknown>)[name];
  if (!Array.isArray(field)) return;
  field.length = 0;
  for (const item of items) field.push(item);
}

function* parseList(text: string, { name, pieces }: CutList, part: string): Steps<Outcome<unknown[]>> {
  const items: unknown[] = [];
  const field = name === null ? '' : (JSON.parse(text.slice(name.from, name.to)) as string);
  for (const [nth, { from, to }] of pieces.entries()) {
    const isOnly = pieces.length === 1;
    const piece = outcomeOf(part, () => parsePiece(text, { from, to, count: items.length, field, isOnly }, part));
    if (!piece.ok) return piece;
    for (const item of piece.value) items.push(item);
    if (nth < pieces.length - 1) yield;
  }
  return done(items);
}

function outcomeOf<T>(part: string, read: () => T): Outcome<T> {
  try {
    return done(read());
  } catch (error) {
    if (error instanceof Malformed) return failed({ code: 'malformed', detail: error.message });
    if (!(error instanceof Polluted)) throw error;
    return failed({
      code: 'validation-failed',
      detail: `the ${part} has one fault`,
      errors: [{ path: error.path, code: 'unknown', message: `${POLLUTING.join(' and ')} are fields of nothing` }],
    });
  }
}

class Malformed extends Error {}

class Polluted extends Error {
  constructor(readonly path: string) {
    super();
  }
}

/** Items of an array, of which `count` come before these; `field`: the name of the array in its object, or empty. */
interface ListPiece extends Piece {
  readonly count: number;
  readonly field: string;
  readonly isOnly: boolean;
}

function parsePiece(text: string, { from, to, count, field, isOnly }: ListPiece, part: string): readonly unknown[] {
  const piece = text.slice(from, to);
  // the brackets keep their places: what is between them stands where it stood
  const items = valueOf(`[${piece}]`, part, from - 1) as readonly unknown[];
  if (items.length === 0 && !isOnly) throw notJson(part, to);
  check(items, piece, part, { count, field });
  return items;
}

function parse(text: string, part: string): unknown {
  const value = valueOf(text, part);
  check(value, text, part);
  return value;
}

/** Throws for what JSON can say and no text of ours may. `count`: items of the array `field` before those of `value`. */
function check(value: unknown, text: string, part: string, { count = 0, field = '' } = {}): void {
  const below = polluted(value, field === '' ? 1 : 2, part, count);
  const place = below === undefined || field === '' ? below : joined(field, below);
  if (place !== undefined) throw new Polluted(place);
  if (SURROGATE_ESCAPE.test(text) && HALF_PAIR.test(JSON.stringify(value))) {
    throw new Malformed(`a text of the ${part} has half of a surrogate pair, which is no character`);
  }
}

function decode(bytes: Uint8Array, part: string): string {
  try {
    return utf8.decode(bytes);
  } catch {
    throw new Malformed(`the ${part} is not UTF-8`);
  }
}

/** `offset`: characters before the text. */
function valueOf(text: string, part: string, offset = 0): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    // V8's message may quote the text: only the place is reported.
    const place = error instanceof Error ? /position (\d+)/.exec(error.message)?.[1] : undefined;
    throw notJson(part, place === undefined ? undefined : offset + Number(place));
  }
}

function notJson(part: string, place: number | undefined): Malformed {
  return new Malformed(`the ${part} is not JSON${place === undefined ? '' : ` (at character ${place})`}`);
}

/** Where in `value` the first polluting field stands; undefined where there is none. */
function polluted(value: unknown, depth: number, part: string, before = 0): string | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  if (depth > MAX_DEPTH) throw new Malformed(`the ${part} is nested deeper than ${MAX_DEPTH} levels`);
  if (Array.isArray(value)) {
    for (let index = 0; index < value.length; index += 1) {
      const below = polluted(value[index], depth + 1, part);
      if (below !== undefined) return joined(`[${before + index}]`, below);
    }
    return undefined;
  }
  for (const key in value) {
    if (POLLUTING.includes(key)) return key;
    const below = polluted((value as Record<string, unknown>)[key], depth + 1, part);
    if (below !== undefined) return joined(key, below);
  }
  return undefined;
}

function joined(path: string, below: string): string {
  return below.startsWith('[') ? path + below : `${path}.${below}`;
}
