/** The flows that Hermes was made for, played over HTTP against a whole Hermes. */
import { wholeHermes } from '../harness/whole.js';
import type { Json } from '../harness/api.js';

const states: readonly (readonly [string, readonly string[]])[] = [
  ['system-reboot', ['required', 'completed']],
  ['system-maintenance', ['required', 'ready', 'completed']],
  ['puppet-restart', ['required', 'completed']],
  ['system-restart', ['required', 'completed']],
];
const hermes = wholeHermes({
  types: states.flatMap(([category, names]) => names.map((state) => ({ category, state }))),
  fates: [
    { creates: 'system-reboot-required', completedBy: 'system-reboot-completed' },
    { creates: 'system-maintenance-required', completedBy: 'system-maintenance-ready' },
    { creates: 'system-maintenance-ready', completedBy: 'system-maintenance-completed', intermediate: true },
    { creates: 'puppet-restart-required', completedBy: 'puppet-restart-completed' },
    { creates: 'puppet-restart-required', completedBy: 'system-restart-completed' },
    { creates: 'system-restart-required', completedBy: 'system-restart-completed' },
  ],
});

async function labors(host: string): Promise<string[]> {
  const list = await hermes.api.read(`/labors?host=${host}&sort=openedAt`);
  return [...list['items']!].map((labor: Json) => `${String(labor['type'])} ${String(labor['state'])}`);
}

async function event(host: string, type: string): Promise<Json> {
  return hermes.api.must('/events', { host, type, by: 'agent' });
}

test('a reboot: the first event opens a labor of its name, the second completes it', async () => {
  await event('web-1', 'system-reboot-required');
  expect(await labors('web-1')).toEqual(['system-reboot-required open']);
  await event('web-1', 'system-reboot-completed');
  expect(await labors('web-1')).toEqual(['system-reboot-required completed']);

  const why = await hermes.api.read('/labors/web-1~0/why');
  expect(why).toMatchObject({ state: 'completed' });
  expect(JSON.stringify(why)).toContain('web-1~1');
});

test('maintenance: "ready" opens a labor only where one was required', async () => {
  await event('db-1', 'system-maintenance-required');
  await event('db-1', 'system-maintenance-ready');
  expect(await labors('db-1')).toEqual(['system-maintenance-required completed', 'system-maintenance-ready open']);
  await event('db-1', 'system-maintenance-completed');
  expect(await labors('db-1')).toEqual(['system-maintenance-required completed', 'system-maintenance-ready completed']);

  await event('db-2', 'system-maintenance-ready');
  expect(await labors('db-2')).toEqual([]);
});

test.each(['puppet-restart-completed', 'system-restart-completed'])(
  'puppet: %s completes the labor',
  async (closing) => {
    const host = `app-${closing}`;
    await event(host, 'puppet-restart-required');
    await event(host, closing);
    expect(await labors(host)).toEqual(['puppet-restart-required completed']);
  },
);

test('a security fix: the quest follows the hosts as they report and completes with the last one', async () => {
  const hosts = Array.from({ length: 12 }, (_, index) => `fix-${index}.example.com`);
  const quest = await hermes.api.must('/quests', {
    type: 'system-restart-required',
    hosts,
    creator: 'security',
    description: 'restart every web server for the library fix',
    target: '2999-01-01T00:00:00Z',
    references: [{ label: 'Jira', key: 'SEC-1234' }],
  });
  const path = `/quests/${String(quest['id'])}`;
  expect(await hermes.api.read(path)).toMatchObject({
    state: 'open',
    hosts: 12,
    references: [{ label: 'Jira', key: 'SEC-1234' }],
    progress: { chains: 12, unstarted: 12, labors: 12, open: 12, percent: 0 },
  });

  for (const [index, host] of hosts.entries()) {
    await event(host, 'system-restart-completed');
    const open = hosts.length - index - 1;
    expect(await hermes.api.read(path)).toMatchObject({
      state: open === 0 ? 'completed' : 'open',
      progress: { open, completed: index + 1, percent: Math.floor(((index + 1) / 12) * 1000) / 10 },
    });
  }
  const last = await hermes.api.read('/labors?host=fix-11.example.com');
  expect((await hermes.api.read(path))['completedAt']).toBe(last['items']![0]!['closed']!['at']);
}, 60_000);
