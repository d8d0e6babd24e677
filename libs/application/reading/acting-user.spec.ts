/** Labors that are for a user: by what is the user's when the list is read, and refused where that is too much. */
import type { HostRow } from '#ports';
import { MOST_OF_USER } from './acting-user.js';
import { at, BEFORE, hostName, laborOf, questId, questOf, typeOf } from './testing-documents.js';
import { FakeViews, readingOf, viewsOfHost } from './testing-views.js';

const page = { sort: '-openedAt', limit: 9, after: null, count: false } as const;
const all = { after: null, count: false, limit: MOST_OF_USER } as const;

function row(name: string): HostRow {
  const host = { host: hostName(name), openLabors: 1, updatedAt: BEFORE };
  return { ...host, lastEvent: null, attributes: {}, retired: null, inventories: [], parked: null };
}

/** Lists that have no more pages. */
class ShortLists extends FakeViews {
  override async hosts(...args: unknown[]) {
    return { ...(await super.hosts(...args)), next: null };
  }
  override async quests(...args: unknown[]) {
    return { ...(await super.quests(...args)), next: null };
  }
}

test('the hosts whose owner it is and that have open labors, and the open quests that it created, are looked up', async () => {
  const views = new ShortLists(at(10));
  views.hostsNow = [row('db-1'), row('web-1')];
  views.questsNow = [questOf(4, 'open'), questOf(3, 'open')];
  views.laborsNow = [{ labor: laborOf('web-1~0'), parked: false }];
  const answer = await readingOf(views).labors({ for: 'ann', type: [typeOf('x-a')] }, page, {});
  expect(answer).toMatchObject({ ok: true, value: { body: { items: [{ labor: { id: 'web-1~0' } }] } } });
  expect(views.argumentsOf('hosts')).toEqual([[7, { attribute: ['owner:ann'], open: true }, { ...all, sort: 'host' }]]);
  const open = { creator: ['ann'], state: ['embarking', 'open'] };
  expect(views.argumentsOf('quests')).toEqual([[7, open, { ...all, sort: '-id' }]]);
  const own = { user: 'ann', hosts: ['db-1', 'web-1'], quests: [4, 3] };
  expect(views.argumentsOf('labors')).toEqual([[7, { type: ['x-a'], for: own }, page]]);
});

test('within a quest, too; and without it nothing is looked up', async () => {
  const views = new ShortLists(at(10));
  views.questsNow = [questOf(4, 'open')];
  await readingOf(views).questLabors(questId(4), { for: 'ann' }, page, {});
  await readingOf(views).questLabors(questId(4), {}, page, {});
  const own = { user: 'ann', hosts: [], quests: [4] };
  expect(views.argumentsOf('labors').map(([, filter]) => filter)).toEqual([{ quest: [4], for: own }, { quest: [4] }]);
  expect(views.argumentsOf('hosts')).toHaveLength(1);
});

test('where more is the user’s than is looked for, the list is refused, and says what to ask instead', async () => {
  const views = viewsOfHost();
  const answer = await readingOf(views).labors({ for: 'ann' }, page, {});
  expect(answer).toMatchObject({ ok: false, problem: { code: 'too-broad' } });
  expect(!answer.ok && answer.problem.detail).toContain('hosts with open labors');
  views.hosts = () => Promise.resolve({ items: [], next: null });
  const other = await readingOf(views).labors({ for: 'ann' }, page, {});
  expect(!other.ok && other.problem.detail).toContain('open quests');
});

test('Q: a position is waited for until the quests are counted, which says which are open', async () => {
  const views = new ShortLists(at(10));
  await readingOf(views).labors({ for: 'ann' }, page, { minPosition: at(9) });
  await readingOf(views).labors({}, page, { minPosition: at(9) });
  expect(views.argumentsOf('questsBehind').map(([, , only]) => only)).toEqual([null]);
});
