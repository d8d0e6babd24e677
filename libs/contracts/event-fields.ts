/** The parser's fields, one function each: the parsed value, or null after its fault was added to the log. A null sent is no value of any of them. */
import {
  isTypePart,
  MAX_HOST_LENGTH,
  MAX_TYPE_PART_LENGTH,
  msOfInstant,
  parseHostName,
  parseInstant,
  parseTypeName,
  type Attributes,
  type HostName,
  type Instant,
  type JsonObject,
  type TypeReference,
} from '#domain';
import type { Fault, FAULTS } from './errors.js';
import {
  dataFault,
  isAttributeName,
  LEAST_AT_MS,
  MAX_AHEAD_MS,
  MAX_ATTRIBUTE_NAME_LENGTH,
  MAX_ATTRIBUTE_VALUE_LENGTH,
  MAX_ATTRIBUTES,
  noteTextFault,
  plainTextFault,
  TOO_EARLY,
} from './event-limits.js';
import { cut, inMessage } from './in-message.js';
import { isInstant } from './instants.js';

/** At most this many faults are kept: enough for a sender to begin with. */
export const MAX_FAULTS = 1000;

/** Takes the faults of one event, which stands at `path` of the request. */
export class FaultLog {
  /** Whether the event is without fault so far. */
  sound = true;

  constructor(
    private readonly path: string,
    private readonly faults: Fault[],
  ) {}

  add(field: string, code: keyof typeof FAULTS, message: string): null {
    this.sound = false;
    if (this.faults.length < MAX_FAULTS) this.faults.push({ path: joined(this.path, field), code, message });
    return null;
  }

  invalid(field: string, value: unknown, wanted: string): null {
    return this.add(field, 'invalid', `${nameOf(field)} is ${inMessage(value)}; ${wanted}`);
  }

  /** Something is called `name`, which it cannot be; `why` is the end of a sentence. */
  unknownName(name: string, why: string): null {
    return this.add(cut(name), 'unknown', `${inMessage(name)} ${why}`);
  }

  unknown(field: string, name: string): null {
    return this.add(
      joined(field, cut(name)),
      'unknown',
      `${inMessage(name)} is no field of ${field === '' ? 'an event' : field}`,
    );
  }
}

function joined(parent: string, field: string): string {
  if (parent === '' || field === '') return parent + field;
  return `${parent}.${field}`;
}

