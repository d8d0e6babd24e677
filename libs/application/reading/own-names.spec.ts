/** Rule 23: reads take any name of a host and answer by its own; what was logged before a name was an alias is found by it. */
import { foldNames, noNames, type HostName, type Instant, type NamesEntry } from '#domain';
import { byOwnNames } from './own-names.js';
import { at, hostName, questId } from './testing-documents.js';
import { FakeViews, readingOf, viewsOfHost } from './testing-views.js';

const signed = { by: null, recordedAt: '2026-01-01T00:00:00.000Z' as Instant };
const ALIASED: NamesEntry = {
  kind: 'HostAliased',
  host: hostName('web-1'),
  names: [hostName('w1'), hostName('w2')],
  ...signed,
};
const RULED: NamesEntry = { kind: 'NameRulesSet', cut: [hostName('lan')], domain: null, ...signed };
const PAGE = { limit: 9, after: null, count: false } as const;

function world(...entries: readonly NamesEntry[]) {
  const views = viewsOfHost();
  views.namesNow = entries.map((entry, revision) => ({ revision, position: at(revision), entry }));
  return { views, reading: readingOf(views) };
}

test('a host is shown by any of its names, with all of them', async () => {
  const { reading } = world(ALIASED, RULED);
  for (const name of ['w1', 'W2.', 'web-1', 'web-1.lan'])
    expect(await reading.host(name, {})).toMatchObject({
      ok: true,
      value: { body: { host: 'web-1', aliases: ['w1', 'w2'] } },
    });
  expect(await reading.host('w3', {})).toMatchObject({ ok: false, problem: { code: 'host-unknown' } });
  expect(await reading.nameRules({})).toMatchObject({ ok: true, value: { body: { cut: ['lan'], domain: null } } });
});

test('every list that names hosts asks for own names, and for former ones as they are', async () => {
  const { views, reading } = world(ALIASED);
  const filter = { host: [hostName('w1'), hostName('db-1')], formerHost: [hostName('w2')] };
  const asked = { host: ['web-1', 'db-1', 'w2'] };
  await reading.hosts({ ...filter, hostPrefix: ['a'] }, { ...PAGE, sort: 'host' }, {});
  await reading.events(filter, { ...PAGE, sort: 'position' }, {});
  await reading.labors(filter, { ...PAGE, sort: '-openedAt' }, {});
  await reading.quests(filter, { ...PAGE, sort: '-id' }, {});
  await reading.questLabors(questId(4), filter, { ...PAGE, sort: '-openedAt' }, {});
  await reading.questHosts(questId(4), filter, { ...PAGE, sort: 'host' }, {});
  expect(views.argumentsOf('hosts')[0]).toMatchObject([7, { ...asked, hostPrefix: ['a'] }, {}]);
  expect(views.argumentsOf('events')).toMatchObject([[asked, {}]]);
  expect(views.argumentsOf('labors')).toMatchObject([
    [7, asked, {}],
    [7, asked, {}],
  ]);
  expect(views.argumentsOf('quests')).toMatchObject([[7, asked, {}]]);
  expect(views.argumentsOf('questHosts')).toMatchObject([[7, 4, asked, {}]]);
  for (const method of ['hosts', 'events', 'labors'] as const)
    expect(JSON.stringify(views.argumentsOf(method))).not.toContain('formerHost');
});

test('rule 23: so do queries of hosts, in every list that takes one', async () => {
  const { views, reading } = world(ALIASED);
  const query = (name: string) => ({ is: 'name', among: [hostName(name)] }) as const;
  await reading.hosts({ query: query('w1') }, { ...PAGE, sort: 'host' }, {});
  await reading.questHosts(questId(4), { query: query('w1') }, { ...PAGE, sort: 'host' }, {});
  expect(views.argumentsOf('hosts')).toMatchObject([[7, { query: query('web-1') }, {}]]);
  expect(views.argumentsOf('questHosts')).toMatchObject([[7, 4, { query: query('web-1') }, {}]]);
});

test('an id says its host by the name that it was logged under', async () => {
  const { reading } = world({ kind: 'HostAliased', host: hostName('other'), names: [hostName('web-1')], ...signed });
  expect(await reading.labor('web-1~0', {})).toMatchObject({ ok: true, value: { body: { labor: { id: 'web-1~0' } } } });
  expect(await reading.event('web-1~0', {})).toMatchObject({ ok: true });
});

test('a read by an alias waits for its host where that is behind', async () => {
  const { views, reading } = world(ALIASED);
  const behind = { state: 'behind', position: at(0), since: signed.recordedAt } as const;
  views.behindNow = [{ host: 'web-1' as HostName, behind }];
  const late = { minPosition: at(10), waitS: 0 };
  expect(await reading.labors({ host: [hostName('w1')] }, { ...PAGE, sort: 'host' }, late)).toMatchObject({
    ok: false,
    problem: { code: 'not-caught-up' },
  });
  expect(views.argumentsOf('behindAmong').at(-1)).toMatchObject([7, { hosts: ['web-1'] }]);
});

test('where no host is named, names are not asked for; no host stays none', async () => {
  const { views, reading } = world(ALIASED);
  await reading.labors({ type: [] }, { ...PAGE, sort: 'host' }, {});
  expect(views.argumentsOf('names')).toEqual([]);
  const names = { read: () => Promise.resolve(foldNames(noNames, [ALIASED])) };
  expect(await byOwnNames({ names }, 7, { host: [] })).toEqual({ host: [] });
  expect(await byOwnNames({ names }, 7, { formerHost: [hostName('w1')] })).toEqual({ host: ['w1'] });
  expect(new FakeViews().namesNow).toEqual([]);
});
