/**
 * Query strings, read strictly: one table of parameters per path. Unknown parameters, repeats of single ones and bad
 * values are faults, all reported at once; nothing is converted by guess ("false" is false, "0" is no boolean).
 */
import {
  inMessage,
  isPlainText,
  LINE_PATTERN,
  names,
  parsePosition,
  type Fault,
  type FaultCode,
  type JsonSchema,
  type Position,
  type Schema,
} from '#contracts';
import { parseInstant, type Instant } from '#domain';
import { ProblemError } from '../../http/problems/problem-error.js';

/** Values of one parameter of several; the head's limit bounds their length. */
export const MAX_QUERY_VALUES = 1000;
/** At most this many bad values of one parameter are named. */
const MAX_NAMED = 10;

/** What one value may be: `takes` says it to a client that sent another. */
export interface Word<T> {
  readonly parse: (text: string) => T | undefined;
  readonly takes: string;
  /** The same for the API document. */
  readonly schema: JsonSchema;
}

/** In what a request gives its parameters. */
export interface Source {
  /** Whether commas part the values of one text. */
  readonly commas: boolean;
  /** At most this many values of one parameter, and what to do with more. */
  readonly most: number;
  readonly more: string;
}

const QUERY_STRING: Source = {
  commas: true,
  most: MAX_QUERY_VALUES,
  more: 'ask with fewer, or where the list has it with POST …/search, whose body takes more',
};

/** Refuses the request; `code` is `invalid` where it is absent. */
export type ReportFault = (message: string, code?: FaultCode) => void;

/** One parameter: `read` gets its text as often as it was given (at least once). */
export interface Parameter<T> {
  readonly read: (texts: readonly string[], fault: ReportFault, from: Source) => T | undefined;
  /** For the API document: what it may be, and in words. A parameter without a schema is left out. */
  readonly schema?: JsonSchema;
  readonly about?: string;
}

export type QueryTable = Readonly<Record<string, Parameter<unknown>>>;
/** What a query string of the table says; parameters that were not given are absent. */
export type QueryValues<T extends QueryTable> = {
  readonly [Name in keyof T]?: T[Name] extends Parameter<infer Value> ? Value : never;
};

export type ParsedQuery<T extends QueryTable> =
  { readonly ok: true; readonly values: QueryValues<T> } | { readonly ok: false; readonly faults: readonly Fault[] };

/** Reads `search`, the text after the question mark (percent encodings are sound by then). Never throws. */
export function parseQuery<T extends QueryTable>(search: string, table: T): ParsedQuery<T> {
  const faults: Fault[] = [];
  const values: Record<string, unknown> = {};
  for (const [name, texts] of grouped(search)) {
    const parameter = Object.hasOwn(table, name) ? table[name] : undefined;
    if (parameter === undefined) {
      const message = `${inMessage(name)} is no parameter of this path: it takes ${Object.keys(table).join(', ')}`;
      faults.push({ path: name, code: 'unknown', message });
      continue;
    }
    const value = parameter.read(
      texts,
      (message, code = 'invalid') => faults.push({ path: name, code, message }),
      QUERY_STRING,
    );
    if (value !== undefined) values[name] = value;
  }
  return faults.length > 0 ? { ok: false, faults } : { ok: true, values: values as QueryValues<T> };
}

/** Of a URL, what stands behind its `?`; empty where there is none. */
export function searchOf(url: string): string {
  const at = url.indexOf('?');
  return at < 0 ? '' : url.slice(at + 1);
}

/** What the query string of `url` asks for. Throws a {@link ProblemError} with every fault of it. */
export function queryOf<T extends QueryTable>(url: string, table: T): QueryValues<T> {
  const parsed = parseQuery(searchOf(url), table);
  if (parsed.ok) return parsed.values;
  const detail = 'the query string is not valid';
  throw new ProblemError({ code: 'validation-failed', detail, errors: parsed.faults });
}

function grouped(search: string): ReadonlyMap<string, string[]> {
  const texts = new Map<string, string[]>();
  for (const [name, text] of new URLSearchParams(search)) {
    const known = texts.get(name);
    if (known === undefined) texts.set(name, [text]);
    else known.push(text);
  }
  return texts;
}

