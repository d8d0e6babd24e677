/** The page of the API and its files: strangers may ask for them, so each is encoded once, and not sent to who has it. */
import { createHook } from 'node:async_hooks';
import type { Feed, Journal, Views } from '#ports';
import type { PlatformLog } from '../operate/log.js';
import { readSettings } from '../settings/settings.js';
import { createApp, type App } from './create-app.js';

const ignore = (): void => undefined;
const log: PlatformLog = { debug: ignore, info: ignore, warn: ignore, error: ignore };

let app: App;
beforeAll(async () => {
  app = await createApp({
    modules: [],
    useCases: [],
    settings: readSettings({}),
    log,
    stores: { journal: {} as Journal, feed: {} as Feed, views: {} as Views, close: async () => undefined },
  });
  await app.nest.init();
  await app.nest.getHttpAdapter().getInstance().ready();
});
afterAll(() => app.close());

async function ask(url: string, headers: Readonly<Record<string, string>>) {
  const {
    statusCode,
    headers: answered,
    rawPayload,
  } = await app.nest.inject({
    method: 'GET',
    url,
    headers: { host: '127.0.0.1:4400', ...headers },
  });
  return { status: statusCode, headers: answered, size: rawPayload.length };
}

/** Encoders that are made while `act` runs. */
async function encodersMadeBy(act: () => Promise<void>): Promise<number> {
  let made = 0;
  const hook = createHook({
    init: (_id, type) => {
      if (type === 'ZLIB' || type === 'BROTLI') made += 1;
    },
  }).enable();
  try {
    await act();
  } finally {
    hook.disable();
  }
  return made;
}

const SCRIPT = '/api/docs/swagger-ui-bundle.js';

test.each([SCRIPT, '/api/docs/swagger-ui.css', '/api/openapi.json'])(
  '%s is encoded once in each encoding',
  async (url) => {
    const sizes = new Set<number>();
    const made = await encodersMadeBy(async () => {
      await Promise.all([0, 1, 2].map(async () => sizes.add((await ask(url, { 'accept-encoding': 'gzip' })).size)));
      sizes.add((await ask(url, { 'accept-encoding': 'gzip' })).size);
    });
    expect([made, sizes.size]).toEqual([1, 1]);
    const others = await encodersMadeBy(async () => {
      await ask(url, { 'accept-encoding': 'br' });
    });
    expect(others).toBe(1);
  },
);

test('who has a file gets it once', async () => {
  const first = await ask(SCRIPT, { 'accept-encoding': 'gzip' });
  const etag = String(first.headers['etag']);
  expect([first.status, first.headers['content-encoding']]).toEqual([200, 'gzip']);
  const again = await ask(SCRIPT, { 'accept-encoding': 'gzip', 'if-none-match': etag });
  expect([again.status, again.size, again.headers['etag']]).toEqual([304, 0, etag]);
  expect((await ask(SCRIPT, { 'if-none-match': '"another"' })).size).toBeGreaterThan(first.size);
});
