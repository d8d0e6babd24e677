/** The router between real sockets: it streams both ways, adds nothing, and says what is away. */
import { createServer, request as connectTo, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { createRouter } from './router.js';

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

const servers: Server[] = [];
/** What the app behind does; each test says. */
let handler: Handler;
let app: string;
let origin: string;

async function serve(server: Server): Promise<string> {
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

beforeEach(async () => {
  app = await serve(
    createServer((request, response) => {
      handler(request, response);
    }),
  );
  origin = await serve(createRouter({ ingest: app, projector: app, query: app }));
});
afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});

/** Sends bytes, and answers all that comes back until the other side closes. */
function raw(text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let answer = '';
    const socket = connect(Number(new URL(origin).port), '127.0.0.1', () => socket.write(text));
    socket.on('data', (chunk: Buffer) => (answer += chunk.toString()));
    socket.on('close', () => {
      resolve(answer);
    });
    socket.on('error', reject);
  });
}

test('heads go on as they are: names, repeats and status line, without what is of the connection', async () => {
  let seen: IncomingMessage | undefined;
  handler = (request, response) => {
    seen = request;
    response.sendDate = false;
    response.writeHead(207, 'Some Of It', [
      'X-Way',
      'back',
      'Set-Cookie',
      'a=1',
      'Set-Cookie',
      'b=2',
      'Content-Length',
      '2',
    ]);
    response.end('ok');
  };
  const answer = await raw(
    'GET /api/v1/labors?a=%20b HTTP/1.1\r\nHost: hermes.example:80\r\nX-Way: There\r\nx-two: 1\r\nX-Two: 2\r\nConnection: close, X-Hop\r\nX-Hop: 1\r\n\r\n',
  );
  expect([seen?.method, seen?.url]).toEqual(['GET', '/api/v1/labors?a=%20b']);
  expect(seen?.rawHeaders).toEqual([
    'Host',
    'hermes.example:80',
    'X-Way',
    'There',
    'x-two',
    '1',
    'x-two',
    '2',
    'Connection',
    'close',
  ]);
  expect(answer.split('\r\n')).toEqual([
    'HTTP/1.1 207 Some Of It',
    'X-Way: back',
    'Set-Cookie: a=1',
    'Set-Cookie: b=2',
    'Content-Length: 2',
    'Connection: close',
    '',
    'ok',
  ]);
});

test.each([
  ['POST', '', []],
  ['GET', '', []],
  ['POST', 'Content-Length: 0\r\n', ['content-length: 0']],
  ['POST', 'Transfer-Encoding: chunked\r\n', ['transfer-encoding: chunked']],
])('%s with %j is framed as it was', async (method, head, framed) => {
  let seen: readonly string[] = [];
  handler = ({ headers }, response) => {
    seen = Object.entries(headers).map(([name, value]) => `${name}: ${String(value)}`);
    response.end();
  };
  const end = head.startsWith('Transfer') ? '0\r\n\r\n' : '';
  await raw(`${method} /api/v1/events HTTP/1.1\r\nHost: a\r\nConnection: close\r\n${head}\r\n${end}`);
  expect([...seen].sort()).toEqual(['connection: close', ...framed, 'host: a'].sort());
});

test('bodies stream both ways: an answer comes while its request is still being sent', async () => {
  handler = (request, response) => {
    response.writeHead(200, { 'content-type': 'application/x-ndjson' }).flushHeaders();
    request.on('data', (chunk: Buffer) => response.write(`got ${chunk.toString()}`));
    request.on('end', () => response.end('end'));
  };
  const sending = connectTo(`${origin}/api/v1/events`, { method: 'POST' });
  sending.flushHeaders();
  const answered = await new Promise<IncomingMessage>((resolve) => sending.once('response', resolve));
  for (const part of ['one', 'two']) {
    sending.write(part);
    const chunk = await new Promise<Buffer>((resolve) => answered.once('data', resolve));
    expect(chunk.toString()).toBe(`got ${part}`);
  }
  sending.end();
  const last = await new Promise<Buffer>((resolve) => answered.once('data', resolve));
  expect(last.toString()).toBe('end');
});

test('an app that is away is 503, and one that ends without an answer 502, both as problems', async () => {
  handler = (request) => request.socket.destroy();
  const broken = await fetch(`${origin}/api/v1/events`, { method: 'POST', body: 'x'.repeat(200_000) });
  expect([broken.status, broken.headers.get('content-type')]).toEqual([502, 'application/problem+json; charset=utf-8']);
  expect(await broken.json()).toMatchObject({ code: 'outcome-unknown', status: 502 });
  const [behind] = servers;
  await new Promise((resolve) => behind?.close(resolve));
  const away = await fetch(`${origin}/api/v1/labors`);
  expect([away.status, away.headers.get('retry-after')]).toEqual([503, '1']);
  expect(await away.json()).toMatchObject({
    code: 'store-unavailable',
    detail: `query is away: nobody answers at ${app} (ECONNREFUSED)`,
  });
});

test('what is cut short there is cut short here, and the other way round', async () => {
  handler = (_request, response) => {
    response.writeHead(200, { 'content-length': '10' });
    response.write('half', () => response.destroy());
  };
  await expect(fetch(`${origin}/api/v1/labors`).then((answer) => answer.text())).rejects.toThrow();
  const gone = new Promise<void>((resolve) => {
    handler = (_request, response) => {
      response.writeHead(200).write('begun');
      response.on('close', resolve);
    };
  });
  const leaving = connectTo(`${origin}/api/v1/labors`).end();
  await new Promise((resolve) => leaving.once('response', resolve));
  leaving.destroy();
  await gone;
});

test('a client that is answered before it has sent everything reads the answer', async () => {
  handler = (_request, response) => {
    response.writeHead(413, { connection: 'close', 'content-length': '3' }).end('no!');
  };
  const sending = connectTo(`${origin}/api/v1/events`, { method: 'POST', headers: { 'content-length': '1000000' } });
  sending.write('x'.repeat(1000));
  const answered = await new Promise<IncomingMessage>((resolve, reject) => {
    sending.once('response', resolve);
    sending.once('error', reject);
  });
  expect(answered.statusCode).toBe(413);
  const socket: Socket = answered.socket;
  await new Promise((resolve) => socket.once('close', resolve));
});

test('people are led from / to the page of the reading half', async () => {
  const answer = await fetch(`${origin}/`, { redirect: 'manual' });
  expect([answer.status, answer.headers.get('location')]).toEqual([302, '/api/query/docs']);
  expect((await fetch(`${origin}/`, { method: 'POST' })).status).toBe(404);
});

test('its own health, and nothing else beside the apps', async () => {
  const live = await fetch(`${origin}/health/live`);
  expect([live.status, await live.json()]).toEqual([200, { status: 'live' }]);
  for (const path of ['/metrics', '/health/ready', '/api/docs']) {
    const nowhere = await fetch(origin + path);
    expect([nowhere.status, ((await nowhere.json()) as { readonly code: string }).code]).toEqual([404, 'not-found']);
  }
});
