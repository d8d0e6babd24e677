/** The agents of docs/agent.md: the page shows the files as they are, and each of them does what the page says, against a whole Hermes. */
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join, resolve } from 'node:path';
import type { Json } from '../harness/api.js';
import { freePort } from '../../libs/testing/free-port.js';
import { Hermes, temporaryFolder } from '../harness/hermes.js';
import { until } from '../../libs/testing/until.js';
import { block, document } from './markdown.js';

const EXAMPLES = resolve(import.meta.dirname, '../../docs/examples');
const AGENTS = [
  { file: 'agent.sh', command: 'sh', needs: ['sh', 'curl'] },
  { file: 'agent.py', command: 'python3', needs: ['python3'] },
  { file: 'agent.mjs', command: process.execPath, needs: [] },
] as const;
type Agent = (typeof AGENTS)[number];
const FILES = AGENTS.map(({ file }) => file);

const REPORT_TOKEN = 'token-of-the-agent-0123456789';
const ADMIN = { authorization: 'Bearer token-of-the-admin-0123456789' };

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let hermes: Hermes;

beforeAll(async () => {
  for (const tool of AGENTS.flatMap(({ needs }) => needs)) {
    const found = spawnSync('sh', ['-c', `command -v ${tool}`]).status === 0;
    if (!found) throw new Error(`${tool} is not installed: the examples of docs/agent.md cannot be tried without it`);
  }
  folder = await temporaryFolder();
  const sha256 = (token: string): string => createHash('sha256').update(token).digest('hex');
  const tokens = [
    { name: 'agents', sha256: sha256(REPORT_TOKEN), roles: ['report'] },
    { name: 'admin', sha256: sha256(ADMIN.authorization.slice('Bearer '.length)), roles: ['admin'] },
  ];
  await writeFile(join(folder.path, 'tokens.json'), JSON.stringify(tokens));
  hermes = await start();
  const types = ['required', 'completed'].map((state) => ({ category: 'system-reboot', state }));
  expect((await hermes.api.post('/event-types', types, ADMIN)).status).toBe(201);
}, 60_000);

afterAll(async () => {
  await hermes.kill();
  await folder.remove();
});

function start(port = 0): Promise<Hermes> {
  const env = { HERMES_TOKENS_FILE: join(folder.path, 'tokens.json'), HERMES_PORT: String(port) };
  return Hermes.start({ dataDir: join(folder.path, 'data'), env });
}

interface Run {
  readonly code: Promise<number | null>;
  readonly printed: { out: string; err: string };
}

