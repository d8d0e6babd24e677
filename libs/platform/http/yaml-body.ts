/**
 * YAML 1.2 of requests, as far as a file that people keep needs it: one document without tags, anchors, aliases and directives.
 * What a text costs is bounded before it is put together: by its depth, by the keys of a map, and by the length of what is put
 * together at once: an item of a list that a field of the document holds, another field, or a document without such fields.
 */
import { Composer, CST, Lexer, LineCounter, Parser, isMap, type Document } from 'yaml';
import { inMessage, inTurns, type Steps } from '#contracts';
import { ProblemError } from './problems/problem-error.js';

/** Tokens that are open at once; no body of ours needs half of them. */
const MAX_DEPTH = 24;
/** The composer compares each key with all before it. */
const MAX_KEYS = 100;
/** Characters that are put together at once. */
const MAX_PIECE_LENGTH = 32_768;
/** Items of such lists, and lines. */
const MAX_ITEMS = 100_000;
const MAX_LINES = 500_000;
/** In one step. */
const STEP_LEXEMES = 500;

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
/** What has been put together of each list. */
type Lists = Map<CST.Token, unknown[]>;

/** The value of `bytes`, undefined where they hold no document; throws a {@link ProblemError}. In turns with other requests. */
export function parseYamlBody(bytes: Uint8Array): Promise<unknown> {
  return inTurns(parseYaml(bytes));
}

export function* parseYaml(bytes: Uint8Array): Steps<unknown> {
  const lines = new LineCounter();
  const lists: Lists = new Map();
  const document = yield* syntaxOf(decoded(bytes), lines, lists);
  if (document === undefined) return undefined;
  const { value: top } = document;
  if (top?.type !== 'block-map') return composed(document, lines).toJS() as unknown;
  // the lists were put together item by item, the rest is as if they were not there
  const fields = top.items.filter(({ key, sep }) => (key !== undefined && key !== null) || sep !== undefined);
  const value: Record<string, unknown> = {};
  for (const [index, field] of fields.entries()) {
    yield;
    // each field alone: where a list was left out, the places of what follows would not be right
    const alone = index === 0 ? document : { type: 'document' as const, offset: offsetOf(field, top), start: [] };
    const frame = composed(
      { ...alone, value: { ...top, offset: offsetOf(field, top), items: [withoutList(field)] } },
      lines,
    );
    if (!isMap(frame.contents)) throw malformed('it is no map');
    const [[name, own] = ['', null]] = Object.entries(frame.toJS() as object);
    if (Object.hasOwn(value, name))
      throw malformed(`the key ${inMessage(name)} is there twice`, offsetOf(field, top), lines);
    Object.defineProperty(value, name, { value: own as unknown, enumerable: true, writable: true, configurable: true });
    const list = field.value;
    if (list?.type !== 'block-seq') continue;
    const items = lists.get(list) ?? [];
    // what stands behind the last item is a comment
    const last = list.items.filter(({ start, value: only }) => only !== undefined || start.some(isDash));
    items.push(...last.map((item) => itemOf(item, lines)));
    Object.defineProperty(value, name, { value: items });
  }
  return value;
}

function offsetOf({ start, key }: Item, top: CST.BlockMap): number {
  return start[0]?.offset ?? key?.offset ?? top.offset;
}

function isDash({ type }: CST.SourceToken): boolean {
  return type === 'seq-item-ind';
}

function decoded(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes);
  } catch {
    throw new ProblemError({ code: 'malformed', detail: 'the body is not UTF-8' });
  }
}

/**
 * The syntax of the only document, within all bounds; undefined where there is none. Of the lists that its fields hold, all items
 * but the last are put together as they come, into `lists`: their syntax takes many times the room of the text.
 */
function* syntaxOf(text: string, lines: LineCounter, lists: Lists): Steps<CST.Document | undefined> {
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
    takeItems(parser.stack, lines, lists);
  }
  take(parser.end());
  return documents[0];
}

function takeItems([, top, list]: readonly CST.Token[], lines: LineCounter, lists: Lists): void {
  if (top?.type !== 'block-map' || list?.type !== 'block-seq' || list.items.length < 2) return;
  const items = lists.get(list) ?? [];
  lists.set(list, items);
  // the parser looks at the last one alone
  for (const item of list.items.splice(0, list.items.length - 1)) items.push(itemOf(item, lines));
  if (items.length > MAX_ITEMS) throw tooLarge(`more than ${MAX_ITEMS} items in one list`);
}

/** Watches what is being parsed. */
class Bounds {
  private fields = 0;
  private items = 0;
  private from = 0;

  check({ stack, offset }: Parser, lines: LineCounter): void {
    if (stack.length > MAX_DEPTH) throw malformed('it is too deep', offset, lines);
    if (lines.lineStarts.length > MAX_LINES) throw tooLarge(`more than ${MAX_LINES} lines`);
    const [, top, list] = stack;
    // any other document is put together at once
    const isInPieces = top?.type === 'block-map';
    const fields = isInPieces ? lengthOf(top) : 0;
    const items = isInPieces && list?.type === 'block-seq' ? lengthOf(list) : 0;
    // one that has been taken away is followed by the next
    if (fields !== this.fields || items !== this.items) this.from = offset;
    [this.fields, this.items] = [fields, Math.min(items, 1)];
    if (offset - this.from > MAX_PIECE_LENGTH) {
      const place = `from line ${lines.linePos(this.from).line} on`;
      throw tooLarge(`more than ${MAX_PIECE_LENGTH} characters in one item ${place}`);
    }
    const last = stack.at(-1);
    if (last !== undefined && last.type !== 'block-seq' && lengthOf(last) > MAX_KEYS)
      throw malformed(`a map or a list in brackets has more than ${MAX_KEYS} items`, offset, lines);
  }
}

function tooLarge(what: string): ProblemError {
  const detail = `the body has ${what}: write long lists with a dash for each item, or send JSON`;
  return new ProblemError({ code: 'payload-too-large', detail });
}

function lengthOf(token: CST.Token | undefined): number {
  return token !== undefined && 'items' in token ? token.items.length : 0;
}

function withoutList(item: Item): Item {
  if (item.value?.type !== 'block-seq' || item.sep === undefined) return item;
  const { value: _, ...rest } = item;
  return rest;
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
