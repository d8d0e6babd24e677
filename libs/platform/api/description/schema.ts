/** JSON Schema (2020-12, as OpenAPI 3.1 has it) as far as this API's documents use it, and which schemas have a name of their own. */

export interface Schema {
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
  readonly items?: Schema;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | Schema;
  readonly patternProperties?: Readonly<Record<string, Schema>>;
  readonly propertyNames?: Schema;
  readonly minProperties?: number;
  readonly maxProperties?: number;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly $ref?: string;
}

const names = new WeakMap<Schema, string>();

/** `schema`, which stands once in a document under `name` and is referred to from everywhere else. */
export function component(name: string, schema: Schema): Schema {
  names.set(schema, name);
  return schema;
}

/** An object with these fields and no others; those whose name ends in `?` may be absent. */
export function fields(properties: Readonly<Record<string, Schema>>, description?: string): Schema {
  const bare = (name: string): string => name.replace(/\?$/, '');
  return {
    type: 'object',
    ...(description === undefined ? {} : { description }),
    properties: Object.fromEntries(Object.entries(properties).map(([name, schema]) => [bare(name), schema])),
    required: Object.keys(properties).filter((name) => !name.endsWith('?')),
    additionalProperties: false,
  };
}

export function listOf(items: Schema): Schema {
  return { type: 'array', items };
}

/** `schema`, or null. */
export function nullable(schema: Schema): Schema {
  return names.has(schema) || typeof schema.type !== 'string' || schema.enum !== undefined
    ? { anyOf: [schema, { type: 'null' }] }
    : { ...schema, type: [schema.type, 'null'] };
}

export const text: Schema = { type: 'string' };
export const flag: Schema = { type: 'boolean' };
/** A whole number from 0 on. */
export const count: Schema = { type: 'integer', minimum: 0 };

/** A document's named schemas, collected while it is written. */
export class Components {
  private readonly collected = new Map<string, { readonly source: Schema; written: Schema }>();

  /** `schema` as it stands in the document: named ones as references. Throws where two have one name: a defect. */
  write(schema: Schema): Schema {
    const name = names.get(schema);
    if (name === undefined) return this.inner(schema);
    const known = this.collected.get(name);
    if (known !== undefined && known.source !== schema) throw new Error(`two schemas are called ${name}`);
    if (known === undefined) {
      const entry = { source: schema, written: schema };
      this.collected.set(name, entry);
      entry.written = this.inner(schema);
    }
    return { $ref: `#/components/schemas/${name}` };
  }

  /** All so far, by name. */
  all(): Readonly<Record<string, Schema>> {
    const sorted = [...this.collected].sort(([a], [b]) => (a < b ? -1 : 1));
    return Object.fromEntries(sorted.map(([name, { written }]) => [name, written]));
  }

  private inner(schema: Schema): Schema {
    const { items, properties, patternProperties, additionalProperties, propertyNames, anyOf, oneOf, ...rest } = schema;
    return {
      ...rest,
      ...(items && { items: this.write(items) }),
      ...(properties && { properties: this.each(properties) }),
      ...(patternProperties && { patternProperties: this.each(patternProperties) }),
      ...(additionalProperties === undefined
        ? {}
        : {
            additionalProperties:
              typeof additionalProperties === 'boolean' ? additionalProperties : this.write(additionalProperties),
          }),
      ...(propertyNames && { propertyNames: this.write(propertyNames) }),
      ...(anyOf && { anyOf: anyOf.map((one) => this.write(one)) }),
      ...(oneOf && { oneOf: oneOf.map((one) => this.write(one)) }),
    };
  }

  private each(properties: Readonly<Record<string, Schema>>): Readonly<Record<string, Schema>> {
    return Object.fromEntries(Object.entries(properties).map(([name, schema]) => [name, this.write(schema)]));
  }
}
