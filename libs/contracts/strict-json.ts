/** Reads JSON strictly, for every way in: UTF-8 or nothing, bounded in depth, without keys that mean something to JavaScript's objects. */
import { failed, done, type Outcome } from './errors.js';

/** No shape of ours is half as deep; it bounds the recursion of all that walks a body. */
export const MAX_DEPTH = 16;

/** JavaScript's objects give these names a meaning of their own. */
const POLLUTING: readonly string[] = ['__proto__', 'constructor'];
const utf8 = new TextDecoder('utf-8', { fatal: true });

/** Where half of a surrogate pair can stand: UTF-8 has none, so only an escape can write one. */
const SURROGATE_ESCAPE = /\\u[dD][89a-fA-F]/;
/** JSON.stringify escapes halves only; an even number of backslashes before it are characters of their own. */
const HALF_PAIR = /(?<!\\)(?:\\\\)*\\ud[89a-f]/;

/** The value of `bytes`; problems are `malformed` or `validation-failed`, and call the text `part`. */
export function parseStrictJson(bytes: Uint8Array, part: string): Outcome<unknown> {
  try {
    return done(parse(bytes, part));
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

function parse(bytes: Uint8Array, part: string): unknown {
  const text = decode(bytes, part);
  const value = valueOf(text, part);
  const place = polluted(value, 1, part);
  if (place !== undefined) throw new Polluted(place);
  if (SURROGATE_ESCAPE.test(text) && HALF_PAIR.test(JSON.stringify(value))) {
    throw new Malformed(`a text of the ${part} has half of a surrogate pair, which is no character`);
  }
  return value;
}

function decode(bytes: Uint8Array, part: string): string {
  try {
    return utf8.decode(bytes);
  } catch {
    throw new Malformed(`the ${part} is not UTF-8`);
  }
}

function valueOf(text: string, part: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    // V8's message may quote the text: only the place is reported.
    const place = error instanceof Error ? /position (\d+)/.exec(error.message)?.[1] : undefined;
    throw new Malformed(`the ${part} is not JSON${place === undefined ? '' : ` (at character ${place})`}`);
  }
}

/** Where in `value` the first polluting field stands; undefined where there is none. */
function polluted(value: unknown, depth: number, part: string): string | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  if (depth > MAX_DEPTH) throw new Malformed(`the ${part} is nested deeper than ${MAX_DEPTH} levels`);
  if (Array.isArray(value)) {
    for (let index = 0; index < value.length; index += 1) {
      const below = polluted(value[index], depth + 1, part);
      if (below !== undefined) return joined(`[${index}]`, below);
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
