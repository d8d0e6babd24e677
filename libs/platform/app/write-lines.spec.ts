/** Each write is a line of the log, and so is each refused one; a flood of strangers is counted. */
import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Controller, Get, HttpCode, Module, Param, Patch, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { checked, fields, positionOf, type ErrorCode } from '#contracts';
import type { Feed, Journal, Views } from '#ports';
import { until } from '../../testing/until.js';
import { Needs } from '../api/access/guard.js';
import { CheckedBody } from '../api/body.js';
import { written } from '../api/freshness.js';
import { ProblemError } from '../http/problems/problem-error.js';
import { touches } from '../http/write-lines.js';
import { createLog } from '../operate/log.js';
import { readSettings } from '../settings/settings.js';
import { createApp, type App } from './create-app.js';
import { announced, wireTo } from './testing-wire.js';

const thing = fields({
  name: checked<string>({ type: 'string' }, (value) => (typeof value === 'string' ? undefined : 'must be a string')),
});
const waiting: { entered?: () => void; end?: () => void } = {};

@Controller('things')
@Needs('operate')
class ThingsController {
  @Get(':id')
  @Needs('read')
  one(): object {
    return {};
  }

  @Post('search')
  @Needs('read')
  search(): object {
    return {};
  }

  @Post()
  @HttpCode(201)
  make(@CheckedBody(thing) _body: object, @Res({ passthrough: true }) reply: FastifyReply): object {
    written(reply, positionOf(7n));
    touches(reply.request, { things: 1 });
    return {};
  }

  @Patch(':id')
  refuse(@Param('id') id: string, @Req() request: FastifyRequest): object {
    touches(request, { tried: 1 });
    throw new ProblemError({ code: id as ErrorCode, detail: 'no' });
  }

  @Post(':id/wait')
  async wait(): Promise<object> {
    waiting.entered?.();
    await new Promise<void>((resolve) => (waiting.end = resolve));
    return {};
  }
}

@Module({ controllers: [ThingsController] })
class ThingsModule {}

type Line = Readonly<Record<string, unknown>>;

let folder: string;
let app: App;
let origin: string;
const texts: string[] = [];
const lines = (): readonly Line[] => texts.map((text) => JSON.parse(text) as Line);
const writes = (): readonly Line[] => lines().filter(({ msg }) => msg === 'write');

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hermes-test-'));
  const file = join(folder, 'tokens.json');
  const tokens = ['operate', 'read'].map((role) => ({
    name: `agent-${role}`,
    sha256: createHash('sha256').update(`secret-${role}`).digest('hex'),
    roles: [role],
  }));
  await writeFile(file, JSON.stringify(tokens));
  app = await createApp({
    modules: [ThingsModule],
    useCases: [],
    settings: readSettings({ HERMES_PORT: '0', HERMES_TOKENS_FILE: file, HERMES_MAX_BODY_BYTES: '1024' }),
    log: createLog('info', { write: (text) => void texts.push(text) }),
    stores: { journal: {} as Journal, feed: {} as Feed, views: {} as Views, close: async () => undefined },
  });
  origin = await app.listen();
});
beforeEach(() => {
  texts.length = 0;
});
afterAll(async () => {
  await app.close();
  await rm(folder, { recursive: true });
});

