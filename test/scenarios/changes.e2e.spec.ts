/** Following changes over a whole Hermes by what is known of hosts, also where that is written just before their labors change. */
import { until } from '../../libs/testing/until.js';
import { FollowedChanges } from '../harness/follow.js';
import { wholeHermes } from '../harness/whole.js';

const hermes = wholeHermes({
  types: ['full', 'cleaned', 'broken'].map((state) => ({ category: 'disk', state })),
  fates: [
    { creates: 'disk-full', completedBy: 'disk-cleaned' },
    { creates: 'disk-broken', completedBy: 'disk-cleaned', actors: ['owner'] },
  ],
});
const HOSTS = 40;

const followers: FollowedChanges[] = [];
afterEach(() => {
  for (const each of followers.splice(0)) each.leave();
});

async function opened(query: string): Promise<FollowedChanges> {
  const follower = new FollowedChanges(() => hermes.api.origin, query);
  followers.push(follower);
  expect(await follower.open()).toBe(200);
  await follower.untilSent('a place', ({ event, id }) => event === 'position' && id !== null);
  return follower;
}

test('what was listed when a stream began and what was sent since is all that opens on hosts that are asked for', async () => {
  const { api } = hermes;
  const query = `?hostQuery=${encodeURIComponent('rack = 7 and open(disk-full)')}&type=disk-full`;
  /** As of now, whatever the views have. */
  const listed = async (): Promise<readonly string[]> => {
    const { body } = await api.call('GET', `/labors${query}&limit=100`);
    return [...body['items']!].map((item) => String(item['id']));
  };
  const begun = async () => {
    const follower = await opened(query);
    return { follower, before: await listed() };
  };
  const all = [begun()];
  await all[0];
  const names = Array.from({ length: HOSTS }, (_, n) => `follow-${n}`);
  for (const [n, name] of names.entries()) {
    await api.must(`/hosts/${name}/attributes`, { set: { rack: n % 4 === 0 ? 8 : 7 } });
    await api.must('/events', { host: name, type: 'disk-full' });
    if (n % 10 === 5) all.push(begun());
  }
  await api.read('/labors');
  const asked = names.filter((_, n) => n % 4 !== 0).map((name) => `${name}~1`);
  expect([...(await listed())].sort()).toEqual([...asked].sort());
  for (const { follower, before } of await Promise.all(all)) {
    const missing = (): readonly string[] => asked.filter((id) => !before.includes(id) && !follower.labors.has(id));
    await until('all of them', async () => missing().length === 0, { seen: missing });
    expect([...follower.labors.keys()].filter((id) => !asked.includes(id))).toEqual([]);
  }
  expect((await all[0]!).before).toEqual([]);
}, 120_000);

test('one that resumes gets what has changed meanwhile, by any name, by what the host is, and for a user', async () => {
  const { api } = hermes;
  await api.must('/hosts/again-1/attributes', { set: { owner: 'ann' } });
  await api.must('/hosts/again-1/aliases', { names: ['a-1'] });
  await until('the alias is known', async () => (await api.get('/hosts/a-1')).body['host']?.toString() === 'again-1');
  const queries = ['?host=a-1', `?hostQuery=${encodeURIComponent('owner = ann')}`, '?for=ann', '?formerHost=again-1'];
  const following = await Promise.all(queries.map((query) => opened(query)));
  for (const each of following) each.leave();
  await api.must('/events', { host: 'again-1', type: 'disk-broken' });
  await api.read('/labors?host=again-1');
  for (const each of following) {
    expect(await each.open()).toBe(200);
    await until('its labor', async () => [...each.labors.keys()].some((id) => id.startsWith('again-1~')));
  }
}, 120_000);
