/** Texts of any characters for property tests. It imports nothing of Hermes. */
import fc from 'fast-check';

const SURROGATES = { first: 0xd800, count: 0x800 };
const LAST_CHARACTER = 0x10ffff;

/**
 * Every code point but surrogates, as fast-check's unit `binary` has them. That one makes a table of all of them whenever a
 * spec says `fc.string`, which takes a second and a half and a hundred megabytes of each spec; here a character's number is computed.
 */
const anyCharacter = fc
  .integer({ min: 0, max: LAST_CHARACTER - SURROGATES.count })
  .map((nth) => String.fromCodePoint(nth < SURROGATES.first ? nth : nth + SURROGATES.count), numberOf);

/** As `fc.string`, of characters of all planes, NUL and controls included. */
export function anyText(constraints: { readonly minLength?: number; readonly maxLength?: number } = {}) {
  return fc.string({ ...constraints, unit: anyCharacter });
}

/** Throws where it is not one character: then fast-check does not take the text as one of its own. */
function numberOf(text: unknown): number {
  const code = typeof text === 'string' ? text.codePointAt(0) : undefined;
  if (code === undefined || String.fromCodePoint(code) !== text) throw new Error('not one character');
  if (code < SURROGATES.first) return code;
  if (code < SURROGATES.first + SURROGATES.count) throw new Error('a surrogate');
  return code - SURROGATES.count;
}
