/** The server's own limits, and that a defect in what Node calls by itself ends one connection rather than the process. */
import { connect, type AddressInfo } from 'node:net';
import type { PlatformLog } from '../operate/log.js';
import { Metrics } from '../operate/metrics/metrics.js';
import { readSettings } from '../settings/settings.js';
import { createHttpServer } from './adapter.js';

const logged: unknown[] = [];
const ignore = (): void => undefined;
const log: PlatformLog = {
  debug: ignore,
  info: ignore,
  warn: ignore,
  error: (_message, fields) => logged.push(fields),
};

function create(environment: Record<string, string> = {}, metrics = new Metrics()) {
  const { limits } = readSettings(environment);
  return createHttpServer({
    limits,
    log,
    metrics,
    receive: () => ({ principal: null, holder: 'somebody', reads: true }),
    holderOf: () => 'somebody',
    logLine: () => undefined,
  }).adapter.getInstance();
}

test('nothing may move on a connection for two minutes, or as long as a request may take, or a read may wait and a minute', () => {
  expect(create().server.timeout).toBe(120_000);
  expect(create({ HERMES_MAX_REQUEST_SECONDS: '200' }).server.timeout).toBe(200_000);
  expect(create({ HERMES_MAX_REQUEST_SECONDS: '20', HERMES_MAX_WAIT_SECONDS: '5' }).server.timeout).toBe(65_000);
});

const unreadable = [
  ['what is no HTTP', 'HELLO\r\n\r\n'],
  ['what is no HTTP, after a request that is answered', 'GET / HTTP/1.1\r\nHost: x\r\n\r\nHELLO\r\n\r\n'],
  ['an unknown expectation', 'GET / HTTP/1.1\r\nHost: x\r\nExpect: a-miracle\r\n\r\n'],
] as const;

test.each(unreadable)('a defect while %s is refused ends its connection; others are served', async (_what, text) => {
  const metrics = new Metrics();
  const cause = new Error('a defect');
  metrics.refused = () => {
    throw cause;
  };
  const instance = create({}, metrics);
  instance.get('/', () => 'served');
  await instance.listen({ port: 0, host: '127.0.0.1' });
  const { port } = instance.server.address() as AddressInfo;
  logged.length = 0;
  await new Promise<void>((resolve) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(text));
    socket.on('error', ignore);
    socket.on('close', () => {
      resolve();
    });
    socket.resume();
  });
  expect(logged).toEqual([{ err: cause }]);
  expect(await (await fetch(`http://127.0.0.1:${port}/`)).text()).toBe('served');
  await instance.close();
});

const late = 'POST / HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n{';

test('a body that is too slow ends its connection once what was asked before it is answered', async () => {
  const instance = create({ HERMES_MAX_HEAD_SECONDS: '1', HERMES_MAX_REQUEST_SECONDS: '1' });
  let answer = (): void => undefined;
  const asked = new Promise<void>((resolve) => {
    instance.get('/', async () => {
      resolve();
      await new Promise<void>((then) => (answer = then));
      return 'served';
    });
  });
  instance.post('/', () => 'never');
  await instance.listen({ port: 0, host: '127.0.0.1' });
  const { port } = instance.server.address() as AddressInfo;
  let received = '';
  const socket = connect(port, '127.0.0.1', () => socket.write(`GET / HTTP/1.1\r\nHost: x\r\n\r\n${late}`));
  const closed = new Promise((resolve) => socket.once('close', resolve));
  socket.on('data', (chunk) => (received += chunk.toString()));
  await asked;
  // one that begins later is cut: by then the first is too late as well
  await new Promise((resolve) => {
    const other = connect(port, '127.0.0.1', () => other.write(late));
    other.once('close', resolve).resume();
  });
  expect(received).toBe('');
  answer();
  await closed;
  expect(received).toMatch(/^HTTP\/1\.1 200 [^]*servedHTTP\/1\.1 400 [^]*in time/);
  await instance.close();
});

test('a body that nobody reads keeps nobody waiting, once it has come', async () => {
  const instance = create({ HERMES_MAX_HEAD_SECONDS: '1', HERMES_MAX_REQUEST_SECONDS: '1' });
  let answer = (): void => undefined;
  instance.get('/', async () => {
    await new Promise<void>((then) => (answer = then));
    return 'served';
  });
  await instance.listen({ port: 0, host: '127.0.0.1' });
  const { port } = instance.server.address() as AddressInfo;
  let received = '';
  const socket = connect(port, '127.0.0.1', () =>
    socket.write('GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n123456789'),
  );
  socket.on('data', (chunk) => (received += chunk.toString()));
  const closed = new Promise((resolve) => socket.once('close', resolve));
  await new Promise((resolve) => {
    const other = connect(port, '127.0.0.1', () => other.write(late));
    other.once('close', resolve).resume();
  });
  answer();
  // the connection goes on
  socket.write('OPTIONS / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n');
  await closed;
  expect(received.match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 200', 'HTTP/1.1 404']);
  await instance.close();
});
