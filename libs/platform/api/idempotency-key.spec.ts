/** What an Idempotency-Key may be: a plain token, or a string of structured fields with the same meaning. */
import { ProblemError } from '../http/problems/problem-error.js';
import { idempotencyKeyOf } from './idempotency-key.js';

function keyOf(header: string | undefined, method = 'POST'): unknown {
  try {
    return idempotencyKeyOf({ method, headers: header === undefined ? {} : { 'idempotency-key': header } });
  } catch (error) {
    return error instanceof ProblemError ? error.problem : error;
  }
}

test.each([
  ['8e03978e-40d5-43dd-bc93-6894a57f9324', '8e03978e-40d5-43dd-bc93-6894a57f9324'],
  ['"8e03978e"', '8e03978e'],
  ['"a\\"b\\\\c"', 'a"b\\c'],
  ['a"b', 'a"b'],
  ['!~', '!~'],
  ['x'.repeat(200), 'x'.repeat(200)],
  [`"${'x'.repeat(200)}"`, 'x'.repeat(200)],
])('%s is a key', (header, key) => {
  expect(keyOf(header)).toBe(key);
});

test.each(['', '""', '"', '"a', '"a"b"', '"a\\b"', 'a b', '"a b"', 'a, b', 'clé', 'a\tb', 'x'.repeat(201)])(
  '%j is none, and refused',
  (header) => {
    expect(keyOf(header)).toMatchObject({
      code: 'validation-failed',
      errors: [{ path: 'header Idempotency-Key', code: 'invalid' }],
    });
  },
);

test('it is taken with POST and PUT, passed over where nothing is written, and refused elsewhere', () => {
  expect(keyOf(undefined)).toBeUndefined();
  expect(keyOf('k', 'PUT')).toBe('k');
  for (const method of ['GET', 'HEAD']) expect(keyOf('k', method)).toBeUndefined();
  for (const method of ['PATCH', 'DELETE']) {
    expect(keyOf('k', method)).toMatchObject({ code: 'validation-failed', errors: [{ code: 'unknown' }] });
  }
});
