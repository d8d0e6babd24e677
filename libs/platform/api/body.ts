/**
 * Bodies checked as their schemas in contracts say, by class-validator over exactly what was sent: unknown fields are
 * faults, nothing is converted, every fault is reported.
 */
import { Body, type PipeTransform } from '@nestjs/common';
import { ValidateBy, ValidateIf, validateSync } from 'class-validator';
import { checkOf, inMessage, type Fault, type JsonSchema, type Schema } from '#contracts';
import { ProblemError } from '../http/problems/problem-error.js';
import { MAX_FAULTS } from '../http/problems/write.js';

export interface BodyOptions {
  /** An array of at most this many items is taken as well; the handler then always gets an array. */
  readonly many?: number;
}

/** Injects the body, checked. */
export function CheckedBody(schema: Schema<object>, options: BodyOptions = {}): ParameterDecorator {
  return Body(new BodyPipe(schema, options));
}

/** On a route that takes no body: nothing, or an object without fields. */
export function NoBody(): ParameterDecorator {
  return Body(new NoBodyPipe());
}

export class NoBodyPipe implements PipeTransform<unknown, undefined> {
  transform(value: unknown): undefined {
    if (value === undefined) return undefined;
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      throw invalid([{ path: '', code: 'invalid', message: 'nothing is taken here: leave the body out' }]);
    }
    const faults = Object.keys(value).map((field) => unknownField('', field));
    if (faults.length > 0) throw invalid(faults);
    return undefined;
  }
}

/** Hands on the body with its fields in the schema's order, so that equal requests are equal texts. */
export class BodyPipe implements PipeTransform<unknown, object> {
  constructor(
    readonly schema: Schema<object>,
    readonly options: BodyOptions = {},
  ) {}

  transform(value: unknown): object {
    const { many } = this.options;
    if (value === undefined)
      throw new ProblemError({ code: 'malformed', detail: 'the request has no body: send JSON' });
    const isList = many !== undefined && Array.isArray(value);
    if (isList && value.length === 0) throw invalid([{ path: '', code: 'invalid', message: 'the array has no items' }]);
    if (isList && value.length > many) {
      const message = `the array has ${value.length} items, at most ${many} are taken: send it in smaller parts`;
      throw invalid([{ path: '', code: 'invalid', message }]);
    }
    const faults: Fault[] = [];
    const checked = isList
      ? value.map((item, index) => readBody(item, this.schema, `[${index}]`, faults))
      : readBody(value, this.schema, '', faults);
    if (faults.length > 0) throw invalid(faults);
    return many === undefined || isList ? checked : [checked];
  }
}

/** `value` as a body of `schema`, and its faults; `path` is where in the request it stands. */
function readBody(value: unknown, schema: Schema<object>, path: string, faults: Fault[]): object {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    faults.push({ path, code: 'invalid', message: 'an object is taken here' });
    return {};
  }
  const { properties = {} } = schema;
  for (const name in value) {
    if (faults.length >= MAX_FAULTS) break;
    if (!Object.hasOwn(properties, name)) faults.push(unknownField(path, name));
  }
  const sent = value as Readonly<Record<string, unknown>>;
  const names = Object.keys(properties).filter((name) => Object.hasOwn(sent, name));
  const body = Object.fromEntries(names.map((name) => [name, sent[name]]));
  const errors = validateSync(Object.assign(new (dtoOf(schema))(), body), {
    validationError: { target: false, value: false },
  });
  for (const { property } of errors) {
    const fault = checkOf(properties[property] ?? {})?.(body[property]);
    faults.push({ path: join(path, property), code: 'invalid', message: `${property} ${fault ?? 'is not valid'}` });
  }
  return body;
}

const dtos = new WeakMap<JsonSchema, new () => object>();

/** The class as which class-validator checks bodies of `schema`: one decorated property per field. */
export function dtoOf<T>(schema: Schema<T>): new () => T {
  const known = dtos.get(schema) as (new () => T) | undefined;
  if (known !== undefined) return known;
  class BodyDto {
    [field: string]: unknown;
  }
  for (const [name, field] of Object.entries(schema.properties ?? {})) {
    CheckedAs(field)(BodyDto.prototype, name);
    const isRequired = schema.required?.includes(name) === true;
    if (!isRequired) ValidateIf((_, value) => value !== undefined)(BodyDto.prototype, name);
  }
  dtos.set(schema, BodyDto);
  return BodyDto as new () => T;
}

function CheckedAs(field: JsonSchema): PropertyDecorator {
  const check = checkOf(field);
  if (check === undefined) throw new Error('a field of a body has no check: make its schema with `checked`');
  return ValidateBy({
    name: 'check',
    // no message of ours goes through class-validator: it would expand `$value` in the text that the message quotes
    validator: { validate: (value) => check(value) === undefined, defaultMessage: () => '' },
  });
}

function unknownField(parent: string, field: string): Fault {
  return { path: join(parent, field), code: 'unknown', message: `${inMessage(field)} is no field of this` };
}

function join(parent: string, field: string): string {
  return parent === '' ? field : `${parent}.${field}`;
}

function invalid(errors: readonly Fault[]): ProblemError {
  const count = errors.length === 1 ? 'one fault' : `${errors.length} faults`;
  return new ProblemError({
    code: 'validation-failed',
    detail: `the body has ${count}`,
    errors: errors.slice(0, MAX_FAULTS),
  });
}