interface Asked {
  readonly role?: string;
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** The status, and the request's id. */
async function ask(method: string, path: string, { role, body, headers = {} }: Asked = {}) {
  const answer = await fetch(`${origin}/api/v1/things${path}`, {
    method,
    headers: {
      ...(role === undefined ? {} : { authorization: `Bearer secret-${role}` }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body === undefined ? {} : { body }),
  });
  await answer.text();
  return { status: answer.status, requestId: answer.headers.get('hermes-request-id') };
}

test('a write has one line, a read has none', async () => {
  const traceId = 'a'.repeat(32);
  const headers = { traceparent: `00-${traceId}-${'b'.repeat(16)}-01` };
  await ask('GET', '/a', { role: 'operate' });
  await ask('POST', '/search', { role: 'operate', body: '{}' });
  const { status, requestId } = await ask('POST', '', { role: 'operate', body: '{"name": "hidden"}', headers });
  await until('it is written', () => texts.length > 0);
  expect(lines()).toEqual([
    {
      level: 'info',
      time: expect.any(String) as string,
      principal: 'agent-operate',
      address: '127.0.0.1',
      method: 'POST',
      route: '/api/v1/things',
      status,
      requestId,
      traceId,
      touched: { things: 1 },
      position: '7',
      durationMs: expect.any(Number) as number,
      msg: 'write',
    },
  ]);
});

test.each<[status: number, code: string, principal: string | null, method: string, path: string, asked: Asked]>([
  [401, 'unauthenticated', null, 'PATCH', '/conflict', {}],
  [401, 'unauthenticated', null, 'PATCH', '/conflict', { role: 'nobody' }],
  [403, 'forbidden', 'agent-read', 'PATCH', '/conflict', { role: 'read' }],
  [409, 'conflict', 'agent-operate', 'PATCH', '/conflict', { role: 'operate' }],
  [412, 'precondition-failed', 'agent-operate', 'PATCH', '/precondition-failed', { role: 'operate' }],
  [413, 'payload-too-large', 'agent-operate', 'POST', '', { role: 'operate', body: JSON.stringify('x'.repeat(2000)) }],
  [422, 'validation-failed', 'agent-operate', 'POST', '?secret-query', { role: 'operate', body: '{"name": "hidden"}' }],
  [503, 'overloaded', 'agent-operate', 'PATCH', '/overloaded', { role: 'operate' }],
])('one that is refused with %i %s has its line', async (status, code, principal, method, path, asked) => {
  expect((await ask(method, path, asked)).status).toBe(status);
  await until('it is written', () => texts.length > 0);
  const route = method === 'PATCH' ? '/api/v1/things/{id}' : '/api/v1/things';
  expect(lines()).toMatchObject([{ msg: 'write', status, code, principal, method, route }]);
  expect(lines()[0]).not.toHaveProperty('traceId');
  expect(texts.join('')).not.toMatch(/secret|hidden|xxx/);
});

test('one whose client left before the answer has its line', async () => {
  const entered = new Promise<void>((resolve) => (waiting.entered = resolve));
  const body = announced(0, '/api/v1/things/a/wait').replace('\r\n', '\r\nAuthorization: Bearer secret-operate\r\n');
  const { socket } = wireTo(origin, body);
  await entered;
  socket.destroy();
  await until('it is written', () => texts.length > 0);
  expect(lines()).toMatchObject([{ status: null, left: true, principal: 'agent-operate', touched: { id: 'a' } }]);
  waiting.end?.();
});

test('a name cannot make a line, and a long one is cut', async () => {
  const name = 'a\n{"level":"info","msg":"write"}\n\u0000\u2028';
  await ask('PATCH', `/${encodeURIComponent(name)}`, { role: 'read' });
  await ask('PATCH', `/${'y'.repeat(1000)}`, { role: 'read' });
  await until('both are written', () => texts.length === 2);
  expect(texts.every((text) => text.indexOf('\n') === text.length - 1)).toBe(true);
  expect(writes()).toMatchObject([{ touched: { id: name } }, { touched: { id: `${'y'.repeat(256)}…` } }]);
});

test('of a flood of strangers a few have lines, the others are counted; a token holder has each', async () => {
  const flood = 500;
  for (let nth = 0; nth < flood; nth += 50)
    await Promise.all(Array.from({ length: 50 }, () => ask('PATCH', '/conflict')));
  await ask('PATCH', '/conflict', { role: 'operate' });
  const counted = (): number =>
    lines().reduce((sum, { msg, refused }) => sum + (msg === 'write' ? 1 : Number(refused)), 0);
  await until('all are logged', () => counted() === flood + 1, { limitMs: 10_000 });
  // 20 at once and one more each second, however long this takes
  expect(texts.length).toBeLessThan(60);
  expect(lines().filter(({ msg }) => msg === 'writes of strangers were refused')).toContainEqual(
    expect.objectContaining({ addresses: ['127.0.0.1'], statuses: { 401: expect.any(Number) as number } }),
  );
  expect(writes().filter(({ principal }) => principal === 'agent-operate')).toHaveLength(1);
}, 30_000);
