/** Too much at once: refused with 503 and Retry-After, nothing that was answered is lost or doubled, and afterwards all is as before. */
import { connect } from 'node:net';
import type { Answer, Json } from '../harness/api.js';
import { Hermes, temporaryFolder } from '../harness/hermes.js';
import { send } from '../harness/stream.js';
import { until } from '../../libs/testing/until.js';

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let hermes: Hermes;

async function start(env: Readonly<Record<string, string>>): Promise<void> {
  hermes = await Hermes.start({ dataDir: folder.path, env });
  await hermes.api.must('/event-types', { category: 'disk', state: 'full' });
}

beforeEach(async () => {
  folder = await temporaryFolder();
});

afterEach(async () => {
  await hermes.kill();
  await folder.remove();
});

/** Each answer is a success or says when to come again. */
function split(answers: readonly Answer<Json>[]): { readonly accepted: number; readonly refused: number } {
  const refused = answers.filter(({ status }) => status !== 201);
  for (const { status, body, headers } of refused) {
    expect([status, String(body['code'])]).toEqual([503, 'overloaded']);
    expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
  }
  return { accepted: answers.length - refused.length, refused: refused.length };
}

async function figure(name: string): Promise<number> {
  const text = await (await fetch(`${hermes.api.origin}/metrics`)).text();
  return Number(new RegExp(`^${name.replace(/[{}]/g, '\\$&')} (.*)$`, 'm').exec(text)?.[1] ?? 0);
}

test('a flood of requests: what is beyond the limit is refused at once, health and figures are answered meanwhile', async () => {
  await start({ HERMES_MAX_REQUESTS: '4' });
  // writes whose bodies do not come are worked on all the while: as many as one address may have
  const port = Number(new URL(hermes.api.origin).port);
  const slow = Array.from({ length: 3 }, () => {
    const socket = connect(port, '127.0.0.1');
    socket.on('error', () => undefined).resume();
    socket.write(
      'POST /api/v1/events HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n{',
    );
    return socket;
  });
  await until('they are being worked on', async () => (await figure('hermes_http_requests_active')) === 3);
  const flood = await Promise.all(
    Array.from({ length: 200 }, (_, nth) => hermes.api.post('/events', { type: 'disk-full', host: `h${nth}` })),
  );
  expect(split(flood)).toEqual({ accepted: 0, refused: 200 });
  expect((await fetch(`${hermes.api.origin}/health/ready`)).status).toBe(200);
  expect((await hermes.api.get('/labors')).status).toBe(200);
  for (const socket of slow) socket.destroy();
  await until('they are gone', async () => (await figure('hermes_http_requests_active')) === 0);

  expect((await hermes.api.post('/events', { type: 'disk-full', host: 'after' })).status).toBe(201);
  expect(await hermes.api.total('/events')).toBe(1);
  expect(await figure('hermes_refusals_total{code="overloaded"}')).toBe(200);
  await until('the figure shows it', async () => (await figure('hermes_events_accepted_total')) === 1);
}, 60_000);

test('more than may wait for the journal: all of a request or nothing, and what was accepted is there once', async () => {
  await start({ HERMES_MAX_QUEUED_ENTRIES: '100' });
  // a request that finds nothing waiting is always taken; it then fills the queue for several turns
  const events = 2500;
  const send = (nth: number): Promise<Answer<Json>> => {
    const hosts = Array.from({ length: events }, (_, index) => `r${nth}-h${index}`);
    return hermes.api.post('/events', { type: 'disk-full', hosts, key: 'once' });
  };
  const flood = await Promise.all(Array.from({ length: 8 }, (_, nth) => send(nth)));
  const { accepted, refused } = split(flood);
  expect(refused).toBeGreaterThan(0);
  expect(accepted).toBeGreaterThan(0);
  expect(await hermes.api.total('/events')).toBe(accepted * events);

  // refused requests are sent again, as Retry-After says, until each is accepted
  for (let nth = 0; nth < flood.length; nth += 1) {
    if (flood[nth]?.status !== 201) expect((await send(nth)).status).toBe(201);
  }
  const all = flood.length * events;
  expect(await hermes.api.total('/events')).toBe(all);
  expect(await figure('hermes_events_accepted_total')).toBe(all);
  expect(await figure('hermes_append_queue_entries')).toBe(0);
}, 60_000);

test('bodies that are more in sum than may be held: refused at once, streams and reads are not, and it is as before afterwards', async () => {
  await start({ HERMES_MAX_BODY_BYTES: '65536', HERMES_MAX_HELD_BYTES: '100000' });
  const large = { type: 'disk-full', hosts: Array.from({ length: 5000 }, (_, nth) => `held-${nth}`) };
  const upload = JSON.stringify(large);
  const socket = connect(Number(new URL(hermes.api.origin).port), '127.0.0.1');
  socket.on('error', () => undefined);
  socket.resume();
  socket.write(
    `POST /api/v1/events HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: ${upload.length}\r\n\r\n${upload.slice(0, 100)}`,
  );
  await until('it is being read', async () => (await figure('hermes_http_held_bytes')) === upload.length);
  const flood = await Promise.all(Array.from({ length: 20 }, () => hermes.api.post('/events', large)));
  expect(split(flood)).toEqual({ accepted: 0, refused: 20 });
  expect((await hermes.api.post('/events', { type: 'disk-full', host: 'small' })).status).toBe(201);
  const lines = Array.from({ length: 3000 }, (_, nth) => `{"type": "disk-full", "host": "line-${nth}"}\n`).join('');
  const stream = await send(hermes.api.origin, '/events', { 'content-type': 'application/x-ndjson' }, lines).answer;
  expect(stream).toMatchObject({ status: 201, body: { accepted: 3000 } });
  await until('the views have both', async () => (await hermes.api.total('/events')) === 3001);

  socket.destroy();
  await until('it is free again', async () => (await figure('hermes_http_held_bytes')) === 0);
  expect((await hermes.api.post('/events', large)).status).toBe(201);
  expect(await hermes.api.total('/events')).toBe(3001 + 5000);
  expect(await figure('hermes_refusals_total{code="overloaded"}')).toBe(20);
}, 60_000);

