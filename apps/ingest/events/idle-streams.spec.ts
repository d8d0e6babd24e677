/** Senders of NDJSON that send nothing, or little, shut nobody out, and go on when something comes. */
import { request, type ClientRequest } from 'node:http';
import { startInProcess, type InProcess } from '../../../test/harness/in-process.js';
import { until } from '../../../libs/testing/until.js';

/** The streams that are read at once, where memory is plenty; one address has three quarters of them. */
const MAX_BUSY_STREAMS = 32;
const MOST_OF_ONE = 24;

let hermes: InProcess;
beforeAll(async () => {
  hermes = await startInProcess();
  await hermes.api.must('/event-types', { category: 'disk', state: 'full' });
}, 60_000);
afterAll(() => hermes.close());

interface Sender {
  readonly body: ClientRequest;
  readonly status: Promise<number>;
}

/** Sends a line for `host`, and keeps its stream open. */
function sender(host: string): Sender {
  const body = request(`${hermes.api.origin}/api/v1/events`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-ndjson' },
    agent: false,
  });
  const status = new Promise<number>((resolve, reject) => {
    body.on('error', reject);
    body.on('response', (answer) => {
      answer.resume();
      resolve(answer.statusCode ?? 0);
    });
  });
  body.write(line(host));
  return { body, status };
}

const line = (host: string): string => `${JSON.stringify({ type: 'disk-full', host })}\n`;

async function figure(name: string, text?: string): Promise<number> {
  const shown = text ?? (await (await fetch(`${hermes.api.origin}/metrics`)).text());
  return Number(new RegExp(`^${name} (\\d+)$`, 'm').exec(shown)?.[1]);
}

const active = (): Promise<number> => figure('hermes_http_requests_active');

/** In figures that were read after that number of events was accepted: for a moment all get the same text. */
const allIdle = (accepted: number): Promise<void> =>
  until('all are idle', async () => {
    const text = await (await fetch(`${hermes.api.origin}/metrics`)).text();
    const seen = await figure('hermes_events_accepted_total', text);
    return seen >= accepted && (await figure('hermes_http_requests_active', text)) === 0;
  });

test('any number of idle senders hold no place; each goes on where it was', async () => {
  const rounds = [0, 1];
  const senders: Sender[] = [];
  for (const round of rounds) {
    for (let nth = 0; nth < MOST_OF_ONE; nth += 1) senders.push(sender(`idle-${round}-${nth}`));
    await until('their first lines are stored', async () => (await hermes.api.total('/events')) === senders.length);
    await allIdle(senders.length);
  }
  expect(senders.length).toBeGreaterThan(MAX_BUSY_STREAMS);
  const another = sender('another');
  another.body.end();
  expect(await another.status).toBe(201);
  // all at once, though only some of them are read at a time
  for (const [nth, { body }] of senders.entries()) body.end(line(`late-${nth}`));
  expect(await Promise.all(senders.map(({ status }) => status))).toEqual(senders.map(() => 201));
  await until('all are in the views', async () => (await hermes.api.total('/events')) === 2 * senders.length + 1);
}, 60_000);

test('more senders than are read at once, each with a line now and then, shut nobody out', async () => {
  const before = await hermes.api.total('/events');
  const senders = Array.from({ length: MOST_OF_ONE + 8 }, (_, nth) => sender(`now-${nth}`));
  const drip = setInterval(() => {
    for (const [nth, { body }] of senders.entries()) body.write(line(`then-${nth}`));
  }, 400);
  try {
    await until(
      'all have sent some lines',
      async () => (await hermes.api.total('/events')) >= before + 4 * senders.length,
    );
    const another = sender('one-more-now');
    another.body.end();
    expect(await another.status).toBe(201);
  } finally {
    clearInterval(drip);
  }
  for (const { body } of senders) body.end();
  expect(await Promise.all(senders.map(({ status }) => status))).toEqual(senders.map(() => 201));
}, 60_000);

test('one address has three quarters of the streams that are read, whatever it sends', async () => {
  // much of a line whose end does not come is kept in memory: such a stream is not idle
  const dripped = Array.from({ length: MOST_OF_ONE }, (_, nth) => {
    const one = sender(`drip-${nth}`);
    one.body.write(' '.repeat(100_000));
    one.status.catch(() => undefined);
    return one;
  });
  await until('they are all read', async () => (await active()) === MOST_OF_ONE);
  const refused = sender('one-more');
  expect(await refused.status).toBe(503);
  for (const { body } of dripped) body.destroy();
  await allIdle(0);
}, 60_000);
