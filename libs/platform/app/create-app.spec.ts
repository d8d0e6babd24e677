/** The whole of the platform around a small module: every refusal is a problem, from whichever layer, and closing drains. */
import { connect } from 'node:net';
import { Controller, Get, HttpCode, Module, Param, Post } from '@nestjs/common';
import { checked, fields, type Infer } from '#contracts';
import { StoreUnavailable, type Feed, type Journal, type Views } from '#ports';
import { Needs } from '../api/access/guard.js';
import { CheckedBody } from '../api/body.js';
import type { PlatformLog } from '../operate/log.js';
import { parseSettings } from '../settings/settings.js';
import { createApp, type App } from './create-app.js';
import { requireAddress } from './listen.js';

const thing = fields({
  name: checked<string>({ type: 'string' }, (value) => (typeof value === 'string' ? undefined : 'must be a string')),
});

const gate: { opened?: () => void; entered?: () => void } = {};

@Controller('things')
@Needs('read')
class ThingsController {
  @Get(':id')
  one(@Param('id') id: string): { readonly id: string } {
    return { id };
  }

  @Post()
  @HttpCode(201)
  make(@CheckedBody(thing, { many: 3 }) things: readonly Infer<typeof thing>[]): { readonly names: readonly string[] } {
    return { names: things.map(({ name }) => name) };
  }

  @Post(':id/break')
  fail(@Param('id') id: string): void {
    throw id === 'store' ? new StoreUnavailable('journal', 'secret path') : new Error('secret cause');
  }

  @Post(':id/wait')
  async wait(): Promise<{ readonly done: boolean }> {
    gate.entered?.();
    await new Promise<void>((resolve) => (gate.opened = resolve));
    return { done: true };
  }
}

@Module({ controllers: [ThingsController] })
class ThingsModule {}

const logged: string[] = [];
const keep = (message: string): void => {
  logged.push(message);
};
const log: PlatformLog = { debug: () => undefined, info: keep, warn: keep, error: keep };
const closed: string[] = [];

async function start(environment: Record<string, string> = {}): Promise<App> {
  const parsed = parseSettings({ HERMES_PORT: '0', HERMES_MAX_BODY_BYTES: '2048', ...environment });
  if (!parsed.ok) throw new Error(parsed.faults.join('\n'));
  return createApp({ modules: [ThingsModule], useCases: [], settings: parsed.settings, log, stores: noStores() });
}

/** Nothing here asks a store. */
function noStores() {
  return {
    journal: {} as Journal,
    feed: {} as Feed,
    views: {} as Views,
    close: async () => {
      closed.push('stores');
    },
  };
}

interface Asked {
  readonly method?: string;
  readonly url: string;
  readonly headers?: Record<string, string>;
  readonly body?: string | Buffer;
}

