/** Requests that are sent in one go: a few are worked on as they come, and thousands of them hold nobody up. */
import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { Controller, Get, HttpCode, Module, Post } from '@nestjs/common';
import type { Feed, Journal, Views } from '#ports';
import { turnsOf } from '../../testing/turns.js';
import { until } from '../../testing/until.js';
import { Caller, Needs } from '../api/access/guard.js';
import type { Identity } from '../api/access/roles.js';
import { BEGUN_PER_TURN } from '../http/pipelines.js';
import type { PlatformLog } from '../operate/log.js';
import { readSettings } from '../settings/settings.js';
import { createApp, type App } from './create-app.js';
import { PATH, wireTo, type Wire } from './testing-wire.js';

let reached = 0;
/** Slow requests of the token `other`. */
let reachedOfOther = 0;
/** What a slow request waits for. */
let release = (): void => undefined;

@Controller('things')
@Needs('report')
class ThingsController {
  @Post()
  @HttpCode(201)
  make(): object {
    return {};
  }

  @Get('slow')
  @Needs('read')
  async slow(@Caller() { name }: Identity): Promise<object> {
    if (name === 'other') reachedOfOther += 1;
    else reached += 1;
    await released;
    return {};
  }
}

@Module({ controllers: [ThingsController] })
class ThingsModule {}

const ignore = (): void => undefined;
const log: PlatformLog = { debug: ignore, info: ignore, warn: ignore, error: ignore };

let released: Promise<void>;
let folder: string;
let app: App;
let origin: string;
const wires: Wire[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hermes-test-'));
  const file = join(folder, 'tokens.json');
  const tokens = Object.entries({ agent: 'secret', other: 'others' }).map(([name, token]) => ({
    name,
    sha256: createHash('sha256').update(token).digest('hex'),
    roles: ['report', 'read'],
  }));
  await writeFile(file, JSON.stringify(tokens));
  app = await createApp({
    modules: [ThingsModule],
    useCases: [],
    settings: readSettings({ HERMES_PORT: '0', HERMES_TOKENS_FILE: file }),
    log,
    stores: { journal: {} as Journal, feed: {} as Feed, views: {} as Views, close: async () => undefined },
  });
  origin = await app.listen();
});
beforeEach(() => {
  reached = 0;
  reachedOfOther = 0;
  released = new Promise((resolve) => (release = resolve));
});
afterEach(() => {
  release();
  for (const { socket } of wires.splice(0)) socket.destroy();
});
afterAll(async () => {
  await app.close();
  await rm(folder, { recursive: true });
});

const TOKEN = 'Authorization: Bearer secret\r\n';
const get = (path: string, headers = ''): string => `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\n${headers}\r\n`;
const post = `POST ${PATH} HTTP/1.1\r\nHost: 127.0.0.1\r\n${TOKEN}Content-Type: application/json\r\nContent-Length: 2\r\n\r\n{}`;
const answersIn = (text: string): number => text.split('HTTP/1.1 ').length - 1;
/** Requests whose last one ends the connection. */
const last = (request: string): string => request.replace('\r\n\r\n', '\r\nConnection: close\r\n\r\n');
const times = (request: string, count: number): string => request.repeat(count - 1) + last(request);
const statuses = (text: string): Set<string> => new Set(text.match(/HTTP\/1\.1 \d+/g));

function open(text: string): Wire {
  const wire = wireTo(origin, text);
  wires.push(wire);
  return wire;
}

test.each([
  ['20,000 of health', 'a stranger', get('/health/live'), 20_000, 1],
  ['20,000 of what needs a token', 'a stranger', get(PATH), 20_000, 1],
  ['2,000 each', 'strangers on 40 connections', get('/health/live'), 2000, 40],
  ['20,000', 'a holder', get(`${PATH}/nothing`, TOKEN), 20_000, 1],
])(
  '%s in one go of %s hold nobody up',
  async (_many, _who, request, count, connections) => {
    const text = times(request, count);
    const turns = await turnsOf(async () => {
      const closed = Promise.all(Array.from({ length: connections }, () => open(text).closed));
      const served: number[] = [];
      for (let nth = 0; nth < 5; nth += 1) {
        const { status } = await fetch(`${origin}${PATH}`, {
          method: 'POST',
          headers: { authorization: 'Bearer secret', 'content-type': 'application/json' },
          body: '{}',
        });
        served.push(status);
      }
      expect(served).toEqual([201, 201, 201, 201, 201]);
      // nothing of what waited is kept: the connections are over
      for (const answers of await closed) expect(answersIn(answers)).toBeLessThanOrEqual(64);
    });
    expect(turns).toBe('in turns');
  },
  60_000,
);

test.each([
  ['a holder 64', post, 64, '201'],
  ['a stranger eight', get('/health/live'), 8, '200'],
])('%s in one go, each of which is answered', async (_who, request, count, status) => {
  const text = await open(times(request, count)).closed;
  expect([answersIn(text), [...statuses(text)]]).toEqual([count, [`HTTP/1.1 ${status}`]]);
});

test('of one connection eight are worked on at once, and the others when these are answered', async () => {
  const { closed } = open(times(get(`${PATH}/slow`, TOKEN), 20));
  await until('eight are worked on', () => reached >= 8);
  // in a round of another connection more would be reached
  await fetch(`${origin}/health/live`);
  expect(reached).toBe(8);
  release();
  expect([answersIn(await closed), reached]).toEqual([20, 20]);
});

/** Eight requests on each of 20 connections of one token, none of which is answered yet. */
function openMany(): void {
  for (let nth = 0; nth < 20; nth += 1) open(times(get(`${PATH}/slow`, TOKEN), 8));
}

test('of many connections together a few requests are begun in each turn of the loop', async () => {
  openMany();
  let most = 0;
  let before = 0;
  while (reached < 160) {
    await turn();
    most = Math.max(most, reached - before);
    before = reached;
  }
  expect(most).toBeLessThanOrEqual(BEGUN_PER_TURN);
});

test('a request of another token has its turn before those of many connections have all had theirs', async () => {
  openMany();
  await until('the first is worked on', () => reached > 0);
  open(get(`${PATH}/slow`, TOKEN.replace('secret', 'others')));
  let reachedBefore = 0;
  while (reachedOfOther === 0) {
    reachedBefore = reached;
    await turn();
  }
  expect(reachedBefore).toBeLessThan(120);
  await until('the others are worked on', () => reached === 160);
});
