/** A head that asks for what is not served is refused, not passed over. */
import type { ExecutionContext } from '@nestjs/common';
import { ProblemError } from '../problems/problem-error.js';
import { acceptsJson, HeadGuard, TakesQuery } from './head-guard.js';

class Routes {
  plain(): void {
    return undefined;
  }

  @TakesQuery()
  listing(): void {
    return undefined;
  }
}

function pass(request: object, handler: () => void = Routes.prototype.plain): unknown {
  const context = {
    getType: () => 'http',
    getHandler: () => handler,
    getClass: () => Routes,
    switchToHttp: () => ({ getRequest: () => ({ url: '/x', method: 'GET', headers: {}, ...request }) }),
  } as unknown as ExecutionContext;
  try {
    return new HeadGuard().canActivate(context);
  } catch (error) {
    return error instanceof ProblemError ? error.problem : error;
  }
}

test.each([
  [undefined, true],
  ['', true],
  ['*/*', true],
  ['text/html, */*;q=0.1', true],
  ['application/*', true],
  ['APPLICATION/JSON;q=0.5', true],
  ['text/csv', false],
  ['application/json;q=0', false],
  ['application/json;q=0.000, */*', false],
  ['*/*;q=0, application/json', true],
  ['application/x-ndjson', false],
])('Accept: %s lets JSON be answered: %s', (accept, accepted) => {
  expect(acceptsJson(accept)).toBe(accepted);
});

test('query parameters reach only routes that take them', () => {
  expect(pass({ url: '/x?a=1&b=2&a=3' })).toMatchObject({
    code: 'validation-failed',
    errors: [{ path: 'a' }, { path: 'b' }],
  });
  expect(pass({ url: '/x?' })).toBe(true);
  expect(pass({ url: '/x?a=1' }, Routes.prototype.listing)).toBe(true);
});

test('Idempotency-Key is refused where something is written', () => {
  const headers = { 'idempotency-key': 'k' };
  expect(pass({ method: 'POST', headers })).toMatchObject({
    code: 'validation-failed',
    errors: [{ path: 'header Idempotency-Key' }],
  });
  expect(pass({ method: 'GET', headers })).toBe(true);
});

test('what cannot be answered as JSON is not acceptable', () => {
  expect(pass({ headers: { accept: 'text/csv' } })).toMatchObject({ code: 'not-acceptable' });
});
