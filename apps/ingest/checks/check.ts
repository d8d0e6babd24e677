/** How the DTOs of ingest check a field: one sentence says what is wrong and what to give; nothing is converted. */
import { ValidateBy, ValidateIf } from 'class-validator';

const MAX_SHOWN = 80;

/** What is wrong with a value, as a sentence that begins after the field's name; undefined where nothing is. */
export type FaultOf = (value: unknown) => string | undefined;

export function Check(name: string, faultOf: FaultOf): PropertyDecorator {
  return ValidateBy({
    name,
    validator: {
      validate: (value) => faultOf(value) === undefined,
      defaultMessage: (args) => `${args?.property ?? 'this'} ${faultOf(args?.value) ?? 'is not valid'}`,
    },
  });
}

/** The field may be absent; null is a value like any other. */
export function Optional(): PropertyDecorator {
  return ValidateIf((_, value) => value !== undefined);
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
  return (value) => (value === null ? undefined : faultOf(value));
}
