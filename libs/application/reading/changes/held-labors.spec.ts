/** Labors that cannot be judged yet: they are held for those alone who look beside them, and cost ever less. */
import { hostStream, partitionOf, questStream, type LaborDocument, type Position } from '#contracts';
import { emptyCatalogue } from '#domain';
import { until } from '../../../testing/until.js';
import { laborView } from '../labor-view.js';
import { at, freshnessOf, hostName, hostOf, laborOf, NOW, progressOf, questId, questOf } from '../testing-documents.js';
import { FakeViews } from '../testing-views.js';
import type { Change } from './change.js';
import { HeldLabors } from './held-labors.js';
import { judgePage } from './judge-page.js';
import { Judge, type Needs } from './judge.js';
import { stopAll, world } from './testing-followers.js';

afterEach(stopAll);

const QUEST = questId(4);
const OF_CREATOR = { actors: ['creator'] as const, quest: QUEST };
const SLOW = partitionOf(questStream(QUEST), 4);

/** The quest's partition is at `slow`, all others at `quick`. The position of the n-th entry is n. */
function reach(views: FakeViews, slow: number, quick: number, number = 7): void {
  const partitions = [0, 1, 2, 3].map((partition) => {
    const position = partition === SLOW ? slow : quick;
    return progressOf(partition, at(position), Date.parse(NOW), position);
  });
  views.freshnessNow = freshnessOf(partitions, { number });
}

async function looked(views: FakeViews, times = 3): Promise<void> {
  const { looks } = views;
  await until('looks', async () => views.looks > looks + times);
}

test('while the partition of a quest is stalled its labors are sent again to nobody, and who resumes is brought up', async () => {
  expect(SLOW).not.toBe(partitionOf(hostStream(hostName('web-1')), 4));
  const { views, follow, change } = world();
  reach(views, 10, 40);
  const { follower } = await follow(null, { for: 'ann' });
  const { follower: other } = await follow(null, {}, 'b');
  for (let n = 0; n < 30; n += 1) change(`web-1~${n}`, at(41 + n), at(41 + n), OF_CREATOR);
  await until('the other has them', async () => other.ids().length === 30);
  await looked(views);
  expect(other.ids()).toHaveLength(30);
  // also once it is so far behind that it is left out of what looks read
  reach(views, 10, 20_100);
  await looked(views);
  change('web-1~30', at(20_101), at(20_101), { assignee: 'ann' });
  const { follower: resuming } = await follow(`7.${at(10)}`, { for: 'ann' }, 'c');
  await until('what is its own', async () => resuming.ids().includes('web-1~30') && follower.ids().length > 0);
  await until('it is brought up', async () => resuming.places().length > 0);
  await looked(views);
  expect(other.ids()).toHaveLength(31);
  expect(follower.ids()).toEqual(['web-1~30']);
  views.questsNow = [questOf(4, null)];
  for (const each of [follower, resuming])
    await until('all came', async () => new Set(each.ids()).size === 31, { limitMs: 20_000 });
  expect(follower.ids()).toHaveLength(31);
  expect(other.ids()).toHaveLength(31);
});

test.each(['the first that follows', 'who is reset'])(
  '%s gets a labor whose quest was not there when it began, though its own partition is beyond',
  async (who) => {
    const { views, follow, change } = world();
    const isReset = who === 'who is reset';
    const begin = (): void => {
      change('web-1~0', at(20), at(20), OF_CREATOR);
      reach(views, 10, 40);
    };
    if (isReset) reach(views, 1, 1, 6);
    else begin();
    const { follower } = await follow(null, { for: 'ann' });
    if (isReset) begin();
    await until('it begins', async () => follower.notices.some(({ reset }) => reset === isReset));
    await until('it is there', async () => follower.places().at(-1) === `7.${at(10)}`);
    await looked(views);
    expect(follower.ids()).toEqual([]);
    views.questsNow = [questOf(4, null)];
    await until('it came', async () => follower.ids().includes('web-1~0'));
    expect(follower.places().at(-1)).toBe(`7.${at(10)}`);
  },
);

test('of more labors than are put off the rest is judged by what is known', async () => {
  const views = new FakeViews(at(10));
  reach(views, 10, 60);
  const changes = ['web-1~0', 'web-1~1'].map((id, n): Change => {
    const labor = laborAt(id, at(50 + n), { ...OF_CREATOR, actors: ['owner', 'creator'] });
    return { kind: 'labor', position: labor.position, labor: laborView(labor, false, emptyCatalogue) };
  });
  const document = hostOf('web-1');
  views.hostDocuments = [{ ...document, position: at(60), state: { ...document.state, attributes: { owner: 'ann' } } }];
  const progress = views.freshnessNow!.progress;
  const judge = new Judge({ for: 'ann' });
  const context = { views, names: undefined as never };
  const facts = { generation: 7, catalogue: emptyCatalogue, now: NOW, progress };
  const { passing, early } = await judgePage(context, facts, changes, [judge], 1);
  expect([...early].map(([{ id }, missing]) => [id, missing])).toEqual([['web-1~0', { host: false, quest: true }]]);
  expect(passing.get(judge)).toEqual([changes[1]]);
});

function laborAt(id: string, position: Position, fields: Partial<LaborDocument> = {}): LaborDocument {
  return { ...laborOf(id, fields), position };
}

const ONLY_HOST: Needs = { host: true, quest: false };
const ONLY_QUEST: Needs = { host: false, quest: true };

test('what is held is judged again in growing pauses, each labor in its turn', () => {
  let nowMs = 0;
  const held = new HeldLabors(500, () => nowMs);
  const labors = Array.from({ length: 300 }, (_, n) => laborAt(`web-1~${n}`, at(n)));
  held.hold(new Map(labors.map((labor) => [labor, ONLY_HOST])), at(5));
  expect(held.room).toBe(200);
  expect(held.due()).toEqual([]);
  const turns = new Map<string, number>();
  for (; nowMs <= 60_000; nowMs += 250) {
    const due = held.due();
    expect(due.length).toBeLessThanOrEqual(200);
    for (const { id } of due) turns.set(id, (turns.get(id) ?? 0) + 1);
    held.judgedAgain(
      due,
      new Map(labors.filter(({ id }) => due.some((each) => each.id === id)).map((labor) => [labor, ONLY_HOST])),
    );
  }
  const counts = labors.map(({ id }) => turns.get(id) ?? 0);
  expect(Math.min(...counts)).toBeGreaterThan(6);
  expect(Math.max(...counts)).toBeLessThan(20);
});

test('who looks at what a labor waits for resumes from before it; one that is held again meanwhile stays', () => {
  let nowMs = 0;
  const held = new HeldLabors(500, () => nowMs);
  const [late, labor] = [laborAt('web-1~0', at(3)), laborAt('web-1~1', at(30))] as const;
  held.hold(new Map([[late, ONLY_HOST]]), at(20));
  held.hold(new Map([[labor, ONLY_QUEST]]), at(25));
  expect([held.least(ONLY_HOST), held.least(ONLY_QUEST)]).toEqual([at(20), at(30)]);
  nowMs = 300;
  const due = held.due();
  expect(due).toHaveLength(2);
  held.hold(new Map([[labor, ONLY_HOST]]), at(10));
  held.judgedAgain(due, new Map());
  expect(held.due()).toMatchObject([{ id: labor.id, missing: { host: true, quest: true }, from: at(30) }]);
  held.clear();
  expect(held.least(ONLY_HOST)).toBeNull();
});