/** An agent at work; killed after 50 seconds, so that none outlives its test. */
function launch({ command, file }: Agent, origin: string, host: string, type = 'system-reboot-completed'): Run {
  const child = spawn(command, [join(EXAMPLES, file), type, 'boot:4711'], {
    env: { ...process.env, REPORT_TO: origin, REPORT_TOKEN, REPORT_HOST: host },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: 50_000,
  });
  const printed = { out: '', err: '' };
  child.stdout.on('data', (chunk: Buffer) => (printed.out += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (printed.err += chunk.toString()));
  return { printed, code: new Promise((done) => child.once('close', done)) };
}

/** What it printed as Hermes' answer; fails, showing what it complained of, where it did not succeed. */
async function answerOf({ code, printed }: Run): Promise<Json> {
  expect({ code: await code, ...printed }).toMatchObject({ code: 0 });
  return JSON.parse(printed.out) as Json;
}

/** All events of a host, once the views have every event that is in the journal. */
async function eventsOf(host: string): Promise<Json> {
  const written = await hermes.api.post('/events', { type: 'system-reboot-completed', host: 'last' }, ADMIN);
  const min = { 'hermes-min-position': String(written.body['position']), 'hermes-wait': '20' };
  return (await hermes.api.call('GET', `/events?host=${host}`, undefined, { ...ADMIN, ...min })).body['items']!;
}

test.each(FILES)('docs/agent.md shows %s as it is', (file) => {
  expect(block('docs/agent.md', file)).toBe(document(`docs/examples/${file}`));
});

test.each(AGENTS)(
  '$file reports an event, and run again it is a repeat',
  async (agent) => {
    const host = `twice-${agent.file}`;
    const first = await answerOf(launch(agent, hermes.api.origin, host));
    expect(first).toMatchObject({ accepted: 1, duplicates: 0, events: [{ id: `${host}~0`, key: 'boot:4711' }] });
    const second = await answerOf(launch(agent, hermes.api.origin, host));
    expect(second).toMatchObject({ accepted: 0, duplicates: 1, events: [{ id: `${host}~0`, duplicate: true }] });
    const events = await eventsOf(host);
    expect(events).toMatchObject([{ key: 'boot:4711', type: 'system-reboot-completed', by: 'example-agent' }]);
  },
  60_000,
);

test.each(AGENTS)(
  '$file says where what stands under its key is not what it said',
  async (agent) => {
    const host = `differs-${agent.file}`;
    const first = { host, type: 'system-reboot-completed', key: 'boot:4711', note: 'by hand', by: 'ann' };
    expect((await hermes.api.post('/events', first, ADMIN)).status).toBe(201);
    const run = launch(agent, hermes.api.origin, host);
    expect(await answerOf(run)).toMatchObject({ duplicates: 1, events: [{ differs: ['note', 'by'] }] });
    expect(run.printed.err).toMatch(/^logged before, and otherwise: .*(?:note, by|differs)/);
    // another step under the same key is another event
    const other = launch(agent, hermes.api.origin, host, 'system-reboot-required');
    expect(await answerOf(other)).toMatchObject({ accepted: 1, duplicates: 0, events: [{ id: `${host}~1` }] });
    expect(other.printed.err).toBe('');
  },
  60_000,
);

test.each(AGENTS)(
  '$file ends at once where no second try would help',
  async (agent) => {
    const { code, printed } = launch(agent, hermes.api.origin, 'refused', 'no-such-type');
    expect(await code).toBe(1);
    expect(printed.err).toMatch(/^refused: 422 .*event-type-unknown/);
    expect(printed.out).toBe('');
  },
  60_000,
);

test('an answer that is lost, a 429 and a 503: each agent sends the same again, and the event counts once', async () => {
  const bodies = new Map<string, string[]>();
  const proxy = await troubled(bodies);
  try {
    const origin = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
    const runs = AGENTS.map((agent) => launch(agent, origin, `troubled-${agent.file}`));
    for (const [nth, { file }] of AGENTS.entries()) {
      const answer = await answerOf(runs[nth]!);
      expect(answer).toMatchObject({ duplicates: 1, events: [{ id: `troubled-${file}~0`, duplicate: true }] });
      const sent = bodies.get(`troubled-${file}`) ?? [];
      expect(sent).toEqual(Array.from({ length: 4 }, () => sent[0]));
      expect(await eventsOf(`troubled-${file}`)).toHaveLength(1);
    }
  } finally {
    proxy.closeAllConnections();
    proxy.close();
  }
}, 60_000);

test('started before Hermes is: the first try fails, a later one is taken', async () => {
  expect(await hermes.stop()).toBe(0);
  const port = await freePort();
  const runs = AGENTS.map((agent) => launch(agent, `http://127.0.0.1:${port}`, `early-${agent.file}`));
  const failed = (): boolean => runs.every(({ printed }) => printed.err.includes('try 1 failed'));
  await until('the first try of each has failed', failed);
  hermes = await start(port);
  for (const [nth, { file }] of AGENTS.entries()) {
    expect(await answerOf(runs[nth]!)).toMatchObject({ accepted: 1, events: [{ id: `early-${file}~0` }] });
    expect(await eventsOf(`early-${file}`)).toHaveLength(1);
  }
}, 90_000);

/** Stands before Hermes. Of each host: logs the first request and cuts its connection, answers 429, then 503, then lets it through. */
async function troubled(bodies: Map<string, string[]>): Promise<Server> {
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks).toString();
    const { host } = JSON.parse(body) as { host: string };
    const nth = bodies.set(host, [...(bodies.get(host) ?? []), body]).get(host)!.length;
    if (nth === 2 || nth === 3) {
      response.writeHead(nth === 2 ? 429 : 503, { 'retry-after': '1' }).end('{}');
      return;
    }
    const authorization = request.headers.authorization ?? '';
    const through = await hermes.api.post('/events', JSON.parse(body), { authorization });
    if (nth === 1) request.socket.destroy();
    else response.writeHead(through.status).end(JSON.stringify(through.body));
  };
  const server = createServer((request, response) => {
    answer(request, response).catch(() => request.socket.destroy());
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return server;
}
