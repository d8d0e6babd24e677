/** Every way in over HTTP, through a whole process: streams of events, CloudEvents in their three modes, hosts as plain text. */
import { Hermes, temporaryFolder } from '../harness/hermes.js';
import { send, type SentAnswer } from '../harness/stream.js';
import { until } from '../harness/until.js';

const NDJSON = { 'content-type': 'application/x-ndjson' };
/** Some 200 MB. */
const LINES = 50_000;
const HOSTS = 500;
const NOTE = 'x'.repeat(3900);
/** Whoever kept the whole stream would need more: its bytes, their text, and the events made of it. */
const MAX_GROWTH_MIB = 400;

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let hermes: Hermes;

beforeAll(async () => {
  folder = await temporaryFolder();
  hermes = await Hermes.start({ dataDir: folder.path });
  await hermes.api.must('/event-types', [
    { category: 'disk', state: 'full' },
    { category: 'disk', state: 'cleaned' },
  ]);
  await hermes.api.must('/fates', { creates: 'disk-full', completedBy: 'disk-cleaned' });
});

afterAll(async () => {
  await hermes.kill();
  await folder.remove();
});

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

/** Waits until the host has at least `count` events. */
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

test('NDJSON: bad lines are told by number, good ones are taken, sending it again does nothing twice', async () => {
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
  const before = await hermes.residentMib();
  let most = 0;
  const look = setInterval(() => {
    void hermes.residentMib().then((mib) => (most = Math.max(most, mib)));
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
  await hermes.kill();
  hermes = await Hermes.start({ dataDir: folder.path });
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

describe('CloudEvents', () => {
  const event = {
    specversion: '1.0',
    id: '1',
    source: '/agents/7',
    type: 'disk-full',
    subject: 'Cloud-1.',
    time: '2026-01-31T12:00:00Z',
    datacontenttype: 'application/json',
    traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
    data: { note: 'full', attributes: { free: 0 } },
  };
  const json = (media: string) => ({ 'content-type': media });
  const binary = {
    ...json('application/json'),
    'ce-specversion': '1.0',
    'ce-id': '1',
    'ce-source': '/agents/7',
    'ce-type': 'disk-full',
    'ce-subject': 'cloud%2d1',
    'ce-time': '2026-01-31T12:00:00Z',
  };
  const post = (headers: Record<string, string>, body: string) =>
    send(hermes.api.origin, '/events', headers, body).answer;

  test('the same event in each mode is one event', async () => {
    const first = await post(json('application/cloudevents+json'), JSON.stringify(event));
    expect(first).toMatchObject({
      status: 201,
      body: { accepted: 1, events: [{ host: 'cloud-1', key: '/agents/7 1', type: 'disk-full' }] },
    });
    const batch = await post(json('application/cloudevents-batch+json; charset=utf-8'), JSON.stringify([event, event]));
    expect(batch).toMatchObject({ status: 200, body: { accepted: 0, duplicates: 2 } });
    const third = await post(binary, JSON.stringify(event.data));
    expect(third).toMatchObject({ status: 200, body: { events: [{ id: 'cloud-1~0', duplicate: true }] } });
    const shown = await hermes.api.read('/events/cloud-1~0');
    expect(shown).toMatchObject({
      ...{ at: '2026-01-31T12:00:00.000Z', by: '/agents/7', note: 'full', attributes: { free: 0 } },
    });
  });

  test('binary mode without data', async () => {
    const { 'content-type': _, ...headers } = { ...binary, 'ce-id': 'Euro %E2%82%AC' };
    const answer = await post({ ...headers, 'content-length': '0' }, '');
    expect(answer).toMatchObject({ status: 201, body: { events: [{ key: '/agents/7 Euro €' }] } });
  });

  test('what is no CloudEvent for Hermes is refused with every fault', async () => {
    const { subject: _, ...without } = event;
    const bad = await post(
      json('application/cloudevents+json'),
      JSON.stringify({ ...without, specversion: '0.3', data_base64: 'AA==', data: undefined, Extra: 1 }),
    );
    expect(bad.status).toBe(422);
    expect([...bad.body['errors']!].map(({ path }) => String(path)).sort()).toEqual([
      ...['Extra', 'data_base64', 'specversion', 'subject'],
    ]);
    const header = await post({ ...binary, 'ce-subject': 'broken%2', 'ce-datacontenttype': 'text/plain' }, '{}');
    expect([...header.body['errors']!].map(({ path }) => String(path)).sort()).toEqual(['datacontenttype', 'subject']);
  });
});

describe('hosts as plain text', () => {
  const text = { 'content-type': 'text/plain; charset=utf-8' };
  const post = (path: string, body: string) => send(hermes.api.origin, path, text, body).answer;

  test('a quest of a list, and hosts added to it', async () => {
    const query = new URLSearchParams([
      ['type', 'disk-full'],
      ['description', 'clean up & go'],
      ['creator', 'ann'],
      ['reference', 'OPS-7'],
      ['reference', 'https://wiki.example/a,b'],
    ]);
    const made = await post(`/quests?${query.toString()}`, 'text-1\r\n\r\n  TEXT-2. \ntext-1\n');
    expect(made).toMatchObject({ status: 201, body: { hosts: 2 } });
    const id = String(made.body['id']);
    expect(await post(`/quests/${id}/hosts`, 'text-2\ntext-3')).toMatchObject({ status: 201, body: { hosts: 1 } });
    const position = String((await post(`/quests/${id}/hosts`, 'text-3')).headers['hermes-position']);
    const quest = (await hermes.api.call('GET', `/quests/${id}`, undefined, { 'hermes-min-position': position })).body;
    expect(quest).toMatchObject({
      ...{ hosts: 3, creator: 'ann', description: 'clean up & go' },
      references: [{ key: 'OPS-7' }, { url: 'https://wiki.example/a,b' }],
    });
  });

  test('every fault is told, hosts by their line', async () => {
    const bad = await post('/quests?type=Disk&colour=red', 'good\n-bad\n\nwho is this\n');
    expect(bad.status).toBe(422);
    expect([...bad.body['errors']!].map(({ path }) => path)).toEqual(['line 2', 'line 4', 'colour']);
    const dto = await post('/quests?type=Disk', 'good\n');
    expect([...dto.body['errors']!].map(({ path }) => String(path)).sort()).toEqual(['description', 'type']);
    expect((await post('/quests?type=disk-full&description=x', '\n')).body['code']).toBe('quest-without-hosts');
    const added = await post('/quests/1/hosts?type=disk-full', 'good');
    expect([added.status, added.body['code']]).toEqual([422, 'validation-failed']);
    expect(
      (await send(hermes.api.origin, '/quests?type=x', { 'content-type': 'application/json' }, '{}').answer).status,
    ) //
      .toBe(422);
  });
});

test.each([
  [
    '/events',
    'text/plain',
    'application/json, application/x-ndjson, application/cloudevents+json, application/cloudevents-batch+json',
  ],
  ['/quests', 'application/x-ndjson', 'application/json, text/plain'],
  ['/fates', 'text/plain', 'application/json'],
  ['/labors/ack', '', 'application/json'],
])('%s does not take %j, and says what it takes', async (path, media, taken) => {
  const { answer } = send(hermes.api.origin, path, media === '' ? {} : { 'content-type': media }, 'x');
  expect(await answer).toMatchObject({ status: 415, body: { code: 'unsupported-media-type' } });
  expect(String((await answer).body['detail'])).toMatch(new RegExp(`: send ${taken.replaceAll('+', '\\+')}$`));
});
