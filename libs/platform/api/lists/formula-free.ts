/**
 * Texts in which no spreadsheet finds a formula. What a spreadsheet takes for a cell depends on its settings: it may part a
 * line at commas, semicolons or tabs, and takes quotes in the middle of a cell for characters. So a formula must not begin
 * where any such piece may begin, also within a cell of ours.
 */

/** Pieces begin after these, and at the beginning. */
const SEPARATORS = new Set([',', ';', '|', '\t', '\n', '\v', '\f', '\r', '\u0085', '\u2028', '\u2029']);
/** What may stand before a formula in its piece, since it is cut or skipped. */
const SKIPPED = /[\s"']/u;
/** Also in full width. */
const FORMULA = new Set(['=', '+', '-', '@', '\uff1d', '\uff0b', '\uff0d', '\uff20']);
const APOSTROPHE = "'";
/** Most texts have no such place, and need not be looked at by character. */
const SUSPECT = /(?:^|[,;|\s\u0085"'])[=+\-@\uff1d\uff0b\uff0d\uff20]/u;

/** The text with an apostrophe before each piece that would be a formula, and before a tab or carriage return at its beginning. */
export function formulaFree(text: string): string {
  let free = /^[\t\r]/.test(text) ? APOSTROPHE : '';
  let copied = 0;
  for (const { begin } of formulasOf(text)) {
    free += text.slice(copied, begin) + APOSTROPHE;
    copied = begin;
  }
  return free + text.slice(copied);
}

/** An object as JSON that stays the same value: what would begin a formula in one of its texts is written as an escape. */
export function formulaFreeJson(value: object): string {
  const text = JSON.stringify(value);
  let free = '';
  let copied = 0;
  for (const { at } of formulasOf(text)) {
    free += `${text.slice(copied, at)}\\u${text.charCodeAt(at).toString(16).padStart(4, '0')}`;
    copied = at + 1;
  }
  return free + text.slice(copied);
}

/** Where pieces begin that would be formulas, and where the formulas themselves do. */
function* formulasOf(text: string): Generator<{ readonly begin: number; readonly at: number }, void> {
  if (!SUSPECT.test(text)) return;
  /** Where the piece begins of which nothing but skipped characters was seen; -1: its beginning is passed. */
  let begin = 0;
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at] ?? '';
    if (SEPARATORS.has(character)) begin = at + 1;
    else if (begin < 0 || SKIPPED.test(character)) continue;
    else {
      if (FORMULA.has(character)) yield { begin, at };
      begin = -1;
    }
  }
}
