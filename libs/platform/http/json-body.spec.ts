/** Bodies are read strictly, and what is refused is said without quoting the body. */
import { MAX_DEPTH } from '#contracts';
import { ProblemError } from './problems/problem-error.js';
import { parseJson, parseJsonBody } from './json-body.js';

function read(body: string | Uint8Array): unknown {
  try {
    return parseJson(typeof body === 'string' ? Buffer.from(body) : body, 'body');
  } catch (error) {
    return error instanceof ProblemError ? error.problem : error;
  }
}

test('no bytes are no body; anything JSON is read', async () => {
  expect(await parseJsonBody(Buffer.alloc(0))).toBeUndefined();
  expect(read('{"a": [1, "ü", null, {"b": false}]}')).toEqual({ a: [1, 'ü', null, { b: false }] });
  expect(read('null')).toBeNull();
});

test.each([
  ['{"password": "hunter2", }', 'the body is not JSON'],
  [new Uint8Array([0x22, 0xff, 0x22]), 'the body is not UTF-8'],
  [new Uint8Array([0x22, 0xed, 0xa0, 0x80, 0x22]), 'the body is not UTF-8'],
])('%j is malformed', (body, detail) => {
  expect(read(body)).toMatchObject({ code: 'malformed', detail: expect.stringContaining(detail) as string });
  expect(JSON.stringify(read(body))).not.toContain('hunter2');
});

test('the depth is bounded, in arrays and objects alike', () => {
  expect(read('['.repeat(MAX_DEPTH) + ']'.repeat(MAX_DEPTH))).toBeInstanceOf(Array);
  for (const [open, close] of [
    ['[', ']'],
    ['{"a":', '}'],
  ]) {
    const deep = `${open!.repeat(MAX_DEPTH)}[]${close!.repeat(MAX_DEPTH)}`;
    expect(read(deep)).toMatchObject({ code: 'malformed', detail: expect.stringContaining('nested') as string });
  }
  expect(read('['.repeat(1_000_000) + ']'.repeat(1_000_000))).toMatchObject({ code: 'malformed' });
});

test('a polluting field is a fault with its place', () => {
  expect(read('{"__proto__": 1}')).toMatchObject({ errors: [{ path: '__proto__', code: 'unknown' }] });
  expect(read('[{"a": [0, {"b": {"__proto__": {}}}]}]')).toMatchObject({
    code: 'validation-failed',
    errors: [{ path: '[0].a[1].b.__proto__' }],
  });
});

test('half of a surrogate pair is malformed, a whole one and its spelling are not', () => {
  expect(read('{"a": "\\ud83d"}')).toMatchObject({ code: 'malformed' });
  expect(read('{"\\uDE00": 1}')).toMatchObject({ code: 'malformed' });
  expect(read('"\\ud83d\\ude00"')).toBe('😀');
  expect(read('"\\\\ud83d"')).toBe('\\ud83d');
  expect(read('"\\\\\\ud83d"')).toMatchObject({ code: 'malformed' });
});
