/** The kinds of variables: how a text is read, and the legal values in words. */
import { resolve } from 'node:path';
import { Secret } from './secret.js';
import type { StoreChoice } from './store-choices.js';

/** One variable: how its text is read (undefined: not acceptable), and the legal values in words. */
export interface Variable<T> extends Extras {
  readonly name: `HERMES_${string}`;
  readonly about: string;
  readonly expects: string;
  readonly fallback: T;
  parse(text: string): T | undefined;
}

interface Extras {
  /** The default, in words; absent: the fallback itself. */
  readonly otherwise?: string;
  /** Its value is not repeated, and may stand in a file that `<name>_FILE` names. */
  readonly secret?: true;
  /** The stores that read it; absent: it is not a store's. */
  readonly readBy?: readonly StoreChoice[];
  /** Those stores cannot do without it. */
  readonly needed?: true;
  /** Given without any of those stores it is ignored with a warning; else that is refused, since the store's choice was forgotten. */
  readonly ignorable?: true;
}

type About = readonly [name: Variable<unknown>['name'], about: string];

export function wholeNumber(
  [name, about]: About,
  fallback: number,
  [least, most]: readonly [number, number],
  extras: Extras = {},
): Variable<number> {
  return { name, about, fallback, expects: rangeOf(least, most), parse: numberWithin(least, most), ...extras };
}

/** Its fallback depends on other settings: null where it is not given. */
export function optionalNumber(
  [name, about]: About,
  [least, most]: readonly [number, number],
  extras: Extras & { readonly otherwise: string },
): Variable<number | null> {
  return { name, about, fallback: null, expects: rangeOf(least, most), parse: numberWithin(least, most), ...extras };
}

export function oneOf<const T extends string>(
  [name, about]: About,
  fallback: T,
  values: readonly T[],
  extras: Extras = {},
): Variable<T> {
  const parse = (text: string): T | undefined => values.find((value) => value === text);
  return { name, about, fallback, expects: `one of ${values.join(', ')}`, parse, ...extras };
}

/** As {@link oneOf}; null where it is not given. */
export function optionalOneOf<const T extends string>(
  [name, about]: About,
  values: readonly T[],
  extras: Extras = {},
): Variable<T | null> {
  const parse = (text: string): T | undefined => values.find((value) => value === text);
  return { name, about, fallback: null, expects: `one of ${values.join(', ')}`, parse, ...extras };
}

export function trueOrFalse([name, about]: About, extras: Extras = {}): Variable<boolean> {
  const parse = (text: string): boolean | undefined => (text === 'true' ? true : text === 'false' ? false : undefined);
  return { name, about, fallback: false, otherwise: 'false', expects: 'true or false', parse, ...extras };
}

/** A path, made absolute; null where it is not given. */
export function filePath([name, about]: About, extras: Extras = {}): Variable<string | null> {
  return { name, about, fallback: null, expects: 'the path of a file', parse: absolute, ...extras };
}

export function folderPath([name, about]: About, fallback: string, extras: Extras = {}): Variable<string> {
  return { name, about, fallback: resolve(fallback), expects: 'the path of a folder', parse: absolute, ...extras };
}

/** A text of a pattern. */
export function text<T extends string | null>(
  [name, about]: About,
  fallback: T,
  { pattern, expects, ...extras }: Extras & { readonly pattern: RegExp; readonly expects: string },
): Variable<string | T> {
  const parse = (given: string): string | undefined => (pattern.test(given) ? given : undefined);
  return { name, about, fallback, expects, parse, ...extras };
}

/** As {@link text}, never shown. */
export function secretText(
  [name, about]: About,
  { pattern, expects, ...extras }: Extras & { readonly pattern: RegExp; readonly expects: string },
): Variable<Secret | null> {
  const parse = (given: string): Secret | undefined => (pattern.test(given) ? new Secret(given) : undefined);
  return { name, about, fallback: null, expects, parse, secret: true, ...extras };
}

function absolute(path: string): string | undefined {
  return path.includes('\0') ? undefined : resolve(path);
}

function rangeOf(least: number, most: number): string {
  return `a whole number from ${least} to ${most}`;
}

function numberWithin(least: number, most: number) {
  return (given: string): number | undefined => {
    const value = /^\d{1,15}$/.test(given) ? Number(given) : Number.NaN;
    return value >= least && value <= most ? value : undefined;
  };
}
