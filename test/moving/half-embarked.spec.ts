/** R12: a quest that was embarking when its Hermes became read-only goes on where it was imported, each host exactly once. */
import { temporaryFolder } from '../harness/hermes.js';
import { startInProcess, type InProcess } from '../harness/in-process.js';
import { until } from '../../libs/testing/until.js';

const HOSTS = Array.from({ length: 6000 }, (_, nth) => `host-${nth}`);
const running: InProcess[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map((each) => each.close()));
});

async function start(environment: Readonly<Record<string, string>> = {}): Promise<InProcess> {
  const hermes = await startInProcess(environment);
  running.push(hermes);
  return hermes;
}

async function eventsOf({ api }: InProcess): Promise<readonly string[]> {
  const answer = await fetch(`${api.origin}/api/v1/admin/export`);
  const lines = (await answer.text()).trimEnd().split('\n');
  return lines
    .map((line) => JSON.parse(line) as { readonly type: string; readonly stream: string; readonly id: string })
    .filter(({ type }) => type === 'hermes.journal.EventLogged')
    .map(({ stream, id }) => `${stream} ${id}`);
}

test('what had its event keeps it, and the others get theirs, under the UUIDs that they would have had', async () => {
  const folder = await temporaryFolder();
  const old = await start({ HERMES_DATA_DIR: folder.path });
  await old.api.must(
    '/event-types',
    ['required', 'completed'].map((state) => ({ category: 'reboot', state })),
  );
  await old.api.must('/fates', { creates: 'reboot-required', completedBy: 'reboot-completed' });
  const answer = await old.api.post('/quests', { type: 'reboot-required', hosts: HOSTS, description: 'all' });
  expect(answer.status).toBe(202);
  await until('some hosts have their event', async () => (await old.api.total('/events')) > 0, { everyMs: 10 });
  await running.pop()!.close();

  const readOnly = await start({ HERMES_DATA_DIR: folder.path, HERMES_READ_ONLY: 'true' });
  const had = await eventsOf(readOnly);
  expect(had.length).toBeGreaterThan(0);
  expect(had.length).toBeLessThan(HOSTS.length);
  expect(await readOnly.api.read('/quests/1')).toMatchObject({ state: 'embarking' });
  const file = await (await fetch(`${readOnly.api.origin}/api/v1/admin/export`)).text();
  // nothing goes on here
  expect(await eventsOf(readOnly)).toEqual(had);

  const fresh = await start();
  const imported = await fetch(`${fresh.api.origin}/api/v1/admin/import`, {
    ...{ method: 'POST', headers: { 'content-type': 'application/x-ndjson' }, body: file },
  });
  expect(imported.status).toBe(200);
  fresh.api.waitFor(BigInt(((await imported.json()) as { position: string }).position));
  await until('it is embarked', async () => String((await fresh.api.read('/quests/1'))['state']) === 'open', {
    limitMs: 120_000,
  });
  const has = await eventsOf(fresh);
  expect(has.slice(0, had.length)).toEqual(had);
  expect(has.map((event) => event.split(' ')[0]).sort()).toEqual(HOSTS.map((host) => `host-${host}`).sort());

  // where it was, the rest would have had the same UUIDs
  await running.splice(0, 1)[0]!.close();
  const again = await start({ HERMES_DATA_DIR: folder.path });
  await until(
    'it is embarked there, too',
    async () => String((await again.api.read('/quests/1'))['state']) === 'open',
    {
      limitMs: 120_000,
    },
  );
  expect([...(await eventsOf(again))].sort()).toEqual([...has].sort());
  await running.pop()!.close();
  await folder.remove();
}, 300_000);
