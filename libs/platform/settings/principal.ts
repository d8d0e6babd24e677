/** What a principal may be called: a token, or the producers of the inbound topic together. A journal keeps the name for ever, a log shows it in its line. */

export const MAX_PRINCIPAL_LENGTH = 200;

const UNFIT = /[\p{Cc}\p{Zl}\p{Zp}\p{Surrogate}]/u;

/** Nothing in the name breaks a line or cannot be stored. */
export function isPlainName(name: string): boolean {
  return !UNFIT.test(name);
}

/** 1 to {@link MAX_PRINCIPAL_LENGTH} UTF-16 code units, not only blanks, and plain. */
export function isPrincipal(name: string): boolean {
  return name.trim() !== '' && name.length <= MAX_PRINCIPAL_LENGTH && isPlainName(name);
}
