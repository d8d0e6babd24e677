/** A rebuild beside the served views of a running Hermes: killed twice, cancelled, rolled back, while events come and are read. */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { openSqliteJournal } from '#adapters/journal-sqlite';
import { openSqliteViews } from '#adapters/views-sqlite';
import { canonicalViews, seededRandom, until } from '#testing';
import type { Answer, Json } from '../harness/api.js';
import { Hermes, temporaryFolder } from '../harness/hermes.js';
import { cleanFold, served, tidyUp } from '../projection/rig.js';
import { differences } from './differences.js';

/** `HERMES_TEST_REBUILD_EVENTS=1000000` is the size that is promised; it takes some five minutes. */
const EVENTS = Number(process.env['HERMES_TEST_REBUILD_EVENTS'] ?? 8000);
const IS_LARGE = EVENTS > 100_000;
const HOSTS = Array.from({ length: IS_LARGE ? 50_000 : 6000 }, (_, index) => `host-${index}`);
/** Reported meanwhile: what is promised, or what leaves other tests of the lane their share. */
const EVENTS_PER_S = IS_LARGE ? 2000 : 200;
const EVENTS_A_REQUEST = 20;
const SEED = Number(process.env['HERMES_TEST_CRASH_SEED'] ?? Date.now() % 1_000_000);
const LIMIT_MS = IS_LARGE ? 900_000 : 60_000;
const TEST_LIMIT_MS = IS_LARGE ? 3_600_000 : 240_000;
/** Longest time from when a rebuild is seen at work until the process is killed. */
const AMID_MS = IS_LARGE ? 15_000 : 400;

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let hermes: Hermes;

beforeEach(async () => {
  folder = await temporaryFolder();
  hermes = await Hermes.start({ dataDir: folder.path });
  await hermes.api.must('/event-types', [
    { category: 'disk', state: 'full' },
    { category: 'disk', state: 'cleaned' },
    { category: 'disk', state: 'replaced' },
  ]);
  await hermes.api.must('/fates', { creates: 'disk-full', completedBy: 'disk-cleaned' });
  // each host opens a labor and closes it, until all events are stored
  for (let stored = 0; stored < EVENTS;) {
    const type = stored % (2 * HOSTS.length) < HOSTS.length ? 'disk-full' : 'disk-cleaned';
    const from = stored % HOSTS.length;
    const hosts = HOSTS.slice(from, from + Math.min(10_000, EVENTS - stored));
    await hermes.api.must('/events', { type, hosts });
    stored += hosts.length;
  }
  await hermes.api.must('/quests', { type: 'disk-full', hosts: HOSTS.slice(0, 500), description: 'x' });
  await until('the views are there', async () => (await hermes.api.get('/quests/1')).status === 200, {
    limitMs: LIMIT_MS,
  });
}, LIMIT_MS);

afterEach(async () => {
  await hermes.kill();
  await tidyUp();
  await folder.remove();
});

/** Writes at a steady rate, and reads one after the other, for as long as the process lives. */
class Traffic {
  /** Answers other than those that were to be expected. */
  readonly refused: string[] = [];
  written = 0;
  private isOver = false;
  private running: Promise<unknown> = Promise.resolve();
  private sent = 0;

  constructor(private readonly of: Hermes) {}

  begin(from: number): this {
    this.sent = from;
    this.running = Promise.all([this.writeAll(), this.readAll()]);
    return this;
  }

  /** Before the process is killed: what it does not answer then is no fault. */
  async end(): Promise<void> {
    this.isOver = true;
    await this.running;
  }

  private async writeAll(): Promise<void> {
    const begunMs = performance.now();
    const under = new Set<Promise<void>>();
    for (let requests = 0; !this.isOver; requests += 1) {
      const dueMs = begunMs + (requests * 1000 * EVENTS_A_REQUEST) / EVENTS_PER_S;
      await new Promise((wake) => setTimeout(wake, Math.max(0, dueMs - performance.now())));
      const writing = this.write().finally(() => under.delete(writing));
      under.add(writing);
      while (under.size >= 50) await Promise.race(under);
    }
    await Promise.all(under);
  }