test('reads that wait for the views, beyond their limit', async () => {
  // three for one address
  await start({ HERMES_MAX_WAITING_READS: '4', HERMES_MAX_REQUESTS: '4' });
  // each event of the host closes and opens a hundred labors, once it has them
  const carryOn = { creates: 'disk-full', completedBy: 'disk-full' };
  for (const fate of [carryOn, { ...carryOn, intermediate: true }]) await hermes.api.must('/fates', fate);
  const events = Array.from({ length: 250 }, () => ({ type: 'disk-full', host: 'busy' }));
  await hermes.api.must('/events', events);
  const behind = { 'hermes-min-position': String(hermes.api.position), 'hermes-wait': '30' };
  const read = (): Promise<Answer<Json>> => hermes.api.call('GET', '/hosts/busy', undefined, behind);
  const waiting = [read(), read(), read()];
  await until('they wait', async () => (await figure('hermes_reads_waiting{by="query"}')) === 3);
  expect(await figure('hermes_http_requests_active')).toBe(0);
  expect(split([await read()])).toEqual({ accepted: 0, refused: 1 });
  expect((await hermes.api.call('GET', '/labors')).status).toBe(200);
  expect((await hermes.api.post('/events', { type: 'disk-full', host: 'meanwhile' })).status).toBe(201);
  for (const answer of await Promise.all(waiting)) expect(answer.status).toBe(200);
  expect(await figure('hermes_reads_waiting{by="query"}')).toBe(0);

  const beyond = { 'hermes-min-position': String(hermes.api.position + 1_000_000n), 'hermes-wait': '30' };
  const begun = performance.now();
  const answer = await hermes.api.call('GET', '/labors', undefined, beyond);
  expect([answer.status, answer.body['code']]).toEqual([503, 'not-caught-up']);
  expect(performance.now() - begun).toBeLessThan(10_000);
}, 60_000);

test('senders that are too slow are cut, however many; quick ones are served all the while', async () => {
  await start({
    HERMES_MAX_HEAD_SECONDS: '2',
    HERMES_MAX_CONNECTIONS: '100',
    HERMES_MAX_REQUESTS: '8',
    HERMES_MAX_WAITING_READS: '50',
  });
  const port = Number(new URL(hermes.api.origin).port);
  let open = 0;
  const slow = Array.from(
    { length: 60 },
    (_, nth) =>
      new Promise<void>((resolve) => {
        const socket = connect(port, '127.0.0.1', () => {
          open += 1;
          socket.write(nth % 2 === 0 ? 'POST /api/v1/events HTTP/1.1\r\nHost: 127.0.0.1\r\nX-' : 'G');
        });
        socket.on('error', () => undefined);
        socket.resume();
        socket.once('close', () => {
          resolve();
        });
      }),
  );
  await until('they are all connected', () => open === slow.length);
  expect((await hermes.api.post('/events', { type: 'disk-full', host: 'quick' })).status).toBe(201);
  await Promise.all(slow);
  expect(await hermes.api.total('/events')).toBe(1);
}, 60_000);

test('a burst that projection cannot follow at once: the lag shows, the buffers are bounded, and it catches up', async () => {
  await start({ HERMES_MAX_BUFFERED_MESSAGES: '100' });
  // several at once, so that there is a lag although each is slowed down to projection
  const batches = 8;
  const logged = Promise.all(
    Array.from({ length: batches }, (_, nth) => {
      const hosts = Array.from({ length: 5000 }, (_, index) => `b${nth}-${index}`);
      return hermes.api.must('/events', { type: 'disk-full', hosts });
    }),
  );
  await until('much is logged', async () => (await figure('hermes_append_unshown_entries')) >= 1000);
  const text = await (await fetch(`${hermes.api.origin}/metrics`)).text();
  const buffered = [...text.matchAll(/^hermes_feed_buffered_messages\{.*\} (\d+)$/gm)].map(([, count]) =>
    Number(count),
  );
  expect(buffered).toHaveLength(8);
  expect(Math.max(...buffered)).toBeLessThanOrEqual(100);
  expect(text).toMatch(/^hermes_projection_lag_entries\{partition="0"\} [1-9]/m);
  expect(text).toMatch(/^hermes_ready 1$/m);
  await logged;
  expect(await hermes.api.total('/events')).toBe(batches * 5000);
  await until('the lag is gone', async () => (await figure('hermes_projection_lag_entries{partition="0"}')) === 0);
  expect(await figure('hermes_projection_latency_seconds_count')).toBeGreaterThanOrEqual(batches * 5000);
  const status = await hermes.api.read('/admin/status');
  expect(await figure('hermes_journal_head_position')).toBe(Number(status['head']));
  expect(await figure('hermes_relay_position')).toBe(Number(status['head']));
}, 60_000);
