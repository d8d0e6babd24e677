/** P9: a host whose events each close and open all of its labors holds up no other, needs no memory, and loses nothing. */
import { hostStream, partitionOf } from '#contracts';
import type { HostName } from '#domain';
import { until } from '../../libs/testing/until.js';
import { wholeHermes } from '../harness/whole.js';

const EVENTS = 5000;
/** Rule 6: as many are open at most, so each later event closes and opens that many. */
const OPEN = 100;
const LIMIT_MS = 900_000;

const types = ['loop-a', 'job-needed', 'job-started', 'job-failed', 'job-done', 'disk-full', 'disk-cleaned'];
const whole = wholeHermes({
  types: types.map((name) => ({ category: name.split('-')[0], state: name.split('-')[1] })),
  fates: [
    { creates: 'loop-a', completedBy: 'loop-a' },
    { creates: 'loop-a', completedBy: 'loop-a', intermediate: true },
    { creates: 'job-needed', completedBy: 'job-started' },
    { creates: 'job-started', completedBy: 'job-failed', intermediate: true },
    { creates: 'job-failed', completedBy: 'job-started', intermediate: true },
    { creates: 'job-started', completedBy: 'job-done', intermediate: true },
    { creates: 'disk-full', completedBy: 'disk-cleaned' },
  ],
  env: { NODE_OPTIONS: '--max-old-space-size=256' },
});

/** As many hosts of one partition of the running Hermes. */
async function hostsOfOnePartition(count: number): Promise<readonly HostName[]> {
  const status = await whole.api.get('/admin/status');
  const partitions = Number(status.body['partitions']!['length']);
  const names = Array.from({ length: 2000 }, (_, n) => `h${n}.example.com` as HostName);
  const partition = (name: HostName) => partitionOf(hostStream(name), partitions);
  return names.filter((name) => partition(name) === partition(names[0]!)).slice(0, count);
}

/** A write to another host is seen by a read with its position, in time; a host that is behind it is not. */
async function othersAreServed(neighbour: HostName, behind: HostName): Promise<void> {
  const { api } = whole;
  for (const type of ['disk-full', 'disk-cleaned']) {
    const written = await api.post('/events', { type, host: neighbour });
    const position = written.headers.get('hermes-position')!;
    // far below a second on a machine that does nothing else; a batch judged whole would take tens of seconds
    const inTime = { 'hermes-min-position': position, 'hermes-wait': '8' };
    const read = await api.call('GET', `/labors?host=${neighbour}&state=open&count=true`, undefined, inTime);
    expect([type, read.status, Number(read.body['total'])]).toEqual([type, 200, type === 'disk-full' ? 1 : 0]);
    const now = { 'hermes-min-position': position, 'hermes-wait': '0' };
    const waiting = await api.call('GET', `/hosts/${behind}`, undefined, now);
    expect([waiting.status, String(waiting.body['code'])]).toEqual([503, 'not-caught-up']);
    const list = await api.call('GET', '/labors?limit=1', undefined, now);
    expect(list.status).toBe(200);
    expect(Number(list.headers.get('hermes-hosts-behind'))).toBeGreaterThan(0);
  }
}

test(
  'P9: 5,000 events of a host that carries all its labors on hold up no other host, at a heap of 256 MiB and over a kill',
  async () => {
    const [heavy, retrying, neighbour] = (await hostsOfOnePartition(3)) as [HostName, HostName, HostName];
    const all = Array.from({ length: EVENTS }, () => ({ type: 'loop-a', host: heavy }));
    await whole.api.must('/events', all);
    const loop = ['job-needed', 'job-started', 'job-failed'].map((type) => ({ type, host: retrying }));
    const loops = 150;
    await whole.api.must('/events', Array.from({ length: loops }, () => loop).flat());
    await othersAreServed(neighbour, heavy);
    await whole.killAndRestart();
    await othersAreServed(neighbour, heavy);
    await until(
      'no host is behind',
      async () => Number((await whole.api.get('/admin/status')).body['hostsBehind']) === 0,
      { limitMs: LIMIT_MS - 60_000, everyMs: 500 },
    );
    const count = (query: string) => whole.api.total(`/labors?${query}`);
    expect(await count(`host=${heavy}&state=open`)).toBe(OPEN);
    // each event is followed by as many labors as were open before it; the first hundred open one more each
    const followUps = (OPEN * (OPEN - 1)) / 2 + (EVENTS - OPEN) * OPEN;
    // of one type and state: such counts are exact, however large; no other host has the type
    expect(await count('type=loop-a&state=open')).toBe(OPEN);
    expect(await count('type=loop-a&state=completed')).toBe(followUps);
    // every loop begins a chain, and carries on those before it twice
    expect(await count(`host=${retrying}&state=open`)).toBe(loops);
    expect(await count(`host=${retrying}`)).toBe(loops + loops * (loops + 1));
    expect((await whole.api.get(`/hosts/${heavy}`)).body['behind']).toBeUndefined();
  },
  LIMIT_MS,
);
