/**
 * R12: a Hermes with a history, a quest that is half embarked and 1,000 events a second arriving moves from one machine to the
 * stack, by the commands of docs/moving.md: nothing is lost, nothing is there twice.
 */
import { execFile } from 'node:child_process';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import { laneServer, until } from '#testing';
import { block } from '../docs/markdown.js';
import type { Json } from '../harness/api.js';
import { Hermes, temporaryFolder } from '../harness/hermes.js';
import { APPS, AppsApart } from './apps-apart.js';

const EVENTS_PER_S = 1000;
const EVENTS_A_REQUEST = 50;
const SENDERS = 10;
/** Many of them have no event yet when the old one becomes read-only. */
const QUEST_HOSTS = Array.from({ length: 1200 }, (_, nth) => `quest-${nth}`);
const LIMIT_MS = 300_000;

const run = promisify(execFile);
let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let old: Hermes;
let stack: AppsApart;

beforeAll(async () => {
  folder = await temporaryFolder();
  old = await Hermes.start({ dataDir: `${folder.path}/old` });
  stack = new AppsApart({
    ...{ HERMES_JOURNAL: 'eventstore', HERMES_FEED: 'kafka', HERMES_VIEWS: 'mongo', HERMES_LOG_LEVEL: 'warn' },
    ...{ HERMES_EVENTSTORE_URL: laneServer('HERMES_TEST_EVENTSTORE'), HERMES_PARTITIONS: '4' },
    ...{ HERMES_KAFKA_BROKERS: laneServer('HERMES_TEST_KAFKA'), HERMES_MONGO_URL: laneServer('HERMES_TEST_MONGO') },
    ...{ HERMES_PREFIX: `moved-${crypto.randomUUID().slice(0, 8)}`, HERMES_REPLAY_DIR: `${folder.path}/replay` },
  });
}, LIMIT_MS);

afterAll(async () => {
  await Promise.all([old.kill(), stack.kill()]);
  await folder.remove();
}, LIMIT_MS);

/** Services that report at a steady rate, and send the same again until it is acknowledged, wherever they are led. */
class Senders {
  readonly acknowledged: string[] = [];
  readonly refused: number[] = [];
  private readonly begunMs = performance.now();
  private sent = 0;
  private isOver = false;
  private readonly running: Promise<unknown>;

  constructor(public origin: string) {
    this.running = Promise.all(Array.from({ length: SENDERS }, () => this.run()));
  }

  /** All that was sent is acknowledged when it resolves. */
  async end(): Promise<void> {
    this.isOver = true;
    await this.running;
  }

  /** While nothing is acknowledged what is due waits; then it comes as fast as it is taken. */
  private async run(): Promise<void> {
    while (!this.isOver) {
      const from = this.sent;
      this.sent += EVENTS_A_REQUEST;
      await pause(Math.max(0, this.begunMs + (from * 1000) / EVENTS_PER_S - performance.now()));
      await this.send(from);
    }
  }

  private async send(from: number): Promise<void> {
    const keys = Array.from({ length: EVENTS_A_REQUEST }, (_, nth) => `key-${from + nth}`);
    const events = keys.map((key, nth) => ({ type: 'agent-seen', host: `host-${(from + nth) % 200}`, key }));
    const sending = { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(events) };
    for (;;) {
      const answer = await fetch(`${this.origin}/api/v1/events`, sending).catch(() => undefined);
      await answer?.text().catch(() => undefined);
      if (answer?.ok === true) break;
      // away, or read-only
      if (answer !== undefined && answer.status !== 503) this.refused.push(answer.status);
      await pause(500);
    }
    this.acknowledged.push(...keys);
  }
}

async function command(name: string, env: Readonly<Record<string, string>>): Promise<string> {
  const { stdout } = await run('bash', ['-euo', 'pipefail', '-c', block('docs/moving.md', `moving ${name}`)], {
    ...{ cwd: folder.path, env: { ...process.env, ...env } },
  });
  return stdout.trim();
}

/** By their streams: key and quest of each. */
async function eventsOf(
  origin: string,
): Promise<readonly { host: string; key: string | null; quest: number | null }[]> {
  const lines = (await (await fetch(`${origin}/api/v1/admin/export`)).text()).trimEnd().split('\n');
  return lines
    .map((line) => JSON.parse(line) as Json)
    .filter(({ type }) => String(type) === 'hermes.journal.EventLogged')
    .map(({ stream, data }) => {
      const { key = null, quest = null } = data as unknown as { key?: string | null; quest?: number | null };
      return { host: String(stream), key, quest };
    });
}

