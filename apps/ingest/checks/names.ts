/** Names of the domain in bodies: event types, fates, hosts, instants. What the checks took, the makers below parse. */
import {
  isTypePart,
  MAX_HOST_LENGTH,
  MAX_TYPE_PART_LENGTH,
  parseFateId,
  parseHostName,
  parseInstant,
  parseTypeName,
  type HostName,
  type Instant,
} from '#domain';
import { names, type JsonSchema } from '#contracts';
import { shown, taking, type FaultOf } from './check.js';
import { line } from './texts.js';

const MAX_FATE_NAME_LENGTH = 200;
/** Of the bad hosts of a list, so many are named. */
const MAX_NAMED = 10;

export const typePart = taking(names.typePart, (value) =>
  typeof value === 'string' && isTypePart(value)
    ? undefined
    : `is ${shown(value)}: give 1 to ${MAX_TYPE_PART_LENGTH} of a-z 0-9 . - _ with a letter or digit at both ends`,
);

/** An event type's name, or its pair and nothing beside it. */
export const typeReference = taking(names.typeGiven, (value) => {
  if (typeof value === 'string' ? parseTypeName(value) !== undefined : isPair(value)) return undefined;
  return `is ${shown(value)}: give the name of an event type ("category-state") or {category, state}`;
});

function isPair(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const { category, state } = value as Readonly<Record<string, unknown>>;
  const parts = [category, state].every((part) => typeof part === 'string' && isTypePart(part));
  return parts && Object.keys(value).length === 2;
}

/** Which lines name no fate (numbers do not), the domain says. */
export const fateName: FaultOf = line(MAX_FATE_NAME_LENGTH);

/** A fate's number, or its name. */
export const fateReference = taking(names.fateGiven, (value) => {
  const sound = typeof value === 'number' ? parseFateId(value) !== undefined : fateName(value) === undefined;
  return sound ? undefined : `is ${shown(value)}: give the number or the name of a fate`;
});

export const instant = taking(names.instant, (value) =>
  typeof value === 'string' && parseInstant(value) !== undefined
    ? undefined
    : `is ${shown(value)}: give an ISO 8601 time with a zone, such as 2030-01-31T12:00:00Z`,
);

const HOSTS: JsonSchema = { type: 'array', items: names.hostGiven };

/** Host names; whether there may be none or so many, the domain says. */
export const hostList = taking(HOSTS, (value) => {
  if (!Array.isArray(value)) return `is ${shown(value)}: give an array of names of hosts`;
  const named: string[] = [];
  let bad = 0;
  for (let index = 0; index < value.length; index += 1) {
    const host: unknown = value[index];
    if (typeof host === 'string' && parseHostName(host) !== undefined) continue;
    bad += 1;
    if (named.length < MAX_NAMED) named.push(`[${index}] is ${shown(host)}`);
  }
  if (bad === 0) return undefined;
  const more = bad > named.length ? `, and ${bad - named.length} more` : '';
  return `has what names no host: ${named.join(', ')}${more}; a name is 1 to ${MAX_HOST_LENGTH} of a-z 0-9 . - _ with a letter or digit at both ends`;
});

/** The hosts of a list that {@link hostList} took. */
export function hostsOf(names: readonly string[]): readonly HostName[] {
  return names.map((name) => parseHostName(name) ?? neverTaken(name));
}

/** The instant of a text that {@link instant} took. */
export function instantOf(text: string): Instant {
  return parseInstant(text) ?? neverTaken(text);
}

function neverTaken(text: string): never {
  throw new Error(`a check let ${JSON.stringify(text)} pass`);
}
