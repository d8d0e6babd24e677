/** Killed again and again during a rebuild, and stopped under load: nothing is lost of either. */
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { openSqliteJournal } from '#adapters/journal-sqlite';
import { openSqliteViews } from '#adapters/views-sqlite';
import { canonicalViews, seededRandom } from '#testing';
import { Hermes, temporaryFolder } from '../harness/hermes.js';
import { cleanFold, served, tidyUp } from '../projection/rig.js';
import { differences } from './differences.js';

const HOSTS = Array.from({ length: 6000 }, (_, index) => `host-${index}`);
/** Longest time that a rebuild of this history runs before it is killed. */
const FOLD_MS = 1500;
const SEED = Number(process.env['HERMES_TEST_CRASH_SEED'] ?? Date.now() % 1_000_000);

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let hermes: Hermes;

beforeEach(async () => {
  folder = await temporaryFolder();
  hermes = await Hermes.start({ dataDir: folder.path });
  await hermes.api.must('/event-types', [
    { category: 'disk', state: 'full' },
    { category: 'disk', state: 'cleaned' },
  ]);
  await hermes.api.must('/fates', { creates: 'disk-full', completedBy: 'disk-cleaned' });
});

afterEach(async () => {
  await hermes.kill();
  await tidyUp();
  await folder.remove();
});

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

test(`killed six times during a rebuild (seed ${SEED}), it ends with the same views`, async () => {
  await hermes.api.must('/events', { type: 'disk-full', hosts: HOSTS });
  await hermes.api.must('/events', { type: 'disk-cleaned', hosts: HOSTS.slice(0, 2000) });
  await hermes.api.must('/quests', { type: 'disk-full', hosts: HOSTS.slice(0, 500), description: 'x' });
  await hermes.kill();
  const random = seededRandom(SEED);
  for (let kills = 0; kills < 6; kills += 1) {
    if (kills === 3) {
      const views = (await readdir(folder.path)).filter((name) => name.startsWith('views'));
      for (const name of views) await rm(join(folder.path, name));
    }
    const args = kills === 0 || random() < 0.3 ? ['--rebuild'] : [];
    hermes = await Hermes.launch({ dataDir: folder.path, args });
    if (random() < 0.8) await hermes.answers('live');
    const killAtMs = random() * FOLD_MS;
    await new Promise((wake) => setTimeout(wake, killAtMs));
    await hermes.kill();
  }
  hermes = await Hermes.start({ dataDir: folder.path });
  expect(await hermes.api.read('/quests/1')).toMatchObject({ state: 'open', progress: { open: 500 } });
  expect(await hermes.stop()).toBe(0);
  expect(await compared()).toEqual([]);
}, 120_000);

test('SIGTERM under load drains: whatever was answered is there, and the exit code is 0', async () => {
  const answered: string[] = [];
  let refused = 0;
  const clients = Array.from({ length: 8 }, async (_, client) => {
    for (let count = 0; ; count += 1) {
      const host = `client-${client}-${count}`;
      const body = { type: 'disk-full', hosts: [host, `${host}-b`] };
      const answer = await hermes.api.post('/events', body).catch(() => undefined);
      if (answer?.status === 201) answered.push(host);
      else refused += 1;
      // 503, or nobody there any more
      if (answer === undefined) return;
      if (count === 20 && client === 0) void stopping();
    }
  });
  let code: Promise<number | null> | undefined;
  const stopping = (): Promise<number | null> => (code ??= hermes.stop('SIGTERM'));
  await Promise.all(clients);
  expect([await stopping(), refused > 0, answered.length > 20]).toEqual([0, true, true]);
  const { position } = hermes.api;
  hermes = await Hermes.start({ dataDir: folder.path });
  hermes.api.waitFor(position);
  expect(await hermes.api.total('/events')).toBeGreaterThanOrEqual(answered.length * 2);
  for (const host of answered) expect((await hermes.api.get(`/events/${host}-b~0`)).status).toBe(200);
  expect(await hermes.stop()).toBe(0);
  expect(await compared()).toEqual([]);
}, 60_000);
