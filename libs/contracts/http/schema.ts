/**
 * JSON Schema (2020-12, as OpenAPI 3.1 has it) with types: one value describes a body of the API to the API document, and
 * `Infer` makes its TypeScript type. Every body of this folder is put together from the functions below.
 */

/** As much of JSON Schema as the API uses. */
export interface JsonSchema {
  readonly type?: string | readonly string[];
  readonly description?: string;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly default?: unknown;
  readonly examples?: readonly unknown[];
  readonly format?: string;
  readonly pattern?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly items?: JsonSchema;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | JsonSchema;
  readonly patternProperties?: Readonly<Record<string, JsonSchema>>;
  readonly propertyNames?: JsonSchema;
  readonly minProperties?: number;
  readonly maxProperties?: number;
  readonly anyOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
  readonly $ref?: string;
}

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

export const text = typed<string>({ type: 'string' });
export const flag = typed<boolean>({ type: 'boolean' });
/** A whole number from 0 on. */
export const count = typed<number>({ type: 'integer', minimum: 0 });
/** Of a field that is absent where it is not so. */
export const yes = typed<true>({ const: true });

/** One of these words. */
export function oneOf<const W extends string>(...words: readonly W[]): Schema<W> {
  return typed({ enum: words });
}

export function listOf<T>(items: Schema<T>): Schema<readonly T[]> {
  return typed({ type: 'array', items });
}

/** `schema`, or null. */
export function nullable<T>(schema: Schema<T>): Schema<T | null> {
  return names.has(schema) || typeof schema.type !== 'string' || schema.enum !== undefined
    ? typed({ anyOf: [schema, { type: 'null' }] })
    : typed({ ...schema, type: [schema.type, 'null'] });
}

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