/** A parameter that is given once. */
export function one<T>(word: Word<T>): Parameter<T> {
  return {
    read(texts, fault) {
      const [text = ''] = texts;
      if (texts.length > 1) {
        fault('is given more than once: it takes one value');
        return undefined;
      }
      const value = word.parse(text);
      if (value === undefined) fault(`${inMessage(text)} is not valid: it takes ${word.takes}`);
      return value;
    },
    schema: word.schema,
    about: `Takes ${word.takes}.`,
  };
}

/** A parameter of several values: repeated, or separated by commas (`\,` is a comma within a value). Any of them is meant. */
export function several<T>(word: Word<T>): Parameter<readonly T[]> {
  return { read: (texts, fault, from) => readAll(texts, word, fault, from), ...severalOf(word) };
}

/** As {@link several}, but with nothing after the equals sign it is the empty set, which means nothing rather than everything. */
export function severalOrNone<T>(word: Word<T>): Parameter<readonly T[]> {
  return {
    read: (texts, fault, from) => readAll(from.commas ? texts.filter((text) => text !== '') : texts, word, fault, from),
    ...severalOf(word, ' With nothing after the equals sign it is the empty set: nothing matches.'),
  };
}

function severalOf(word: Word<unknown>, more = ''): { readonly schema: JsonSchema; readonly about: string } {
  return {
    schema: { type: 'array', items: word.schema, maxItems: MAX_QUERY_VALUES },
    about: `Takes ${word.takes}; repeated or separated by commas.${more}`,
  };
}

function split(text: string): readonly string[] {
  return text.split(/(?<!\\),/).map((part) => part.replaceAll('\\,', ','));
}

/** What is wrong with that number of values, as the end of a sentence. */
export function tooMany(count: number, { most, more }: Source): string {
  return `has ${count} values, and at most ${most} are taken: ${more}`;
}

function readAll<T>(
  given: readonly string[],
  word: Word<T>,
  fault: (message: string) => void,
  from: Source,
): readonly T[] | undefined {
  const texts = from.commas ? given.flatMap(split) : given;
  if (texts.length > from.most) {
    fault(tooMany(texts.length, from));
    return undefined;
  }
  const values = new Set<T>();
  const bad: string[] = [];
  for (const text of texts) {
    const value = word.parse(text);
    if (value === undefined) bad.push(text);
    else values.add(value);
  }
  for (const text of bad.slice(0, MAX_NAMED)) fault(`${inMessage(text)} is not valid: it takes ${word.takes}`);
  if (bad.length > MAX_NAMED) fault(`${bad.length - MAX_NAMED} more values are not valid`);
  return [...values];
}

/** Exactly `true` or `false`. */
export const flag: Word<boolean> = {
  parse: (text) => (text === 'true' ? true : text === 'false' ? false : undefined),
  takes: 'true or false',
  schema: { type: 'boolean' },
};

export const instant: Word<Instant> = {
  // the plus of a zone is a blank in a query string unless it is encoded
  parse: (text) => parseInstant(text.replace(/ (\d{2}:?\d{2})$/, '+$1')),
  takes: 'an ISO 8601 instant with a zone, e.g. 2030-01-31T12:00:00Z',
  schema: names.instant,
};

export const position: Word<Position> = {
  parse: parsePosition,
  takes: 'a position that an answer has shown: at most 20 digits',
  schema: names.position,
};

/** One of the words, exactly. */
export function oneOf<const T extends string>(...words: readonly T[]): Word<T> {
  return {
    parse: (text) => words.find((word) => word === text),
    takes: words.join(', '),
    schema: { type: 'string', enum: words },
  };
}

/** One of the words of a schema, which it stays in the API document. */
export function wordOf<T extends string>(schema: Schema<T>): Word<T> {
  return { ...oneOf(...((schema.enum ?? []) as readonly T[])), schema };
}

/** A whole number, written in digits only. */
export function whole(least: number, most: number): Word<number> {
  return {
    parse(text) {
      const value = /^(0|[1-9]\d{0,15})$/.test(text) ? Number(text) : Number.NaN;
      return value >= least && value <= most ? value : undefined;
    },
    takes: `a whole number from ${least} to ${most}`,
    schema: { type: 'integer', minimum: least, maximum: most },
  };
}

/** Any text of 1 to `most` characters on one line, as bodies take it: a store may end a text at a control character. */
export function words(most: number): Word<string> {
  return {
    parse: (text) => (text.length >= 1 && text.length <= most && isPlainText(text) ? text : undefined),
    takes: `1 to ${most} characters without control characters`,
    schema: { type: 'string', minLength: 1, maxLength: most, pattern: LINE_PATTERN },
  };
}
