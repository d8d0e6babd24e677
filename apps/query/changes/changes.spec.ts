/** Following changes, over a connection: what is sent, to whom, from where on, and how it ends. */
import { connect, type Socket } from 'node:net';
import { until } from '../../../libs/testing/until.js';
import type { Json } from '../../../test/harness/api.js';
import { FollowedChanges } from '../../../test/harness/follow.js';
import { startInProcess, type InProcess } from '../../../test/harness/in-process.js';

let hermes: InProcess;
let isOpen: boolean;
const followers: FollowedChanges[] = [];

async function start(environment: Readonly<Record<string, string>> = {}): Promise<void> {
  hermes = await startInProcess(environment);
  isOpen = true;
  const define = (path: string, body: object) => hermes.api.must(path, body);
  await define(
    '/event-types',
    ['a', 'b', 'c'].map((state) => ({ category: 'disk', state })),
  );
  await define('/fates', { creates: 'disk-a', completedBy: 'disk-b', onRepeat: 'absorb' });
}
afterEach(async () => {
  for (const each of followers.splice(0)) each.leave();
  if (isOpen) await hermes.close();
});

function follower(query = '', headers: Readonly<Record<string, string>> = {}): FollowedChanges {
  const made = new FollowedChanges(() => hermes.api.origin, query, headers);
  followers.push(made);
  return made;
}

async function opened(query = '', headers: Readonly<Record<string, string>> = {}): Promise<FollowedChanges> {
  const made = follower(query, headers);
  expect(await made.open()).toBe(200);
  return made;
}

const log = (type: string, ...hosts: readonly string[]) =>
  hermes.api.must(
    '/events',
    hosts.map((host) => ({ host, type })),
  );
const isLabor = (id: string, state: string) => (sent: FollowedChanges['sent'][number]) =>
  String(sent.data['labor']?.['id']) === id && String(sent.data['labor']?.['state']) === state;

test('a labor is sent as it is shown, when it opens and when it closes, with its position', async () => {
  await start();
  const following = await opened();
  await following.untilSent('a place', ({ event, id }) => event === 'position' && id !== null);
  await log('disk-a', 'web-1');
  const { data } = await following.untilSent('it opened', isLabor('web-1~0', 'open'));
  const { body } = await hermes.api.get('/labors/web-1~0');
  const { next: _, ...shown } = body;
  expect(data['labor']).toEqual(shown);
  await log('disk-b', 'web-1');
  const closed = await following.untilSent('it closed', isLabor('web-1~0', 'completed'));
  expect(BigInt(String(closed.data['position']))).toBeGreaterThan(BigInt(String(data['position'])));
  expect(following.of('reset')).toEqual([]);
}, 60_000);

test('what changes within a look is sent once, as it is then', async () => {
  await start();
  const following = await opened();
  await hermes.api.must(
    '/events',
    Array.from({ length: 200 }, () => ({ host: 'web-1', type: 'disk-a' })),
  );
  await until('all of it is sent', async () => following.labors.get('web-1~0')?.['occurrences']?.toString() === '200');
  expect(following.of('labor').length).toBeLessThan(20);
}, 60_000);

test('a filter is judged by the labor as it is; quests are sent where it names nothing but quests', async () => {
  await start();
  const open = await opened('?state=open&type=disk-a');
  const ofQuest = await opened('?quest=1');
  const all = await opened();
  await log('disk-a', 'web-1', 'web-2');
  await hermes.api.must('/quests', { type: 'disk-a', hosts: ['web-3'], description: 'd' });
  await all.untilSent('the labor', isLabor('web-3~0', 'open'));
  await open.untilSent('the labor', isLabor('web-3~0', 'open'));
  await log('disk-b', 'web-1');
  await all.untilSent('it closed', isLabor('web-1~0', 'completed'));
  await until('the quest is counted', async () => all.quests.get('1')?.['state']?.toString() === 'open');
  await until('the quest is counted', async () => ofQuest.quests.get('1')?.['state']?.toString() === 'open');
  expect([...open.labors.keys()].sort()).toEqual(['web-1~0', 'web-2~0', 'web-3~0']);
  expect(open.labors.get('web-1~0')?.['state']).toBe('open');
  expect([...ofQuest.labors.keys()]).toEqual(['web-3~0']);
  expect(open.quests.size).toBe(0);
  const { body } = await hermes.api.get('/quests/1');
  const { position: _, ...sent } = all.quests.get('1') as Json;
  expect(sent).toEqual(body);
}, 60_000);

