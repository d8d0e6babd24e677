/** How the DTOs of ingest check a field: one sentence says what is wrong and what to give; nothing is converted. */
import { ValidateBy, ValidateIf } from 'class-validator';
import { nullable, typed, type JsonSchema } from '#contracts';
import { MayBeAbsent, Takes } from '#platform';

const MAX_SHOWN = 80;

/**
 * What is wrong with a value, as a sentence that begins after the field's name; undefined where nothing is. `schema` tells
 * the same to the API document.
 */
export type FaultOf = ((value: unknown) => string | undefined) & { readonly schema?: JsonSchema };

/** `faultOf`, which takes what `schema` says. */
export function taking(schema: JsonSchema, faultOf: (value: unknown) => string | undefined): FaultOf {
  return Object.assign(faultOf, { schema });
}

/** `about`: for the API document, what the check does not say. */
export function Check(name: string, faultOf: FaultOf, about?: string): PropertyDecorator {
  const validate = ValidateBy({
    name,
    validator: {
      validate: (value) => faultOf(value) === undefined,
      defaultMessage: (args) => `${args?.property ?? 'this'} ${faultOf(args?.value) ?? 'is not valid'}`,
    },
  });
  const describe = Takes(faultOf.schema ?? {}, about);
  return (prototype, property) => {
    validate(prototype, property);
    describe(prototype, property);
  };
}

/** The field may be absent; null is a value like any other. */
export function Optional(): PropertyDecorator {
  const validate = ValidateIf((_, value) => value !== undefined);
  const describe = MayBeAbsent();
  return (prototype, property) => {
    validate(prototype, property);
    describe(prototype, property);
  };
}

/** For messages, without walking what may be large. */
export function shown(value: unknown): string {
  if (value === undefined) return 'missing';
  if (typeof value === 'string')
    return JSON.stringify(value.length <= MAX_SHOWN ? value : `${value.slice(0, MAX_SHOWN)}…`);
  if (Array.isArray(value)) return 'an array';
  // What is left of JSON: null, numbers, booleans.
  return typeof value === 'object' && value !== null ? 'an object' : JSON.stringify(value);
}

/** `fault`, but null is taken. */
export function orNull(faultOf: FaultOf): FaultOf {
  return taking(nullable(typed(faultOf.schema ?? {})), (value) => (value === null ? undefined : faultOf(value)));
}
