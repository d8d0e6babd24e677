/** Figures, ids and the limits of connections, through the whole platform and over sockets. */
import { connect, type Socket } from 'node:net';
import { Controller, Get, Module, Param } from '@nestjs/common';
import { done } from '#contracts';
import { StoreUnavailable, type Feed, type Journal, type Views } from '#ports';
import { Caller, Needs } from '../api/access/guard.js';
import type { Identity } from '../api/access/roles.js';
import { createApp, type App } from './create-app.js';
import { createLog } from '../operate/log.js';
import { readSettings } from '../settings/settings.js';
import { faultsOf } from '../operate/metrics/testing-rules.js';
import { until } from '../../testing/until.js';

@Controller('things')
@Needs('read')
class ThingsController {
  @Get(':id')
  one(@Param('id') id: string, @Caller() { trace }: Identity): object {
    if (id === 'broken') throw new Error('a defect');
    if (id === 'away') throw new StoreUnavailable('journal', 'away');
    return done({ trace });
  }
}

@Module({ controllers: [ThingsController] })
class ThingsModule {}

const lines: Record<string, unknown>[] = [];
let app: App | undefined;

async function start(environment: Record<string, string> = {}): Promise<string> {
  app = await createApp({
    modules: [ThingsModule],
    useCases: [],
    settings: readSettings({ HERMES_PORT: '0', ...environment }),
    log: createLog('debug', { write: (line) => lines.push(JSON.parse(line) as Record<string, unknown>) }),
    stores: { journal: {} as Journal, feed: {} as Feed, views: {} as Views, close: async () => undefined },
  });
  return app.listen();
}

beforeEach(() => {
  lines.length = 0;
});
afterEach(async () => {
  await app?.close();
});

const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';

/** Lines of a figure, once it has any. */
async function figure(origin: string, name: string): Promise<readonly string[]> {
  let found: readonly string[] = [];
  await until(`${name} has a line`, async () => {
    const text = await (await fetch(`${origin}/metrics`)).text();
    found = text.split('\n').filter((line) => line.startsWith(`${name}{`) || line.startsWith(`${name} `));
    return found.length > 0;
  });
  return found;
}

const PLAIN = 'text/plain; version=0.0.4; charset=utf-8';
const OPEN = 'application/openmetrics-text; version=1.0.0; charset=utf-8';

test('the figures are text for Prometheus or OpenMetrics, outside of the API, as is accepted', async () => {
  const origin = await start();
  for (const [accept, type] of [
    ['text/plain', PLAIN],
    ['*/*', PLAIN],
    ['application/openmetrics-text;version=1.0.0,text/plain;q=0.5,*/*;q=0.1', OPEN],
    ['application/openmetrics-text;q=0.4,text/plain;q=0.5', PLAIN],
  ] as const) {
    const answer = await fetch(`${origin}/metrics`, { headers: { accept } });
    expect([accept, answer.status, answer.headers.get('content-type')]).toEqual([accept, 200, type]);
    const text = await answer.text();
    expect(text).toMatch(/^# HELP hermes_refusals(?:_total)? /);
    expect([type, text.endsWith('# EOF\n'), faultsOf(text)]).toEqual([type, type === OPEN, []]);
  }
  expect((await fetch(`${origin}/api/v1/metrics`)).status).toBe(404);
  expect((await fetch(`${origin}/metrics?a=1`)).status).toBe(422);
});

test('figures of parts that the app does not have are absent, not zero', async () => {
  const origin = await start();
  const text = await (await fetch(`${origin}/metrics`)).text();
  expect(text).toContain('hermes_journal_append_duration_seconds_count 0');
  for (const name of ['events_accepted_total', 'projection_latency_seconds', 'relay_entries', 'parked_hosts'])
    expect(text).not.toContain(`hermes_${name}`);
});

test('requests are counted by route, refusals by code, from whichever layer', async () => {
  const origin = await start();
  for (const path of ['/api/v1/things/1', '/api/v1/things/2', '/api/v1/things/away', '/api/v1/x1', '/api/v1/x2'])
    await fetch(origin + path);
  await fetch(`${origin}/api/v1/things/%zz`);
  await raw(origin, 'HELLO\r\n\r\n');
  expect(await figure(origin, 'hermes_http_requests_total')).toEqual(
    expect.arrayContaining([
      'hermes_http_requests_total{method="GET",route="/api/v1/things/:id",status="200"} 2',
      'hermes_http_requests_total{method="GET",route="/api/v1/things/:id",status="503"} 1',
      'hermes_http_requests_total{method="any",route="none",status="404"} 2',
    ]),
  );
  expect(await figure(origin, 'hermes_refusals_total')).toEqual(
    expect.arrayContaining([
      'hermes_refusals_total{code="store-unavailable"} 1',
      'hermes_refusals_total{code="not-found"} 2',
      'hermes_refusals_total{code="malformed"} 2',
    ]),
  );
  expect(await figure(origin, 'hermes_ready')).toEqual(['hermes_ready 1']);
});

test('every answer has its request id; the log has it beside the trace, a problem repeats it', async () => {
  const origin = await start();
  const answer = await fetch(`${origin}/api/v1/things/broken`, { headers: { traceparent } });
  const id = String(answer.headers.get('hermes-request-id'));
  expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  expect(await answer.json()).toMatchObject({ instance: `urn:uuid:${id}` });
  const of = lines.filter(({ requestId }) => requestId === id);
  expect(of).toEqual([
    expect.objectContaining({ level: 'error', traceId: '0af7651916cd43dd8448eb211c80319c' }),
    expect.objectContaining({ msg: 'answered', status: 500, traceId: '0af7651916cd43dd8448eb211c80319c' }),
  ]);
  for (const path of ['/health/live', '/metrics', '/nothing', '/api/v1/things/%zz'])
    expect((await fetch(origin + path)).headers.get('hermes-request-id')).toMatch(/^[0-9a-f-]{36}$/);
});

test('handlers get the trace: the caller’s, or one whose id is the request’s', async () => {
  const origin = await start();
  const given = await fetch(`${origin}/api/v1/things/1`, { headers: { traceparent } });
  const ids = (answer: Response) => String(answer.headers.get('hermes-request-id')).replaceAll('-', '');
  expect(await given.json()).toMatchObject({
    value: { trace: `00-0af7651916cd43dd8448eb211c80319c-${ids(given).slice(16)}-01` },
  });
  const made = await fetch(`${origin}/api/v1/things/1`);
  expect(await made.json()).toMatchObject({ value: { trace: `00-${ids(made)}-${ids(made).slice(16)}-00` } });
});

function raw(origin: string, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let answer = '';
    const socket = connect(Number(new URL(origin).port), '127.0.0.1', () => socket.write(text));
    socket.on('data', (chunk) => (answer += chunk.toString()));
    socket.on('close', () => {
      resolve(answer);
    });
    socket.on('error', reject);
  });
}

