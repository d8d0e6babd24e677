/** Bodies as DTOs: class-validator over exactly what was sent. Unknown fields are faults, nothing is converted, every fault is told. */
import { Body, type PipeTransform } from '@nestjs/common';
import { plainToInstance } from 'class-transformer';
import { validateSync, type ValidationError } from 'class-validator';
import type { Fault } from '#contracts';
import { ProblemError } from '../http/problems/problem-error.js';
import { MAX_FAULTS } from '../http/problems/write.js';

type Dto = new () => object;

export interface BodyOptions {
  /** An array of at most so many is taken as well; the handler then always gets an array. */
  readonly many?: number;
}

/** Injects the body as a checked instance of `dto`. */
export function CheckedBody(dto: Dto, options: BodyOptions = {}): ParameterDecorator {
  return Body(new BodyPipe(dto, options));
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

export class BodyPipe implements PipeTransform<unknown, object> {
  constructor(
    readonly dto: Dto,
    readonly options: BodyOptions = {},
  ) {}

  transform(value: unknown): object {
    const { many } = this.options;
    if (value === undefined)
      throw new ProblemError({ code: 'malformed', detail: 'the request has no body: send JSON' });
    if (many === undefined) return this.one(value);
    if (!Array.isArray(value)) return [this.one(value)];
    if (value.length === 0) throw invalid([{ path: '', code: 'invalid', message: 'the array has no items' }]);
    if (value.length > many) {
      throw new ProblemError({
        code: 'payload-too-large',
        detail: `the array has ${value.length} items, at most ${many} are taken: send it in smaller parts`,
      });
    }
    const faults = value.flatMap((item, index) => validateDto(this.dto, item, `[${index}]`));
    if (faults.length > 0) throw invalid(faults);
    return value.map((item) => plainToInstance(this.dto, item));
  }

  private one(value: unknown): object {
    const faults = validateDto(this.dto, value, '');
    if (faults.length > 0) throw invalid(faults);
    return plainToInstance(this.dto, value as object);
  }
}

/** Every fault of `value` as an instance of `dto`; `path` is where in the request it stands. */
export function validateDto(dto: Dto, value: unknown, path: string): Fault[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return [{ path, code: 'invalid', message: 'an object is taken here' }];
  }
  const errors = validateSync(plainToInstance(dto, value), {
    whitelist: true,
    forbidNonWhitelisted: true,
    forbidUnknownValues: true,
    validationError: { target: false, value: false },
  });
  return [...inherited(value, path), ...errors.flatMap((error) => faultsOf(error, path))];
}

/** Fields that are called like what every object has: class-transformer leaves them out without a word. */
function inherited(value: object, path: string): Fault[] {
  const faults: Fault[] = [];
  if (Array.isArray(value)) {
    // Lists of a million texts are taken: nothing is made for those.
    for (let index = 0; index < value.length; index += 1) {
      const item: unknown = value[index];
      if (typeof item === 'object' && item !== null) faults.push(...inherited(item, `${path}[${index}]`));
    }
    return faults;
  }
  for (const [key, below] of Object.entries(value) as [string, unknown][]) {
    if (key in Object.prototype) faults.push(unknownField(path, key));
    else if (typeof below === 'object' && below !== null) faults.push(...inherited(below, join(path, key)));
  }
  return faults;
}

function faultsOf(error: ValidationError, parent: string): Fault[] {
  const path = /^\d+$/.test(error.property) ? `${parent}[${error.property}]` : join(parent, error.property);
  const own = Object.entries(error.constraints ?? {}).map(([kind, message]) =>
    kind === 'whitelistValidation' ? unknownField(parent, error.property) : { path, code: 'invalid', message },
  );
  return [...own, ...(error.children ?? []).flatMap((child) => faultsOf(child, path))];
}

function unknownField(parent: string, field: string): Fault {
  return { path: join(parent, field), code: 'unknown', message: `${JSON.stringify(field)} is no field of this` };
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
