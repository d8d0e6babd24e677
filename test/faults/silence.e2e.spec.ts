/** R14: a rebuild of the views is silent. Who follows changes over HTTP hears nothing of one that was proved equal, and goes on in it. */
import { until } from '../../libs/testing/until.js';
import { FollowedChanges } from '../harness/follow.js';
import { RESTARTS, wholeHermes } from '../harness/whole.js';

// the audit goes on beside it
const hermes = wholeHermes({ ...RESTARTS, each: true, env: { HERMES_AUDIT_HOSTS_PER_MINUTE: '0' } });

const HOSTS = Array.from({ length: 40 }, (_, n) => `web-${n}`);
const REQUIRED = 'system-restart-required';
const COMPLETED = 'system-restart-completed';

/** What counts live work: events, entries, messages, judgements; not requests, nor what the process itself takes. */
async function counted(): Promise<readonly string[]> {
  const text = await (await fetch(`${hermes.api.origin}/metrics`)).text();
  const isOfWork = (line: string): boolean =>
    /^hermes_(events|hosts|inbound|projection_latency|changes|journal_append|relay)[a-z_]*(_total|_count|_position|_entries)\b/.test(
      line,
    );
  return text.split('\n').filter(isOfWork);
}

async function rebuild(how: 'proved' | 'by command'): Promise<void> {
  const { id } = (await hermes.api.must('/admin/rebuilds', undefined)) as unknown as { readonly id: number };
  if (how === 'by command') await hermes.api.must(`/admin/rebuilds/${id}/activate`, undefined);
  await until(
    'it is served',
    async () => String((await hermes.api.read(`/admin/rebuilds/${id}`))['state']) === 'activated',
    { limitMs: 60_000 },
  );
}

async function following(): Promise<FollowedChanges> {
  const made = new FollowedChanges(() => hermes.api.origin);
  expect(await made.open()).toBe(200);
  await hermes.api.must('/quests', { type: REQUIRED, hosts: HOSTS, description: 'all' });
  await hermes.api.must('/events', { type: COMPLETED, hosts: HOSTS.slice(0, 10) });
  await until('all came', async () => {
    const closed = [...made.labors.values()].filter(({ state }) => String(state) === 'completed').length;
    return made.labors.size === HOSTS.length && closed === 10 && made.quests.has('1');
  });
  // its numbers are those of the end
  await until('the quest came', async () => Number(made.quests.get('1')?.['progress']?.['completed']) === 10);
  return made;
}

function things(of: FollowedChanges): readonly string[] {
  return of.sent
    .filter(({ event }) => event !== 'position')
    .map(({ event, data }) => `${event} ${JSON.stringify(data)}`);
}

function generationOf({ lastId }: FollowedChanges): string | undefined {
  return lastId?.split('.')[0];
}

test('no message, no change, no figure of live work; then what changes comes once, without a reset', async () => {
  const client = await following();
  const before = generationOf(client);
  const [sent, figures] = [things(client), await counted()];
  expect(figures.length).toBeGreaterThan(5);
  await rebuild('proved');
  await until('it goes on in the new one', async () => generationOf(client) !== before);
  expect(await counted()).toEqual(figures);
  expect(things(client)).toEqual(sent);
  await hermes.api.must('/events', { type: COMPLETED, host: 'web-20' });
  const its = () => client.of('labor').filter((data) => JSON.stringify(data).includes('"web-20"'));
  await until('the quest came', async () => Number(client.quests.get('1')?.['progress']?.['completed']) === 11);
  await until('the labor came', async () => its().length >= 2);
  expect(its()).toHaveLength(2);
  expect(client.of('reset')).toEqual([]);
  client.leave();
}, 120_000);

test('killed and resumed across it, a follower goes on from its former id; served by command, it is reset', async () => {
  const client = await following();
  const before = generationOf(client);
  client.leave();
  await rebuild('proved');
  await hermes.api.must('/events', { type: COMPLETED, host: 'web-21' });
  await hermes.killAndRestart();
  expect(await client.open()).toBe(200);
  await until('it is brought up', async () => generationOf(client) !== before);
  await until('the quest came', async () => Number(client.quests.get('1')?.['progress']?.['completed']) === 11);
  expect(client.of('labor').filter((data) => JSON.stringify(data).includes('"web-21"')).length).toBeGreaterThan(1);
  expect(client.of('reset')).toEqual([]);
  const next = generationOf(client);
  await rebuild('by command');
  await until('it went over', async () => generationOf(client) !== next);
  expect(client.of('reset')).toHaveLength(1);
  client.leave();
}, 120_000);
