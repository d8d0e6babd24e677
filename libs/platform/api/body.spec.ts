/** Bodies are taken without a field too many, a value converted, or a fault left out. */
import { checked, component, fields, type Schema } from '#contracts';
import { MAX_FAULTS } from '../http/problems/write.js';
import { ProblemError } from '../http/problems/problem-error.js';
import { BodyPipe, dtoOf, NoBodyPipe } from './body.js';

const text = checked<string>({ type: 'string' }, (value) => (typeof value === 'string' ? undefined : 'is no text'));
const size = checked<number>({ type: 'integer' }, (value) => (Number.isInteger(value) ? undefined : 'is no number'));
const thing = fields({ name: text, 'size?': size });

function problem(run: () => unknown): unknown {
  try {
    return run();
  } catch (error) {
    return error instanceof ProblemError ? error.problem : error;
  }
}

const one = (value: unknown): unknown => problem(() => new BodyPipe(thing).transform(value));
const many = (value: unknown): unknown => problem(() => new BodyPipe(thing, { many: 1200 }).transform(value));

test('a name that is no field is quoted as far as a message goes', () => {
  const name = 'x'.repeat(1000);
  expect(one({ name: 'a', [name]: 1 })).toMatchObject({
    errors: [{ code: 'unknown', message: `"${'x'.repeat(80)}…" is no field of this` }],
  });
});

test('a good body is as it was sent, with its fields in one order', () => {
  expect(JSON.stringify(one({ size: 1, name: 'a' }))).toBe('{"name":"a","size":1}');
  expect(JSON.stringify(one({ name: 'a' }))).toBe('{"name":"a"}');
});

test('every fault is answered with its place; nothing is converted', () => {
  expect(one({ name: 7, size: '1', hots: 1 })).toMatchObject({
    code: 'validation-failed',
    errors: [
      { path: 'hots', code: 'unknown', message: '"hots" is no field of this' },
      { path: 'name', code: 'invalid', message: 'name is no text' },
      { path: 'size', code: 'invalid', message: 'size is no number' },
    ],
  });
});

test('a field may be absent only where the schema says so, and null is a value like any other', () => {
  expect(one({ size: null })).toMatchObject({ errors: [{ path: 'name' }, { path: 'size' }] });
});

test('a field without a check is a defect', () => {
  const { check: _, ...unchecked } = { ...text, check: 0 };
  expect(() => dtoOf(fields({ name: component('Unchecked', unchecked as Schema<string>) }))).toThrow('has no check');
});

test.each([['text'], [7], [null], [[{ name: 'a' }]]])('%j is no object', (value) => {
  expect(one(value)).toMatchObject({ code: 'validation-failed', errors: [{ path: '', code: 'invalid' }] });
});

test.each(['constructor', 'toString', 'hasOwnProperty', 'prototype', '__proto__'])(
  'the field %s is unknown like any other',
  (name) => {
    const sent = JSON.parse(`{"name": "a", "${name}": {}}`) as unknown;
    expect(one(sent)).toMatchObject({ errors: [{ path: name, code: 'unknown' }] });
  },
);

test('without a body there is nothing to check', () => {
  expect(one(undefined)).toMatchObject({ code: 'malformed' });
});

test('where many are taken, one is many; none and too many are refused', () => {
  expect(many({ name: 'a' })).toEqual([{ name: 'a' }]);
  expect(many([{ name: 'a' }, { name: 'b' }])).toEqual([{ name: 'a' }, { name: 'b' }]);
  expect(many([])).toMatchObject({ code: 'validation-failed' });
  expect(many(Array.from({ length: 1201 }, () => ({ name: 'a' })))).toMatchObject({
    code: 'validation-failed',
    errors: [{ path: '', code: 'invalid', message: expect.stringMatching(/1201 items, at most 1200/) as string }],
  });
  expect(many([{ name: 'a' }, 7, { name: 8 }])).toMatchObject({ errors: [{ path: '[1]' }, { path: '[2].name' }] });
});

test('the faults that are answered are bounded, their number is not hidden', () => {
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

test('what a message quotes is not expanded by the library that checks', () => {
  const quoting = checked<string>(
    { type: 'string' },
    (value) => `is ${JSON.stringify(String(value).slice(0, 80))}: no`,
  );
  const hostile = `${'$value'.repeat(13)}${"$'".repeat(50_000)}`;
  const answer = problem(() => new BodyPipe(fields({ name: quoting })).transform({ name: hostile }));
  const [fault] = (answer as { errors: { message: string }[] }).errors;
  expect(fault?.message).toBe(`name is ${JSON.stringify(hostile.slice(0, 80))}: no`);
});
