/** Tokens and their roles over HTTP: who may do what, and what name is written where nobody says one. */
import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Hermes, temporaryFolder } from '../harness/hermes.js';

const roles = ['read', 'report', 'operate', 'admin'] as const;
const secret = (role: string) => `secret-of-${role}-0123456789`;

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let hermes: Hermes;

beforeAll(async () => {
  folder = await temporaryFolder();
  const file = join(folder.path, 'tokens.json');
  const tokens = roles.map((role) => ({
    name: `agent-${role}`,
    sha256: createHash('sha256').update(secret(role)).digest('hex'),
    roles: [role],
  }));
  await writeFile(file, JSON.stringify(tokens));
  hermes = await Hermes.start({ dataDir: join(folder.path, 'data'), env: { HERMES_TOKENS_FILE: file } });
});

afterAll(async () => {
  await hermes.kill();
  await folder.remove();
});

function as(role: string): Record<string, string> {
  return { authorization: `Bearer ${secret(role)}` };
}

test('the handshake of a web hook is granted to who may report events', async () => {
  const ask = (headers: Record<string, string>): Promise<Response> =>
    fetch(`${hermes.api.origin}/api/v1/events`, { method: 'OPTIONS', headers });
  const asks = { 'webhook-request-origin': 'emitter.example.com', 'webhook-request-rate': '120' };
  const granted = await ask({ ...asks, ...as('report') });
  expect([granted.status, granted.headers.get('webhook-allowed-origin')]).toEqual([204, 'emitter.example.com']);
  expect(granted.headers.get('webhook-allowed-rate')).toBe('*');
  expect(granted.headers.get('allow')).toContain('POST');
  const plain = await ask(as('report'));
  expect([plain.status, plain.headers.get('webhook-allowed-origin')]).toEqual([204, null]);
  for (const [headers, status] of [
    [asks, 401],
    [{ ...asks, ...as('read') }, 403],
    [{ ...as('report'), 'webhook-request-origin': 'no name' }, 400],
  ] as const) {
    const refused = await ask(headers);
    expect([refused.status, refused.headers.get('webhook-allowed-origin')]).toEqual([status, null]);
  }
});

test('each role may do what is its own and that of the roles before it', async () => {
  const types = [
    { category: 'disk', state: 'full' },
    { category: 'disk', state: 'cleaned' },
    { category: 'power', state: 'cut', restricted: true },
  ];
  expect((await hermes.api.post('/event-types', types)).status).toBe(401);
  expect((await hermes.api.post('/event-types', types, as('nobody'))).status).toBe(401);
  const attempts: readonly (readonly [path: string, body: unknown, least: number])[] = [
    ['/event-types', types, 3],
    ['/fates', { creates: 'disk-full', completedBy: 'disk-cleaned' }, 3],
    ['/events', { type: 'disk-full', host: 'a' }, 1],
    ['/events', { type: 'power-cut', host: 'a' }, 2],
    ['/quests', { type: 'disk-full', hosts: ['b'], description: 'clean' }, 2],
    ['/labors/a~0/ack', { note: 'seen' }, 2],
  ];
  for (const [path, body, least] of attempts) {
    for (const [index, role] of [...roles].reverse().entries()) {
      const level = roles.length - 1 - index;
      const { status } = await hermes.api.post(path, body, as(role));
      expect(`${path} as ${role}: ${status < 300 ? 'done' : status}`).toBe(
        `${path} as ${role}: ${level >= least ? 'done' : 403}`,
      );
    }
  }
  for (const role of roles) {
    expect((await hermes.api.call('GET', '/labors', undefined, as(role))).status).toBe(200);
    expect((await hermes.api.call('GET', '/admin/status', undefined, as(role))).status).toBe(
      role === 'admin' ? 200 : 403,
    );
  }
});

test('who reports and who creates is the token, where nobody is named', async () => {
  const event = await hermes.api.post('/events', { type: 'disk-full', host: 'signed' }, as('report'));
  const quest = await hermes.api.post(
    '/quests',
    { type: 'disk-full', hosts: ['signed'], description: 'x' },
    as('operate'),
  );
  const read = async (path: string) =>
    (
      await hermes.api.call('GET', path, undefined, {
        ...as('read'),
        'hermes-min-position': String(hermes.api.position),
      })
    ).body;
  expect((await read(`/events/${String(event.body['events']![0]!['id'])}`))['by']).toBe('agent-report');
  expect((await read(`/quests/${String(quest.body['id'])}`))['creator']).toBe('agent-operate');
});

