/** Who takes an answer too slowly is cut: the place of its request and the memory of the answer are for others. */
import { connect, type Socket } from 'node:net';
import { Controller, Get, Module } from '@nestjs/common';
import type { Feed, Journal, Views } from '#ports';
import { until } from '../../testing/until.js';
import { Needs } from '../api/access/guard.js';
import type { PlatformLog } from '../operate/log.js';
import { readSettings } from '../settings/settings.js';
import { createApp, type App } from './create-app.js';

/** More than the two sides of a connection take by themselves. */
const LARGE = 16 * 1024 * 1024;

let asked = 0;

@Controller('things')
@Needs('read')
class ThingsController {
  @Get()
  large(): object {
    asked += 1;
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
    settings: readSettings({ HERMES_PORT: '0', HERMES_MAX_HEAD_SECONDS: '1', HERMES_MAX_REQUEST_SECONDS: '1' }),
    log,
    stores: { journal: {} as Journal, feed: {} as Feed, views: {} as Views, close: async () => undefined },
  });
  origin = await app.listen();
});
afterAll(() => app.close());

/** Asks, and takes a little now and then. */
function slowReader(): Socket {
  const socket = connect(Number(new URL(origin).port), '127.0.0.1');
  socket.on('error', ignore).pause();
  socket.write('GET /api/v1/things HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n');
  return socket;
}

async function active(): Promise<string | undefined> {
  return /^hermes_http_requests_active (\d+)$/m.exec(await (await fetch(`${origin}/metrics`)).text())?.[1];
}

test('a reader that takes a byte now and then is cut, one that takes its time for the next request is not', async () => {
  const readers = Array.from({ length: 4 }, slowReader);
  const timer = setInterval(() => {
    for (const socket of readers) socket.read(1);
  }, 50);
  try {
    await until('they are answered', () => asked === readers.length);
    await until('they are cut', async () => (await active()) === '0');
  } finally {
    clearInterval(timer);
    for (const socket of readers) socket.destroy();
  }
  const { text } = (await (await fetch(`${origin}/api/v1/things`)).json()) as { readonly text: string };
  expect(text).toHaveLength(LARGE);
});
