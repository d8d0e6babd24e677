/** Rule 23: names become hosts' own before anything is logged, and no host in use loses its name. */
import { createMemoryJournal, ingestRig, MemoryStore, report, type IngestRig } from '#testing';
import type { EventReport } from '#contracts';
import type { HostName } from '#domain';
import type { Caller } from '../ingest.js';
import { everywhere, entries, prepared } from '../requests/testing-tries.js';

let rig: IngestRig;

beforeEach(async () => {
  rig = ingestRig(createMemoryJournal());
  await rig.define();
});

const order = (host: string, ...names: readonly string[]) => ({
  host: host as HostName,
  names: names as readonly HostName[],
});
const alias = (host: string, ...names: readonly string[]) =>
  rig.ingest.aliasHost(order(host, ...names), null, rig.operator);
const rules = (cut: readonly string[], domain: string | null) =>
  rig.ingest.setNameRules({ cut: cut as readonly HostName[], domain: domain as HostName | null }, null, rig.operator);
const hosts = (...names: readonly string[]) => names as readonly HostName[];
const streams = async (...hosts: readonly string[]) =>
  Promise.all(hosts.map(async (host) => (await rig.host(host)).map(({ type }) => type)));
const EMBARKED = { type: 'disk-full', creator: null, description: 'd', target: null, references: [] };

async function* once(reports: readonly EventReport[]): AsyncGenerator<readonly EventReport[]> {
  yield reports;
}

test("an event that is reported under any name is logged and answered under the host's own", async () => {
  expect(await alias('web-1.example.com', 'web-1', 'i-07')).toMatchObject({
    ok: true,
    value: { host: 'web-1.example.com', aliases: ['web-1', 'i-07'], changed: true, formerHosts: [], newHost: true },
  });
  const { ingest, operator } = rig;
  const logged = await ingest.logEvents(
    [report('web-1', { path: '[0]' }), report('i-07', { path: '[1]', key: 'k' })],
    operator,
  );
  expect(logged).toMatchObject({
    ok: true,
    value: { events: [{ id: 'web-1.example.com~0' }, { host: 'web-1.example.com', id: 'web-1.example.com~1' }] },
  });
  // a key is the host's, whatever it is called
  expect(await ingest.logEvents([report('web-1.example.com', { key: 'k' })], operator)).toMatchObject({
    ok: true,
    value: { duplicates: 1, events: [{ id: 'web-1.example.com~1' }] },
  });
  expect(await ingest.logEventStream(once([report('web-1', { path: '1' })]), operator)).toMatchObject({ accepted: 1 });
  expect(await streams('web-1.example.com', 'web-1', 'i-07')).toEqual([Array(3).fill('EventLogged'), [], []]);
});

test('an event for many hosts is logged once on a host that is named twice', async () => {
  await alias('a', 'a1', 'a2');
  const logged = await rig.ingest.logEvents(
    ['a1', 'b', 'a2', 'a'].map((host) => report(host)),
    rig.operator,
  );
  expect(logged).toMatchObject({ ok: true, value: { accepted: 2, events: [{ host: 'a' }, { host: 'b' }] } });
});

test('quests, commands on hosts and on many hosts take any name; two names of a host count once', async () => {
  await alias('a', 'a1', 'a2');
  const { ingest, operator } = rig;
  expect(await ingest.embarkQuest({ ...EMBARKED, hosts: hosts('a1', 'b', 'a2') }, operator)).toMatchObject({
    ok: true,
    value: { hosts: 2 },
  });
  expect(await ingest.addQuestHosts(1 as never, hosts('a2', 'a1', 'c'), operator)).toMatchObject({
    ok: true,
    value: { hosts: 1 },
  });
  const set = { kind: 'HostAttributesSet', by: null, set: { role: 'web' }, clear: [] } as const;
  expect(await ingest.commandHost('A1', set, operator)).toMatchObject({ ok: true, value: { changed: true } });
  await rig.show('a', 'b');
  const retire = { kind: 'HostRetired', by: null, reason: 'sold' } as const;
  const retired = await ingest.commandHosts(['a2', 'b', 'a', 'no host'], retire, operator);
  expect(retired).toMatchObject({
    ok: true,
    value: { results: [{ host: 'a', changed: true }, { host: 'b' }, { host: 'a' }, { host: 'no host', fault: {} }] },
  });
  expect(await streams('a', 'a1', 'a2')).toEqual([['EventLogged', 'HostAttributesSet', 'HostRetired'], [], []]);
});

