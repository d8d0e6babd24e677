/** R8: generations that are brought on at different times are compared until everything in them is, and nothing is a difference meanwhile. */
import { compareGenerations } from '#application';
import type { HostName, QuestId } from '#domain';
import type { Views } from '#ports';
import { Play, until } from '#testing';
import { acceptQuest, append, folded, hearHead, never, newViews, settle, stop, tidyUp } from './rig.js';
import { both, compared, questOf } from './testing-generations.js';
import { campaign } from './testing-verifying.js';

const WAIT = { limitMs: 20_000 };
const NEW = { host: 'd' as HostName, quest: 2 as QuestId };

afterEach(tidyUp);

/** One generation has a host and a quest that the other has not heard of, and is ahead on another host. */
async function notLevel() {
  const journal = await campaign();
  const views = await newViews();
  const projector = await folded(journal, views);
  const generations = await both(journal, views);
  const play = new Play('y-required => y-done');
  play.event('y-done', { host: 'b' as HostName });
  await append(journal, play.history.steps.at(-1)!.entry);
  const other = new Play('y-required => y-done');
  other.event('y-required', { host: NEW.host });
  await append(journal, other.history.steps.at(-1)!.entry);
  await acceptQuest(journal, NEW.quest, []);
  await hearHead(projector, journal);
  await settle(views);
  await stop(projector);
  return { journal, views, generations };
}

test('R8: what one side has not heard of is no difference, however long it takes, and is compared once it has', async () => {
  const { journal, views, generations } = await notLevel();
  const lefts: number[] = [];
  let isOver = false;
  const comparing = compareGenerations({ journal, views, generations, left: (n) => lefts.push(n) }, never).finally(
    () => (isOver = true),
  );
  // one after the other: hosts first
  await until('it says what is left', () => isOver || lefts.length > 1, WAIT);
  expect([isOver, ...new Set(lefts)]).toEqual([false, 2]);
  // the other one is brought on, too
  await views.control.activate(generations[1]);
  const projector = await folded(journal, views);
  await hearHead(projector, journal);
  await settle(views);
  await stop(projector);
  const found = await comparing;
  expect(found.findings.examples).toEqual([]);
  expect(found).toMatchObject({ hosts: 4, quests: 2, leftOut: 0 });
  expect(found.hashes[0]).toBe(found.hashes[1]);
  expect(lefts.at(-1)).toBe(0);
}, 60_000);

test('R8: a comparison that waits for a side ends at once where it is cancelled', async () => {
  const { journal, views, generations } = await notLevel();
  const over = new AbortController();
  let lefts = 0;
  const comparing = compareGenerations({ journal, views, generations, left: () => (lefts += 1) }, over.signal);
  await until('it says what is left', () => lefts > 1, WAIT);
  const atMs = performance.now();
  over.abort(new Error('cancelled'));
  await expect(comparing).rejects.toThrow('cancelled');
  expect(performance.now() - atMs).toBeLessThan(1000);
}, 60_000);

test('R8: what one side lacks is a difference once its progress has passed it, and not before', async () => {
  const { journal, views, generations } = await notLevel();
  const [live, loaded] = generations;
  const reached = await views.writer.progress(live);
  let reads = 0;
  const over = (progress: Views['writer']['progress']): Views => ({
    ...views,
    writer: Object.assign(Object.create(views.writer) as Views['writer'], { progress }),
  });
  const all = over(async (generation) => {
    if (generation !== loaded) return views.writer.progress(generation);
    reads += 1;
    return reached;
  });
  // host b is at different revisions: it is left out, since there are differences
  const found = await compared(journal, all, generations);
  expect(found.findings.examples).toMatchObject([
    { host: NEW.host, labor: `${NEW.host}~0`, field: null, folded: null },
    { host: NEW.host, labor: null, quest: null, folded: null },
    { host: null, quest: NEW.quest, field: null, folded: null },
  ]);
  expect(found.leftOut).toBe(1);
  expect(reads).toBeGreaterThan(2);
  // the last of them is the quest's entry
  const last = (await questOf(views, live, NEW.quest)).record!.position;
  const before = over(async (generation) => {
    const progress = await views.writer.progress(generation);
    return generation === loaded
      ? reached.map((each) => ({ ...each, position: (last - 1n) as typeof last }))
      : progress;
  });
  const some = await compared(journal, before, generations);
  expect(some.findings.examples.map(({ host, quest }) => host ?? quest)).toEqual([NEW.host, NEW.host]);
  expect(some.leftOut).toBe(2);
}, 60_000);
