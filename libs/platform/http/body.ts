/** Bodies as DTOs: class-validator over exactly what was sent. Unknown fields are faults, nothing is converted, every fault is told. */
import { Body, type PipeTransform } from '@nestjs/common';
import { plainToInstance } from 'class-transformer';
import { validateSync, type ValidationError } from 'class-validator';
import type { Fault } from '#contracts';
import { ProblemError } from '../problems/problem-error.js';
import { MAX_FAULTS } from '../problems/write.js';

type Dto = new () => object;

interface BodyOptions {
  /** An array of at most so many is taken as well; the handler then always gets an array. */
  readonly many?: number;
}

/** Injects the body as a checked instance of `dto`. */
export function CheckedBody(dto: Dto, options: BodyOptions = {}): ParameterDecorator {
  return Body(new BodyPipe(dto, options));
}

export class BodyPipe implements PipeTransform<unknown, object> {
  constructor(
    private readonly dto: Dto,
    private readonly options: BodyOptions = {},
  ) {}

  transform(value: unknown): object {
    const { many } = this.options;
    if (value === undefined)
      throw new ProblemError({ code: 'malformed', detail: 'the request has no body: send JSON' });
    if (many === undefined) return this.one(value);
    if (!Array.isArray(value)) return [this.one(value)];
    if (value.length === 0 || value.length > many)
      throw invalid([{ path: '', code: 'invalid', message: `an array of 1 to ${many} items is taken` }]);
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
  // class-transformer leaves this field out without a word.
  const hidden = Object.hasOwn(value, 'constructor') ? [unknownField(path, 'constructor')] : [];
  const errors = validateSync(plainToInstance(dto, value), {
    whitelist: true,
    forbidNonWhitelisted: true,
    forbidUnknownValues: true,
    validationError: { target: false, value: false },
  });
  return [...hidden, ...errors.flatMap((error) => faultsOf(error, path))];
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
