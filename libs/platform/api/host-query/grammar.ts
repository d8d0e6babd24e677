/**
 * The grammar of `hostQuery`, in Peggy's words, and what it makes of a text: words with their places, for parse.ts to give
 * them their meaning. Comparisons come first, so that every word but the keywords may name an attribute.
 */
import peggy from 'peggy';

/** A word or a quoted text, and where it begins, from 0. */
export interface WordAt {
  readonly text: string;
  readonly at: number;
  readonly quoted: boolean;
}

export type Parsed =
  | { readonly is: 'all' | 'any'; readonly of: readonly Parsed[] }
  | { readonly is: 'not'; readonly of: Parsed }
  | { readonly is: 'compared'; readonly field: WordAt; readonly how: 'equal' | 'like'; readonly to: readonly WordAt[] }
  | { readonly is: 'open'; readonly type: WordAt | null }
  | { readonly is: 'retired' };

/** The place, from 0, where the text is not as the grammar wants it, and what that takes there. */
export interface Unexpected {
  readonly at: number;
  readonly takes: readonly string[];
}

export function parseWords(text: string): { readonly parsed: Parsed } | Unexpected {
  try {
    return { parsed: parser.parse(text) as Parsed };
  } catch (error) {
    if (!(error instanceof parser.SyntaxError)) throw error;
    const { expected, location } = error;
    const names = new Set((expected ?? []).map(nameOf));
    names.delete(BLANK);
    return { at: location.start.offset, takes: [...names] };
  }
}

const BLANK = 'a blank';

function nameOf(expectation: peggy.parser.Expectation): string {
  if (expectation.type === 'literal') return expectation.text;
  if (expectation.type === 'other') return expectation.description;
  return expectation.type === 'end' ? 'nothing more' : 'another character';
}

const parser = peggy.generate(String.raw`
  {{
    const many = (is, first, others) => (others.length === 0 ? first : { is, of: [first, ...others] });
    const not = (of) => ({ is: 'not', of });
  }}

  Query = _ @Any _
  Any = first:All others:(_ OR _ @All)* { return many('any', first, others); }
  All = first:Not others:(_ AND _ @Not)* { return many('all', first, others); }
  Not = nots:(@NOT _)* of:Primary { return nots.length % 2 === 0 ? of : not(of); }
  Primary
    = "(" _ @Any _ ")"
    / field:Field _ compared:Comparison {
        const { isNot, ...rest } = compared;
        const comparison = { is: 'compared', field, ...rest };
        return isNot ? not(comparison) : comparison;
      }
    / OPEN type:(_ "(" _ @Value _ ")")? { return { is: 'open', type }; }
    / RETIRED { return { is: 'retired' }; }
  Comparison
    = isNot:"!"? "=" _ to:Value { return { isNot, how: 'equal', to: [to] }; }
    / isNot:"!"? "~" _ to:Value { return { isNot, how: 'like', to: [to] }; }
    / isNot:(@NOT _)? IN _ to:List { return { isNot, how: 'equal', to }; }
  List = "(" _ first:Value others:(_ "," _ @Value)* _ ")" { return [first, ...others]; }

  Field "the name of an attribute, or name" = Quoted / Bare
  Value "a value" = Quoted / Bare
  Bare = !KEYWORD text:$CHARACTER+ { return { text, at: offset(), quoted: false }; }
  Quoted = '"' pieces:(ESCAPED / [^"\\])* '"' { return { text: pieces.join(''), at: offset(), quoted: true }; }

  CHARACTER = [\p{L}\p{N}._:/*@+-]u
  ESCAPED = "\\" @.
  KEYWORD = AND / OR / NOT / IN
  AND "and" = "and"i !CHARACTER
  OR "or" = "or"i !CHARACTER
  NOT "not" = "not"i !CHARACTER
  IN "in" = "in"i !CHARACTER
  OPEN "open" = "open"i !CHARACTER
  RETIRED "retired" = "retired"i !CHARACTER
  _ "${BLANK}" = [ \t\r\n]*
`);
