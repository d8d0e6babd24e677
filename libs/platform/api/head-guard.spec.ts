/** A head that asks for what is not served is refused, not passed over. */
import type { ExecutionContext } from '@nestjs/common';
import { ProblemError } from '../http/problems/problem-error.js';
import { HeadGuard, Serves, TakesQuery } from './head-guard.js';

class Routes {
  plain(): void {
    return undefined;
  }

  @TakesQuery()
  @Serves('application/json', 'text/csv')
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

test('query parameters reach only routes that take them', () => {
  expect(pass({ url: '/x?a=1&b=2&a=3' })).toMatchObject({
    code: 'validation-failed',
    errors: [{ path: 'a' }, { path: 'b' }],
  });
  expect(pass({ url: '/x?' })).toBe(true);
  expect(pass({ url: '/x?a=1' }, Routes.prototype.listing)).toBe(true);
});

test('a control character in the path is refused by the name of its parameter', () => {
  expect(pass({ params: { host: 'web-1', id: 'w\u00e9b~0' } })).toBe(true);
  expect(pass({ params: { host: ' web-1\n' } })).toBe(true);
  expect(pass({ params: { host: 'web-1', id: 'web-1\0~0' } })).toMatchObject({
    code: 'validation-failed',
    errors: [{ path: 'id', code: 'invalid', message: expect.stringContaining('holds a control character') as string }],
  });
});

test('an Idempotency-Key that is none is refused before the handler', () => {
  const headers = { 'idempotency-key': 'k' };
  expect(pass({ method: 'POST', headers })).toBe(true);
  const refused = { code: 'validation-failed', errors: [{ path: 'header Idempotency-Key' }] };
  expect(pass({ method: 'POST', headers: { 'idempotency-key': 'k k' } })).toMatchObject(refused);
  expect(pass({ method: 'PATCH', headers })).toMatchObject(refused);
});

test('what is not served in an accepted form is not acceptable, and the answer says what is', () => {
  const csv = { headers: { accept: 'text/csv' } };
  const html = { headers: { accept: 'text/html' } };
  expect(pass(csv)).toMatchObject({ code: 'not-acceptable', detail: 'answers are application/json: accept it' });
  expect(pass(csv, Routes.prototype.listing)).toBe(true);
  expect(pass({ headers: { accept: 'text/html, */*;q=0.1' } })).toBe(true);
  const refusal = pass(html, Routes.prototype.listing);
  expect(refusal).toMatchObject({
    code: 'not-acceptable',
    detail: 'this path answers application/json, text/csv: accept one of them, or leave Accept out',
  });
});

test('format outweighs Accept where there is more than one form', () => {
  const asked = { url: '/x?a=1&format=csv', headers: { accept: 'text/html' } };
  expect(pass(asked, Routes.prototype.listing)).toBe(true);
  expect(pass({ ...asked, url: '/x?a=1' }, Routes.prototype.listing)).toMatchObject({ code: 'not-acceptable' });
  expect(pass({ ...asked, url: '/x' })).toMatchObject({ code: 'not-acceptable' });
});
