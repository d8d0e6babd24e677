/** kill -9 at bad moments, then start again: everything acknowledged is there, once. */
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Json } from '../harness/api.js';
import { Hermes, temporaryFolder } from '../harness/hermes.js';
import { until } from '../harness/until.js';

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let hermes: Hermes;

beforeEach(async () => {
  folder = await temporaryFolder();
  hermes = await Hermes.start({ dataDir: folder.path });
  await hermes.api.must('/event-types', [
    { category: 'system-restart', state: 'required' },
    { category: 'system-restart', state: 'completed' },
  ]);
  await hermes.api.must('/fates', { creates: 'system-restart-required', completedBy: 'system-restart-completed' });
});

afterEach(async () => {
  await hermes.kill();
  await folder.remove();
});

/** Kills the running one and starts another over the same data; reads go on from what was acknowledged. */
async function killAndRestart(): Promise<void> {
  const before = hermes;
  await before.kill();
  hermes = await Hermes.start({ dataDir: folder.path });
}

async function total(path: string): Promise<number> {
  const list = await hermes.api.read(`${path}${path.includes('?') ? '&' : '?'}limit=1&count=true`);
  return Number(list['total']);
}

test('kill -9 right after an answer: the events and labors are there', async () => {
  const hosts = Array.from({ length: 500 }, (_, index) => `web-${index}`);
  await hermes.api.must('/events', { type: 'system-restart-required', hosts });
  await hermes.api.must('/events', { type: 'system-restart-completed', hosts: hosts.slice(0, 200), by: 'agent' });
  await killAndRestart();
  await until('the labors are there', async () => (await total('/labors?state=open')) === 300);
  expect(await total('/labors?state=completed')).toBe(200);
  expect(await total('/events')).toBe(700);
  const why = await hermes.api.read('/labors/web-7~0/why');
  expect(why).toMatchObject({ state: 'completed' });
}, 60_000);

test('kill -9 half way through a quest of 100,000 hosts: each host gets its event exactly once', async () => {
  const count = 100_000;
  const hosts = Array.from({ length: count }, (_, index) => `host-${String(index).padStart(6, '0')}.example.com`);
  const answer = await hermes.api.post('/quests', {
    type: 'system-restart-required',
    hosts,
    description: 'restart the whole fleet',
    creator: 'operations',
  });
  expect(answer.status).toBe(202);
  expect(answer.body).toMatchObject({ id: 1, hosts: count, state: 'embarking' });

  let embarked = 0;
  await until('embarking has begun', async () => (embarked = await total('/events?quest=1')) > count / 5, {
    limitMs: 60_000,
  });
  expect(embarked).toBeLessThan(count);
  await killAndRestart();
  expect(await hermes.api.read('/quests/1')).toMatchObject({ state: 'embarking' });

  let quest: Json | undefined;
  await until(
    'the quest is open',
    async () => String((quest = await hermes.api.read('/quests/1'))['state']) === 'open',
    {
      limitMs: 120_000,
      onTimeout: () => JSON.stringify(quest),
    },
  );
  expect(quest).toMatchObject({
    hosts: count,
    progress: { chains: count, unstarted: count, labors: count, open: count, completed: 0, percent: 0 },
  });
  expect(await total('/events?quest=1')).toBe(count);
  expect(await total('/hosts')).toBe(count);

  await hermes.api.must('/events', { type: 'system-restart-completed', hosts: hosts.slice(0, 1000) });
  expect(await hermes.api.read('/quests/1')).toMatchObject({
    state: 'open',
    progress: { completed: 1000, open: count - 1000, percent: 1 },
  });
}, 240_000);

test('views that are lost are rebuilt from the journal', async () => {
  await hermes.api.must('/events', { type: 'system-restart-required', hosts: ['a', 'b', 'c'] });
  await hermes.api.must('/events', { type: 'system-restart-completed', host: 'b' });
  const before = await hermes.api.read('/labors?sort=host');
  await hermes.kill();
  for (const file of await readdir(folder.path)) {
    if (file.startsWith('views')) await rm(join(folder.path, file));
  }
  hermes = await Hermes.start({ dataDir: folder.path });
  await until('the labors are back', async () => (await total('/labors')) === 3);
  expect((await hermes.api.read('/labors?sort=host'))['items']).toEqual(before['items']);
}, 60_000);
