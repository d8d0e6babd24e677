/** Answers that nobody takes: more than may be held is 503, writes are answered all the same, and it is free again once they are gone. */
import { connect, type Socket } from 'node:net';
import { Controller, Get, HttpCode, Module, Post, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { Feed, Journal, Views } from '#ports';
import { eventually, until } from '../../testing/until.js';
import { Needs } from '../api/access/guard.js';
import type { PlatformLog } from '../operate/log.js';
import { readSettings } from '../settings/settings.js';
import { createApp, type App } from './create-app.js';

const MIB = 1024 * 1024;
/** More than the two sides of a connection take by themselves. */
const LARGE = 16 * MIB;
/** As many such answers are held, of one address. */
const HELD = 3;

let asked = 0;
let askedLate = 0;
let answeredLate = 0;

@Controller('things')
@Needs('read')
class ThingsController {
  @Get()
  large(): object {
    asked += 1;
    return { text: 'x'.repeat(LARGE) };
  }

  /** Answers once its reader has gone. */
  @Get('late')
  async late(@Req() { raw }: FastifyRequest): Promise<object> {
    askedLate += 1;
    await new Promise((gone) => raw.socket.once('close', gone));
    answeredLate += 1;
    return { text: 'x'.repeat(LARGE) };
  }

  @Post()
  @Needs('report')
  @HttpCode(201)
  make(): object {
    return { text: 'x'.repeat(LARGE) };
  }
}

@Module({ controllers: [ThingsController] })
class ThingsModule {}

const ignore = (): void => undefined;
const log: PlatformLog = { debug: ignore, info: ignore, warn: ignore, error: ignore };

let app: App;
let origin: string;
beforeAll(async () => {
  app = await createApp({
    modules: [ThingsModule],
    useCases: [],
    // of answers half as much, and of that three quarters for one address, with a little room
    settings: readSettings({ HERMES_PORT: '0', HERMES_MAX_HELD_BYTES: String(8 * HELD * (LARGE / 3) + MIB) }),
    log,
    stores: { journal: {} as Journal, feed: {} as Feed, views: {} as Views, close: async () => undefined },
  });
  origin = await app.listen();
});
afterAll(() => app.close());

/** Asks, and takes nothing. */
function reader(path = '/api/v1/things'): Socket {
  const socket = connect(Number(new URL(origin).port), '127.0.0.1');
  socket.on('error', ignore).pause();
  socket.write(`GET ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n`);
  return socket;
}

test('more than may be held is refused, whatever is asked; small answers and those of writes go on', async () => {
  const readers = Array.from({ length: HELD }, () => reader());
  try {
    await until('they are answered', () => asked === HELD);
    const refused = await fetch(`${origin}/api/v1/things`);
    expect([refused.status, refused.headers.get('content-type'), refused.headers.get('retry-after')]).toEqual([
      503,
      'application/problem+json; charset=utf-8',
      '1',
    ]);
    expect(await refused.json()).toMatchObject({ status: 503, code: 'overloaded' });
    expect((await fetch(`${origin}/health/live`)).status).toBe(200);
    const written = await fetch(`${origin}/api/v1/things`, { method: 'POST' });
    expect([written.status, (await written.text()).length > LARGE]).toEqual([201, true]);
  } finally {
    for (const socket of readers) socket.destroy();
  }
  await eventually('all is free again', async () => {
    expect((await fetch(`${origin}/api/v1/things`)).status).toBe(200);
  });
}, 30_000);

test('an answer that is ready when its reader has gone is not held', async () => {
  for (let nth = 1; nth <= HELD + 1; nth += 1) {
    const socket = reader('/api/v1/things/late');
    await until('it is worked on', () => askedLate === nth);
    socket.resetAndDestroy();
    await until('it is answered', () => answeredLate === nth);
  }
  await eventually('all is free', async () => {
    expect(await (await fetch(`${origin}/metrics`)).text()).toMatch(/^hermes_http_held_answer_bytes 0$/m);
  });
  expect((await fetch(`${origin}/api/v1/things`)).status).toBe(200);
}, 30_000);
