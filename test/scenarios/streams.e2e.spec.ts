/** Streams of events as NDJSON, through a whole process: bounded memory, senders that go away, kill -9, sending it again. */
import { Hermes, temporaryFolder } from '../harness/hermes.js';
import { wholeHermes } from '../harness/whole.js';
import { send, type SentAnswer } from '../harness/stream.js';
import { until } from '../../libs/testing/until.js';

const NDJSON = { 'content-type': 'application/x-ndjson' };
/** Some 200 MB. */
const LINES = 50_000;
const HOSTS = 500;
const NOTE = 'x'.repeat(3900);
/** Keeping the whole stream would need more: its bytes, their text, and the events made of it. */
const MAX_GROWTH_MIB = 400;

const hermes = wholeHermes();

function line(nth: number, hosts: number, run: string, note = ''): string {
  return `${JSON.stringify({ host: `${run}-${nth % hosts}`, type: 'disk-cleaned', key: `${run}-${nth}`, note })}\n`;
}

function* lines(count: number, hosts: number, run: string, note = ''): Generator<string> {
  for (let nth = 0; nth < count; nth += 100) {
    yield Array.from({ length: 100 }, (_, more) => line(nth + more, hosts, run, note)).join('');
  }
}

function stream(body: string | Iterable<string> | AsyncIterable<string>): Promise<SentAnswer> {
  return send(hermes.api.origin, '/events', NDJSON, body).answer;
}

/** The keys of a host's events in the order of its stream. */
async function keysOf(host: string): Promise<readonly string[]> {
  const page = await hermes.api.read(`/events?host=${host}&sort=position&limit=1000`);
  return [...page['items']!].map((event) => String(event['key']));
}

/** Waits until the host has `least` events or more; each look counts its events at that time. */
async function logged(host: string, least: number): Promise<void> {
  await until(
    `${host} has ${least} events`,
    async () => {
      const answer = await hermes.api.get(`/events?host=${host}&limit=1&count=true`);
      return Number(answer.body['total']) >= least;
    },
    { limitMs: 120_000 },
  );
}

test('NDJSON: bad lines are reported by number, good ones are taken, sending it again does nothing twice', async () => {
  const body = [
    '{"host": "mixed", "type": "disk-full", "key": "1"}\r',
    '',
    '   \r',
    '{"host": "mixed", "type": ',
    '{"host": "mixed", "type": "no-such", "key": "2"}',
    '{"host": "-", "type": "disk-full", "colour": "red"}',
    '{"host": "mixed", "type": "disk-full", "__proto__": {}}',
    `{"host": "mixed", "type": "disk-full", "note": "${'x'.repeat(1_100_000)}"}`,
    '[]',
    '{"host": "mixed", "type": "disk-cleaned", "key": "3"}',
    '{"host": "mixed", "type": "disk-cleaned", "key": "3"}',
  ].join('\n');
  const answer = await stream(body);
  expect(answer).toMatchObject({ status: 201, body: { accepted: 2, duplicates: 1, rejected: 6 } });
  expect([...answer.body['errors']!].map(({ line: number, code }) => [number, code])).toEqual([
    [4, 'malformed'],
    [5, 'event-type-unknown'],
    [6, 'validation-failed'],
    [7, 'validation-failed'],
    [8, 'payload-too-large'],
    [9, 'validation-failed'],
  ]);
  expect(answer.headers['hermes-position']).toBe(answer.body['position']);
  const again = await stream(body);
  expect(again).toMatchObject({ status: 200, body: { accepted: 0, duplicates: 3, rejected: 6 } });
  await logged('mixed', 2);
  expect(await keysOf('mixed')).toEqual(['1', '3']);
});

test('NDJSON: without a good line nothing is answered but a problem', async () => {
  const answers = [await stream('{}\n{"host": "a", "type": "no-such"}\n'), await stream('\n \n'), await stream('')];
  expect(answers.map(({ status }) => status)).toEqual([422, 422, 422]);
  expect(answers[0]!.headers['content-type']).toContain('application/problem+json');
  expect([...answers[0]!.body['errors']!].map(({ path }) => path)).toEqual(['line 1', 'line 2']);
});

