/** Bodies in tiny chunks: they cost no more than others, and beyond reason they are refused. */
import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { Needs } from '../api/access/guard.js';
import { StreamedBody } from '../http/bodies.js';
import { NDJSON_MEDIA, TakesMedia } from '../http/media.js';
import { served } from './testing-app.js';
import { chunk, END, PATH, wireTo, type Wire } from './testing-wire.js';

@Controller('things')
@Needs('report')
class ThingsController {
  @Post()
  @HttpCode(201)
  make(@Body() body: unknown): unknown {
    return body;
  }

  @Post('lines')
  @TakesMedia(NDJSON_MEDIA)
  async lines(@Body() body: StreamedBody): Promise<object> {
    let bytes = 0;
    let pieces = 0;
    for await (const piece of body.chunks()) {
      bytes += piece.length;
      pieces += 1;
    }
    return { bytes, pieces };
  }
}

const server = served(ThingsController, { holders: [{ name: 'one', token: 'one', roles: ['report'] }] });
const sockets: Socket[] = [];
afterEach(() => {
  for (const socket of sockets.splice(0)) socket.destroy();
});

interface Sent {
  readonly method?: string;
  readonly path?: string;
  readonly media?: string;
  readonly token?: string;
}

/** Sends a head and `chunks` in one go. */
function send(chunks: string, { method = 'POST', path = PATH, media = 'application/json', token = 'one' }: Sent): Wire {
  const head =
    `${method} ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: ${media}\r\n` +
    `Authorization: Bearer ${token}\r\nTransfer-Encoding: chunked\r\n\r\n`;
  const wire = wireTo(server.origin, head + chunks);
  sockets.push(wire.socket);
  return wire;
}

const LINES: Sent = { path: `${PATH}/lines`, media: NDJSON_MEDIA };
const TINY = chunk(' ').repeat(5000);

test('tiny chunks that come at once are read as one, in their order', async () => {
  const value = { text: 'abc'.repeat(200) };
  const inBytes = Array.from(JSON.stringify(value), (letter) => chunk(letter)).join('');
  expect(await send(inBytes + END, {}).said(/\}$/)).toContain(JSON.stringify(value));
  const answer = await send(chunk(' ').repeat(900) + END, LINES).said(/\}$/);
  const { bytes, pieces } = JSON.parse(answer.slice(answer.indexOf('{'))) as { bytes: number; pieces: number };
  expect(bytes).toBe(900);
  expect(pieces).toBeLessThan(20);
});

test.each([
  ['JSON', {}],
  ['NDJSON', LINES],
])(
  'a body of %s in thousands of tiny chunks is refused with what to do, and its connection is closed',
  async (_what, sent) => {
    const answer = await send(TINY, sent).closed;
    expect(answer).toMatch(/^HTTP\/1\.1 400 [^]*connection: close\r\n[^]*"malformed"/);
    expect(answer).toContain('too many chunks of a few bytes each');
  },
);

test('so is one that is sent on after its answer', async () => {
  const { socket, said, closed } = send('', { method: 'GET', path: '/health/live' });
  await said(/^HTTP\/1\.1 200 /);
  socket.write(TINY);
  await closed;
});

test('a stream of lines, each in a chunk of its own, goes on', async () => {
  const line = `${JSON.stringify({ type: 'a', host: 'b' })}\n`;
  expect(await send(chunk(line).repeat(5000) + END, LINES).said(/\}$/)).toContain(`"bytes":${5000 * line.length}`);
});

test.each([
  ['a token that is none', { token: 'nobody' }, 401],
  ['a token that is none, to a route that is open', { token: 'nobody', method: 'GET', path: '/health/live' }, 200],
])('with %s the answer ends the connection, and no chunk behind the head is parsed', async (_what, sent, status) => {
  let parsed = 0;
  server.app.nest.getHttpServer().once('request', (request: IncomingMessage) => {
    const push = request.push.bind(request);
    request.push = (...parts) => {
      parsed += 1;
      return push(...parts);
    };
  });
  const answer = await send(TINY, sent).closed;
  expect(answer).toMatch(new RegExp(`^HTTP/1\\.1 ${status} [^]*connection: close\\r\\n`));
  expect(answer.match(/HTTP\/1\.1 /g)).toHaveLength(1);
  expect(parsed).toBe(0);
});
