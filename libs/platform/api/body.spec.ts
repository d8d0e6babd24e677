/** Bodies become DTOs without a field too many, a value converted, or a fault left out. */
import { Type } from 'class-transformer';
import { IsInt, IsOptional, IsString, ValidateNested } from 'class-validator';
import { MAX_FAULTS } from '../http/problems/write.js';
import { ProblemError } from '../http/problems/problem-error.js';
import { BodyPipe, NoBodyPipe } from './body.js';

class Part {
  @IsInt()
  size!: number;
}

class Thing {
  @IsString()
  name!: string;

  @IsOptional()
  @ValidateNested({ each: true })
  @Type(() => Part)
  parts?: Part[];
}

function problem(run: () => unknown): unknown {
  try {
    return run();
  } catch (error) {
    return error instanceof ProblemError ? error.problem : error;
  }
}

const one = (value: unknown): unknown => problem(() => new BodyPipe(Thing).transform(value));
const many = (value: unknown): unknown => problem(() => new BodyPipe(Thing, { many: 1200 }).transform(value));

test('a good body is an instance, as it was sent', () => {
  const thing = one({ name: 'a', parts: [{ size: 1 }] });
  expect(thing).toBeInstanceOf(Thing);
  expect(thing).toEqual({ name: 'a', parts: [{ size: 1 }] });
});

test('every fault is told with its place; nothing is converted', () => {
  expect(one({ name: 7, parts: [{ size: '1' }, { size: 2, colour: 'red' }], hots: 1 })).toMatchObject({
    code: 'validation-failed',
    errors: expect.arrayContaining([
      expect.objectContaining({ path: 'hots', code: 'unknown' }),
      expect.objectContaining({ path: 'name', code: 'invalid' }),
      expect.objectContaining({ path: 'parts[0].size', code: 'invalid' }),
      expect.objectContaining({ path: 'parts[1].colour', code: 'unknown' }),
    ]) as unknown[],
  });
});

test.each([['text'], [7], [null], [[{ name: 'a' }]]])('%j is no object', (value) => {
  expect(one(value)).toMatchObject({ code: 'validation-failed', errors: [{ path: '', code: 'invalid' }] });
});

test.each(['constructor', 'toString', 'hasOwnProperty', 'prototype'])(
  'the field %s is unknown like any other',
  (name) => {
    expect(one({ name: 'a', [name]: {} })).toMatchObject({ errors: [{ path: name, code: 'unknown' }] });
    expect(one({ name: 'a', parts: [{ size: 1, [name]: {} }] })).toMatchObject({
      errors: [{ path: `parts[0].${name}`, code: 'unknown' }],
    });
  },
);

test('without a body there is nothing to check', () => {
  expect(one(undefined)).toMatchObject({ code: 'malformed' });
});

test('where many are taken, one is many; none and too many are refused', () => {
  expect(many({ name: 'a' })).toEqual([{ name: 'a' }]);
  expect(many([{ name: 'a' }, { name: 'b' }])).toEqual([{ name: 'a' }, { name: 'b' }]);
  expect(many([])).toMatchObject({ code: 'validation-failed' });
  expect(many(Array.from({ length: 1201 }, () => ({ name: 'a' })))).toMatchObject({ code: 'payload-too-large' });
  expect(many([{ name: 'a' }, 7, { name: 8 }])).toMatchObject({ errors: [{ path: '[1]' }, { path: '[2].name' }] });
});

test('the faults that are told are bounded, their number is not hidden', () => {
  const answer = many(Array.from({ length: 1200 }, () => ({}))) as { detail: string; errors: unknown[] };
  expect(answer.errors).toHaveLength(MAX_FAULTS);
  expect(answer.detail).toContain('1200');
});

test('a route without a body takes none, or an empty object', () => {
  const none = (value: unknown): unknown =>
    problem(() => {
      new NoBodyPipe().transform(value);
      return 'taken';
    });
  expect(none(undefined)).toBe('taken');
  expect(none({})).toBe('taken');
  expect(none({ force: true })).toMatchObject({ errors: [{ path: 'force', code: 'unknown' }] });
  expect(none([])).toMatchObject({ code: 'validation-failed' });
});