describe('one app', () => {
  let app: App;
  beforeAll(async () => {
    app = await start();
    await app.nest.init();
  });
  afterAll(async () => {
    await app.close();
  });

  async function ask({ method = 'GET', url, headers = {}, body }: Asked) {
    const response = await app.nest.inject({
      method: method as 'GET',
      url,
      headers: { host: '127.0.0.1:4400', ...headers },
      ...(body === undefined ? {} : { payload: body }),
    });
    const { statusCode, headers: answered } = response;
    return { status: statusCode, headers: answered, body: JSON.parse(response.body) as Record<string, unknown> };
  }

  const json = { 'content-type': 'application/json' };
  const post = (body: string | Buffer, headers = json): Asked => ({
    method: 'POST',
    url: '/api/v1/things',
    headers,
    body,
  });
  const refusals: readonly (readonly [what: string, asked: Asked, status: number, code: string])[] = [
    ['an unknown path', { url: '/api/v1/nothing' }, 404, 'not-found'],
    ['a path outside the base path', { url: '/things/1' }, 404, 'not-found'],
    ['a method that the path does not take', { method: 'DELETE', url: '/api/v1/things/1' }, 405, 'method-not-allowed'],
    ['a broken percent encoding in the path', { url: '/api/v1/things/%zz' }, 400, 'malformed'],
    ['a broken percent encoding in the query', { url: '/api/v1/things/1?a=%zz' }, 400, 'malformed'],
    ['a part of the path that is too long', { url: `/api/v1/things/${'x'.repeat(2000)}` }, 400, 'malformed'],
    ['a query parameter where none is taken', { url: '/api/v1/things/1?a=1' }, 422, 'validation-failed'],
    ['JSON that is broken', post('{"name": '), 400, 'malformed'],
    ['bytes that are not UTF-8', post(Buffer.from([0x22, 0xff, 0x22])), 400, 'malformed'],
    ['deep nesting', post('['.repeat(17) + ']'.repeat(17)), 400, 'malformed'],
    ['very deep nesting', post('['.repeat(1000) + ']'.repeat(1000)), 400, 'malformed'],
    ['a body that is too large', post(`{"name": "${'x'.repeat(3000)}"}`), 413, 'payload-too-large'],
    ['a form', post('name=x', { 'content-type': 'application/x-www-form-urlencoded' }), 415, 'unsupported-media-type'],
    ['a text', post('x', { 'content-type': 'text/plain' }), 415, 'unsupported-media-type'],
    ['no media type', post('{"name": "x"}', { 'content-type': '' }), 415, 'unsupported-media-type'],
    ['a media type that is none', post('{}', { 'content-type': '///' }), 415, 'unsupported-media-type'],
    [
      'another character set',
      post('{}', { 'content-type': 'application/json; charset=latin1' }),
      415,
      'unsupported-media-type',
    ],
    ['no body', { method: 'POST', url: '/api/v1/things', headers: json }, 400, 'malformed'],
    ['no body and no media type', { method: 'POST', url: '/api/v1/things' }, 400, 'malformed'],
    ['an unknown field', post('{"name": "x", "colour": "red"}'), 422, 'validation-failed'],
    ['a field of another kind', post('{"name": 1}'), 422, 'validation-failed'],
    ['too many', post('[{"name":"1"},{"name":"2"},{"name":"3"},{"name":"4"}]'), 422, 'validation-failed'],
    ['none', post('[]'), 422, 'validation-failed'],
    ['a polluting field', post('{"name": "x", "__proto__": {}}'), 422, 'validation-failed'],
    ['another form', { url: '/api/v1/things/1', headers: { accept: 'text/csv' } }, 406, 'not-acceptable'],
    [
      'a page of another origin',
      { url: '/api/v1/things/1', headers: { origin: 'http://evil.example' } },
      403,
      'foreign-origin',
    ],
    ['another host name', { url: '/api/v1/things/1', headers: { host: 'evil.example' } }, 403, 'foreign-host'],
    ['a store that is away', { method: 'POST', url: '/api/v1/things/store/break' }, 503, 'store-unavailable'],
    ['a defect', { method: 'POST', url: '/api/v1/things/1/break' }, 500, 'internal'],
  ];

  test.each(refusals)('%s is answered with a problem', async (_what, asked, status, code) => {
    const answer = await ask(asked);
    expect({ status: answer.status, code: answer.body['code'] }).toEqual({ status, code });
    expect(answer.headers['content-type']).toBe('application/problem+json; charset=utf-8');
    expect(answer.body).toMatchObject({
      type: 'about:blank',
      status,
      title: expect.any(String) as string,
      detail: expect.any(String) as string,
    });
    expect(JSON.stringify(answer.body)).not.toMatch(/secret/);
    if (status === 503) expect(answer.headers['retry-after']).toBe('1');
  });

  test('405 says which methods the path takes', async () => {
    expect((await ask({ method: 'DELETE', url: '/api/v1/things/1?x=1' })).headers['allow']).toBe('GET, HEAD, OPTIONS');
    expect((await ask({ method: 'PROPFIND', url: '/api/v1/things' })).headers['allow']).toBe('OPTIONS, POST');
  });

  test('OPTIONS says which methods the path takes', async () => {
    const options = (url: string, more: Readonly<Record<string, string>> = {}) =>
      app.nest.inject({ method: 'OPTIONS', url, headers: { host: '127.0.0.1:4400', ...more } });
    const { statusCode, headers, body } = await options('/api/v1/things?x=1');
    expect([statusCode, headers.allow, body]).toEqual([204, 'OPTIONS, POST', '']);
    expect((await options('/api/v1/nothing')).statusCode).toBe(404);
    const foreign = await options('/api/v1/things', { origin: 'http://evil.example' });
    expect(foreign.statusCode).toBe(403);
    for (const each of [headers, foreign.headers])
      expect(Object.keys(each).filter((name) => name.startsWith('access-control-'))).toEqual([]);
  });

  test('faults name their place', async () => {
    const answer = await ask(post('[{"name": "x"}, {"name": 1, "colour": "red"}]'));
    expect(answer.body['errors']).toEqual([
      { path: '[1].colour', code: 'unknown', message: '"colour" is no field of this' },
      { path: '[1].name', code: 'invalid', message: 'name must be a string' },
    ]);
  });

  test('only defects are logged as such', async () => {
    logged.length = 0;
    await ask({ url: '/api/v1/nothing' });
    await ask(post('{'));
    await ask({ method: 'POST', url: '/api/v1/things/store/break' });
    expect(logged).toEqual([]);
    await ask({ method: 'POST', url: '/api/v1/things/1/break' });
    expect(logged).toEqual(['a request failed for a defect']);
  });

  test('/ leads a browser to the page, and says to programs where everything is', async () => {
    expect(await ask({ url: '/' })).toMatchObject({
      status: 200,
      body: { api: '/api/v1', docs: '/api/docs', openapi: '/api/openapi.json', health: '/health/ready' },
    });
    const browser = {
      host: '127.0.0.1:4400',
      accept: 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8',
    };
    const { statusCode, headers } = await app.nest.inject({ method: 'GET', url: '/', headers: browser });
    expect([statusCode, headers.location]).toEqual([302, '/api/docs']);
  });

  test('what is good is served, health outside the base path', async () => {
    expect(await ask(post('{"name": "x"}'))).toMatchObject({ status: 201, body: { names: ['x'] } });
    expect(await ask({ url: '/api/v1/things/a%2Fb' })).toMatchObject({ status: 200, body: { id: 'a/b' } });
    expect(await ask({ url: '/health/live' })).toMatchObject({ status: 200, body: { status: 'live' } });
    expect(await ask({ url: '/health/ready' })).toMatchObject({ status: 200, body: { status: 'ready' } });
    expect(await ask({ url: '/api/v1/health/live' })).toMatchObject({ status: 404 });
  });
});

