/** R12 over HTTP: a history moves from one Hermes to another, which then answers the same; and what is answered while it may not write. */
import { gunzipSync, gzipSync } from 'node:zlib';
import { startInProcess, type InProcess } from '../harness/in-process.js';
import { temporaryFolder } from '../harness/hermes.js';
import { until } from '../../libs/testing/until.js';

const running: InProcess[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map((each) => each.close()));
});

async function start(environment: Readonly<Record<string, string>> = {}): Promise<InProcess> {
  const hermes = await startInProcess(environment);
  running.push(hermes);
  return hermes;
}

const HOSTS = Array.from({ length: 12 }, (_, nth) => `host-${nth}`);

async function play({ api }: InProcess): Promise<void> {
  const types = ['required', 'completed'].map((state) => ({ category: 'reboot', state }));
  await api.post('/event-types', types);
  await api.post('/fates', { creates: 'reboot-required', completedBy: 'reboot-completed' });
  await api.post('/events', { type: 'reboot-required', hosts: HOSTS, note: 'pass-word' });
  await api.post('/quests', { type: 'reboot-required', hosts: HOSTS.slice(0, 5), description: 'all of them' });
  await api.post('/events', { type: 'reboot-completed', hosts: HOSTS.slice(3, 8) });
  await api.post(`/labors/${HOSTS[0]!}~0/ack`, { note: 'seen' });
  await api.post(`/events/${HOSTS[1]!}~0/redact`, { reason: 'a mistake' });
  await api.post(`/hosts/${HOSTS[11]!}/retire`, { reason: 'gone' });
}

/** All that lists show, but for positions. */
async function shown({ api }: InProcess): Promise<unknown> {
  const head = String((await api.read('/admin/status'))['head']);
  const lists = ['event-types', 'fates', 'hosts', 'events', 'labors', 'quests'];
  return Promise.all(
    lists.map(async (list) => {
      const { text } = await ask(api.origin, 'GET', `/${list}`, {
        headers: { 'hermes-min-position': head, accept: 'application/json' },
      });
      return JSON.parse(text, (key, value: unknown) => (key === 'position' ? undefined : value)) as unknown;
    }),
  );
}

interface Asked {
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Buffer | string;
}

async function ask(origin: string, method: string, path: string, { headers = {}, body }: Asked = {}) {
  const answer = await fetch(`${origin}/api/v1${path}`, { method, headers, ...(body !== undefined && { body }) });
  const text = await answer.text();
  return { status: answer.status, headers: answer.headers, text };
}

const NDJSON = { 'content-type': 'application/x-ndjson' };

function lastLine(text: string): { readonly data: Readonly<Record<string, unknown>> } {
  return JSON.parse(text.trimEnd().split('\n').at(-1)!) as { data: Record<string, unknown> };
}

test('exported as gzip and imported, it answers the same, and goes on from there', async () => {
  const from = await start();
  await play(from);
  const exported = await ask(from.api.origin, 'GET', '/admin/export', { headers: { 'accept-encoding': 'gzip' } });
  expect(exported).toMatchObject({ status: 200 });
  expect(exported.headers.get('content-encoding')).toBe('gzip');
  expect(exported.headers.get('content-type')).toContain('application/x-ndjson');
  const to = await start();
  const body = gzipSync(exported.text);
  expect(gunzipSync(body).toString()).toBe(exported.text);
  const imported = await ask(to.api.origin, 'POST', '/admin/import', {
    headers: { ...NDJSON, 'content-encoding': 'gzip' },
    body,
  });
  const { entries, content } = lastLine(exported.text).data;
  expect({ status: imported.status, ...(JSON.parse(imported.text) as object) }).toMatchObject({
    status: 200,
    entries,
    content,
    hosts: HOSTS.length,
    quests: 1,
  });
  expect(await shown(to)).toEqual(await shown(from));
  expect(JSON.stringify(await shown(to))).toContain('pass-word');
  const again = await ask(to.api.origin, 'GET', '/admin/export');
  expect(lastLine(again.text).data).toEqual(lastLine(exported.text).data);
  // where the answer was lost, the same is sent again
  expect(await ask(to.api.origin, 'POST', '/admin/import', { headers: NDJSON, body: exported.text })).toMatchObject({
    ...{ status: 200, text: imported.text },
  });
  await to.api.post('/events', { type: 'reboot-completed', hosts: HOSTS.slice(0, 5) });
  await until('the quest is completed', async () => String((await to.api.read('/quests/1'))['state']) === 'completed');
});

test('a file that is cut, or changed, is refused with its line; the whole is taken after it', async () => {
  const from = await start();
  await play(from);
  const { text } = await ask(from.api.origin, 'GET', '/admin/export');
  const lines = text.trimEnd().split('\n');
  const to = await start();
  const send = (body: string) => ask(to.api.origin, 'POST', '/admin/import', { headers: NDJSON, body });
  // nothing was stored: it is as before
  const first = await send(`${lines.slice(0, 3).join('\n')}\n`);
  expect(first).toMatchObject({ status: 422 });
  expect(JSON.parse(first.text)).toMatchObject({ code: 'validation-failed', errors: [{ path: 'line 3' }] });
  const encoded = gzipSync(text);
  const cut = await ask(to.api.origin, 'POST', '/admin/import', {
    headers: { ...NDJSON, 'content-encoding': 'gzip' },
    body: encoded.subarray(0, encoded.length - 50),
  });
  expect(JSON.parse(cut.text)).toMatchObject({
    ...{ status: 400, code: 'malformed', detail: expect.stringMatching(/^behind line \d+: /) as string },
  });
  const changed = `${lines.join('\n')}\n`.replace('"revision":1,', '"revision":2,');
  const line = lines.findIndex((each) => each.includes('"revision":1,')) + 1;
  expect(JSON.parse((await send(changed)).text)).toMatchObject({ errors: [{ path: `line ${line}` }] });
  expect(await send(text)).toMatchObject({ status: 200 });
  expect(await shown(to)).toEqual(await shown(from));
});

