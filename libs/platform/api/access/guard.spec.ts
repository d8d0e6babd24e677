/** Who may come in: with tokens by role, without them from this machine only. */
import { createHash } from 'node:crypto';
import type { ExecutionContext } from '@nestjs/common';
import { ProblemError } from '../../http/problems/problem-error.js';
import { AccessGuard, Needs, Open } from './guard.js';
import { parseTokens, type Tokens } from './tokens.js';

@Needs('report')
class Routes {
  inherited(): void {
    return undefined;
  }

  @Needs('operate')
  own(): void {
    return undefined;
  }

  @Open()
  open(): void {
    return undefined;
  }
}

class Silent {
  nothingSaid(): void {
    return undefined;
  }
}

const tokens = parseTokens(
  JSON.stringify(
    ['read', 'report', 'operate', 'admin'].map((role) => ({
      name: `agent-${role}`,
      sha256: createHash('sha256').update(role).digest('hex'),
      roles: [role],
    })),
  ),
) as Tokens;

function pass(
  known: Tokens | null,
  headers: Record<string, string>,
  handler: () => void = Routes.prototype.inherited,
  holder: new () => object = Routes,
): unknown {
  const context = {
    getType: () => 'http',
    getHandler: () => handler,
    getClass: () => holder,
    switchToHttp: () => ({ getRequest: () => ({ headers }) }),
  } as unknown as ExecutionContext;
  try {
    return new AccessGuard(known).canActivate(context);
  } catch (error) {
    return error instanceof ProblemError ? error.problem.code : error;
  }
}

const bearer = (token: string): Record<string, string> => ({ authorization: `Bearer ${token}` });

test.each([
  ['read', 'forbidden', 'forbidden', 'forbidden'],
  ['report', true, 'forbidden', 'forbidden'],
  ['operate', true, true, 'forbidden'],
  ['admin', true, true, true],
  ['nobody', 'unauthenticated', 'unauthenticated', 'unauthenticated'],
])('a token of %s: %s for report, %s for operate, %s where a route says nothing', (token, report, operate, silent) => {
  expect(pass(tokens, bearer(token))).toBe(report);
  expect(pass(tokens, bearer(token), Routes.prototype.own)).toBe(operate);
  expect(pass(tokens, bearer(token), Silent.prototype.nothingSaid, Silent)).toBe(silent);
});

test.each([[{}], [{ authorization: 'Basic YTpi' }], [{ authorization: 'Bearer' }], [{ authorization: 'admin' }]])(
  '%j is no token',
  (headers: Record<string, string>) => {
    expect(pass(tokens, headers)).toBe('unauthenticated');
  },
);

test('an open route needs no token, whatever is sent', () => {
  expect(pass(tokens, {}, Routes.prototype.open)).toBe(true);
  expect(pass(tokens, bearer('nobody'), Routes.prototype.open)).toBe(true);
});

test('without tokens only loopback names are answered, and no page of another origin', () => {
  expect(pass(null, { host: '127.0.0.1:4400' })).toBe(true);
  expect(pass(null, { host: '[::1]:4400', origin: 'http://[::1]:4400' })).toBe(true);
  expect(pass(null, { host: 'Localhost:4400', origin: 'http://localhost:4400' })).toBe(true);
  expect(pass(null, {})).toBe('forbidden');
  expect(pass(null, { host: 'rebound.example' })).toBe('forbidden');
  expect(pass(null, { host: '127.0.0.1:4400', origin: 'http://127.0.0.1:8080' })).toBe('forbidden');
  expect(pass(null, { host: '127.0.0.1:4400', origin: 'null' })).toBe('forbidden');
});

test('batches of the feed come without a request', () => {
  const context = { getType: () => 'rpc' } as unknown as ExecutionContext;
  expect(new AccessGuard(tokens).canActivate(context)).toBe(true);
});
