/** Who may come in: with tokens by role, without them from this machine only. */
import { createHash } from 'node:crypto';
import { Controller, Get } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { Access, Needs, Open } from './guard.js';
import { parseTokens, type Tokens } from './tokens.js';

@Controller('routes')
@Needs('report')
class Routes {
  @Get('inherited')
  inherited(): void {
    return undefined;
  }

  @Get('own')
  @Needs('operate')
  own(): void {
    return undefined;
  }

  @Get('open')
  @Open()
  open(): void {
    return undefined;
  }
}

@Controller('silent')
class Silent {
  @Get()
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

function pass(known: Tokens | null, headers: Record<string, string>, route = '/api/v1/routes/inherited'): unknown {
  const access = new Access(known);
  access.learn([Routes, Silent]);
  const request = { headers, method: 'GET', is404: route === '', routeOptions: { url: route }, ip: '127.0.0.1' };
  const { holder, refusal } = access.receive(request as unknown as FastifyRequest);
  return refusal === undefined ? holder : refusal.problem.code;
}

const bearer = (token: string): Record<string, string> => ({ authorization: `Bearer ${token}` });

test.each([
  ['read', 'forbidden', 'forbidden', 'forbidden'],
  ['report', 'token agent-report', 'forbidden', 'forbidden'],
  ['operate', 'token agent-operate', 'token agent-operate', 'forbidden'],
  ['admin', 'token agent-admin', 'token agent-admin', 'token agent-admin'],
  ['nobody', 'unauthenticated', 'unauthenticated', 'unauthenticated'],
])('a token of %s: %s for report, %s for operate, %s where a route says nothing', (token, report, operate, silent) => {
  expect(pass(tokens, bearer(token))).toBe(report);
  expect(pass(tokens, bearer(token), '/api/v1/routes/own')).toBe(operate);
  expect(pass(tokens, bearer(token), '/api/v1/silent')).toBe(silent);
});

test.each([[{}], [{ authorization: 'Basic YTpi' }], [{ authorization: 'Bearer' }], [{ authorization: 'admin' }]])(
  '%j is no token',
  (headers: Record<string, string>) => {
    expect(pass(tokens, headers)).toBe('unauthenticated');
  },
);

test('an open route needs no token, whatever is sent', () => {
  expect(pass(tokens, {}, '/api/v1/routes/open')).toBeNull();
  expect(pass(tokens, bearer('nobody'), '/api/v1/routes/open')).toBeNull();
});

test('without tokens only loopback names are answered, and no page of another origin', () => {
  expect(pass(null, { host: '127.0.0.1:4400' })).toBe('address 127.0.0.1');
  expect(pass(null, { host: '[::1]:4400', origin: 'http://[::1]:4400' })).toBe('address 127.0.0.1');
  expect(pass(null, { host: 'Localhost:4400', origin: 'http://localhost:4400' })).toBe('address 127.0.0.1');
  expect(pass(null, {})).toBe('foreign-host');
  expect(pass(null, { host: 'rebound.example' })).toBe('foreign-host');
  expect(pass(null, { host: '127.0.0.1:4400', origin: 'http://127.0.0.1:8080' })).toBe('foreign-origin');
  expect(pass(null, { host: '127.0.0.1:4400', origin: 'null' })).toBe('foreign-origin');
});

test('with tokens a path where nothing is served answers 404 to a token that may read, and 401 without one', () => {
  expect(pass(tokens, bearer('read'), '')).toBe('token agent-read');
  expect(pass(tokens, {}, '')).toBe('unauthenticated');
});
