/** The named schemas of an API document, which stand once in it. */
import { componentName, type JsonSchema } from '#contracts';

/** A document's named schemas, collected while it is written. */
export class Components {
  private readonly collected = new Map<string, { readonly source: JsonSchema; written: JsonSchema }>();

  /** `schema` as it stands in the document: named ones as references. Throws where two have one name: a defect. */
  write(schema: JsonSchema): JsonSchema {
    const name = componentName(schema);
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
  all(): Readonly<Record<string, JsonSchema>> {
    const sorted = [...this.collected].sort(([a], [b]) => (a < b ? -1 : 1));
    return Object.fromEntries(sorted.map(([name, { written }]) => [name, written]));
  }

  private inner(schema: JsonSchema): JsonSchema {
    const { items, properties, patternProperties, additionalProperties, propertyNames, anyOf, oneOf, ...rest } = schema;
    const [only, another] = anyOf ?? [];
    // of one alternative no union is made: JSON Schema takes words of its own beside a reference
    if (only !== undefined && another === undefined) return { ...this.write(only), ...rest };
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

  private each(properties: Readonly<Record<string, JsonSchema>>): Readonly<Record<string, JsonSchema>> {
    return Object.fromEntries(Object.entries(properties).map(([name, schema]) => [name, this.write(schema)]));
  }
}
