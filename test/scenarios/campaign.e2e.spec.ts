/**
 * A whole campaign, with everything that happens to one at once: embarked, advanced, waived, reopened, adopted from, hosts taken out and called by
 * other names, completed. A ledger of what each host went through says what the quest has to show after each part of it.
 * How long it took until a change was seen is printed. `HERMES_TEST_CAMPAIGN_HOSTS`: of how many hosts, 3,000 where nothing is said; 100,000 is an
 * ordinary campaign, and takes some minutes.
 */
import { wholeHermes } from '../harness/whole.js';
import { until } from '../../libs/testing/until.js';

const HOSTS = Number(process.env['HERMES_TEST_CAMPAIGN_HOSTS'] ?? 3000);
const AT_ONCE = 1000;
const LIMIT_MS = 60_000 + HOSTS * 6;

const hermes = wholeHermes({
  each: true,
  types: ['required', 'staged', 'done'].map((state) => ({ category: 'patch', state })),
  fates: [
    { creates: 'patch-required', completedBy: 'patch-staged' },
    { creates: 'patch-staged', completedBy: 'patch-done', intermediate: true },
  ],
});

/** What a host went through in the campaign. */
interface Went {
  readonly name: string;
  /** The quest that its labors are in. */
  quest: number | null;
  first: Ending;
  /** Null before there is one. */
  second: Ending | null;
}
type Ending = 'open' | 'completed' | 'waived';

const fleet = Array.from({ length: HOSTS }, (_, nth): Went => ({
  name: `web-${String(nth).padStart(6, '0')}.example.com`,
  quest: 1,
  first: 'open',
  second: null,
}));
/** Ten groups, each with a fate of its own. */
const group = (...numbers: readonly number[]) => fleet.filter((_, nth) => numbers.includes(nth % 10));
const aliasOf = ({ name }: Went) => `asset-${name.slice(4, 10)}`;
const firstOf = ({ name }: Went) => `${name}~0`;
const secondOf = ({ name }: Went) => `${name}~1.1`;
const openOf = (host: Went) => (host.first === 'open' ? firstOf(host) : secondOf(host));

/** Of each answer to a write: how long a read of the quest that waits for it took. */
const visible: { readonly what: string; readonly ms: number }[] = [];

/** The command, of a thousand of the hosts at a time, and a look at the quest after each. */
async function each(
  what: string,
  hosts: readonly Went[],
  command: (some: readonly Went[]) => Promise<unknown>,
): Promise<void> {
  for (let from = 0; from < hosts.length; from += AT_ONCE) {
    await command(hosts.slice(from, from + AT_ONCE));
    const answered = performance.now();
    await hermes.api.read('/quests/1');
    visible.push({ what, ms: performance.now() - answered });
  }
}

async function report(type: string, hosts: readonly Went[], nameOf = ({ name }: Went) => name): Promise<void> {
  await each(type, hosts, (some) => hermes.api.must('/events', { type, hosts: some.map(nameOf) }));
}

async function stage(hosts: readonly Went[], nameOf?: (host: Went) => string): Promise<void> {
  await report('patch-staged', hosts, nameOf);
  for (const host of hosts) Object.assign(host, { first: 'completed', second: 'open' });
}

async function finish(hosts: readonly Went[], nameOf?: (host: Went) => string): Promise<void> {
  await report('patch-done', hosts, nameOf);
  for (const host of hosts) host.second = 'completed';
}

/** A bulk command on the open labor of each host, or on the one that was waived; none may be refused. */
async function labors(what: string, body: object, hosts: readonly Went[], idOf: (host: Went) => string) {
  await each(what, hosts, async (some) => {
    const answer = await hermes.api.must(`/labors/${what}`, { labors: some.map(idOf), ...body });
    expect([...answer['results']!].filter((result) => 'code' in result)).toEqual([]);
  });
}

async function end(hosts: readonly Went[], from: Ending, to: Ending): Promise<void> {
  const idOf = (host: Went) => (host.first === from ? firstOf(host) : secondOf(host));
  await labors(to === 'waived' ? 'waive' : 'reopen', { reason: 'the lab says so' }, hosts, idOf);
  for (const host of hosts) host[host.first === from ? 'first' : 'second'] = to;
}

