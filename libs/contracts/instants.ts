/** Recognises instants as Hermes writes them, at a small part of what parsing costs: every entry that is read has two. */
import type { Instant } from '#domain';

/** Whether `value` is exactly what the domain's parseInstant answers, such as `2026-01-31T23:59:59.999Z`. */
export function isInstant(value: string): value is Instant {
  if (value.length !== 24 || value.charCodeAt(10) !== 84 || value.charCodeAt(23) !== 90) return false;
  if (value.charCodeAt(4) !== 45 || value.charCodeAt(7) !== 45) return false;
  if (value.charCodeAt(13) !== 58 || value.charCodeAt(16) !== 58 || value.charCodeAt(19) !== 46) return false;
  const year = twoDigits(value, 0) * 100 + twoDigits(value, 2);
  const month = twoDigits(value, 5);
  const day = twoDigits(value, 8);
  // What is no digit makes NaN, for which no comparison holds.
  return (
    year >= 0 &&
    month >= 1 &&
    month <= 12 &&
    day >= 1 &&
    day <= daysIn(month, year) &&
    twoDigits(value, 11) <= 23 &&
    twoDigits(value, 14) <= 59 &&
    twoDigits(value, 17) <= 59 &&
    twoDigits(value, 20) >= 0 &&
    digit(value, 22) >= 0
  );
}

function digit(value: string, index: number): number {
  const code = value.charCodeAt(index) - 48;
  return code >= 0 && code <= 9 ? code : NaN;
}

function twoDigits(value: string, index: number): number {
  return digit(value, index) * 10 + digit(value, index + 1);
}

function daysIn(month: number, year: number): number {
  if (month === 2) return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0 ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}
