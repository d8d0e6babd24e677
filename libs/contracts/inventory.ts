/** Inventories: hosts with their attributes as an operator's own list has them, a line for each host. */
import {
  MAX_ALIASES_OF_HOST,
  MAX_HOST_ATTRIBUTES,
  parseHostName,
  type AttributeValue,
  type Attributes,
  type HostName,
} from '#domain';
import type { Fault, FaultCode } from './errors.js';
import { attributeFault, FaultLog, hostOf, isObject } from './event-fields.js';
import { cut } from './in-message.js';

/** What a line says of a host; attributes that it does not name stay as they are. */
export interface InventoryItem {
  /** From 1. */
  readonly line: number;
  readonly host: HostName;
  readonly set: Attributes;
  readonly clear: readonly string[];
  /** Names that are to mean the host too; those that it has stay. */
  readonly aliases: readonly HostName[];
}

/** A line with faults of which the host can be read: nothing is done, but the inventory does not lack the host. */
export interface RejectedItem {
  readonly line: number;
  readonly host: HostName;
  readonly fault: Pick<Fault, 'code' | 'message'>;
}

export type InventoryLine = InventoryItem | RejectedItem;

/** Of a line with a fault whose host is `host`; undefined where that is no host. */
export function rejectedItem(
  host: unknown,
  line: number,
  message: string,
  code: FaultCode = 'validation-failed',
): RejectedItem | undefined {
  const name = typeof host === 'string' ? parseHostName(host) : undefined;
  return name === undefined ? undefined : { line, host: name, fault: { code, message } };
}

/** A host, its attributes and its aliases as a line of any form names them: null clears an attribute. */
export interface InventoryRow {
  readonly host: unknown;
  readonly attributes: unknown;
  readonly aliases: unknown;
}

/** A line may clear all attributes that its host has, and set as many. */
export const MAX_NAMED_ATTRIBUTES = 2 * MAX_HOST_ATTRIBUTES;

const FIELDS: ReadonlySet<string> = new Set(['host', 'attributes', 'aliases']);

/** The row of a line of JSON; undefined where it has faults, which are added to `faults`. */
export function parseInventoryLine(value: unknown, line: number, faults: Fault[]): InventoryItem | undefined {
  const log = new FaultLog('', faults);
  if (!isObject(value)) {
    log.invalid('', value, 'a line is an object with host, attributes and aliases');
    return undefined;
  }
  for (const field of Object.keys(value)) {
    if (!FIELDS.has(field)) log.add(cut(field), 'unknown', 'it is no field of a line');
  }
  if (!Object.hasOwn(value, 'host')) log.add('host', 'missing', 'a line needs its host');
  const { host, attributes = {}, aliases = [] } = value;
  const item = inventoryItem({ host, attributes, aliases }, line, log);
  return log.sound ? item : undefined;
}

/** As {@link parseInventoryLine}, its faults added to `log`. */
export function inventoryItem(
  { host, attributes, aliases }: InventoryRow,
  line: number,
  log: FaultLog,
): InventoryItem | undefined {
  const name = host === undefined ? null : hostOf(host, 'host', log);
  if (!isObject(attributes)) {
    log.invalid('attributes', attributes, 'give an object of texts, numbers and booleans');
    return undefined;
  }
  const attributeNames = Object.keys(attributes);
  if (attributeNames.length > MAX_NAMED_ATTRIBUTES) {
    log.add(
      'attributes',
      'invalid',
      `${attributeNames.length} attributes: name at most ${MAX_NAMED_ATTRIBUTES}, to set and to clear`,
    );
    return undefined;
  }
  const set: Record<string, AttributeValue> = {};
  const clear: string[] = [];
  for (const each of attributeNames) {
    const value = attributes[each];
    const wrong = attributeFault(each, value === null ? '' : value);
    if (wrong !== undefined) log.add(`attributes.${cut(each)}`, 'invalid', wrong);
    else if (value === null) clear.push(each);
    else set[each] = value as AttributeValue;
  }
  const names = aliasesIn(aliases, log);
  return name === null || !log.sound ? undefined : { line, host: name, set, clear, aliases: names };
}

function aliasesIn(value: unknown, log: FaultLog): readonly HostName[] {
  if (!Array.isArray(value) || value.length > MAX_ALIASES_OF_HOST) {
    log.invalid('aliases', value, `give an array of at most ${MAX_ALIASES_OF_HOST} names`);
    return [];
  }
  return value.flatMap((each: unknown, index) => hostOf(each, `aliases[${index}]`, log) ?? []);
}