/** What `GET /quests/1` has to say, by the ledger. */
function expected(): object {
  const named = fleet.filter(({ quest }) => quest !== null);
  const own = fleet.filter(({ quest }) => quest === 1);
  const of = (isIt: (host: Went) => boolean) => own.filter(isIt).length;
  const all = own.flatMap(({ first, second }) => (second === null ? [first] : [first, second]));
  const open = all.filter((labor) => labor === 'open').length;
  const isOpen = ({ first, second }: Went) => first === 'open' || second === 'open';
  const completed = of(({ second }) => second === 'completed');
  const waived = of(({ first, second }) => first === 'waived' || second === 'waived');
  const percent = (some: number, whole: number) => (whole === 0 ? null : Math.floor((some * 1000) / whole) / 10);
  const step = (type: string, some: readonly (Ending | null)[]) => ({
    type,
    open: some.filter((labor) => labor === 'open').length,
    closed: some.filter((labor) => labor === 'completed' || labor === 'waived').length,
  });
  const steps = [
    step(
      'patch-required',
      own.map(({ first }) => first),
    ),
    step(
      'patch-staged',
      own.map(({ second }) => second),
    ),
  ];
  return {
    state: open === 0 ? 'completed' : 'open',
    hosts: named.length,
    progress: {
      chains: own.length,
      unstarted: of(({ first }) => first === 'open'),
      inProgress: of(({ second }) => second === 'open'),
      completed,
      waived,
      labors: all.length,
      open,
      percent: percent(all.length - open, all.length),
      percentDone: percent(completed, own.length - waived),
      steps: steps.filter((each) => each.open + each.closed > 0),
      hosts: {
        total: named.length,
        done: of((host) => !isOpen(host)),
        open: of(isOpen),
        without: named.length - own.length,
        parked: 0,
        percent: percent(
          of((host) => !isOpen(host)),
          named.length,
        ),
      },
    },
  };
}

async function showsWhatHappened(): Promise<void> {
  expect(await hermes.api.read('/quests/1')).toMatchObject(expected());
}

test(
  'rules 14, 15, 17 to 23: a campaign has the right numbers at each step',
  async () => {
    const { api } = hermes;
    // hosts of the inventory have names of it
    const named = group(9);
    const aliased = new Set(named.slice(0, 100));
    const anyName = (host: Went) => (aliased.has(host) ? aliasOf(host) : host.name);
    for (const host of aliased) await api.must(`/hosts/${host.name}/aliases`, { names: [aliasOf(host)] });
    await api.must('/quests', {
      type: 'patch-required',
      hosts: fleet.map(({ name }) => name),
      description: 'patch all',
    });
    const state = async () => String((await api.read('/quests/1'))['state']);
    await until('all have their event', async () => (await state()) === 'open', { limitMs: LIMIT_MS, everyMs: 250 });
    await showsWhatHappened();

    await stage(group(0, 1, 2, 3, 6));
    await showsWhatHappened();

    await end(group(2, 3, 4, 5, 6), 'open', 'waived');
    await showsWhatHappened();

    // what concerns different hosts may come in any order: all at once
    await api.must('/quests', { type: 'patch-required', hosts: ['elsewhere'], description: 'of another team' });
    await Promise.all([
      end(group(5, 6), 'waived', 'open'),
      labors('adopt', { quest: 2, by: 'ann' }, group(7), openOf),
      each('remove', group(8), (some) => {
        const hosts = some.map(({ name }) => name);
        return api.must('/quests/1/hosts/remove', { hosts, by: 'ann', reason: 'not ours' });
      }),
      stage(named, anyName),
      finish(group(0)),
    ]);
    for (const host of group(7)) host.quest = 2;
    for (const host of group(8)) host.quest = null;
    await showsWhatHappened();

    await stage([...group(5), ...group(7), ...group(8)]);
    await showsWhatHappened();
    await finish([...group(1), ...group(5, 6), ...group(7), ...group(8)]);
    await finish(named, anyName);
    await showsWhatHappened();
    expect(await state()).toBe('completed');

    visible.sort((one, other) => one.ms - other.ms);
    const [median, slowest] = [visible[Math.floor(visible.length / 2)], visible.at(-1)];
    process.stdout.write(`${HOSTS} hosts, ${visible.length} changes seen: ${JSON.stringify({ median, slowest })}\n`);
  },
  LIMIT_MS * 3,
);
