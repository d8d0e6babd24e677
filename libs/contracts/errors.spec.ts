/** The table of error codes. That it has every code, the compiler says; that the guide has them too, test/docs. */
import { done, ERRORS, failed } from './errors.js';

const codes = Object.entries(ERRORS);

test('codes are words with hyphens, titles are sentences of their own', () => {
  for (const [code, { title }] of codes) {
    expect(code).toMatch(/^[a-z]+(-[a-z]+)*$/);
    expect(title).toMatch(/^[A-Z][^.]+$/);
  }
  expect(new Set(codes.map(([, { title }]) => title)).size).toBe(codes.length);
});

test('only what passes by itself may be tried again unchanged', () => {
  const retryable = codes.filter(([, meaning]) => meaning.retryable).map(([code]) => code);
  expect(retryable.sort()).toEqual([
    ...['import-unfinished', 'not-caught-up', 'outcome-unknown', 'overloaded', 'read-only', 'store-unavailable'],
  ]);
});

test('an outcome is a value or a problem', () => {
  expect(done(7)).toEqual({ ok: true, value: 7 });
  const problem = { code: 'conflict', detail: 'x' } as const;
  expect(failed(problem)).toEqual({ ok: false, problem });
});
