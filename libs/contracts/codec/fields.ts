/** Fields of a stored entry's data: each reads its value or throws {@link Unreadable}, and has a JSON schema. */
import {
  isTypePart,
  parseEventId,
  parseHostName,
  parseLaborId,
  parseTypeName,
  type AttributeValue,
  type Attributes,
  type EventId,
  type HostName,
  type Instant,
  type JsonObject,
  type LaborId,
  type TypeName,
} from '#domain';
import { inMessage } from '../in-message.js';
import { isInstant } from '../instants.js';

export type Data = Readonly<Record<string, unknown>>;
/** JSON Schema 2020-12. */
export type JsonSchema = Readonly<Record<string, unknown>>;

export interface Field<T> {
  /** `name` is what a reason calls the field. A field that is absent has the value undefined. */
  readonly read: (value: unknown, name: string) => T;
  readonly schema: JsonSchema;
  /** Whether it may be left out: then the entry has null (`null`), or does not have the field (`absent`). */
  readonly leftOut?: 'null' | 'absent';
}

/** One that an entry may lack: in amendments, where what is absent stays as it was and null is a value. */
export interface AmendedField<T> extends Field<T> {
  readonly leftOut: 'absent';
}

/** Stays within the codec, which answers its message as the reason. */
export class Unreadable extends Error {
  override readonly name = 'Unreadable';
}

/** `parse` answers undefined for what is not `wanted`. */
function field<T>(wanted: string, schema: JsonSchema, parse: (value: unknown) => T | undefined): Field<T> {
  const read = (value: unknown, name: string): T => {
    const parsed = parse(value);
    if (parsed === undefined) throw new Unreadable(`${name} is ${inMessage(value)}, not ${wanted}`);
    return parsed;
  };
  return { read, schema };
}

/** A text that `accepts` takes, as one of the domain's kinds of text. */
function textual<T extends string>(wanted: string, schema: JsonSchema, accepts: (text: string) => boolean): Field<T> {
  return field(wanted, { type: 'string', ...schema }, (value) =>
    typeof value === 'string' && accepts(value) ? (value as T) : undefined,
  );
}

/** Null is written by leaving the field out. */
export function optional<T>({ read, schema }: Field<T>): Field<T | null> {
  return {
    read: (value, name) => (value === undefined || value === null ? null : read(value, name)),
    schema: { anyOf: [schema, { type: 'null' }] },
    leftOut: 'null',
  };
}

export function amended<T>({ read, schema }: Field<T>): AmendedField<T> {
  return { read, schema, leftOut: 'absent' };
}

export function listOf<T>(item: Field<T>): Field<readonly T[]> {
  const list = field('a list', {}, (value) => (Array.isArray(value) ? (value as readonly unknown[]) : undefined));
  return {
    read: (value, name) => list.read(value, name).map((one) => item.read(one, name)),
    schema: { type: 'array', items: item.schema },
  };
}

/** A number that `parse` takes, such as a fate's. */
export function numbered<T>(parse: (value: number) => T | undefined): Field<T> {
  return field('a whole number from 1', { type: 'integer', minimum: 1 }, (value) =>
    typeof value === 'number' ? parse(value) : undefined,
  );
}

export function oneOf<T extends string>(...words: readonly T[]): Field<T> {
  return textual(words.join(' or '), { enum: words }, (text) => (words as readonly string[]).includes(text));
}

export const object = field<Data>('an object', { type: 'object' }, (value) =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Data) : undefined,
);

/** An object of a client's own, of any shape. */
export const jsonObject = object as Field<JsonObject>;

export const text = textual<string>('a text', {}, () => true);

export const flag = field('true or false', { type: 'boolean' }, (value) =>
  typeof value === 'boolean' ? value : undefined,
);

export const count = field('a whole number from 0', { type: 'integer', minimum: 0 }, (value) =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : undefined,
);

export const typePart = textual<string>('part of an event type', {}, isTypePart);

export const eventTypeName = field<TypeName>("an event type's name", { type: 'string' }, (value) =>
  typeof value === 'string' ? parseTypeName(value) : undefined,
);

export const hostName = textual<HostName>("a host's name", {}, (text) => parseHostName(text) === text);

export const event = textual<EventId>("an event's id", {}, (text) => parseEventId(text)?.id === text);

export const labor = textual<LaborId>("a labor's id", {}, (text) => parseLaborId(text)?.id === text);

const UUID = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/;
export const uuid = textual<string>('a UUID in lower case', { format: 'uuid' }, (text) => UUID.test(text));

export const instant = textual<Instant>('an instant in UTC with milliseconds', { format: 'date-time' }, isInstant);

export const attributes: Field<Attributes> = {
  schema: { type: 'object', additionalProperties: { type: ['string', 'number', 'boolean'] } },
  read: (value, name) => {
    const data = object.read(value, name);
    for (const each in data) {
      if (!isAttribute(data[each]) || each === '__proto__')
        throw new Unreadable(
          `${inMessage(each)} in ${name} is ${inMessage(data[each])}, not a text, number or boolean`,
        );
    }
    return data as Attributes;
  },
};

/** JSON can write a number that reads as infinite. */
function isAttribute(value: unknown): value is AttributeValue {
  return typeof value === 'string' || typeof value === 'boolean' || Number.isFinite(value);
}
