/** Readers of single fields of a stored entry's data: each answers the typed value or throws {@link Unreadable}. */
import {
  isTypePart,
  parseHostName,
  parseLaborId,
  parseTypeName,
  type HostName,
  type Instant,
  type LaborId,
  type TypeName,
} from '#domain';
import { isInstant } from '../instants.js';

export type Data = Readonly<Record<string, unknown>>;

/** Stays within the codec, which answers its message as the reason. */
export class Unreadable extends Error {
  override readonly name = 'Unreadable';
}

/** For messages: the value as JSON, cut to a bearable length. */
export function shown(value: unknown): string {
  if (value === undefined) return 'missing';
  const text = typeof value === 'string' ? JSON.stringify(value.slice(0, 80)) : JSON.stringify(value);
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
}

function unreadable(field: string, value: unknown, wanted: string): Unreadable {
  return new Unreadable(`${field} is ${shown(value)}, not ${wanted}`);
}

export function objectOf(value: unknown, field: string): Data {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw unreadable(field, value, 'an object');
  return value as Data;
}

/** Every field of a version is known to its reader; one more was written by something else. */
export function onlyFields(data: Data, known: ReadonlySet<string>): void {
  for (const field in data) {
    if (!known.has(field)) throw new Unreadable(`${shown(field)} is no field of it`);
  }
}

export function text(value: unknown, field: string): string {
  if (typeof value !== 'string') throw unreadable(field, value, 'a text');
  return value;
}

/** Null is written by leaving the field out. */
export function textOrNull(value: unknown, field: string): string | null {
  return value === undefined || value === null ? null : text(value, field);
}

export function flag(value: unknown, field: string): boolean {
  if (typeof value !== 'boolean') throw unreadable(field, value, 'true or false');
  return value;
}

export function count(value: unknown, field: string): number {
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0)
    throw unreadable(field, value, 'a whole number from 0');
  return value;
}

/** A number that `parse` takes, such as a fate's. */
export function numbered<T>(value: unknown, field: string, parse: (value: number) => T | undefined): T {
  const id = typeof value === 'number' ? parse(value) : undefined;
  if (id === undefined) throw unreadable(field, value, 'a whole number from 1');
  return id;
}

export function numberedOrNull<T>(value: unknown, field: string, parse: (value: number) => T | undefined): T | null {
  return value === undefined || value === null ? null : numbered(value, field, parse);
}

export function listOf<T>(value: unknown, field: string, item: (value: unknown, field: string) => T): readonly T[] {
  if (!Array.isArray(value)) throw unreadable(field, value, 'a list');
  return value.map((one: unknown) => item(one, field));
}

export function typePart(value: unknown, field: string): string {
  if (typeof value !== 'string' || !isTypePart(value)) throw unreadable(field, value, 'part of an event type');
  return value;
}

export function eventTypeName(value: unknown, field: string): TypeName {
  const name = typeof value === 'string' ? parseTypeName(value) : undefined;
  if (name === undefined) throw unreadable(field, value, "an event type's name");
  return name;
}

export function hostName(value: unknown, field: string): HostName {
  const host = typeof value === 'string' ? parseHostName(value) : undefined;
  if (host === undefined || host !== value) throw unreadable(field, value, "a host's name");
  return host;
}

export function labor(value: unknown, field: string): LaborId {
  const id = typeof value === 'string' ? parseLaborId(value)?.id : undefined;
  if (id === undefined || id !== value) throw unreadable(field, value, "a labor's id");
  return id;
}

export function uuid(value: unknown, field: string): string {
  if (typeof value !== 'string' || !/^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/.test(value))
    throw unreadable(field, value, 'a UUID in lower case');
  return value;
}

export function instant(value: unknown, field: string): Instant {
  if (typeof value !== 'string' || !isInstant(value))
    throw unreadable(field, value, 'an instant in UTC with milliseconds');
  return value;
}

export function instantOrNull(value: unknown, field: string): Instant | null {
  return value === undefined || value === null ? null : instant(value, field);
}
