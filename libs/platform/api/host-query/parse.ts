/** Reads a text in the language of `hostQuery`; what is wrong with it names the place. */
import {
  attributeTerm,
  cut,
  inMessage,
  isAttributeName,
  MAX_HOST_QUERY_LENGTH,
  type HostQuery,
  type Pattern,
} from '#contracts';
import { parseHostName, parseTypeName } from '#domain';
import { parseWords, type Parsed, type WordAt } from './grammar.js';

/** Of parentheses within each other: the parser's stack is the process's. */
const MAX_DEPTH = 32;
/** Of one pattern: a store that goes back over a text at each of them takes a power of its length. */
const MAX_STARS = 3;
/** Characters of the text that a message shows. */
const SHOWN = 20;

export type ParsedHostQuery =
  | { readonly ok: true; readonly query: HostQuery }
  /** `at`: the first wrong character, from 1. `reason`: a sentence's end, after the place. */
  | { readonly ok: false; readonly at: number; readonly reason: string };

/** Never throws. */
export function parseHostQuery(text: string): ParsedHostQuery {
  try {
    if (text.length > MAX_HOST_QUERY_LENGTH)
      throw new Misplaced(
        MAX_HOST_QUERY_LENGTH,
        `it goes on beyond ${MAX_HOST_QUERY_LENGTH} characters: give the hosts as a list`,
      );
    refuseDepth(text);
    return { ok: true, query: meaningOf(wordsOf(text)) };
  } catch (error) {
    if (error instanceof Misplaced) return { ok: false, at: error.index + 1, reason: error.message };
    throw error;
  }
}

function wordsOf(text: string): Parsed {
  const words = parseWords(text);
  if ('parsed' in words) return words.parsed;
  const { at, takes } = words;
  const found = at >= text.length ? 'the text ends' : `${inMessage(cut(text.slice(at), SHOWN))} stands`;
  throw new Misplaced(at, `${found} where it takes ${takes.join(', or ')}`);
}

/** Something of a query, and the character at which it stands, from 0. */
class Misplaced extends Error {
  constructor(
    readonly index: number,
    message: string,
  ) {
    super(message);
  }
}

/** Before the parser goes down. */
function refuseDepth(text: string): void {
  let depth = 0;
  let quoted = false;
  for (let index = 0; index < text.length; index += 1) {
    const character = text[index];
    if (character === '\\' && quoted) index += 1;
    else if (character === '"') quoted = !quoted;
    else if (!quoted && character === '(') depth += 1;
    else if (!quoted && character === ')') depth -= 1;
    if (depth > MAX_DEPTH) throw new Misplaced(index, `a parenthesis opens within ${MAX_DEPTH} others`);
  }
}

function meaningOf(parsed: Parsed): HostQuery {
  switch (parsed.is) {
    case 'all':
    case 'any':
      return { is: parsed.is, of: parsed.of.map(meaningOf) };
    case 'not':
      return { is: 'not', of: meaningOf(parsed.of) };
    case 'open':
      return { is: 'open', type: parsed.type && named(parsed.type, parseTypeName, 'the name of an event type') };
    case 'retired':
      return { is: 'retired' };
    case 'compared': {
      const { field, how, to } = parsed;
      return field.text === 'name' && !field.quoted ? ofName(how, to) : ofAttribute(field, how, to);
    }
  }
}

function ofName(how: 'equal' | 'like', to: readonly WordAt[]): HostQuery {
  if (how === 'equal') return { is: 'name', among: to.map((word) => named(word, parseHostName, 'the name of a host')) };
  return { is: 'nameLike', pattern: patternOf(to, (text) => text.toLowerCase()) };
}

function ofAttribute(field: WordAt, how: 'equal' | 'like', to: readonly WordAt[]): HostQuery {
  if (!isAttributeName(field.text)) throw new Misplaced(field.at, `no attribute is called ${inMessage(field.text)}`);
  const term = (value: string): string => attributeTerm(field.text, value);
  if (how === 'equal') return { is: 'attribute', among: to.map(({ text }) => term(text)) };
  // stars of the attribute's name are none of the pattern
  const [first = '', ...others] = patternOf(to, (text) => text);
  return { is: 'attributeLike', pattern: [term(first), ...others] };
}

function patternOf([word]: readonly WordAt[], read: (text: string) => string): Pattern {
  const { text = '', at = 0 } = word ?? {};
  const pattern = read(text).split('*');
  if (pattern.length - 1 > MAX_STARS) throw new Misplaced(at, `${inMessage(text)} has more than ${MAX_STARS} stars`);
  return pattern;
}

function named<T>({ text, at }: WordAt, parse: (text: string) => T | undefined, what: string): T {
  const name = parse(text);
  if (name === undefined) throw new Misplaced(at, `${inMessage(text)} is not ${what}`);
  return name;
}