  /** Of each host one that opens a labor, and in the next round one that closes it. */
  private async write(): Promise<void> {
    const events = Array.from({ length: EVENTS_A_REQUEST }, () => {
      const n = this.sent++;
      const type = Math.floor(n / HOSTS.length) % 2 === 0 ? 'disk-full' : 'disk-cleaned';
      return { type, host: HOSTS[n % HOSTS.length], key: `traffic-${n}` };
    });
    const refused = await this.refusal(() => this.of.api.post('/events', events), 201);
    if (refused === null) this.written += events.length;
    else this.refused.push(`POST /events: ${refused}`);
  }

  /** Null where it is answered as it must be. */
  private async refusal(ask: () => Promise<Answer<Json>>, expected: number): Promise<string | null> {
    try {
      const { status, body } = await ask();
      return status === expected ? null : `${status} ${JSON.stringify(body)}`;
    } catch (error) {
      return `${String(error)}: ${String((error as Error).cause)}`;
    }
  }

  private async readAll(): Promise<void> {
    for (let n = 0; !this.isOver; n += 1) {
      const host = HOSTS[n % HOSTS.length] as string;
      for (const path of [`/labors?host=${host}`, '/quests?limit=1', '/stats']) {
        const refused = await this.refusal(() => this.of.api.get(path), 200);
        if (refused !== null) this.refused.push(`GET ${path}: ${refused}`);
      }
    }
  }
}

/** Asks for nothing but how it is: the position of what is written has no part in it. */
async function rebuild(id: number): Promise<Json> {
  const { status, body } = await hermes.api.call('GET', `/admin/rebuilds/${id}`);
  if (status !== 200) throw new Error(`GET /admin/rebuilds/${id}: ${status} ${JSON.stringify(body)}`);
  return body;
}

async function comesTo(id: number, state: string): Promise<Json> {
  let last: Json | undefined;
  await until(
    `rebuild ${id} is ${state}`,
    async () => {
      last = await rebuild(id);
      return String(last['state']) === state;
    },
    { limitMs: LIMIT_MS, everyMs: 50, seen: () => JSON.stringify(last) },
  );
  return last as Json;
}

async function generations(): Promise<readonly (readonly [number: number, served: boolean])[]> {
  const { body } = await hermes.api.call('GET', '/admin/generations');
  return [...(body['items'] as Json)].map((each) => [Number(each['number']), String(each['served']) === 'true']);
}

/** What a clean fold of the journal comes to beside the views, by their hashes. */
async function verified(): Promise<Json> {
  const { id } = (await hermes.api.must('/admin/verify', undefined)) as unknown as { id: string };
  let last: Json | undefined;
  await until(
    'it is verified',
    async () => {
      last = (await hermes.api.call('GET', `/admin/verify/${id}`)).body;
      return String(last['state']) !== 'running';
    },
    { limitMs: LIMIT_MS, everyMs: 100, seen: () => JSON.stringify(last) },
  );
  return last as Json;
}

/** Of the stopped Hermes: in what its views differ from a clean fold of its journal. */
async function compared(): Promise<readonly string[]> {
  const journal = await openSqliteJournal({ file: join(folder.path, 'journal.db') });
  const views = await openSqliteViews({ file: join(folder.path, 'views.db') });
  try {
    return differences(await canonicalViews(views.reader, await served(views)), await cleanFold(journal));
  } finally {
    await views.close();
    await journal.close();
  }
}