async function verified(): Promise<Json> {
  const { body } = await asked('projector', '/admin/verify', 'POST');
  let last = body;
  await until(
    'it is verified',
    async () => {
      ({ body: last } = await asked('projector', `/admin/verify/${String(body['id'])}`));
      return String(last['state']) !== 'running';
    },
    { limitMs: LIMIT_MS, seen: () => JSON.stringify(last) },
  );
  return last;
}

async function asked(app: (typeof APPS)[number], path: string, method = 'GET') {
  const answer = await fetch(`${stack.originOf(app)}/api/v1${path}`, { method });
  return { status: answer.status, body: (await answer.json()) as Json };
}

test(
  'the steps of docs/moving.md, while events come',
  async () => {
    const { api } = old;
    const types = [
      ['agent', 'seen'],
      ['reboot', 'required'],
      ['reboot', 'completed'],
    ].map(([category, state]) => ({ category, state }));
    await api.must('/event-types', types);
    await api.must('/fates', { creates: 'reboot-required', completedBy: 'reboot-completed' });
    await api.must('/events', { type: 'reboot-required', hosts: QUEST_HOSTS.slice(0, 300) });
    await api.must('/events', { type: 'reboot-completed', hosts: QUEST_HOSTS.slice(0, 200) });
    const senders = new Senders(api.origin);
    await until('events are acknowledged', () => senders.acknowledged.length > EVENTS_PER_S);
    const quest = await api.post('/quests', { type: 'reboot-required', hosts: QUEST_HOSTS, description: 'all' });
    expect(quest.status).toBe(202);

    // 1. stop writing, on the address that it had
    const port = new URL(api.origin).port;
    expect(await old.stop('SIGTERM')).toBe(0);
    const readOnly = { HERMES_READ_ONLY: 'true', HERMES_PORT: port };
    old = await Hermes.start({ dataDir: `${folder.path}/old`, env: readOnly });
    expect(await old.api.read('/quests/1')).toMatchObject({ state: 'embarking' });
    const had = (await eventsOf(old.api.origin)).filter((event) => event.quest === 1).length;
    expect(had).toBeLessThan(QUEST_HOSTS.length);

    // 2 to 4, into one ingest; the others wait
    for (const app of APPS) await stack.launch(app);
    await until('ingest is ready', async () => (await stack.readiness()).ingest === 'ready', { limitMs: LIMIT_MS });
    const env = { from: old.api.origin, to: stack.originOf('ingest') };
    const exported = JSON.parse(await command('export', env)) as { type: string; data: { content: string } };
    expect(exported.type).toBe('hermes.export.ended');
    const { content } = JSON.parse(await command('import', env)) as { content: string };
    expect(content).toBe(exported.data.content);

    // 5 and 6
    await until(
      'the views are there',
      async () => Object.values(await stack.readiness()).every((reason) => reason === 'ready'),
      { limitMs: LIMIT_MS, everyMs: 200 },
    );
    const before = senders.acknowledged.length;
    senders.origin = stack.originOf('ingest');
    await until('events are acknowledged here', () => senders.acknowledged.length > before + 3 * EVENTS_PER_S, {
      limitMs: LIMIT_MS,
    });
    await senders.end();
    await until(
      'every host has embarked',
      async () => String((await asked('query', '/quests/1')).body['state']) === 'open',
      { limitMs: LIMIT_MS, everyMs: 200 },
    );

    expect(senders.refused).toEqual([]);
    const events = await eventsOf(stack.originOf('ingest'));
    const keys = events.flatMap(({ key }) => (key?.startsWith('key-') === true ? [key] : []));
    expect([...keys].sort()).toEqual([...new Set(senders.acknowledged)].sort());
    const embarked = events.filter((event) => event.quest === 1).map(({ host }) => host);
    expect(embarked.sort()).toEqual(QUEST_HOSTS.map((host) => `host-${host}`).sort());
    expect(await verified()).toMatchObject({ reason: null, state: 'done', equal: true, differences: 0 });
  },
  LIMIT_MS,
);