test('a name that is a host in use is refused; retired, it is an alias, and the answer says that it had a history', async () => {
  const { ingest, operator } = rig;
  await ingest.logEvents([report('old')], operator);
  await rig.show('old');
  expect(await alias('new', 'old')).toMatchObject({
    ok: false,
    problem: { code: 'host-in-use', errors: [{ path: 'names[0]' }] },
  });
  await ingest.commandHost('old', { kind: 'HostRetired', by: null, reason: 'sold' }, operator);
  await rig.show('old');
  expect(await alias('new', 'old', 'other')).toMatchObject({
    ok: true,
    value: { changed: true, aliases: ['old', 'other'], formerHosts: ['old'], newHost: true },
  });
  expect(await ingest.logEvents([report('old')], operator)).toMatchObject({
    ok: true,
    value: { events: [{ host: 'new' }] },
  });
  expect(await alias('new', 'old', 'one-more')).toMatchObject({
    ok: true,
    value: { changed: true, formerHosts: [], newHost: false },
  });
  expect(await alias('new', 'old')).toMatchObject({
    ok: true,
    value: { changed: false, formerHosts: [], newHost: false },
  });
  // nothing is asked of views that are away, where no name has a history
  rig.views.state = 'away';
  expect(await alias('new', 'never-heard-of')).toMatchObject({ ok: true });
  await ingest.logEvents([report('known')], operator);
  expect(await alias('new', 'known')).toMatchObject({ ok: false, problem: { code: 'not-caught-up' } });
});

test('nobody is refused, and nobody is renamed, by what nobody knows: hosts that are parked or behind', async () => {
  const { ingest, operator, views } = rig;
  await ingest.logEvents(
    ['parked', 'behind'].map((host) => report(host)),
    operator,
  );
  for (const host of ['parked', 'behind'])
    await ingest.commandHost(host, { kind: 'HostRetired', by: null, reason: 'r' }, operator);
  await rig.show('parked', 'behind');
  views.parked.set('parked', 0);
  views.behind.add('behind' as HostName);
  expect(await alias('a', 'parked')).toMatchObject({ ok: false, problem: { code: 'host-in-use' } });
  expect(await alias('a', 'behind')).toMatchObject({ ok: false, problem: { code: 'host-in-use' } });
});

test("rules: names that nobody listed are the hosts' own; a host in use keeps its name, and one that is called both ways stays", async () => {
  const { ingest, operator } = rig;
  await ingest.logEvents([report('short')], operator);
  await rig.show('short');
  expect(await rules([], 'example.com')).toMatchObject({ ok: false, problem: { code: 'host-in-use' } });
  expect(await rules(['lan'], null)).toMatchObject({ ok: true, value: { changed: true } });
  expect(await ingest.logEvents([report('x.lan')], operator)).toMatchObject({
    ok: true,
    value: { events: [{ host: 'x' }] },
  });
  await alias('short', 'short.example.com');
  expect(await rules(['lan'], 'example.com')).toMatchObject({ ok: true, value: { changed: true } });
  const logged = await ingest.logEvents(
    ['short', 'y.lan', 'short.lan'].map((host, at) => report(host, { path: `[${at}]` })),
    operator,
  );
  expect(logged).toMatchObject({
    ok: true,
    value: { events: [{ host: 'short' }, { host: 'y.example.com' }, { host: 'short' }] },
  });
  expect(await rules(['lan'], 'example.com')).toMatchObject({ ok: true, value: { changed: false } });
});

test('the alias by which a host in use keeps its name stays; retired, the host may lose it', async () => {
  const { ingest, operator } = rig;
  const remove = (name: string) => ingest.removeAlias({ host: 'short' as HostName, name: name as HostName }, operator);
  await ingest.logEvents([report('short')], operator);
  await rig.show('short');
  await alias('short', 'short.example.com', 's');
  expect(await rules([], 'example.com')).toMatchObject({ ok: true });
  // it has another one
  expect(await remove('s')).toMatchObject({ ok: true, value: { aliases: ['short.example.com'] } });
  expect(await remove('short.example.com')).toMatchObject({ ok: false, problem: { code: 'host-in-use' } });
  rig.views.state = 'away';
  expect(await remove('short.example.com')).toMatchObject({ ok: false, problem: { code: 'not-caught-up' } });
  rig.views.state = 'there';
  await ingest.commandHost('short', { kind: 'HostRetired', by: null, reason: 'sold' }, operator);
  await rig.show('short');
  expect(await remove('short.example.com')).toMatchObject({ ok: true, value: { aliases: [] } });
});

test('what If-Match has seen is compared with the names that the change is decided on', async () => {
  const { ingest, operator } = rig;
  const seen: unknown[] = [];
  const unchanged = (answer: boolean) => (current: unknown) => {
    seen.push(current);
    return answer;
  };
  await alias('a', 'a1');
  expect(await ingest.aliasHost(order('a1', 'a2'), null, operator, unchanged(false))).toMatchObject({
    ok: false,
    problem: { code: 'precondition-failed' },
  });
  const [a, a1] = ['a' as HostName, 'a1' as HostName];
  expect(await ingest.removeAlias({ host: a, name: a1 }, operator, unchanged(false))).toMatchObject({ ok: false });
  expect(await ingest.removeAlias({ host: a, name: a1 }, operator, unchanged(true))).toMatchObject({
    ok: true,
    value: { aliases: [], host: 'a' },
  });
  expect(await ingest.setNameRules({ cut: [], domain: a }, null, operator, unchanged(false))).toMatchObject({
    ok: false,
  });
  expect(seen).toEqual([...Array<unknown>(3).fill({ host: 'a', aliases: ['a1'] }), { cut: [], domain: null }]);
  expect(await ingest.removeAlias({ host: a, name: a1 }, operator)).toMatchObject({
    ok: false,
    problem: { code: 'alias-unknown' },
  });
});