test.each([SEED])(
  'R5, R6: killed -9 twice amid events and a changed catalogue it ends equal, and no read is refused (seed %i)',
  async (seed) => {
    const random = seededRandom(seed);
    let traffic = new Traffic(hermes).begin(0);
    let written = 0;
    const before = await generations();
    const { id } = (await hermes.api.must('/admin/rebuilds', undefined)) as unknown as { id: number };
    for (let kills = 0; kills < 2; kills += 1) {
      await until('it is at work', async () => String((await rebuild(id))['generation']) !== 'null', {
        limitMs: LIMIT_MS,
      });
      if (kills === 0) {
        await hermes.api.must('/fates', { creates: 'disk-full', completedBy: 'disk-replaced' });
        await hermes.api.must('/events', { type: 'disk-replaced', hosts: HOSTS.slice(4000, 4200) });
      }
      await new Promise((wake) => setTimeout(wake, random() * AMID_MS));
      await traffic.end();
      await hermes.kill();
      expect(traffic.refused).toEqual([]);
      written += traffic.written;
      const { position } = hermes.api;
      hermes = await Hermes.start({ dataDir: folder.path });
      hermes.api.waitFor(position);
      traffic = new Traffic(hermes).begin((kills + 1) * 1_000_000);
    }
    // it is served by itself, since nothing differs
    expect(await comesTo(id, 'activated')).toMatchObject({ activate: false, differences: 0 });
    // some more in the new one
    const so = traffic.written;
    await until('writes go on', () => traffic.written > so + 5);
    await traffic.end();
    expect(traffic.refused).toEqual([]);
    expect(written + traffic.written).toBeGreaterThan(10);
    const after = await generations();
    expect(after).toEqual([
      [before[0]?.[0], false],
      [expect.any(Number), true],
    ]);
    await hermes.api.read('/quests/1');
    expect(await verified()).toMatchObject({ state: 'done', equal: true, differences: 0 });
    expect(await hermes.stop()).toBe(0);
    // all documents at once would be too many
    if (!IS_LARGE) expect(await compared()).toEqual([]);
  },
  TEST_LIMIT_MS,
);

test(
  'R5, R7: cancelled it leaves nothing on the disk; what was served before is served again, level',
  async () => {
    const isOfRebuild = (name: string): boolean => name === 'replay' || name.startsWith('views-generation-');
    const before = (await readdir(folder.path)).filter(isOfRebuild);
    const first = (await hermes.api.must('/admin/rebuilds', undefined)) as unknown as { id: number };
    await until('it is at work', async () => String((await rebuild(first.id))['generation']) !== 'null');
    expect((await hermes.api.call('DELETE', `/admin/rebuilds/${first.id}`)).status).toBe(202);
    await comesTo(first.id, 'cancelled');
    expect((await readdir(folder.path)).filter(isOfRebuild).sort()).toEqual(before.sort());

    const traffic = new Traffic(hermes).begin(0);
    const [[former] = []] = await generations();
    const second = (await hermes.api.must('/admin/rebuilds', undefined)) as unknown as { id: number };
    await hermes.api.must(`/admin/rebuilds/${second.id}/activate`, undefined);
    await comesTo(second.id, 'activated');
    await until('writes go on', () => traffic.written > 10);
    const back = (await hermes.api.must(`/admin/generations/${former}/activate`, undefined)) as unknown as {
      id: number;
    };
    await comesTo(back.id, 'activated');
    const so = traffic.written;
    await until('writes go on', () => traffic.written > so + 5);
    await traffic.end();
    expect(traffic.refused).toEqual([]);
    const now = await generations();
    expect(now.map(([number, isServed]) => [number === former, isServed])).toEqual([
      [true, true],
      [false, false],
    ]);
    expect((await hermes.api.call('DELETE', `/admin/generations/${former}`)).status).toBe(409);
    expect((await hermes.api.call('DELETE', `/admin/generations/${now[1]?.[0]}`)).status).toBe(200);
    expect(await generations()).toHaveLength(1);
    await hermes.api.read('/quests/1');
    expect(await hermes.stop()).toBe(0);
    expect(await compared()).toEqual([]);
  },
  TEST_LIMIT_MS,
);
