/** Bodies in sum: too much is 503, others go on, and however a request ends, what it held is free again. */
import { connect } from 'node:net';
import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { Needs } from '../api/access/guard.js';
import { served } from './testing-app.js';
import { StreamedBody } from '../http/bodies.js';
import { JSON_MEDIA, NDJSON_MEDIA, TakesMedia, TEXT_MEDIA } from '../http/media.js';
import { eventually, until } from '../../testing/until.js';
import { announced, chunk, chunked, END, json, PATH, wireFrom, wireTo } from './testing-wire.js';

/** Of one holder's bodies; the largest body may have all of it, so a byte that is not given back is missed. */
const HELD = 2048;
/** Of all bodies: a quarter more than one holder may have. */
const TOTAL = 2730;

const gate: { open?: () => void } = {};

@Controller('things')
@Needs('read')
class ThingsController {
  @Post()
  @HttpCode(201)
  make(): object {
    return {};
  }

  @Post('wait')
  async wait(): Promise<object> {
    await new Promise<void>((resolve) => (gate.open = resolve));
    return {};
  }

  @Post('text')
  @TakesMedia(TEXT_MEDIA)
  text(): object {
    return {};
  }

  @Post('break')
  fail(): void {
    throw new Error('a defect');
  }

  @Post('lines')
  @TakesMedia(NDJSON_MEDIA)
  async lines(@Body() body: StreamedBody): Promise<object> {
    let bytes = 0;
    for await (const chunk of body.chunks()) bytes += chunk.length;
    return { bytes };
  }
}

const server = served(ThingsController, {
  environment: {
    HERMES_MAX_BODY_BYTES: String(HELD),
    HERMES_MAX_HELD_BYTES: String(TOTAL),
    HERMES_MAX_HEAD_SECONDS: '1',
    HERMES_MAX_REQUEST_SECONDS: '1',
  },
});

async function untilFigure(name: string, value: number): Promise<void> {
  await eventually(`${name} is ${value}`, async () => {
    expect(await server.figure(name)).toBe(value);
  });
}

const post = (bytes: number): Promise<Response> =>
  fetch(server.origin + PATH, { method: 'POST', headers: { 'content-type': 'application/json' }, body: json(bytes) });

async function expectAllFree(): Promise<void> {
  let status = 503;
  await until('as much as may be held is taken', async () => {
    ({ status } = await post(HELD));
    return status !== 503;
  });
  expect(status).toBe(201);
  await untilFigure('hermes_http_held_bytes', 0);
  await untilFigure('hermes_http_requests_active', 0);
}

async function expectOverloaded(answer: Response): Promise<void> {
  expect([answer.status, answer.headers.get('content-type'), answer.headers.get('retry-after')]).toEqual([
    503,
    'application/problem+json; charset=utf-8',
    '1',
  ]);
  expect(await answer.json()).toMatchObject({
    status: 503,
    code: 'overloaded',
    detail: expect.stringMatching(/2730/) as string,
  });
}

test('more than may be held is refused by its length; what fits, and what has no body, goes on; then all is as before', async () => {
  const one = wireTo(server.origin, announced(1500, `${PATH}/wait`), json(1500).slice(0, 700));
  await untilFigure('hermes_http_held_bytes', 1500);
  await expectOverloaded(await post(HELD - 1500 + 1));
  expect((await post(HELD - 1500)).status).toBe(201);
  expect((await fetch(`${server.origin}/health/live`)).status).toBe(200);

  // a body that is read to its end is still held while the handler works on it
  one.socket.write(json(1500).slice(700));
  await expectWorkedOn();
  await expectOverloaded(await post(HELD - 1500 + 1));
  gate.open?.();
  expect(await one.said(/\r\n\r\n\{\}/)).toMatch(/^HTTP\/1\.1 201 /);
  one.socket.destroy();
  await expectAllFree();
});

async function expectWorkedOn(): Promise<void> {
  await until('the controller works on it', () => gate.open !== undefined);
}

beforeEach(() => {
  delete gate.open;
});

