/** What the fields of request bodies may be: told by the checks that the DTOs consist of, so that neither is without the other. */
import { component, type JsonSchema } from '#contracts';

type Dto = new () => object;

interface Field {
  schema: JsonSchema;
  optional: boolean;
}

const byPrototype = new WeakMap<object, Map<string, Field>>();
const written = new WeakMap<Dto, JsonSchema>();

/** On a field of a DTO: what it takes, and in words what the schema does not say. */
export function Takes(schema: JsonSchema, about?: string): PropertyDecorator {
  return (prototype, name) => {
    fieldOf(prototype, name).schema = about === undefined ? schema : described(schema, about);
  };
}

/** On a field of a DTO that may be absent. */
export function MayBeAbsent(): PropertyDecorator {
  return (prototype, name) => {
    fieldOf(prototype, name).optional = true;
  };
}

/** A copy would lose the schema's name: what is said stands beside it. */
function described(schema: JsonSchema, description: string): JsonSchema {
  return { description, anyOf: [schema] };
}

function fieldOf(prototype: object, name: string | symbol): Field {
  const fields = byPrototype.get(prototype) ?? new Map<string, Field>();
  byPrototype.set(prototype, fields);
  const field = fields.get(String(name)) ?? { schema: {}, optional: false };
  fields.set(String(name), field);
  return field;
}

/** The bodies that `dto` takes; a component called like the class, with `Request` in place of `Dto`. */
export function schemaOfDto(dto: Dto): JsonSchema {
  const known = written.get(dto);
  if (known !== undefined) return known;
  const fields = fieldsOf(dto.prototype as object);
  const schema = component(dto.name.replace(/Dto$/, 'Request'), {
    type: 'object',
    properties: Object.fromEntries([...fields].map(([name, field]) => [name, field.schema])),
    required: [...fields].flatMap(([name, { optional }]) => (optional ? [] : [name])),
    additionalProperties: false,
  });
  written.set(dto, schema);
  return schema;
}

/** Those of the classes that it extends first. */
function fieldsOf(prototype: object): ReadonlyMap<string, Field> {
  const above = Object.getPrototypeOf(prototype) as object | null;
  const inherited = above === null || above === Object.prototype ? [] : fieldsOf(above);
  return new Map([...inherited, ...(byPrototype.get(prototype) ?? [])]);
}