test('a head that comes too slowly, and one that never begins, are cut; others are served meanwhile', async () => {
  const origin = await start({ HERMES_MAX_HEAD_SECONDS: '1' });
  const slow = [raw(origin, 'GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: '), raw(origin, '')];
  expect((await fetch(`${origin}/api/v1/things/1`)).status).toBe(200);
  for (const answer of await Promise.all(slow)) expect(answer).toMatch(/^(?:HTTP\/1\.1 400 [\s\S]*"malformed")?/);
  const [begun = ''] = await Promise.all(slow);
  expect(begun).toMatch(/^HTTP\/1\.1 400 [\s\S]*in time/);
});

test('a body that comes too slowly is cut', async () => {
  const origin = await start({ HERMES_MAX_HEAD_SECONDS: '1', HERMES_MAX_REQUEST_SECONDS: '2' });
  const head = 'POST /api/v1/things/1 HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n';
  expect(await raw(origin, `${head}Content-Length: 100\r\n\r\n{"a`)).toMatch(/^HTTP\/1\.1 4\d\d /);
  expect((await fetch(`${origin}/api/v1/things/1`)).status).toBe(200);
});

test('connections beyond the limit are closed, counted, and welcome again when others have gone', async () => {
  const origin = await start({
    HERMES_MAX_CONNECTIONS: '4',
    HERMES_MAX_REQUESTS: '1',
    HERMES_MAX_WAITING_READS: '1',
  });
  const port = Number(new URL(origin).port);
  const open = (): Promise<{ readonly socket: Socket; readonly closed: Promise<void> }> =>
    new Promise((resolve) => {
      const socket = connect(port, '127.0.0.1', () => {
        resolve({ socket, closed });
      });
      const closed = new Promise<void>((end) => {
        socket.once('close', () => {
          end();
        });
      });
      socket.on('error', () => undefined);
    });
  // of those on which nobody was let in, one may be open
  const held = [await open(), await open()];
  await held[0]?.closed;
  for (const { socket } of held) socket.destroy();
  await Promise.all(held.map(({ closed }) => closed));
  for (let tries = 0; tries < 200; tries += 1) {
    const answer = await fetch(`${origin}/health/live`).catch(() => undefined);
    if (answer?.ok === true) break;
  }
  const [dropped = ''] = await figure(origin, 'hermes_http_connections_dropped_total');
  expect(Number(dropped.split(' ')[1])).toBeGreaterThanOrEqual(1);
});