test('chunks are counted as they come, and refused when they are too much; the sender is answered', async () => {
  const one = wireTo(server.origin, chunked(), chunk(json(1000).slice(0, 900)));
  await untilFigure('hermes_http_held_bytes', 900);
  const two = wireTo(server.origin, chunked(), chunk(' '.repeat(HELD - 900)));
  await untilFigure('hermes_http_held_bytes', HELD);
  two.socket.write(chunk(' '));
  const refused = await two.closed;
  expect(refused).toMatch(/^HTTP\/1\.1 503 [^]*retry-after: 1\r\n[^]*"overloaded"/i);
  expect(refused).toMatch(/\r\ncontent-type: application\/problem\+json/i);
  await untilFigure('hermes_http_held_bytes', 900);
  one.socket.write(chunk(json(1000).slice(900)) + END);
  await one.said(/^HTTP\/1\.1 201 /);
  one.socket.destroy();
  await expectAllFree();
});

test('the longest body of one holder, of plain text too, leaves a quarter to others', async () => {
  const text = chunked(`${PATH}/text`).replace(JSON_MEDIA, TEXT_MEDIA);
  const one = wireTo(server.origin, text, chunk(' '.repeat(HELD)));
  await untilFigure('hermes_http_held_bytes', HELD);
  const another = wireFrom('127.0.0.2', server.origin, announced(TOTAL - HELD), json(TOTAL - HELD));
  expect(await another.said(/\r\n\r\n\{/)).toMatch(/^HTTP\/1\.1 201 /);
  another.socket.destroy();
  one.socket.write(chunk(' '));
  expect(await one.closed).toMatch(/^HTTP\/1\.1 413 /);
  await expectAllFree();
});

const whole = `${announced(100)}${json(100)}`;
const endings: readonly (readonly [what: string, end: () => Promise<unknown>])[] = [
  ['answered', () => post(HELD)],
  ['answered, in chunks', () => wireTo(server.origin, chunked(), chunk(json(HELD)), END).said(/^HTTP\/1\.1 201 /)],
  ['refused for what it says', () => wireTo(server.origin, announced(4), '{"a}').said(/^HTTP\/1\.1 400 /)],
  ['refused by its length', () => post(HELD + 1)],
  ['refused for its length, as it comes', () => wireTo(server.origin, chunked(), chunk(json(HELD + 1))).closed],
  [
    'refused for its type',
    () => wireTo(server.origin, announced(9).replace('/json', '/xml'), json(9)).said(/^HTTP\/1\.1 415 /),
  ],
  ['sent to no route', () => wireTo(server.origin, announced(9, '/nowhere'), json(9)).said(/^HTTP\/1\.1 404 /)],
  ['a defect', () => wireTo(server.origin, announced(9, `${PATH}/break`), json(9)).said(/^HTTP\/1\.1 500 /)],
  ['broken chunks', () => wireTo(server.origin, chunked(), chunk(json(9)), 'zz\r\n').closed],
  ['too slow', () => wireTo(server.origin, announced(HELD), '{').closed],
  ['too slow, in chunks', () => wireTo(server.origin, chunked(), chunk(json(HELD).slice(1))).closed],
  ['in one go, each answered', () => wireTo(server.origin, whole, whole, whole).said(/(?:HTTP\/1\.1 201 [^]*){3}/)],
];

test.each(endings)('%s: all is free again', async (_what, end) => {
  await end();
  await expectAllFree();
});

/** `still`: what is held while the work that the sender has begun goes on. */
const leavings: readonly (readonly [what: string, held: number, still: number, parts: readonly string[]])[] = [
  ['before its body', HELD, 0, [announced(HELD)]],
  ['in the middle of its body', HELD, 0, [announced(HELD), json(HELD).slice(9)]],
  ['in the middle of a chunk', 500, 0, [chunked(), `3e8\r\n${json(500)}`]],
  ['between chunks', 500, 0, [chunked(), chunk(json(500))]],
  ['while it is worked on', 500, 500, [announced(500, `${PATH}/wait`), json(500)]],
  ['with others that wait for its answer', 700, 500, [announced(500, `${PATH}/wait`), json(500), whole, whole]],
];

test.each(leavings)(
  'a sender that goes away %s: once nothing is worked on, all is free',
  async (_what, held, still, parts) => {
    for (const leave of ['destroy', 'resetAndDestroy'] as const) {
      const { socket, closed } = wireTo(server.origin, ...parts);
      await untilFigure('hermes_http_held_bytes', held);
      if (still > 0) await expectWorkedOn();
      socket[leave]();
      await closed;
      if (still > 0) {
        await untilFigure('hermes_http_held_bytes', still);
        await expectOverloaded(await post(HELD - still + 1));
        await untilFigure('hermes_http_requests_active', 1);
      }
      gate.open?.();
      await expectAllFree();
    }
  },
);

test('requests that come by no socket are counted, refused and let go of alike', async () => {
  const inject = (path: string, bytes: number) =>
    server.app.nest.inject({
      method: 'POST',
      url: path,
      headers: { host: '127.0.0.1', 'content-type': 'application/json' },
      payload: json(bytes),
    });
  for (let nth = 0; nth < 3; nth += 1) expect((await inject(PATH, HELD)).statusCode).toBe(201);
  const waiting = inject(`${PATH}/wait`, 1500);
  await expectWorkedOn();
  const refused = await inject(PATH, HELD - 1500 + 1);
  expect([refused.statusCode, refused.headers['retry-after']]).toEqual([503, '1']);
  gate.open?.();
  expect((await waiting).statusCode).toBe(201);
  await expectAllFree();
});

test('lines that are handed on as they come are not counted, whether their length is announced or they come in chunks', async () => {
  const asLines = (text: string): string => text.replace('application/json', NDJSON_MEDIA);
  const path = `${PATH}/lines`;
  const spaces = ' '.repeat(HELD - 1);
  const all = [
    [wireTo(server.origin, asLines(announced(HELD, path)), spaces), '\n', HELD],
    [wireTo(server.origin, asLines(announced(10 * HELD, path)), ' '.repeat(10 * HELD - 1)), '\n', 10 * HELD],
    [wireTo(server.origin, asLines(chunked(path)), chunk(spaces), chunk(spaces)), END, 2 * HELD - 2],
  ] as const;
  await untilFigure('hermes_http_requests_active', all.length);
  expect((await post(HELD)).status).toBe(201);
  for (const [{ socket, said }, rest, bytes] of all) {
    socket.write(rest);
    expect(await said(/\}$/)).toMatch(new RegExp(`"bytes":${bytes}\\}$`));
    socket.destroy();
  }
});

