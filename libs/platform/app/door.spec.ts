/** What a head alone decides: whether a body is asked for, and whether what stands behind a refused request is worked on. */
import { Body, Controller, Get, HttpCode, Post, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { Needs } from '../api/access/guard.js';
import { ProblemError } from '../http/problems/problem-error.js';
import { served } from './testing-app.js';
import { PATH } from './testing-wire.js';

const bodies: unknown[] = [];

@Controller('things')
@Needs('report')
class ThingsController {
  @Post()
  @HttpCode(201)
  make(@Body() body: unknown): object {
    bodies.push(body);
    return {};
  }

  @Get('broken')
  broken(@Res({ passthrough: true }) reply: FastifyReply): object {
    void reply.headers({ 'content-encoding': 'gzip', etag: '"a"', 'content-disposition': 'attachment' });
    throw new ProblemError({ code: 'not-found', detail: 'broken' });
  }
}

const server = served(ThingsController, {
  environment: { HERMES_MAX_BODY_BYTES: '1024' },
  holders: [{ name: 'agent', token: 'secret', roles: ['report'] }],
});
beforeEach(() => {
  bodies.length = 0;
});

const TOKEN = 'Authorization: Bearer secret\r\n';
const post = (headers: string, body = ''): string =>
  `POST ${PATH} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n${headers}\r\n${body}`;
const statuses = (text: string): readonly number[] =>
  [...text.matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status]) => Number(status));

test.each([
  ['nobody knows its sender', 'Content-Length: 2\r\n', 401],
  ['it is too large', `${TOKEN}Content-Length: 2000\r\n`, 413],
  ['it is encoded otherwise', `${TOKEN}Content-Encoding: zstd\r\nContent-Length: 2\r\n`, 415],
])('a body is not asked for where %s', async (_what, headers, status) => {
  const text = await server.open(post(`${headers}Expect: 100-continue\r\n`)).closed;
  expect(statuses(text)).toEqual([status]);
});

test('a body is asked for once it is about to be read', async () => {
  const { socket, said } = server.open(post(`${TOKEN}Content-Length: 7\r\nExpect: 100-continue\r\n`));
  expect(statuses(await said(/100 Continue\r\n\r\n/))).toEqual([100]);
  socket.write('{"a":1}');
  expect(statuses(await said(/HTTP\/1\.1 201/))).toEqual([100, 201]);
  expect(bodies).toEqual([{ a: 1 }]);
});

test.each([
  ['without a token', post('Content-Length: 2\r\n', '{}'), 401],
  ['without a token and a path', `GET * HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n`, 401],
  ['with a path that cannot be decoded', `GET /%zz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n`, 400],
])('what stands behind a request %s is not worked on', async (_what, first, status) => {
  const text = await server.open(`${first}${post(`${TOKEN}Content-Length: 2\r\n`, '{}')}`).closed;
  expect([statuses(text), bodies]).toEqual([[status], []]);
});

test('a target that is no path is refused by the door, or is nothing; an absolute one is its path', async () => {
  const text = await server.open(`OPTIONS * HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n`).closed;
  expect([statuses(text), text]).toEqual([[401], expect.stringMatching(/^hermes-request-id: /m)]);
  const known = (target: string): string =>
    `POST ${target} HTTP/1.1\r\nHost: 127.0.0.1\r\n${TOKEN}Content-Type: application/json\r\nContent-Length: 2\r\n\r\n{}`;
  const { said } = server.open(`${known('*')}${known(`http://127.0.0.1${PATH}`)}`);
  expect(statuses(await said(/HTTP[^]*HTTP/))).toEqual([404, 201]);
});

test('what stands before it is answered, and goes on being so', async () => {
  const good = post(`${TOKEN}Content-Length: 2\r\n`, '{}');
  const text = await server.open(`${good}${good}${post('Content-Length: 2\r\n', '{}')}${good}`).closed;
  expect([statuses(text), bodies.length]).toEqual([[201, 201, 401], 2]);
});

test('a problem says nothing that a handler has said of another body', async () => {
  const answer = await fetch(`${server.origin}${PATH}/broken`, { headers: { authorization: 'Bearer secret' } });
  expect([answer.status, ((await answer.json()) as { readonly detail: string }).detail]).toEqual([404, 'broken']);
  for (const name of ['content-encoding', 'etag', 'content-disposition']) expect(answer.headers.get(name)).toBeNull();
});