test('NDJSON: 200 MB in bounded memory, each host in its order; rule 24: again, nothing is stored twice', async () => {
  const before = await hermes.process.residentMib();
  let most = 0;
  const look = setInterval(() => {
    void hermes.process.residentMib().then((mib) => (most = Math.max(most, mib)));
  }, 100);
  const answer = await stream(lines(LINES, HOSTS, 'long', NOTE));
  clearInterval(look);
  expect(answer).toMatchObject({ status: 201, body: { accepted: LINES, duplicates: 0, rejected: 0, errors: [] } });
  expect(most).toBeGreaterThan(before);
  expect(most - before).toBeLessThan(MAX_GROWTH_MIB);
  const again = await stream(lines(LINES, HOSTS, 'long', NOTE));
  expect(again).toMatchObject({ status: 200, body: { accepted: 0, duplicates: LINES } });
  await logged('long-7', LINES / HOSTS);
  expect(await keysOf('long-7')).toEqual(Array.from({ length: LINES / HOSTS }, (_, nth) => `long-${nth * HOSTS + 7}`));
}, 240_000);

test('NDJSON: a sender that goes away in the middle: whole lines are stored, and the same again completes them', async () => {
  const parts = [line(0, 1, 'gone'), line(1, 1, 'gone'), line(2, 1, 'gone').slice(0, 20)];
  async function* slowly(): AsyncGenerator<string> {
    yield* parts;
    await new Promise(() => undefined);
  }
  const { request, answer } = send(hermes.api.origin, '/events', NDJSON, slowly());
  // what has come is logged while the sender is silent
  await logged('gone-0', 2);
  request.destroy();
  await expect(answer).rejects.toThrow();
  const again = await stream([0, 1, 2].map((nth) => line(nth, 1, 'gone')));
  expect(again).toMatchObject({ status: 201, body: { accepted: 1, duplicates: 2 } });
  await logged('gone-0', 3);
  expect(await keysOf('gone-0')).toEqual(['gone-0', 'gone-1', 'gone-2']);
});

test('NDJSON: senders that go away leave no slot taken', async () => {
  for (let round = 0; round < 3; round += 1) {
    const sendings = Array.from({ length: 20 }, (_, nth) =>
      send(hermes.api.origin, '/events', NDJSON, forEver(`slot-${round}-${nth}`)),
    );
    const broken = sendings.map(({ answer }) => answer.catch(() => 'broken'));
    await logged(`slot-${round}-19-0`, 1);
    for (const { request } of sendings) request.destroy();
    expect(await Promise.all(broken)).toEqual(sendings.map(() => 'broken'));
  }
  await until('a stream is taken', async () => (await stream(line(0, 1, 'free'))).status < 300);
});

async function* forEver(run: string): AsyncGenerator<string> {
  yield line(0, 1, run);
  await new Promise(() => undefined);
}

test('NDJSON: a process that is killed in the middle keeps what it has; the same stream again completes it', async () => {
  const count = 20_000;
  const sending = send(hermes.api.origin, '/events', NDJSON, lines(count, 50, 'killed'));
  sending.answer.catch(() => undefined);
  await logged('killed-0', 1);
  await hermes.killAndRestart();
  const again = await stream(lines(count, 50, 'killed'));
  expect(again).toMatchObject({ status: expect.any(Number) as unknown, body: { rejected: 0 } });
  expect(Number(again.body['accepted']) + Number(again.body['duplicates'])).toBe(count);
  expect(Number(again.body['duplicates'])).toBeGreaterThan(0);
  await logged('killed-0', count / 50);
  expect(await keysOf('killed-0')).toEqual(Array.from({ length: count / 50 }, (_, nth) => `killed-${nth * 50}`));
}, 120_000);

test('a stream may take longer than a request may; a body that is read as a whole may not', async () => {
  const own = await temporaryFolder();
  const patient = await Hermes.start({
    dataDir: own.path,
    env: { HERMES_MAX_HEAD_SECONDS: '1', HERMES_MAX_REQUEST_SECONDS: '1' },
  });
  await patient.api.must('/event-types', { category: 'disk', state: 'cleaned' });
  let end = (): void => undefined;
  async function* late(): AsyncGenerator<string> {
    yield line(0, 1, 'late').slice(0, 30);
    await new Promise<void>((resolve) => (end = resolve));
    yield line(0, 1, 'late').slice(30);
  }
  const streaming = send(patient.api.origin, '/events', NDJSON, late()).answer;
  const slow = send(patient.api.origin, '/events', { 'content-type': 'application/json' }, forEver('slow')).answer;
  expect(await slow).toMatchObject({ status: 400, body: { code: 'malformed' } });
  end();
  expect(await streaming).toMatchObject({ status: 201, body: { accepted: 1 } });
  await patient.kill();
  await own.remove();
}, 60_000);
