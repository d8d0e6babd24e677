/** A full disk: what cannot be stored is refused, what was acknowledged stays, reads go on, and all goes on by itself once there is space. */
import { mkdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { Hermes, temporaryFolder } from '../harness/hermes.js';
import { smallDisk, type SmallDisk } from '../harness/small-disk.js';
import { until } from '../../libs/testing/until.js';

const DISK_MIB = 16;
/** What a full disk still takes: pages of the write-ahead log that are written over. */
const MOST_TAKEN = 3000;
const NOTE = 'x'.repeat(3000);

let disk: SmallDisk | undefined;
let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let hermes: Hermes | undefined;
let sent: number;

beforeEach(async () => {
  disk = await smallDisk(DISK_MIB);
  folder = await temporaryFolder();
  sent = 0;
});

afterEach(async () => {
  await hermes?.kill();
  hermes = undefined;
  await disk?.remove();
  await folder.remove();
});

/** Runs over a disk that is really full, where one can be had; else it says aloud what holds the rule instead. */
function onSmallDisk(name: string, run: (small: SmallDisk) => Promise<void>): void {
  test(
    name,
    async () => {
      if (disk !== undefined) {
        await run(disk);
        return;
      }
      console.warn(
        `NOT ON A FULL DISK: no tmpfs can be mounted here (it takes root, or sudo without a password). "${name}" is held ` +
          'only by faults.spec.ts of journal-sqlite and views-sqlite, where SQLite is kept from growing its files.',
      );
    },
    120_000,
  );
}

async function start(dataDir: string): Promise<Hermes> {
  hermes = await Hermes.start({ dataDir, env: { HERMES_MAX_LAG_SECONDS: '5' } });
  return hermes;
}

/** The data folder, with one store's file on the small disk. */
async function folderWith(store: 'journal' | 'views', small: SmallDisk): Promise<string> {
  const dataDir = join(folder.path, 'data');
  await mkdir(dataDir);
  await symlink(join(small.path, `${store}.db`), join(dataDir, `${store}.db`));
  return dataDir;
}

/** Sends one event to a host of its own. */
async function send({ api }: Hermes) {
  sent += 1;
  return api.post('/events', { type: 'disk-full', host: `host-${sent}`, note: NOTE });
}

/** Sends until one is refused, which must be for the full disk; answers how many were accepted. */
async function sendUntilRefused(running: Hermes): Promise<number> {
  for (let accepted = 0; accepted < MOST_TAKEN; accepted += 1) {
    const answer = await send(running);
    if (answer.status === 201) continue;
    expect([answer.status, String(answer.body['code'])]).toEqual([503, 'store-unavailable']);
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
    return accepted;
  }
  throw new Error(`${MOST_TAKEN} events were accepted on a full disk`);
}

function total({ api }: Hermes): Promise<number> {
  return api.total('/events');
}

/** Without waiting for anything. */
async function readsAtOnce({ api }: Hermes): Promise<number> {
  return (await api.call('GET', '/events?limit=10')).status;
}

async function reasons({ api }: Hermes): Promise<string> {
  return (await fetch(`${api.origin}/health/ready`)).text();
}

async function ready({ api }: Hermes): Promise<void> {
  await until('Hermes is ready', async () => (await fetch(`${api.origin}/health/ready`)).ok, { limitMs: 30_000 });
}

async function figure({ api }: Hermes, name: string): Promise<string | undefined> {
  const text = await (await fetch(`${api.origin}/metrics`)).text();
  return new RegExp(`^${name} (.*)$`, 'm').exec(text)?.[1];
}

onSmallDisk('journal and views full: writes are 503, reads answer, nothing acknowledged is lost', async (small) => {
  const running = await start(small.path);
  await running.api.must('/event-types', { category: 'disk', state: 'full' });
  expect((await send(running)).status).toBe(201);
  await small.fill();
  let accepted = 1 + (await sendUntilRefused(running));
  expect(await readsAtOnce(running)).toBe(200);
  expect(await reasons(running)).toContain('full');
  expect((await send(running)).status).toBe(503);

  small.free();
  await until('events are accepted again', async () => {
    const taken = (await send(running)).status === 201;
    if (taken) accepted += 1;
    return taken;
  });
  expect(await total(running)).toBe(accepted);
  await ready(running);

  // and killed while it is full
  await small.fill();
  accepted += await sendUntilRefused(running);
  await running.kill();
  small.free();
  const again = await start(small.path);
  await until('all is in the views', async () => (await total(again)) === accepted);
  expect((await send(again)).status).toBe(201);
});

onSmallDisk(
  'views full: events are accepted, reads answer from the stored views, readiness says why, and projection catches up',
  async (small) => {
    const running = await start(await folderWith('views', small));
    await running.api.must('/event-types', { category: 'disk', state: 'full' });
    await send(running);
    expect(await total(running)).toBe(1);
    await small.fill();
    let halted: string | undefined;
    for (let nth = 0; nth < MOST_TAKEN && halted !== '1'; nth += 20) {
      for (let of = 0; of < 20; of += 1) expect((await send(running)).status).toBe(201);
      halted = await figure(running, 'hermes_projection_halted');
    }
    expect(halted).toBe('1');
    expect((await send(running)).status).toBe(201);
    expect(await reasons(running)).toMatch(/projection: views unavailable: .*full/);
    expect((await running.api.read('/admin/status'))['halted']).toMatch(/full/);
    expect(await readsAtOnce(running)).toBe(200);
    expect(running.output).toContain('a store is away, so a batch of the feed waits');

    small.free();
    await ready(running);
    expect(await total(running)).toBe(sent);
    await until(
      'the figures say that projection goes on',
      async () => (await figure(running, 'hermes_projection_halted')) === '0',
    );
  },
);

onSmallDisk('journal full: writes are 503, the views are whole, readiness says why', async (small) => {
  const running = await start(await folderWith('journal', small));
  await running.api.must('/event-types', { category: 'disk', state: 'full' });
  await small.fill();
  const accepted = await sendUntilRefused(running);
  expect(await reasons(running)).toMatch(/journal: it takes no writes: .*full/);
  expect(await total(running)).toBe(accepted);
  const quest = { type: 'disk-full', hosts: ['a'], description: 'x' };
  expect((await running.api.post('/event-types', { category: 'fan', state: 'x'.repeat(60) })).status).toBe(503);
  expect([422, 503]).toContain((await running.api.post('/quests', quest)).status);

  small.free();
  await until('events are accepted again', async () => (await send(running)).status === 201);
  await ready(running);
  expect(await total(running)).toBe(accepted + 1);
});
