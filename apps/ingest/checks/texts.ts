/** Texts, words and flags in bodies. */
import { noteTextFault, plainTextFault } from '#contracts';
import { shown, taking, type FaultOf } from './check.js';

/** Names of people and programs: `by`, `creator`, `to`. */
export const MAX_NAME_LENGTH = 200;
/** Descriptions, notes and reasons. */
export const MAX_TEXT_LENGTH = 4000;

// The same as the checks below ask, for the API document; halves of surrogate pairs do not get as far as that.
const LINE = '^[^\\u0000-\\u001f\\u007f-\\u009f]*$';
const LINES = '^[^\\u0000-\\u0008\\u000b\\u000c\\u000e-\\u001f]*$';

/** One line of 1 to `most` characters. */
export function line(most: number): FaultOf {
  return taking({ type: 'string', minLength: 1, maxLength: most, pattern: LINE }, (value) => {
    if (typeof value !== 'string' || value === '' || value.length > most)
      return `is ${shown(value)}: give a text of 1 to ${most} characters`;
    return textFault(plainTextFault(value));
  });
}

/** A text of `least` to `most` characters, in lines. */
export function text(least: number, most: number): FaultOf {
  return taking({ type: 'string', minLength: least, maxLength: most, pattern: LINES }, (value) => {
    if (typeof value !== 'string' || value.length < least || value.length > most)
      return `is ${shown(value)}: give a text of ${least} to ${most} characters`;
    return textFault(noteTextFault(value));
  });
}

export const flag = taking({ type: 'boolean' }, (value) =>
  typeof value === 'boolean' ? undefined : `is ${shown(value)}: give true or false`,
);

export function oneOf(...words: readonly string[]): FaultOf {
  return taking({ enum: words }, (value) =>
    words.some((word) => word === value) ? undefined : `is ${shown(value)}: give ${words.join(' or ')}`,
  );
}

/** An array of some of the words, perhaps of none. */
export function someOf(...words: readonly string[]): FaultOf {
  return taking({ type: 'array', items: { enum: words }, maxItems: words.length }, (value) => {
    const sound =
      Array.isArray(value) && value.length <= words.length && value.every((item) => words.some((w) => w === item));
    return sound ? undefined : `is not valid: give an array with any of ${words.join(', ')}, each once`;
  });
}

function textFault(fault: string | undefined): string | undefined {
  return fault === undefined ? undefined : `${fault}: leave that out of it`;
}
