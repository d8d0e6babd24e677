/** Texts, words and flags in bodies. */
import { noteTextFault, plainTextFault } from '#contracts';
import { shown, type FaultOf } from './check.js';

/** Names of people and programs: `by`, `creator`, `to`. */
export const MAX_NAME_LENGTH = 200;
/** Descriptions, notes and reasons. */
export const MAX_TEXT_LENGTH = 4000;

/** One line of 1 to `most` characters. */
export function line(most: number): FaultOf {
  return (value) => {
    if (typeof value !== 'string' || value === '' || value.length > most)
      return `is ${shown(value)}: give a text of 1 to ${most} characters`;
    return textFault(plainTextFault(value));
  };
}

/** A text of `least` to `most` characters, in lines. */
export function text(least: number, most: number): FaultOf {
  return (value) => {
    if (typeof value !== 'string' || value.length < least || value.length > most)
      return `is ${shown(value)}: give a text of ${least} to ${most} characters`;
    return textFault(noteTextFault(value));
  };
}

export const flag: FaultOf = (value) =>
  typeof value === 'boolean' ? undefined : `is ${shown(value)}: give true or false`;

export function oneOf(...words: readonly string[]): FaultOf {
  return (value) =>
    words.some((word) => word === value) ? undefined : `is ${shown(value)}: give ${words.join(' or ')}`;
}

/** An array of some of the words, perhaps of none. */
export function someOf(...words: readonly string[]): FaultOf {
  return (value) => {
    const sound =
      Array.isArray(value) && value.length <= words.length && value.every((item) => words.some((w) => w === item));
    return sound ? undefined : `is not valid: give an array with any of ${words.join(', ')}, each once`;
  };
}

function textFault(fault: string | undefined): string | undefined {
  return fault === undefined ? undefined : `${fault}: leave that out of it`;
}