test('whose token it was is shown and asked for, whatever the client says of who it is', async () => {
  const must = async (method: 'GET' | 'POST', path: string, body: unknown, role: string) => {
    const position = String(hermes.api.position);
    const answer = await hermes.api.call(method, path, body, { ...as(role), 'hermes-min-position': position });
    expect(`${path}: ${answer.status < 300 ? 'done' : JSON.stringify(answer.body)}`).toBe(`${path}: done`);
    return answer.body as unknown as { readonly id: number; readonly items: readonly { readonly id: string }[] };
  };
  const types = { category: 'fan', state: 'slow' };
  expect(await must('POST', '/event-types', types, 'admin')).toMatchObject({ principal: 'agent-admin' });
  await must('POST', '/event-types', { category: 'fan', state: 'fine' }, 'admin');
  const fate = await must('POST', '/fates', { creates: 'fan-slow', completedBy: 'fan-fine' }, 'admin');
  expect(fate).toMatchObject({ principal: 'agent-admin' });
  const slow = { type: 'fan-slow', host: 'f1', by: 'boss', key: 'k' };
  await must('POST', '/events', slow, 'report');
  // a repeat is the first's
  await must('POST', '/events', slow, 'operate');
  const quest = await must('POST', '/quests', { type: 'fan-slow', hosts: ['f2'], description: 'x' }, 'operate');
  await must('POST', '/labors/f1~0/ack', { by: 'boss', note: 'seen' }, 'operate');
  await must('POST', '/labors/f1~0/assign', { to: 'bob', by: 'boss', note: 'on call' }, 'admin');
  await must('POST', '/labors/f1~0/note', { text: 'belt' }, 'operate');
  await must('POST', '/events', { type: 'fan-fine', host: 'f1' }, 'report');
  const event = await must('GET', '/events/f1~0', undefined, 'read');
  expect(event).toMatchObject({ by: 'boss', principal: 'agent-report' });
  expect(await must('GET', '/labors/f1~0', undefined, 'read')).toMatchObject({
    opened: { by: 'boss', principal: 'agent-report' },
    ack: { by: 'boss', principal: 'agent-operate' },
    assignee: 'bob',
    assignment: { to: 'bob', by: 'boss', principal: 'agent-admin', note: 'on call' },
    notes: [{ by: 'agent-operate', principal: 'agent-operate', note: 'belt' }],
    closed: { principal: 'agent-report' },
  });
  expect(await must('GET', `/quests/${quest.id}`, undefined, 'read')).toMatchObject({ principal: 'agent-operate' });
  expect(await must('GET', '/events/f2~0', undefined, 'read')).toMatchObject({ principal: 'agent-operate' });
  expect(await must('GET', `/fates/${fate.id}`, undefined, 'read')).toEqual(fate);
  const idsOf = async (path: string) => (await must('GET', path, undefined, 'read')).items.map(({ id }) => id);
  expect(await idsOf('/events?principal=agent-report&host=f1,f2&sort=position')).toEqual(['f1~0', 'f1~4']);
  expect(await idsOf('/events?principal=boss')).toEqual([]);
  expect(await idsOf('/labors?principal=agent-admin&host=f1,f2')).toEqual(['f1~0']);
  expect(await idsOf('/labors?principal=agent-operate,agent-admin&host=f1,f2&sort=host')).toEqual(['f1~0', 'f2~0']);
  const found = await must('POST', '/labors/search', { principal: ['agent-admin', 'nobody'], host: ['f1'] }, 'read');
  expect(found.items).toHaveLength(1);
  const forged = await hermes.api.post('/events', { ...slow, principal: 'agent-admin' }, as('report'));
  expect([forged.status, forged.body['errors']]).toMatchObject([422, [{ path: 'principal' }]]);
});

test("neither tokens nor their holders' secrets are in the log", () => {
  for (const role of roles) expect(hermes.output).not.toContain(secret(role));
});
