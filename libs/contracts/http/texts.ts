/** Texts in requests, checked. Lengths count UTF-16 code units. */
import { noteTextFault, plainTextFault } from '../event-limits.js';
import { inMessage } from '../in-message.js';
import { checked, type Schema } from './schema.js';

/** Names of people and programs: `by`, `creator`, `to`. */
export const MAX_NAME_LENGTH = 200;
/** Descriptions, notes and reasons. */
export const MAX_TEXT_LENGTH = 4000;

// The same as the checks below ask, for the API document; halves of surrogate pairs do not get as far as that.
/** One line: without control characters. */
export const LINE_PATTERN = '^[^\\u0000-\\u001f\\u007f-\\u009f]*$';
const LINES = '^[^\\u0000-\\u0008\\u000b\\u000c\\u000e-\\u001f]*$';

/** One line of 1 to `most` characters. */
export function line(most: number): Schema<string> {
  return textOf(1, most, LINE_PATTERN, plainTextFault);
}

/** A text of `least` to `most` characters, in lines. */
export function lines(least: number, most: number): Schema<string> {
  return textOf(least, most, LINES, noteTextFault);
}

function textOf(
  minLength: number,
  maxLength: number,
  pattern: string,
  faultOf: (text: string) => string | undefined,
): Schema<string> {
  return checked({ type: 'string', minLength, maxLength, pattern }, (value) => {
    if (typeof value !== 'string' || value.length < minLength || value.length > maxLength)
      return `is ${inMessage(value)}: give a text of ${minLength} to ${maxLength} characters`;
    const fault = faultOf(value);
    return fault === undefined ? undefined : `${fault}: leave that out of it`;
  });
}
