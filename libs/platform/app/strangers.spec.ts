/** With tokens on: who has none is refused by the head alone, and however many come, token holders are served as if nobody did. */
import type { IncomingMessage } from 'node:http';
import { connect, type Socket } from 'node:net';
import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { until } from '../../testing/until.js';
import { Needs } from '../api/access/guard.js';
import { served } from './testing-app.js';
import { PATH, wireTo } from './testing-wire.js';

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
}

const server = served(ThingsController, {
  holders: (['report', 'read'] as const).map((role) => ({ name: role, token: role, roles: [role] })),
});
const sockets: Socket[] = [];
afterEach(() => {
  for (const socket of sockets.splice(0)) socket.destroy();
});

const head = (token?: string): string =>
  `POST ${PATH} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n` +
  (token === undefined ? '' : `Authorization: Bearer ${token}\r\n`);

/** A client that sends `text` and then a byte now and then, and comes again whenever it is cut. */
function dripper(text: string): () => void {
  let socket: Socket;
  const come = (): void => {
    socket = connect(Number(new URL(server.origin).port), '127.0.0.1', () => socket.write(text));
    sockets.push(socket);
    socket.on('error', () => undefined).resume();
  };
  come();
  return () => {
    if (socket.destroyed) come();
    else socket.write('x');
  };
}

async function holderPosts(): Promise<number> {
  const { socket, closed } = wireTo(server.origin, `${head('report')}Connection: close\r\nContent-Length: 2\r\n\r\n{}`);
  socket.setTimeout(10_000, () => socket.destroy());
  return Number((await closed).split(' ')[1] ?? 0);
}

test('600 strangers that drip bodies and heads cost those with a token not one answer', async () => {
  const drippers = Array.from({ length: 600 }, (_, nth) =>
    dripper(nth % 10 > 0 ? `${head()}Content-Length: 100000\r\n\r\n{` : `${head()}X-Slow: `),
  );
  const timer = setInterval(() => {
    for (const drip of drippers) drip();
  }, 500);
  try {
    await until('they are all there', () => sockets.length > 600);
    const statuses = new Map<number, number>();
    for (let round = 0; round < 5; round += 1) {
      const answers = await Promise.all(Array.from({ length: 10 }, holderPosts));
      for (const status of answers) statuses.set(status, (statuses.get(status) ?? 0) + 1);
      expect((await fetch(`${server.origin}/health/live`)).status).toBe(200);
    }
    expect([...statuses]).toEqual([[201, 50]]);
    const figures = await fetch(`${server.origin}/metrics`, { headers: { authorization: 'Bearer read' } });
    expect(await figures.text()).toMatch(/^hermes_http_held_bytes 0$/m);
  } finally {
    clearInterval(timer);
  }
}, 60_000);

test.each([
  ['without a token', head(), 401],
  ['with a token that is none', head('nobody'), 401],
  ['with a token that may not', head('read'), 403],
])('%s the answer comes before the body, and the connection ends', async (_what, text, status) => {
  bodies.length = 0;
  const { socket, closed } = wireTo(server.origin, `${text}Content-Length: 100\r\n\r\n`);
  sockets.push(socket);
  const answer = await closed;
  expect(answer).toMatch(new RegExp(`^HTTP/1\\.1 ${status} [^]*\\r\\nconnection: close\\r\\n`));
  expect(bodies).toEqual([]);
});

test('a path that is not served is 401 without a token, and 404 with one', async () => {
  const ask = async (headers: Record<string, string>): Promise<number> =>
    (await fetch(`${server.origin}/api/v1/nothing`, { headers })).status;
  expect([await ask({}), await ask({ authorization: 'Bearer read' })]).toEqual([401, 404]);
});

/** Once all have connected. */
async function connected(count: number, to = server.origin): Promise<readonly Socket[]> {
  const { port } = new URL(to);
  const all = Array.from({ length: count }, () =>
    connect(Number(port), '127.0.0.1')
      .on('error', () => undefined)
      .resume(),
  );
  sockets.push(...all);
  await Promise.all(all.map((socket) => new Promise((then) => socket.once('connect', then))));
  return all;
}

/** What a stranger sends who sends much. */
const inOneGo = `GET ${PATH} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n`.repeat(1000);