/** The answer to a sender that sends on, byte by byte, and never closes its side; resolves once it is cut. */
async function drip(text: string): Promise<string> {
  const socket = connect({ port: Number(new URL(server.origin).port), host: '127.0.0.1', allowHalfOpen: true });
  let received = '';
  const state = { gone: false };
  socket.on('data', (part) => (received += part.toString()));
  socket.on('error', () => (state.gone = true));
  socket.write(text);
  const timer = setInterval(() => socket.write('x'), 20);
  await until('the sender is cut', () => state.gone, { seen: () => received }).finally(() => {
    clearInterval(timer);
    socket.destroy();
  });
  return received;
}

test('a sender that drips on and keeps its side open is let go of', async () => {
  expect(await drip(announced(HELD))).toMatch(/^HTTP\/1\.1 400 /);
  await expectAllFree();
});

test('so is one that was refused before its body was read', async () => {
  const answers = await Promise.all([
    drip(announced(HELD + 1)),
    drip(announced(HELD).replace('/json', '/xml')),
    drip(announced(HELD).replace('\r\n', '\r\nHost: b\r\n')),
    drip(announced(HELD, '/%zz')),
  ]);
  expect(answers.map((answer) => answer.slice(0, 12))).toEqual([413, 415, 400, 400].map((code) => `HTTP/1.1 ${code}`));
  await expectAllFree();
});

test('nothing was given back twice', async () => {
  const { socket } = wireTo(server.origin, announced(7));
  await untilFigure('hermes_http_held_bytes', 7);
  socket.destroy();
  await expectAllFree();
});