describe('over a socket', () => {
  let app: App;
  let origin: string;
  beforeEach(async () => {
    closed.length = 0;
    app = await start({ HERMES_MAX_REQUESTS: '1', HERMES_MAX_HEADER_BYTES: '4096' });
    origin = await app.listen();
  });
  afterEach(async () => {
    await app.close();
  });

  /** A request that is being worked on until `gate.opened` is called. */
  async function inFlight(): Promise<{ readonly answer: Promise<Response> }> {
    const entered = new Promise<void>((resolve) => (gate.entered = resolve));
    const answer = fetch(`${origin}/api/v1/things/1/wait`, { method: 'POST' });
    await entered;
    return { answer };
  }

  test('a request in flight is answered before the stores close', async () => {
    const { answer } = await inFlight();
    const close = app.close();
    expect(closed).toEqual([]);
    gate.opened?.();
    expect(await (await answer).json()).toEqual({ done: true });
    await close;
    expect(closed).toEqual(['stores']);
  });

  test('more requests than allowed at once are 503, health is not', async () => {
    const { answer } = await inFlight();
    const refused = await fetch(`${origin}/api/v1/things/1`);
    expect(refused.status).toBe(503);
    expect(await refused.json()).toMatchObject({ code: 'overloaded' });
    expect((await fetch(`${origin}/health/live`)).status).toBe(200);
    gate.opened?.();
    await answer;
    expect((await fetch(`${origin}/api/v1/things/1`)).status).toBe(200);
  });

  test('a port in use is one line that names it', async () => {
    const { port } = new URL(origin);
    const inUse = new RegExp(`^HERMES_PORT: ${port} .* in use[^\\n]*$`);
    await expect(requireAddress({ host: '127.0.0.1', port: Number(port) })).rejects.toThrow(inUse);
    const second = await start({ HERMES_PORT: port });
    await expect(second.listen()).rejects.toThrow(inUse);
    await second.close();
  });

  function raw(text: string): Promise<string> {
    return new Promise((resolve, reject) => {
      let answer = '';
      const socket = connect(Number(new URL(origin).port), '127.0.0.1', () => socket.write(text));
      socket.on('data', (chunk) => (answer += chunk.toString()));
      socket.on('end', () => {
        resolve(answer);
      });
      socket.on('error', reject);
    });
  }

  test('what is no HTTP, and a head that is too large, are answered with a problem', async () => {
    expect(await raw('HELLO\r\n\r\n')).toMatch(/^HTTP\/1\.1 400 [\s\S]*application\/problem\+json[\s\S]*"malformed"/);
    expect(await raw(`GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX: ${'x'.repeat(5000)}\r\n\r\n`)).toMatch(
      /^HTTP\/1\.1 413 [\s\S]*"payload-too-large"/,
    );
  });

  test('a sender that goes away in the middle of its body is no defect', async () => {
    logged.length = 0;
    await new Promise<void>((resolve) => {
      const socket = connect(Number(new URL(origin).port), '127.0.0.1', () => {
        socket.write(
          'POST /api/v1/things HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{"na',
          () => {
            socket.destroy();
          },
        );
      });
      socket.on('close', () => {
        resolve();
      });
    });
    let status = 503;
    for (let tries = 0; status === 503 && tries < 200; tries += 1) {
      status = (await fetch(`${origin}/api/v1/things/1`)).status;
    }
    expect(status).toBe(200);
    expect(logged).toEqual([]);
  });
});

test('an address that is free is free afterwards; one of another machine is an error', async () => {
  await requireAddress({ host: '127.0.0.1', port: 0 });
  await expect(requireAddress({ host: '203.0.113.7', port: 0 })).rejects.toThrow(/^HERMES_HOST: 203\.0\.113\.7 /);
});

test('a tokens file that cannot be read stops the start', async () => {
  await expect(start({ HERMES_TOKENS_FILE: '/nowhere/tokens.json' })).rejects.toThrow(
    /^HERMES_TOKENS_FILE: \/nowhere\/tokens\.json cannot be read/,
  );
});