test('a holder from another address is read before strangers have all had what they sent read', async () => {
  const http = server.app.nest.getHttpServer();
  const seen: Socket[] = [];
  const meet = (socket: Socket): void => void seen.push(socket);
  http.on('connection', meet);
  const strangers = await connected(60);
  await until('the server has met them', () => seen.length === 60);
  const cut = (): number => seen.filter((socket) => socket.destroyed).length;
  let cutBefore: number | undefined;
  const read = ({ socket }: IncomingMessage): void => {
    if (socket.remoteAddress === '127.0.0.2') cutBefore = cut();
  };
  http.on('request', read);
  for (const socket of strangers) socket.write(inOneGo);
  const { port } = new URL(server.origin);
  const holder = connect({ port: Number(port), host: '127.0.0.1', localAddress: '127.0.0.2' });
  sockets.push(holder);
  holder.write(`${head('report')}Content-Length: 2\r\n\r\n{}`);
  const answer = await new Promise<Buffer>((then) => holder.once('data', then));
  expect(answer.toString()).toMatch(/^HTTP\/1\.1 201 /);
  expect(cutBefore).toBeLessThan(30);
  await until('all strangers are cut', () => cut() === 60);
  http.off('connection', meet).off('request', read);
});

test('of a thousand heads that a stranger sends in one go a dozen are parsed', async () => {
  const http = server.app.nest.getHttpServer();
  let parsed = 0;
  const count = (): void => void (parsed += 1);
  http.on('request', count);
  const { socket, closed } = wireTo(server.origin, inOneGo);
  sockets.push(socket);
  await closed;
  http.off('request', count);
  expect(parsed).toBeLessThanOrEqual(12);
});

/** A stranger that sends much, and comes again whenever it is cut, until `isOver`. */
function intruder(isOver: () => boolean): void {
  const socket = connect(Number(new URL(server.origin).port), '127.0.0.1', () => socket.write(inOneGo));
  sockets.push(socket);
  socket.on('error', () => undefined).resume();
  socket.once('close', () => {
    if (!isOver()) intruder(isOver);
  });
}

test('new connections of a holder are answered beside 300 strangers of the same address who send much and come again', async () => {
  let over = false;
  for (let nth = 0; nth < 300; nth += 1) intruder(() => over);
  await until('they were all cut twice', () => sockets.length > 900);
  const statuses: number[] = [];
  for (let nth = 0; nth < 3; nth += 1) statuses.push(await holderPosts());
  over = true;
  expect(statuses).toEqual([201, 201, 201]);
}, 60_000);

/** The status of what a holder posts; 0: the connection was closed unanswered. */
const postOn = (socket: Socket): Promise<number> =>
  new Promise((then) => {
    if (socket.destroyed) then(0);
    socket.once('close', () => {
      then(0);
    });
    socket.once('data', (answer) => {
      then(Number(answer.toString().split(' ')[1]));
    });
    socket.write(`${head('report')}Content-Length: 2\r\n\r\n{}`);
  });

test('500 connections that a holder opens at once are not closed before their heads have come', async () => {
  const held = [...(await connected(500))];
  const statuses: number[] = [];
  // the last opened send first: too many others would be closed, the oldest first
  while (held.length > 0) statuses.push(...(await Promise.all(held.splice(-50).map(postOn))));
  expect(statuses.filter((status) => status !== 201)).toEqual([]);
});

/** Lengthens each turn of the loop, as much work does. */
function burden(isOver: () => boolean): void {
  const untilMs = performance.now() + 20;
  while (performance.now() < untilMs);
  if (!isOver()) setImmediate(burden, isOver);
}

test('connections of a holder whose heads have come are not closed, however long their requests wait to be begun', async () => {
  const small = await server.another({
    HERMES_MAX_CONNECTIONS: '64',
    HERMES_MAX_REQUESTS: '8',
    HERMES_MAX_WAITING_READS: '8',
  });
  let over = false;
  try {
    const to = await small.listen();
    let met = 0;
    small.nest.getHttpServer().on('connection', () => (met += 1));
    const held = await connected(40, to);
    await until('the server has met them', () => met === 40);
    burden(() => over);
    expect(new Set(await Promise.all(held.map(postOn)))).toEqual(new Set([201]));
  } finally {
    over = true;
    for (const socket of sockets.splice(0)) socket.destroy();
    await small.close();
  }
});

test('of the body of a stranger nothing more is read once it is refused', async () => {
  let read: Socket | undefined;
  const http = server.app.nest.getHttpServer();
  http.once('connection', (socket: Socket) => (read = socket));
  const [socket] = await connected(1);
  const closed = new Promise((then) => socket?.once('close', then));
  socket?.write(`${head()}Content-Length: 100000000\r\n\r\n`);
  await new Promise((then) => socket?.once('data', then));
  socket?.write(Buffer.alloc(16_000_000));
  await closed;
  await until('the server is done with it', () => read?.destroyed === true);
  expect(read?.bytesRead).toBeLessThan(1_000_000);
});