test('hosts are followed by any name, by former ones, and by what they are; a user’s labors by whose turn it is', async () => {
  await start();
  await hermes.api.must('/fates', {
    ...{ creates: 'disk-c', completedBy: 'disk-b', onRepeat: 'absorb', actors: ['owner'] },
  });
  await log('disk-a', 'w-1');
  await hermes.api.must('/hosts/w-1/retire', { reason: 'it is web-1' });
  await hermes.api.must('/hosts/web-1/attributes', { set: { role: 'web', owner: 'ann' } });
  await hermes.api.must('/hosts/web-1/aliases', { names: ['w-1'] });
  await hermes.api.must('/hosts/db-1/attributes', { set: { role: 'db' } });
  await hermes.api.get('/labors');
  const all = await opened();
  const byAlias = await opened('?host=W-1');
  const byFormer = await opened('?formerHost=w-1');
  const web = await opened(`?hostQuery=${encodeURIComponent('role = web and open(disk-c)')}`);
  const ann = await opened('?for=ann');
  for (const each of [all, byAlias, byFormer, web, ann])
    await each.untilSent('a place', ({ event, id }) => event === 'position' && id !== null);
  await log('disk-c', 'w-1', 'db-1');
  await hermes.api.must('/labors/w-1~0/note', { text: 'gone' });
  await all.untilSent('the last', isLabor('w-1~0', 'waived'));
  for (const each of [byAlias, web, ann]) await each.untilSent('its labor', ({ event }) => event === 'labor');
  await byFormer.untilSent('the former one', isLabor('w-1~0', 'waived'));
  const own = [...all.labors.keys()].find((id) => id.startsWith('web-1~'));
  expect([byAlias, web, ann].map(({ labors }) => [...labors.keys()])).toEqual([[own], [own], [own]]);
  expect([...byFormer.labors.keys()]).toEqual(['w-1~0']);
  // what becomes of a host is no change of its labors, and counts from the next one on
  await hermes.api.must('/hosts/db-1/attributes', { set: { role: 'web' } });
  await log('disk-c', 'db-1');
  await until('it came', async () => [...web.labors.keys()].some((id) => id.startsWith('db-1~')));
}, 60_000);

test('a query that is no query is refused as by the list, with the place', async () => {
  await start();
  const asked = `hostQuery=${encodeURIComponent('role = web and datacenter (sjc)')}`;
  const [followed, listed] = [await hermes.api.get(`/changes?${asked}`), await hermes.api.get(`/labors?${asked}`)];
  expect(followed.status).toBe(listed.status);
  expect(followed.body['errors']).toEqual(listed.body['errors']);
  expect(followed.body['errors']).toMatchObject([{ path: 'hostQuery', code: 'query-invalid' }]);
  expect(String(followed.body['errors']![0]!['message'])).toContain('at character 27');
}, 60_000);

test('who resumes gets what changed meanwhile, and nothing of what did not', async () => {
  await start();
  const following = await opened();
  await log('disk-a', 'web-1', 'web-2');
  await following.untilSent('both', isLabor('web-2~0', 'open'));
  await until('a place beyond it', async () => {
    const place = following.lastId?.split('.')[1] ?? '';
    return place !== '' && BigInt(place) >= hermes.api.position;
  });
  following.leave();
  await log('disk-b', 'web-1');
  await log('disk-a', 'web-3');
  await hermes.api.get('/labors');
  const resumed = follower();
  resumed.lastId = following.lastId;
  expect(await resumed.open()).toBe(200);
  await resumed.untilSent('the one that closed', isLabor('web-1~0', 'completed'));
  await resumed.untilSent('the one that opened', isLabor('web-3~0', 'open'));
  await until('it is up to date', async () => BigInt(resumed.lastId?.split('.')[1] ?? 0) >= hermes.api.position);
  expect(resumed.of('reset')).toEqual([]);
  await log('disk-a', 'web-4');
  await resumed.untilSent('what comes then', isLabor('web-4~0', 'open'));
}, 60_000);

