/** The names of the domain: hosts, event types, keys. Parsed once at the edge, branded ever after. */

declare const brand: unique symbol;
/** A value that only its parse function can make. */
export type Branded<T, B extends string> = T & { readonly [brand]: B };

/** A machine's name: lower case, 1–253 characters of `a-z 0-9 . - _`, a letter or digit at both ends. */
export type HostName = Branded<string, 'HostName'>;
/** `category-state`: the name of an event type. */
export type TypeName = Branded<string, 'TypeName'>;
/** An event type as clients write it: its name, or its pair. */
export type TypeReference = string | { readonly category: string; readonly state: string };
/** An instant as ISO 8601 in UTC with milliseconds; such strings order as their instants do. */
export type Instant = Branded<string, 'Instant'>;
/** A place in one stream: 0, 1, 2 … without holes. */
export type Revision = number;

export const MAX_HOST_LENGTH = 253;
/** Longest category and longest state. */
export const MAX_TYPE_PART_LENGTH = 64;

// Upper case is spelt out: folding first would turn the Kelvin sign into a "k", which no client wrote.
const HOST = /^[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?$/;
const TYPE_PART = /^[a-z0-9](?:[a-z0-9._-]*[a-z0-9])?$/;
/** Two parts, each within its length, and the hyphen between them. */
const TYPE_NAME = /^[a-z0-9](?:[a-z0-9._-]{0,62}[a-z0-9])?-[a-z0-9](?:[a-z0-9._-]{0,62}[a-z0-9])?$/;

/** The host that `text` names (case folded, surrounding space and one final dot cut), or undefined if it names none. */
export function parseHostName(text: string): HostName | undefined {
  let name = text.trim();
  if (name.endsWith('.')) name = name.slice(0, -1);
  return name.length <= MAX_HOST_LENGTH && HOST.test(name) ? (name.toLowerCase() as HostName) : undefined;
}

/** Whether `text` may be the category or the state of an event type. */
export function isTypePart(text: string): boolean {
  return text.length <= MAX_TYPE_PART_LENGTH && TYPE_PART.test(text);
}

/** The type's name that `text` is, or undefined where no pair could have it (whether one has, the catalogue knows). */
export function parseTypeName(text: string): TypeName | undefined {
  return TYPE_NAME.test(text) ? (text as TypeName) : undefined;
}

/** The name of the pair; callers pass parts for which {@link isTypePart} holds. */
export function typeName(category: string, state: string): TypeName {
  return `${category}-${state}` as TypeName;
}

const ISO = /^(\d{4})-(\d{2})-(\d{2})[T ](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?(Z|[+-]\d{2}:?\d{2})$/i;
const DAY_MS = 86_400_000;
const DAYS_IN_MONTH = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/**
 * The instant that an ISO 8601 text with a zone names, to the millisecond; undefined for anything else, or outside the years
 * 0000–9999. A blank may stand for the T (RFC 3339). A leap second, `:60` at the end of a day in UTC, is the first second of
 * the next day, as in POSIX: Hermes' time has no number of its own for it.
 */
export function parseInstant(text: string): Instant | undefined {
  const parts = ISO.exec(text);
  if (!parts) return undefined;
  const [, year, month, day, hour, minute, second = '00', fraction = '', zone = 'Z'] = parts;
  // Date.parse accepts 30 February and the 24th hour and moves them on; a report saying so is a mistake.
  if (Number(month) < 1 || Number(month) > 12 || Number(day) < 1 || Number(hour) > 23) return undefined;
  if (Number(day) > (DAYS_IN_MONTH[Number(month) - 1] ?? 0)) return undefined;
  if (Number(day) === 29 && Number(month) === 2 && !isLeapYear(Number(year))) return undefined;
  const millis = fraction.padEnd(3, '0').slice(0, 3);
  const offset = zone.toUpperCase() === 'Z' ? 'Z' : `${zone.slice(0, 3)}:${zone.slice(-2)}`;
  const isLeap = second === '60';
  const time = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${isLeap ? '59' : second}.${millis}${offset}`);
  if (Number.isNaN(time)) return undefined;
  if (!isLeap) return instantOfMs(time);
  const isLastOfDay = ((time % DAY_MS) + DAY_MS) % DAY_MS >= DAY_MS - 1000;
  return isLastOfDay ? instantOfMs(time + 1000) : undefined;
}

function isLeapYear(year: number): boolean {
  return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
}

/** The instant `timeMs` milliseconds after 1970 in UTC; undefined outside the years 0000–9999. */
export function instantOfMs(timeMs: number): Instant | undefined {
  if (!(timeMs >= -62_167_219_200_000 && timeMs <= 253_402_300_799_999)) return undefined;
  return new Date(timeMs).toISOString() as Instant;
}

/** Milliseconds after 1970 in UTC. */
export function msOfInstant(instant: Instant): number {
  return Date.parse(instant);
}