test('until the whole is there commands are refused and nothing is judged, also after a start with --rebuild; it is ready for the rest', async () => {
  const from = await start();
  await play(from);
  const many = Array.from({ length: 600 }, (_, nth) => `many-${nth}`);
  await from.api.post('/events', { type: 'reboot-required', hosts: many });
  const { text } = await ask(from.api.origin, 'GET', '/admin/export');
  const folder = await temporaryFolder();
  const place = { HERMES_DATA_DIR: folder.path };
  const to = await start(place);
  // more than one write of an import
  const cut = `${text.split('\n').slice(0, 560).join('\n')}\n`;
  expect(await ask(to.api.origin, 'POST', '/admin/import', { headers: NDJSON, body: cut })).toMatchObject({
    status: 422,
  });
  await running.pop()!.close();

  const again = await startInProcess(place, { rebuild: true });
  running.push(again);
  const ready = await fetch(`${again.api.origin}/health/ready`);
  expect({ status: ready.status, body: await ready.json() }).toMatchObject({
    ...{ status: 200, body: { warnings: [expect.stringContaining('an import has not come to its end') as string] } },
  });
  for (const [path, body] of [
    ['/event-types', { category: 'a', state: 'b' }],
    ['/admin/what-if', { retire: [1] }],
    ['/admin/verify', undefined],
    ['/admin/rebuilds', undefined],
    [`/admin/hosts/${HOSTS[0]!}/repair`, undefined],
  ] as const) {
    const answer = await again.api.post(path, body);
    expect({ path, status: answer.status, code: (answer.body as { code?: string }).code }).toEqual({
      ...{ path, status: 503, code: 'import-unfinished' },
    });
  }
  const whole = await ask(again.api.origin, 'POST', '/admin/import', { headers: NDJSON, body: text });
  expect(whole).toMatchObject({ status: 200 });
  await until('its views are there', async () => (await ask(again.api.origin, 'GET', '/labors')).status === 200);
  expect(await shown(again)).toEqual(await shown(from));
  await running.pop()!.close();
  await folder.remove();
}, 120_000);

test('read-only, every command is refused as passing; reads and the export go on, and readiness says so', async () => {
  const folder = await temporaryFolder();
  const before = await start({ HERMES_DATA_DIR: folder.path });
  await play(before);
  const shownBefore = await shown(before);
  await running.pop()!.close();
  const hermes = await start({ HERMES_DATA_DIR: folder.path, HERMES_READ_ONLY: 'true' });
  const commands: readonly (readonly [string, string, unknown])[] = [
    ['POST', '/events', { host: 'host-1', type: 'reboot-required' }],
    ['POST', '/event-types', { category: 'a', state: 'b' }],
    ['PATCH', '/event-types/reboot-required', { description: 'x' }],
    ['POST', '/quests', { type: 'reboot-required', hosts: ['host-1'], description: 'x' }],
    ['PATCH', '/quests/1', { description: 'x' }],
    ['POST', '/labors/host-0~0/ack', {}],
    ['POST', '/labors/ack', { labors: ['host-0~0'] }],
    ['POST', '/hosts/host-1/retire', { reason: 'x' }],
  ];
  for (const [method, path, body] of commands) {
    const answer = await ask(hermes.api.origin, method, path, {
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    expect({ path, status: answer.status, code: (JSON.parse(answer.text) as { code: string }).code }).toEqual({
      path,
      status: 503,
      code: 'read-only',
    });
    expect(answer.headers.get('retry-after')).toBe('5');
  }
  for (const [path, type] of [
    ['/events', 'application/x-ndjson'],
    ['/hosts/import', 'application/x-ndjson'],
    ['/admin/import', 'application/x-ndjson'],
  ] as const)
    expect(
      await ask(hermes.api.origin, 'POST', path, { headers: { 'content-type': type }, body: '{}\n' }),
    ).toMatchObject({ status: 503 });
  expect(await shown(hermes)).toEqual(shownBefore);
  expect(await ask(hermes.api.origin, 'GET', '/admin/export')).toMatchObject({ status: 200 });
  // a HEAD is over at once, and holds no place
  for (let nth = 0; nth < 8; nth += 1)
    expect(await ask(hermes.api.origin, 'HEAD', '/admin/export')).toMatchObject({ status: 200, text: '' });
  const query = `after=${'1'.repeat(5)}`;
  expect(await ask(hermes.api.origin, 'GET', `/admin/export?${query}`)).toMatchObject({ status: 422 });
  expect(await ask(hermes.api.origin, 'GET', `/admin/export?${query}&chain=${'0'.repeat(64)}`)).toMatchObject({
    status: 422,
  });
  const ready = await fetch(`${hermes.api.origin}/health/ready`);
  expect(ready.status).toBe(200);
  expect(await ready.json()).toMatchObject({
    warnings: [expect.stringContaining('HERMES_READ_ONLY') as string],
  });
  await running.pop()!.close();
  await folder.remove();
});
