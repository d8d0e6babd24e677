/**
 * Schemas with types: one value describes a body of the API, or a field of one. The API document shows it as JSON Schema,
 * `Infer` makes its TypeScript type, and in requests its check says what is wrong. All bodies of this folder are put
 * together from the functions below.
 */
import { inMessage } from '../in-message.js';
import type { JsonSchema } from './json-schema.js';

/**
 * What is wrong with a value, as a sentence that begins after the field's name (`is 7: give true or false`); undefined
 * where nothing is.
 */
export type Check = (value: unknown) => string | undefined;

declare const value: unique symbol;

/** A schema of values of type `T`. The type exists for the compiler only: at run time it is plain JSON Schema. */
export interface Schema<T = unknown> extends JsonSchema {
  readonly [value]: T;
}

/** The type of the values that a schema describes. */
export type Infer<S> = S extends Schema<infer T> ? T : never;

/** `json` as a schema of `T`: the one place where a type is claimed, not inferred. */
export function typed<T>(json: JsonSchema): Schema<T> {
  return json as Schema<T>;
}

const checks = new WeakMap<JsonSchema, Check>();

/** `json` as a schema of `T` that requests may have: `check` takes what `json` describes. */
export function checked<T>(json: JsonSchema, check: Check): Schema<T> {
  checks.set(json, check);
  return typed(json);
}

/** The check of a schema that {@link checked} made. */
export function checkOf(schema: JsonSchema): Check | undefined {
  return checks.get(schema);
}

export const text = typed<string>({ type: 'string' });
export const flag = checked<boolean>({ type: 'boolean' }, (value) =>
  typeof value === 'boolean' ? undefined : `is ${inMessage(value)}: give true or false`,
);
/** A whole number from 0 on. */
export const count = typed<number>({ type: 'integer', format: 'int64', minimum: 0 });
/** Of a field that is absent where it is not so. A boolean to generators of clients, many of which know no constants but texts. */
export const yes = typed<true>({ type: 'boolean' });

/** One of these words. */
export function oneOf<const W extends string>(...words: readonly W[]): Schema<W> {
  return checked({ type: 'string', enum: words }, (value) =>
    words.some((word) => word === value) ? undefined : `is ${inMessage(value)}: give ${words.join(' or ')}`,
  );
}

export function listOf<T>(items: Schema<T>): Schema<readonly T[]> {
  return typed({ type: 'array', items });
}

/** `schema`, or null. */
export function nullable<T>(schema: Schema<T>): Schema<T | null> {
  const isPlain = !names.has(schema) && typeof schema.type === 'string' && schema.enum === undefined;
  const json = isPlain ? { ...schema, type: [schema.type, 'null'] } : { anyOf: [schema, { type: 'null' }] };
  const check = checkOf(schema);
  return check === undefined ? typed(json) : checked(json, (value) => (value === null ? undefined : check(value)));
}

/** What one of the schemas, or more of them, describe. */
export function eitherOf<S extends readonly Schema[]>(...schemas: S): Schema<Infer<S[number]>> {
  return typed({ anyOf: schemas });
}

export type Fields = Readonly<Record<string, Schema>>;

type Merged<T> = { [Name in keyof T]: T[Name] };
/** The object that {@link fields} describes. */
export type ObjectOf<F extends Fields> = Merged<
  { readonly [Name in keyof F & string as Name extends `${string}?` ? never : Name]: Infer<F[Name]> } & {
    readonly [Name in keyof F & string as Name extends `${infer Bare}?` ? Bare : never]?: Infer<F[Name]>;
  }
>;

/** An object with these fields and no others; those whose name ends in `?` may be absent. */
export function fields<const F extends Fields>(properties: F, description?: string): Schema<ObjectOf<F>> {
  const bare = (name: string): string => name.replace(/\?$/, '');
  return typed({
    type: 'object',
    ...(description === undefined ? {} : { description }),
    properties: Object.fromEntries(Object.entries(properties).map(([name, schema]) => [bare(name), schema])),
    required: Object.keys(properties).filter((name) => !name.endsWith('?')),
    additionalProperties: false,
  });
}

/** The object that `schema` describes, with more fields; it has no name. */
export function extended<T, const F extends Fields>(
  schema: Schema<T>,
  more: F,
  description = schema.description,
): Schema<Merged<T & ObjectOf<F>>> {
  const { properties, required = [] } = fields(more, description);
  return typed({
    ...schema,
    ...(description === undefined ? {} : { description }),
    properties: { ...schema.properties, ...properties },
    required: [...(schema.required ?? []), ...required],
  });
}

/** `schema` with words of its own: the only alternative, since a copy of it would lose its name. */
export function described<T>(schema: Schema<T>, description: string): Schema<T> {
  const json = { description, anyOf: [schema] };
  const check = checkOf(schema);
  return check === undefined ? typed(json) : checked(json, check);
}

const names = new WeakMap<JsonSchema, string>();

/** `schema`, which stands once in the API document under `name` and is referred to from everywhere else. */
export function component<S extends JsonSchema>(name: string, schema: S): S {
  names.set(schema, name);
  return schema;
}

/** The name that {@link component} gave. */
export function componentName(schema: JsonSchema): string | undefined {
  return names.get(schema);
}
