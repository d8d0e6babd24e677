/** Requests that are sent in one go: a few are worked on as they come, and thousands of them hold nobody up. */
import { setImmediate as turn } from 'node:timers/promises';
import { Controller, Get, HttpCode, Post } from '@nestjs/common';
import { turnsOf } from '../../testing/turns.js';
import { until } from '../../testing/until.js';
import { Caller, Needs } from '../api/access/guard.js';
import type { Identity } from '../api/access/roles.js';
import { BEGUN_PER_TURN } from '../http/pipelines.js';
import { served } from './testing-app.js';
import { PATH } from './testing-wire.js';

let reached = 0;
/** Slow requests of the token `other`. */
let reachedOfOther = 0;
/** What a slow request waits for, and what ends the wait. */
let released: Promise<void>;
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

const server = served(ThingsController, {
  holders: [
    { name: 'agent', token: 'secret', roles: ['report', 'read'] },
    { name: 'other', token: 'others', roles: ['report', 'read'] },
  ],
});
beforeEach(() => {
  reached = 0;
  reachedOfOther = 0;
  released = new Promise((resolve) => (release = resolve));
});
afterEach(() => {
  release();
});

const TOKEN = 'Authorization: Bearer secret\r\n';
const get = (path: string, headers = ''): string => `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\n${headers}\r\n`;
const post = `POST ${PATH} HTTP/1.1\r\nHost: 127.0.0.1\r\n${TOKEN}Content-Type: application/json\r\nContent-Length: 2\r\n\r\n{}`;
const answersIn = (text: string): number => text.split('HTTP/1.1 ').length - 1;
/** Requests whose last one ends the connection. */
const last = (request: string): string => request.replace('\r\n\r\n', '\r\nConnection: close\r\n\r\n');
const times = (request: string, count: number): string => request.repeat(count - 1) + last(request);
const statuses = (text: string): Set<string> => new Set(text.match(/HTTP\/1\.1 \d+/g));

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
      const closed = Promise.all(Array.from({ length: connections }, () => server.open(text).closed));
      const served: number[] = [];
      for (let nth = 0; nth < 5; nth += 1) {
        const { status } = await fetch(`${server.origin}${PATH}`, {
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
  const text = await server.open(times(request, count)).closed;
  expect([answersIn(text), [...statuses(text)]]).toEqual([count, [`HTTP/1.1 ${status}`]]);
});

test('of one connection eight are worked on at once, and the others when these are answered', async () => {
  const { closed } = server.open(times(get(`${PATH}/slow`, TOKEN), 20));
  await until('eight are worked on', () => reached >= 8);
  // in a round of another connection more would be reached
  await fetch(`${server.origin}/health/live`);
  expect(reached).toBe(8);
  release();
  expect([answersIn(await closed), reached]).toEqual([20, 20]);
});

/** Eight requests on each of 20 connections of one token, none of which is answered yet. */
function openMany(): void {
  for (let nth = 0; nth < 20; nth += 1) server.open(times(get(`${PATH}/slow`, TOKEN), 8));
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
  server.open(get(`${PATH}/slow`, TOKEN.replace('secret', 'others')));
  let reachedBefore = 0;
  while (reachedOfOther === 0) {
    reachedBefore = reached;
    await turn();
  }
  expect(reachedBefore).toBeLessThan(120);
  await until('the others are worked on', () => reached === 160);
});
