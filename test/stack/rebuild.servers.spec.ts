/** R5–R8: over EventStoreDB, Kafka and MongoDB a rebuild and a verification work in threads of a projector, with clients of their own. */
import { readdir } from 'node:fs/promises';
import { laneServer, until } from '#testing';
import type { Json } from '../harness/api.js';
import { Hermes, temporaryFolder } from '../harness/hermes.js';

const LIMIT_MS = 120_000;
const HOSTS = Array.from({ length: 300 }, (_, nth) => `host-${nth}`);

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let hermes: Hermes;

beforeAll(async () => {
  folder = await temporaryFolder();
  hermes = await Hermes.start({
    dataDir: '',
    env: {
      ...{ HERMES_JOURNAL: 'eventstore', HERMES_FEED: 'kafka', HERMES_VIEWS: 'mongo', HERMES_PARTITIONS: '4' },
      ...{ HERMES_EVENTSTORE_URL: laneServer('HERMES_TEST_EVENTSTORE') },
      ...{ HERMES_KAFKA_BROKERS: laneServer('HERMES_TEST_KAFKA'), HERMES_MONGO_URL: laneServer('HERMES_TEST_MONGO') },
      ...{ HERMES_PREFIX: `rebuilt-${crypto.randomUUID().slice(0, 8)}`, HERMES_REPLAY_DIR: folder.path },
    },
  });
  await hermes.api.must('/event-types', [
    { category: 'disk', state: 'full' },
    { category: 'disk', state: 'cleaned' },
  ]);
  await hermes.api.must('/fates', { creates: 'disk-full', completedBy: 'disk-cleaned' });
  await hermes.api.must('/events', { type: 'disk-full', hosts: HOSTS });
  await hermes.api.must('/events', { type: 'disk-cleaned', hosts: HOSTS.slice(100) });
  expect(await hermes.api.total('/labors?state=open')).toBe(100);
}, LIMIT_MS);

afterAll(async () => {
  await hermes.kill();
  await folder.remove();
});

/** Of a job that was posted, once it is in another state than these. */
async function ended(path: string, ...states: readonly string[]): Promise<Json> {
  const { id } = (await hermes.api.must(path, undefined)) as unknown as { id: string | number };
  let last: Json | undefined;
  await until(
    `${path} ends`,
    async () => {
      last = (await hermes.api.call('GET', `${path}/${id}`)).body;
      return !states.includes(String(last['state']));
    },
    { limitMs: LIMIT_MS, everyMs: 100, seen: () => `${JSON.stringify(last)}\n${hermes.output.slice(-2000)}` },
  );
  return last as Json;
}

test(
  'a rebuild is served by itself, proved equal, with what came meanwhile, and leaves no file; a verification agrees',
  async () => {
    const rebuilding = ended('/admin/rebuilds', 'running', 'activating');
    for (let nth = 0; nth < 10; nth += 1) await hermes.api.must('/events', { type: 'disk-full', host: `late-${nth}` });
    expect(await rebuilding).toMatchObject({ state: 'activated', activate: false, differences: 0 });
    expect(await hermes.api.total('/labors?state=open')).toBe(110);
    expect(await ended('/admin/verify', 'running')).toMatchObject({ state: 'done', equal: true, differences: 0 });
    const left = await readdir(folder.path, { recursive: true, withFileTypes: true });
    expect(left.filter((entry) => entry.isFile())).toEqual([]);
    expect(await hermes.stop()).toBe(0);
  },
  LIMIT_MS,
);
