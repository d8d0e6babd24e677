/** Every failure is one problem: its status, its headers, the details that it shows and those that it hides. */
import { HttpException } from '@nestjs/common';
import { ERRORS, type ErrorCode, type ProblemBody } from '#contracts';
import { StoreDamaged, StoreUnavailable } from '#ports';
import { problemOfError } from './of-error.js';
import { ProblemError, valueOf } from './problem-error.js';
import { STATUSES, statusOf } from './statuses.js';
import { MAX_FAULTS, MAX_PATH_CHARACTERS, MAX_TEXT_CHARACTERS, writeProblem } from './write.js';

const codes = Object.keys(ERRORS) as ErrorCode[];

test('every code has a status; what may succeed later is 503, and nothing else is', () => {
  expect(Object.keys(STATUSES).sort()).toEqual([...codes].sort());
  for (const code of codes) expect([code, STATUSES[code] === 503]).toEqual([code, ERRORS[code].retryable]);
});

test('what is unknown is 404 in the path and 422 elsewhere; an unknown path is 404 in any case', () => {
  for (const code of codes.filter((each) => each.endsWith('-unknown') && each !== 'outcome-unknown')) {
    expect([code, statusOf(code, true), statusOf(code, false)]).toEqual([code, 404, 422]);
  }
  expect([statusOf('not-found', true), statusOf('not-found', false)]).toEqual([404, 404]);
});

test('a problem is written as RFC 9457 has it', () => {
  const answer = writeProblem(
    { code: 'validation-failed', detail: 'two', errors: [{ path: 'a', code: 'invalid', message: 'b' }] },
    { requestId: '00000000-0000-4000-8000-000000000000' },
  );
  expect(answer.status).toBe(422);
  expect(answer.headers['content-type']).toBe('application/problem+json; charset=utf-8');
  expect(JSON.parse(answer.body)).toEqual({
    type: 'about:blank',
    title: ERRORS['validation-failed'].title,
    status: 422,
    detail: 'two',
    code: 'validation-failed',
    instance: 'urn:uuid:00000000-0000-4000-8000-000000000000',
    errors: [{ path: 'a', code: 'invalid', message: 'b' }],
  });
});

test('each status has the headers that belong to it', () => {
  const headers = (code: ErrorCode, retryAfterS?: number): Readonly<Record<string, string>> =>
    writeProblem(
      { code, detail: '', ...(retryAfterS === undefined ? {} : { retryAfterS }) },
      { allow: ['GET', 'HEAD'] },
    ).headers;
  expect(headers('overloaded')['retry-after']).toBe('1');
  expect(headers('not-caught-up', 1.2)['retry-after']).toBe('2');
  expect(headers('unauthenticated')['www-authenticate']).toMatch(/^Bearer /);
  expect(headers('method-not-allowed')['allow']).toBe('GET, HEAD');
  expect(headers('conflict')).not.toHaveProperty('retry-after');
});

test('the faults of one answer are bounded, and the number left out is given', () => {
  const errors = Array.from({ length: MAX_FAULTS + 3 }, () => ({ path: '', code: 'invalid' as const, message: '' }));
  const body = JSON.parse(writeProblem({ code: 'validation-failed', detail: 'many', errors }).body) as {
    detail: string;
    errors: unknown[];
  };
  expect(body.errors).toHaveLength(MAX_FAULTS);
  expect(body.detail).toBe('many (and 3 more)');
});

test('texts of an answer are bounded, whatever a client calls its fields', () => {
  const name = 'x'.repeat(1_000_000);
  const errors = [{ path: `[0].${name}`, code: 'unknown' as const, message: name }];
  const { body } = writeProblem({ code: 'validation-failed', detail: name, errors });
  const problem = JSON.parse(body) as ProblemBody;
  expect(problem.errors?.[0]?.path).toBe(`${`[0].${name}`.slice(0, MAX_PATH_CHARACTERS)}…`);
  expect(problem.errors?.[0]?.message).toHaveLength(MAX_TEXT_CHARACTERS + 1);
  expect(problem.detail).toHaveLength(MAX_TEXT_CHARACTERS + 1);
});

test('exceptions are diagnosed: refusals and absent stores are no defects, all else is, and keeps its cause', () => {
  const fastify = Object.assign(new Error('secret'), { code: 'FST_ERR_CTP_BODY_TOO_LARGE', statusCode: 413 });
  const cases: readonly (readonly [unknown, ErrorCode, boolean])[] = [
    [new ProblemError({ code: 'conflict', detail: 'x' }), 'conflict', false],
    [new StoreUnavailable('views', 'secret'), 'store-unavailable', false],
    [fastify, 'payload-too-large', false],
    [new HttpException('secret', 413, { cause: fastify }), 'payload-too-large', false],
    [Object.assign(new Error('secret'), { code: 'FST_ERR_OTHER', statusCode: 400 }), 'malformed', false],
    [Object.assign(new Error('secret'), { code: 'ECONNRESET', statusCode: 400 }), 'malformed', false],
    [Object.assign(new Error('secret'), { code: 'FST_ERR_OTHER', statusCode: 500 }), 'internal', true],
    [new TypeError('secret'), 'internal', true],
    ['secret', 'internal', true],
    [undefined, 'internal', true],
  ];
  for (const [error, code, defect] of cases) {
    const diagnosis = problemOfError(error);
    expect({ code: diagnosis.problem.code, defect: diagnosis.defect }).toEqual({ code, defect });
    expect(JSON.stringify(diagnosis.problem)).not.toContain('secret');
  }
});

test('a damaged store is named, with what to do', () => {
  expect(problemOfError(new StoreDamaged('views', 'a page is broken'))).toEqual({
    problem: {
      code: 'store-unavailable',
      detail: 'the views are damaged (a page is broken): stop Hermes and start it once with --rebuild',
      retryAfterS: 60,
    },
    defect: false,
  });
});

test('the value of an outcome, or its problem on its way', () => {
  expect(valueOf({ ok: true, value: 7 })).toBe(7);
  expect(() => valueOf({ ok: false, problem: { code: 'conflict', detail: 'why' } })).toThrow('why');
});
