/** Lists of a quest's hosts by what few hosts are: the parts of these are read, and not all of the quest's. */
import type { HostFilter, HostQuery } from '#contracts';
import type { HostName, QuestId } from '#domain';
import type { Views } from '#ports';
import { hostDoc, laneServer, newGeneration, partDoc } from '#testing';
import { nameOf } from '../layout.js';
import { clientOf, openViews } from '../open.js';
import { dropDatabase, inDatabase, newPrefix, PATIENT_MS } from '../testing-database.js';
import { FEW_HOSTS } from './few-hosts.js';

const url = laneServer('HERMES_TEST_MONGO');
const QUEST = 7 as QuestId;
const HOSTS = Array.from({ length: 60 }, (_, n) => `w-${String(n).padStart(2, '0')}` as HostName);
const PAGE = { sort: 'host', limit: 50, after: null, count: 1000 } as const;

let prefix: string;
let views: Views;
let generation: number;
/** Parts that the server has sent. */
let parts = 0;

beforeEach(async () => {
  prefix = newPrefix();
  const options = { url, prefix, access: 'write', operationMs: PATIENT_MS } as const;
  const client = clientOf(options, true);
  client.on('commandSucceeded', ({ reply }) => {
    const { cursor } = reply as { readonly cursor?: { readonly ns: string; readonly firstBatch?: readonly unknown[] } };
    if (cursor?.ns.endsWith(`.${nameOf('parts', generation)}`) === true) parts += cursor.firstBatch?.length ?? 0;
  });
  views = await openViews(options, client);
  generation = await newGeneration(views);
  await views.writer.apply(generation, {
    hosts: HOSTS.map((host, n) => {
      const attributes = { role: n === 31 || n === 47 ? 'rare' : 'web', rack: n };
      return hostDoc({ host, state: { ...hostDoc({ host }).state, attributes } });
    }),
    parts: HOSTS.map((host) => partDoc({ quest: QUEST, host })),
  });
  parts = 0;
});
afterEach(async () => {
  await views.close();
  await dropDatabase(url, prefix);
});

const rare: HostQuery = { is: 'attribute', among: ['role:rare'] };
const onRack: HostQuery = { is: 'attribute', among: ['rack:31'] };
const web: HostQuery = { is: 'attribute', among: ['role:web'] };

test.each<readonly [string, Pick<HostFilter, 'query' | 'attribute' | 'hostPrefix'>, readonly number[]]>([
  ['an attribute', { attribute: ['role:rare'] }, [31, 47]],
  ['a query', { query: rare }, [31, 47]],
  ['a query, and a beginning of names', { query: rare, hostPrefix: ['w-3', 'x'] }, [31]],
  ['several parts of a query', { query: { is: 'all', of: [web, { is: 'not', of: rare }, onRack] } }, []],
  ['a query of names', { query: { is: 'name', among: [HOSTS[5]!, HOSTS[6]!, 'nobody' as HostName] } }, [5, 6]],
  [
    'a query of a beginning of names',
    { query: { is: 'nameLike', pattern: ['w-1', ''] } },
    [10, 11, 12, 13, 14, 15, 16, 17, 18, 19],
  ],
])(
  'by %s',
  async (_name, filter, expected) => {
    const names = expected.map((n) => HOSTS[n]);
    const ofQuest = await views.reader.questHosts(generation, QUEST, filter, PAGE);
    expect([ofQuest.items.map(({ part }) => part.host), ofQuest.total]).toEqual([names, names.length]);
    // to find them, to count them, and to show them
    expect(parts).toBeLessThanOrEqual(3 * Math.max(1, names.length));
    parts = 0;
    const hosts = await views.reader.hosts(generation, { ...filter, quest: [QUEST] }, PAGE);
    expect([hosts.items.map(({ host }) => host), hosts.total]).toEqual([names, names.length]);
    expect(parts).toBeLessThanOrEqual(2 * Math.max(1, names.length));
  },
  60_000,
);

test('more hosts than that have the attribute: the quest’s are looked at one by one', async () => {
  await inDatabase(url, prefix, (database) =>
    database
      .collection<{ _id: string; terms: string[] }>(nameOf('hosts', generation))
      .insertMany(Array.from({ length: FEW_HOSTS }, (_, n) => ({ _id: `other-${n}`, terms: ['role:rare'] }))),
  );
  const found = await views.reader.questHosts(generation, QUEST, { query: rare }, PAGE);
  expect([found.items.map(({ part }) => part.host), found.total]).toEqual([[HOSTS[31], HOSTS[47]], 2]);
}, 60_000);
