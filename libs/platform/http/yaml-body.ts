/**
 * YAML 1.2 of requests, as far as a file that people keep needs it: one document without tags, anchors, aliases and directives.
 * What a text costs is bounded before it is put together: by its depth, by the keys of a map, and by the length of what is put
 * together at once, which is an item of a list that the document's fields hold, or all that stands in no such list.
 */
import { Composer, CST, Lexer, LineCounter, Parser, isMap, type Document } from 'yaml';
import { inMessage, inTurns, type Steps } from '#contracts';
import { ProblemError } from './problems/problem-error.js';

/** Tokens that are open at once; no body of ours needs half of them. */
const MAX_DEPTH = 24;
/** The composer compares each key with all before it. */
const MAX_KEYS = 100;
/** Characters that are put together at once. */
const MAX_PIECE_LENGTH = 65_536;
/** In one step. */
const STEP_LEXEMES = 1000;
const STEP_PIECES = 20;

const OPTIONS = {
  version: '1.2',
  schema: 'core',
  strict: true,
  uniqueKeys: true,
  stringKeys: true,
  merge: false,
  prettyErrors: false,
  logLevel: 'silent',
} as const;
const REFUSED: Readonly<Record<string, string>> = {
  tag: 'a tag',
  anchor: 'an anchor',
  alias: 'an alias',
  'directive-line': 'a directive',
};
const utf8 = new TextDecoder('utf-8', { fatal: true });
/** Half of a surrogate pair, which only an escape can write. */
const HALF_PAIR = /\p{Surrogate}/u;

type Item = CST.BlockMap['items'][number];

/** The value of `bytes`, undefined where they hold no document; throws a {@link ProblemError}. In turns with other requests. */
export function parseYamlBody(bytes: Uint8Array): Promise<unknown> {
  return inTurns(parseYaml(bytes));
}

export function* parseYaml(bytes: Uint8Array): Steps<unknown> {
  const lines = new LineCounter();
  const document = yield* syntaxOf(decoded(bytes), lines);
  if (document === undefined) return undefined;
  const { value: top } = document;
  if (top?.type !== 'block-map') return composed(document, lines).toJS() as unknown;
  // the lists are put together item by item, the rest as if they were not there
  const fields = top.items.filter(({ key, sep }) => key != null || sep !== undefined);
  const frame = composed({ ...document, value: { ...top, items: fields.map(withoutList) } }, lines);
  if (!isMap(frame.contents) || frame.contents.items.length !== fields.length) throw malformed('it is no map');
  const value = frame.toJS() as Record<string, unknown>;
  const names = Object.keys(value);
  for (const [index, { value: list }] of fields.entries()) {
    if (list?.type !== 'block-seq') continue;
    const items: unknown[] = [];
    for (const [nth, item] of list.items.entries()) {
      if (nth % STEP_PIECES === 0) yield;
      // what stands behind the last item is a comment
      if (item.value !== undefined || item.start.some(({ type }) => type === 'seq-item-ind'))
        items.push(itemOf(item, lines));
    }
    value[names[index] ?? ''] = items;
  }
  return value;
}

function decoded(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes);
  } catch {
    throw new ProblemError({ code: 'malformed', detail: 'the body is not UTF-8' });
  }
}

/** The syntax of the only document, within all bounds; undefined where there is none. */
function* syntaxOf(text: string, lines: LineCounter): Steps<CST.Document | undefined> {
  lines.addNewLine(0);
  const parser = new Parser(lines.addNewLine);
  const documents: CST.Document[] = [];
  const take = (tokens: Iterable<CST.Token>): void => {
    for (const token of tokens) {
      if (token.type === 'error') throw malformed(inMessage(token.message), token.offset, lines);
      if (token.type === 'document') documents.push(token);
    }
    if (documents.length > 1) throw malformed('it has more than one document');
  };
  const bounds = new Bounds();
  let isScalar = false;
  let nth = 0;
  for (const lexeme of new Lexer().lex(text)) {
    if ((nth += 1) % STEP_LEXEMES === 0) yield;
    const refused = isScalar ? undefined : REFUSED[CST.tokenType(lexeme) ?? ''];
    if (refused !== undefined) throw malformed(`${refused} is not taken`, parser.offset, lines);
    isScalar = lexeme === CST.SCALAR;
    take(parser.next(lexeme));
    bounds.check(parser, lines);
  }
  take(parser.end());
  return documents[0];
}

/** Watches what is being parsed. */
class Bounds {
  private fields = 0;
  private items = 0;
  private from = 0;

  check({ stack, offset }: Parser, lines: LineCounter): void {
    if (stack.length > MAX_DEPTH) throw malformed('it is too deep', offset, lines);
    const [, top, list] = stack;
    const fields = lengthOf(top);
    const items = list?.type === 'block-seq' ? lengthOf(list) : 0;
    if (fields !== this.fields || items !== this.items) [this.fields, this.items, this.from] = [fields, items, offset];
    if (offset - this.from > MAX_PIECE_LENGTH) {
      const most = `more than ${MAX_PIECE_LENGTH} characters from line ${lines.linePos(this.from).line} on`;
      const detail = `the body has ${most} in one item: write long lists with a dash for each item, or send JSON`;
      throw new ProblemError({ code: 'payload-too-large', detail });
    }
    const last = stack.at(-1);
    if (last !== undefined && last.type !== 'block-seq' && lengthOf(last) > MAX_KEYS)
      throw malformed(`a map or a list in brackets has more than ${MAX_KEYS} items`, offset, lines);
  }
}

function lengthOf(token: CST.Token | undefined): number {
  return token !== undefined && 'items' in token ? token.items.length : 0;
}

function withoutList(item: Item): Item {
  if (item.value?.type !== 'block-seq' || item.sep === undefined) return item;
  const { value: _, ...rest } = item;
  return rest as Item;
}

function itemOf({ value }: { readonly value?: CST.Token }, lines: LineCounter): unknown {
  if (value === undefined) return null;
  return composed({ type: 'document', offset: value.offset, start: [], value }, lines).toJS() as unknown;
}

function composed(document: CST.Document, lines: LineCounter): Document.Parsed {
  const composer = new Composer(OPTIONS);
  const [only] = [...composer.next(document), ...composer.end()];
  if (only === undefined) throw malformed('it has no document');
  const [error] = only.errors;
  if (error !== undefined) throw malformed(inMessage(error.message), error.pos[0], lines);
  if (hasHalfPair(only.toJS())) throw malformed('it has half of a surrogate pair', document.offset, lines);
  return only;
}

function hasHalfPair(value: unknown): boolean {
  if (typeof value === 'string') return HALF_PAIR.test(value);
  if (typeof value !== 'object' || value === null) return false;
  return Object.entries(value).some(([key, part]) => HALF_PAIR.test(key) || hasHalfPair(part));
}

function malformed(reason: string, offset?: number, lines?: LineCounter): ProblemError {
  const { line, col } = lines?.linePos(offset ?? 0) ?? {};
  const place = line === undefined ? '' : `, line ${line}, column ${col}`;
  return new ProblemError({
    code: 'malformed',
    detail: `the body is no YAML that is taken${place}: ${reason}`,
  });
}
