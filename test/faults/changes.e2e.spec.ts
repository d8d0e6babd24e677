/** Following changes under load, through cut connections and kill -9: in the end the follower has what the lists show. */
import type { Json } from '../harness/api.js';
import { FollowedChanges } from '../harness/follow.js';
import { RESTARTS, wholeHermes } from '../harness/whole.js';
import { until } from '../../libs/testing/until.js';

const hermes = wholeHermes({ ...RESTARTS, each: true });

const HOSTS = Array.from({ length: 200 }, (_, n) => `web-${n}`);

/** Of the list, as the follower keeps it: without what only one of both has. */
function shown(labor: Json): object {
  const { position: _, ...rest } = labor as unknown as Readonly<Record<string, unknown>>;
  return rest;
}

async function expectAll(following: FollowedChanges): Promise<void> {
  const listed = (await hermes.api.read('/labors?limit=1000'))['items'] as unknown as readonly Json[];
  expect(listed.length).toBeGreaterThan(0);
  const wanted = new Map(listed.map((labor) => [String(labor['id']), shown(labor)]));
  let missing: readonly string[] = [];
  await until(
    'the follower has what the list shows',
    async () => {
      missing = [...wanted].filter(([id, labor]) => !isSame(following.labors.get(id), labor)).map(([id]) => id);
      return missing.length === 0;
    },
    { seen: () => missing.slice(0, 5).join() },
  );
}

function isSame(had: Json | undefined, labor: object): boolean {
  return had !== undefined && JSON.stringify(shown(had)) === JSON.stringify(labor);
}

/** Opens and closes labors until `ended`. */
async function load(ended: () => boolean): Promise<void> {
  for (let round = 0; !ended(); round += 1) {
    const hosts = HOSTS.filter((_, n) => n % 7 === round % 7);
    const type = round % 2 === 0 ? 'system-restart-required' : 'system-restart-completed';
    // where it is killed meanwhile the request fails
    await hermes.api.post('/events', { type, hosts }).catch(() => undefined);
  }
}

test('cut and resumed again and again under load, nothing is missing', async () => {
  const following = new FollowedChanges(() => hermes.api.origin);
  expect(await following.open()).toBe(200);
  let isOver = false;
  const loading = load(() => isOver);
  for (let cuts = 0; cuts < 10; cuts += 1) {
    const had = following.of('labor').length;
    await until('more has come', async () => following.of('labor').length > had);
    following.leave();
    expect(await following.open()).toBe(200);
  }
  isOver = true;
  await loading;
  await expectAll(following);
  expect(following.of('reset')).toEqual([]);
  following.leave();
}, 120_000);

test('kill -9 while it is followed: it is resumed, and nothing is missing', async () => {
  const following = new FollowedChanges(() => hermes.api.origin);
  expect(await following.open()).toBe(200);
  await hermes.api.must('/quests', { type: 'system-restart-required', hosts: HOSTS, description: 'all' });
  await until('some have come', async () => following.labors.size > 20);
  await hermes.killAndRestart();
  await until('the stream ended', async () => following.hasEnded);
  expect(await following.open()).toBe(200);
  await hermes.api.must('/events', { type: 'system-restart-completed', hosts: HOSTS });
  await until('the quest is completed', async () => following.quests.get('1')?.['state']?.toString() === 'completed');
  await expectAll(following);
  following.leave();
}, 120_000);
