/** Stopping is an order: intake, relay, projector, presence, traces, stores; and requests in flight hold it up for a bounded time only. */
import { connect } from 'node:net';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { until } from '../../testing/until.js';
import { Shutdown } from './shutdown.js';

const errors: string[] = [];
const log = {
  info: () => undefined,
  warn: () => undefined,
  error: (message: string, fields?: object) => errors.push(`${message} ${JSON.stringify(fields)}`),
};

interface Served {
  readonly adapter: FastifyAdapter;
  readonly origin: string;
  /** Resolves when a request is being worked on. */
  readonly entered: Promise<void>;
  readonly answer: () => void;
}

async function serve(): Promise<Served> {
  const adapter = new FastifyAdapter({ forceCloseConnections: 'idle', return503OnClosing: false });
  let answer: () => void = () => undefined;
  const gate = new Promise<void>((resolve) => (answer = resolve));
  const instance = adapter.getInstance();
  const entered = new Promise<void>((resolve) => {
    instance.get('/wait', async () => {
      resolve();
      await gate;
      return { done: true };
    });
  });
  const origin = await instance.listen({ port: 0, host: '127.0.0.1' });
  return { adapter, origin, entered, answer };
}

beforeEach(() => {
  errors.length = 0;
});

test('stages stop in order, steps of one stage as they were added, and the signal aborts first', async () => {
  const { adapter } = await serve();
  const shutdown = new Shutdown(adapter, log);
  const stopped: string[] = [];
  const step = (name: string) => () => {
    expect(shutdown.signal.aborted).toBe(true);
    stopped.push(name);
  };
  shutdown.add('stores', 'views', step('views'));
  shutdown.add('traces', 'traces', step('traces'));
  shutdown.add('presence', 'entries version', step('entries version'));
  shutdown.add('projector', 'projector', step('projector'));
  shutdown.add('stores', 'journal', step('journal'));
  shutdown.add('relay', 'relay', step('relay'));
  shutdown.add('intake', 'ingest', step('ingest'));
  expect(shutdown.signal.aborted).toBe(false);
  await shutdown.beforeApplicationShutdown();
  expect(stopped).toEqual(['ingest', 'relay']);
  await shutdown.onApplicationShutdown();
  expect(stopped).toEqual(['ingest', 'relay', 'projector', 'entries version', 'traces', 'views', 'journal']);
});

test('a step that fails is logged, and the next is done', async () => {
  const { adapter } = await serve();
  const shutdown = new Shutdown(adapter, log);
  let stopped = false;
  shutdown.add('relay', 'relay', () => Promise.reject(new Error('stuck')));
  shutdown.add('stores', 'stores', () => {
    stopped = true;
  });
  await shutdown.beforeApplicationShutdown();
  await shutdown.onApplicationShutdown();
  expect(stopped).toBe(true);
  expect(errors).toEqual([expect.stringContaining('"part":"relay"')]);
});

test('a request in flight is answered, and its kept connection does not hold up the end', async () => {
  const { adapter, origin, entered, answer } = await serve();
  const shutdown = new Shutdown(adapter, log, 3_600_000);
  let answered = '';
  const socket = connect(Number(new URL(origin).port), '127.0.0.1', () => {
    socket.write('GET /wait HTTP/1.1\r\nHost: x\r\n\r\n');
  });
  socket.on('data', (chunk) => (answered += chunk.toString()));
  const closed = new Promise((resolve) => socket.once('close', resolve));
  await entered;
  let stopped = false;
  const stop = shutdown.beforeApplicationShutdown().then(() => (stopped = true));
  // what was idle is closed by then
  const { server } = adapter.getInstance();
  await until('nothing listens any more', () => !server.listening);
  expect(stopped).toBe(false);
  answer();
  await Promise.all([stop, closed]);
  expect(answered).toMatch(/Connection: keep-alive[\s\S]*\{"done":true\}$/);
});

test('a request that does not end is cut off', async () => {
  const { adapter, origin, entered, answer } = await serve();
  const shutdown = new Shutdown(adapter, log, 10);
  const cut = fetch(`${origin}/wait`).then(
    () => 'answered',
    () => 'cut',
  );
  await entered;
  await shutdown.beforeApplicationShutdown();
  expect(await cut).toBe('cut');
  answer();
});