function nameOf(field: string): string {
  return field === '' ? 'this' : field;
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const HOST_WANTED = `a host's name is 1 to ${MAX_HOST_LENGTH} of a-z 0-9 . - _ with a letter or digit at both ends`;

export function hostOf(value: unknown, field: string, log: FaultLog): HostName | null {
  const host = typeof value === 'string' ? parseHostName(value) : undefined;
  return host ?? log.invalid(field, value, HOST_WANTED);
}

const PART_WANTED = `give 1 to ${MAX_TYPE_PART_LENGTH} of a-z 0-9 . - _ with a letter or digit at both ends`;

export function typeOf(value: unknown, log: FaultLog): TypeReference | null {
  if (isObject(value)) return pairOf(value, log);
  if (typeof value === 'string' && parseTypeName(value) !== undefined) return value;
  return log.invalid('type', value, 'give the name of an event type ("category-state") or {category, state}');
}

function pairOf(value: Readonly<Record<string, unknown>>, log: FaultLog): TypeReference | null {
  let category: string | undefined;
  let state: string | undefined;
  let sound = true;
  for (const field of Object.keys(value)) {
    const part = value[field];
    if (field !== 'category' && field !== 'state') {
      log.unknown('type', field);
      sound = false;
    } else if (typeof part !== 'string' || !isTypePart(part)) {
      log.invalid(`type.${field}`, part, PART_WANTED);
      sound = false;
    } else if (field === 'category') category = part;
    else state = part;
  }
  for (const field of ['category', 'state']) {
    if (!Object.hasOwn(value, field))
      log.add(`type.${field}`, 'missing', `an event type given as a pair needs its ${field}`);
  }
  return sound && category !== undefined && state !== undefined ? { category, state } : null;
}

/** A text of 1 to `most` characters on one line. */
export function lineOf(value: unknown, field: string, most: number, log: FaultLog): string | null {
  if (typeof value !== 'string' || value === '' || value.length > most)
    return log.invalid(field, value, `give a text of 1 to ${most} characters${orLeaveOut(value)}`);
  const fault = plainTextFault(value);
  return fault === undefined ? value : log.add(field, 'invalid', `${field} ${fault}; leave that out of it`);
}

/** A text of at most `most` characters, in lines. */
export function noteOf(value: unknown, field: string, most: number, log: FaultLog): string | null {
  if (typeof value !== 'string' || value.length > most)
    return log.invalid(field, value, `give a text of at most ${most} characters${orLeaveOut(value)}`);
  const fault = noteTextFault(value);
  return fault === undefined ? value : log.add(field, 'invalid', `${field} ${fault}; leave that out of it`);
}

function orLeaveOut(value: unknown): string {
  return value === null || value === '' ? ', or leave it out' : '';
}

/** `field`: what the time is called where it stands. */
export function atOf(value: unknown, nowMs: number, log: FaultLog, field = 'at'): Instant | null {
  const at = typeof value !== 'string' ? undefined : isInstant(value) ? value : parseInstant(value);
  if (at === undefined)
    return log.invalid(field, value, 'give an ISO 8601 time with a zone, such as 2026-01-31T12:00:00Z');
  const atMs = msOfInstant(at);
  if (atMs < LEAST_AT_MS) return log.invalid(field, value, TOO_EARLY);
  if (atMs - nowMs > MAX_AHEAD_MS)
    return log.invalid(
      field,
      value,
      `at most ${MAX_AHEAD_MS / 60_000} minutes ahead are taken: check the sender's clock`,
    );
  return at;
}

/** `field`: where it stands. */
export function dataOf(value: unknown, log: FaultLog, field = 'data'): JsonObject | null {
  if (!isObject(value)) return log.invalid(field, value, 'give a JSON object');
  const fault = dataFault(value);
  return fault === undefined ? (value as JsonObject) : log.add(field, 'invalid', `${field} ${fault}`);
}

/** `field`: where they stand. */
export function attributesOf(value: unknown, log: FaultLog, field = 'attributes'): Attributes | null {
  if (!isObject(value)) return log.invalid(field, value, 'give an object of texts, numbers and booleans');
  const names = Object.keys(value);
  if (names.length > MAX_ATTRIBUTES)
    return log.add(field, 'invalid', `${names.length} attributes; an event takes at most ${MAX_ATTRIBUTES}`);
  let sound = true;
  for (const name of names) {
    const wrong = attributeFault(name, value[name]);
    if (wrong === undefined) continue;
    sound = false;
    log.add(`${field}.${cut(name)}`, 'invalid', wrong);
  }
  return sound ? (value as Attributes) : null;
}

/** What is wrong with one attribute, as a sentence; undefined where nothing is. */
export function attributeFault(name: string, value: unknown): string | undefined {
  if (!isAttributeName(name))
    return `${inMessage(name)} cannot name an attribute: give 1 to ${MAX_ATTRIBUTE_NAME_LENGTH} characters without control characters, not __proto__ or constructor`;
  if (typeof value === 'boolean' || Number.isFinite(value)) return undefined;
  if (typeof value !== 'string')
    return `the attribute ${inMessage(name)} is ${inMessage(value)}; give a text, a finite number or a boolean`;
  if (value.length > MAX_ATTRIBUTE_VALUE_LENGTH)
    return `the attribute ${inMessage(name)} has ${value.length} characters; give at most ${MAX_ATTRIBUTE_VALUE_LENGTH}`;
  const fault = noteTextFault(value);
  return fault === undefined ? undefined : `the attribute ${inMessage(name)} ${fault}; leave that out of it`;
}