test.each(['77.5', 'x', '1', '0.1'])(
  'an id of no generation that is served begins with reset: %s',
  async (id) => {
    await start();
    const following = follower();
    following.lastId = id;
    expect(await following.open()).toBe(200);
    await following.untilSent('a place', ({ event }) => event === 'position');
    expect(following.sent.map(({ event }) => event).slice(0, 2)).toEqual(['reset', 'position']);
  },
  60_000,
);

test('a bad filter is refused; so are more followers than there may be, until one leaves', async () => {
  await start({ HERMES_MAX_FOLLOWERS: '2' });
  expect((await hermes.api.get('/changes?state=half')).status).toBe(422);
  expect((await hermes.api.get('/changes?limit=3')).status).toBe(422);
  // of two places one is another's
  const first = await opened();
  expect(await follower().open()).toBe(503);
  first.leave();
  await until('there is a place again', async () => (await follower().open()) === 200);
}, 60_000);

test('a HEAD is answered at once, and a client that takes no event stream is answered so', async () => {
  await start();
  const url = `${hermes.api.origin}/api/v1/changes`;
  const head = await fetch(url, { method: 'HEAD' });
  expect([head.status, head.headers.get('content-type')]).toEqual([200, 'text/event-stream']);
  const other = await fetch(url, { headers: { accept: 'application/json' } });
  expect(other.status).toBe(406);
  await other.text();
  await until('nobody follows', async () => (await metric('hermes_changes_followers')) === '0');
}, 60_000);

test('where Hermes stops, each stream is ended and says why, long before connections are cut', async () => {
  await start();
  const following = await Promise.all(Array.from({ length: 3 }, () => opened()));
  const begun = performance.now();
  isOpen = false;
  await hermes.close();
  for (const each of following) {
    await until('it ended', async () => each.hasEnded);
    expect(each.of('end')).toEqual([{ why: 'stopping' }]);
  }
  expect(performance.now() - begun).toBeLessThan(8000);
}, 60_000);

test('a client that takes nothing is ended, and holds nobody up', async () => {
  await start();
  const other = await opened('?host=web-1');
  const slow = await unread();
  const note = 'n'.repeat(4000);
  const hosts = Array.from({ length: 400 }, (_, n) => `host-${n}`);
  for (let round = 0; (await metric('hermes_changes_ended_total{why="slow"}')) !== '1'; round += 1) {
    expect(round).toBeLessThan(60);
    await hermes.api.must(
      '/events',
      hosts.map((host) => ({ host, type: 'disk-a', note })),
    );
    await hermes.api.get('/labors?limit=1');
    await log(round % 2 === 0 ? 'disk-a' : 'disk-b', 'web-1');
    await until('the other gets it', async () => other.of('labor').length > round);
  }
  let rest = '';
  slow.on('data', (chunk: Buffer) => (rest = rest.slice(-1000) + chunk.toString()));
  slow.resume();
  await new Promise((resolve) => slow.once('close', resolve));
  expect(rest).toContain('event: end\ndata: {"why":"slow"}');
}, 120_000);

/** A socket on which the head of the answer came, and of which nothing more is read. */
async function unread(): Promise<Socket> {
  const { hostname, port } = new URL(hermes.api.origin);
  const socket = connect(Number(port), hostname);
  socket.write(`GET /api/v1/changes HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\nconnection: close\r\n\r\n`);
  await new Promise((resolve) => socket.once('data', resolve));
  socket.pause();
  return socket;
}

async function metric(name: string): Promise<string | undefined> {
  const text = await (await fetch(`${hermes.api.origin}/metrics`)).text();
  return text
    .split('\n')
    .find((line) => line.startsWith(`${name} `))
    ?.split(' ')[1];
}
