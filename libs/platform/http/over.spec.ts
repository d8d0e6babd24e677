/** A request is over once, whichever way it ends; also one whose answer waited behind another's when the connection went. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { whenOver } from './over.js';
import { until } from '../../testing/until.js';

const server = createServer();
const over: (string | undefined)[] = [];
/** Answers the request of a path, when the test says so. */
const answers = new Map<string, () => void>();

beforeAll(async () => {
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    whenOver(request, response, () => over.push(request.url));
    request.resume();
    answers.set(request.url ?? '', () => response.end('done'));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterAll(() => new Promise((resolve) => server.close(resolve)));
beforeEach(() => {
  over.length = 0;
  answers.clear();
});

/** Sends requests for these paths in one go; resolves once all of them have come. */
async function ask(...paths: readonly string[]): Promise<Socket> {
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
  socket.on('error', () => undefined);
  socket.resume();
  let left = paths.length;
  const come = new Promise<void>((resolve) => {
    const count = (): void => {
      left -= 1;
      if (left > 0) return;
      server.off('request', count);
      resolve();
    };
    server.on('request', count);
  });
  socket.write(paths.map((path) => `GET ${path} HTTP/1.1\r\nHost: x\r\n\r\n`).join(''));
  await come;
  return socket;
}

async function isOver(...paths: readonly string[]): Promise<void> {
  await until(`${paths.join(', ')} are over`, () => over.length >= paths.length, { seen: () => over.join(' ') });
  expect([...over].sort()).toEqual(paths);
}

test('answered: over, and not once more when the connection goes', async () => {
  const socket = await ask('/a');
  expect(over).toEqual([]);
  answers.get('/a')?.();
  await isOver('/a');
  const closed = new Promise((resolve) => socket.once('close', resolve));
  socket.destroy();
  await closed;
  (await ask('/b')).destroy();
  await isOver('/a', '/b');
});

test('gone: over, also the requests that waited behind the first one, whatever is answered then', async () => {
  const socket = await ask('/a', '/b', '/c');
  socket.destroy();
  await isOver('/a', '/b', '/c');
  for (const answer of answers.values()) answer();
  (await ask('/d')).destroy();
  await isOver('/a', '/b', '/c', '/d');
});

test('many on one connection add no listener each', async () => {
  const warned: unknown[] = [];
  const onWarning = (warning: unknown): void => {
    warned.push(warning);
  };
  process.on('warning', onWarning);
  const paths = Array.from({ length: 30 }, (_, nth) => `/${String(nth).padStart(2, '0')}`);
  const socket = await ask(...paths);
  for (const answer of answers.values()) answer();
  await isOver(...paths);
  process.off('warning', onWarning);
  expect(warned).toEqual([]);
  socket.destroy();
});