test('an alias that another ingest has written takes effect within a second, and at once in its own', async () => {
  const store = new MemoryStore();
  const [one, other] = [ingestRig(createMemoryJournal({ store })), ingestRig(createMemoryJournal({ store }))];
  await one.define();
  const hostOf = async ({ ingest, operator }: IngestRig) => {
    const logged = await ingest.logEvents([report('a1')], operator);
    return logged.ok && logged.value.events[0]?.host;
  };
  expect([await hostOf(one), await hostOf(other)]).toEqual(['a1', 'a1']);
  await other.show('a1');
  await other.ingest.commandHost('a1', { kind: 'HostRetired', by: null, reason: 'r' }, other.operator);
  await other.show('a1');
  await other.ingest.aliasHost(order('a', 'a1'), null, other.operator);
  expect(await hostOf(other)).toBe('a');
  one.clock.advance(950);
  expect(await hostOf(one)).toBe('a');
});

test('what a request with an Idempotency-Key means is what it meant when it first came', async () => {
  const { ingest, operator } = rig;
  const keyed: Caller = { ...operator, idempotencyKey: 'run-1' };
  await alias('a', 'a1');
  const first = await ingest.logEvents([report('a1', { path: '[0]' })], keyed);
  expect(first).toMatchObject({ ok: true, value: { events: [{ id: 'a~0' }] } });
  await ingest.removeAlias({ host: 'a' as HostName, name: 'a1' as HostName }, operator);
  expect(await ingest.logEvents([report('a1', { path: '[0]' })], keyed)).toEqual(first);
  expect(await ingest.logEvents([report('a1')], operator)).toMatchObject({
    ok: true,
    value: { events: [{ id: 'a1~0' }] },
  });
});

test('names that cannot be read are not guessed: events wait for the Hermes that wrote them', async () => {
  const journal = createMemoryJournal();
  const entry = {
    id: crypto.randomUUID(),
    type: 'FromTheFuture',
    version: 1,
    recordedAt: '2026-01-01T00:00:00.000Z',
    json: '{}',
  };
  await journal.append([{ stream: 'names', expected: 'none', entries: [entry as never] }]);
  const late = ingestRig(journal);
  await late.define();
  expect(await late.ingest.logEvents([report('a')], late.operator)).toMatchObject({
    ok: false,
    problem: { code: 'store-unavailable' },
  });
});

describe('ended at each write, and sent again', () => {
  const caller: Caller = { principal: 'ann', mayReportRestricted: true, idempotencyKey: 'run-17' };
  const named = (store: MemoryStore) => entries(store, 'names').map(({ type }) => type);

  test('aliases are given once', async () => {
    await everywhere(
      ({ ingest }) => ingest.aliasHost(order('a', 'x', 'y'), null, caller),
      prepared,
      (store) => {
        expect(named(store)).toEqual(['HostAliased']);
      },
    );
  });

  test('an alias is removed once', async () => {
    const begin = async () => {
      const store = await prepared();
      const { ingest, operator } = ingestRig(createMemoryJournal({ store }));
      await ingest.aliasHost(order('a', 'x'), null, operator);
      return store;
    };
    await everywhere(
      ({ ingest }) => ingest.removeAlias({ host: 'a' as HostName, name: 'x' as HostName }, caller),
      begin,
      (store) => {
        expect(named(store)).toEqual(['HostAliased', 'HostAliasesRemoved']);
      },
    );
  });

  test('rules are set once', async () => {
    await everywhere(
      ({ ingest }) => ingest.setNameRules({ cut: ['lan' as HostName], domain: null }, null, caller),
      prepared,
      (store) => {
        expect(named(store)).toEqual(['NameRulesSet']);
      },
    );
  });

  test('an event under an alias is logged once, and on the host that it meant first', async () => {
    const begin = async () => {
      const store = await prepared();
      const { ingest, operator } = ingestRig(createMemoryJournal({ store }));
      await ingest.aliasHost(order('z', 'x'), null, operator);
      return store;
    };
    await everywhere(
      async ({ ingest, operator }) => {
        const logged = await ingest.logEvents([report('x', { path: '[0]' })], caller);
        await ingest.removeAlias({ host: 'z' as HostName, name: 'x' as HostName }, operator);
        return logged;
      },
      begin,
      (store) => {
        expect(entries(store, 'host-z')).toHaveLength(1);
        expect(entries(store, 'host-x')).toEqual([]);
      },
    );
  });
});
