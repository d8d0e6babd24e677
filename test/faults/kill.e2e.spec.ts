/** kill -9 at bad moments, then start again: everything acknowledged is there, once. */
import { readdir, rm } from 'node:fs/promises';
import type { Json } from '../harness/api.js';
import { RESTARTS, wholeHermes } from '../harness/whole.js';
import { until } from '../../libs/testing/until.js';

/** Each count is of a hundred thousand: asked all the time, they would be most of the work. */
const COUNT_EVERY_MS = 250;

const hermes = wholeHermes({ ...RESTARTS, each: true });

test('kill -9 right after an answer: the events and labors are there', async () => {
  const hosts = Array.from({ length: 500 }, (_, index) => `web-${index}`);
  await hermes.api.must('/events', { type: 'system-restart-required', hosts });
  await hermes.api.must('/events', { type: 'system-restart-completed', hosts: hosts.slice(0, 200), by: 'agent' });
  await hermes.killAndRestart();
  await until('the labors are there', async () => (await hermes.api.total('/labors?state=open')) === 300);
  expect(await hermes.api.total('/labors?state=completed')).toBe(200);
  expect(await hermes.api.total('/events')).toBe(700);
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
  await until('embarking is running', async () => (embarked = await hermes.api.total('/events?quest=1')) > count / 5, {
    limitMs: 60_000,
    everyMs: COUNT_EVERY_MS,
  });
  expect(embarked).toBeLessThan(count);
  await hermes.killAndRestart();
  expect(await hermes.api.read('/quests/1')).toMatchObject({ state: 'embarking' });

  let quest: Json | undefined;
  await until(
    'the quest is open',
    async () => String((quest = await hermes.api.read('/quests/1'))['state']) === 'open',
    {
      limitMs: 120_000,
      everyMs: COUNT_EVERY_MS,
      seen: () => JSON.stringify(quest),
    },
  );
  expect(quest).toMatchObject({
    hosts: count,
    progress: { chains: count, unstarted: count, labors: count, open: count, completed: 0, percent: 0 },
  });
  expect(await hermes.api.total('/events?quest=1')).toBe(count);
  expect(await hermes.api.total('/hosts')).toBe(count);

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
  await hermes.killAndRestart(async () => {
    for (const file of await readdir(hermes.path())) {
      if (file.startsWith('views')) await rm(hermes.path(file));
    }
  });
  await until('the labors are back', async () => (await hermes.api.total('/labors')) === 3);
  expect((await hermes.api.read('/labors?sort=host'))['items']).toEqual(before['items']);
}, 60_000);
