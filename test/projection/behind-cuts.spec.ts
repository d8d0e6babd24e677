/** P2, P5, P9: a projector that dies between any two writes while a host is behind, and two that bring one host on. */
import type { QuestId } from '#domain';
import { StoreUnavailable, type Journal, type Views } from '#ports';
import {
  canonicalViews,
  type CanonicalViews,
  createMemoryJournal,
  faultyViews,
  seededRandom,
  until,
  type History,
} from '#testing';
import {
  acceptQuest,
  appendHistory,
  cleanFold,
  follow,
  hearHead,
  newViews,
  projectorOver,
  served,
  settle,
  stop,
  tidyUp,
} from './rig.js';
import { flood, HEAVY, heavyPlay, upToDate, withApply } from './testing-behind.js';

afterEach(tidyUp);

/** A quest's host that needs a second step after its share, with labors of the quest on both sides. */
async function scene(): Promise<{ readonly journal: Journal; readonly history: History }> {
  const journal = createMemoryJournal();
  for (const quest of [1, 2] as QuestId[]) await acceptQuest(journal, quest, [HEAVY]);
  const play = heavyPlay();
  play.embark(1, 'y-required', { host: HEAVY });
  flood(play, 58);
  play.embark(2, 'y-required', { host: HEAVY });
  play.event('y-done', { host: HEAVY });
  return { journal, history: play.history };
}

/** Each cut has a journal of its own, whose entries have other UUIDs. */
function withoutIds({ hosts, ...views }: CanonicalViews): CanonicalViews {
  return { ...views, hosts: hosts.map((host) => ({ ...(host as object), entryId: null })) };
}

async function following(journal: Journal, views: Views, options: Parameters<typeof projectorOver>[2] = {}) {
  const projector = projectorOver(journal, views, options);
  await projector.prepare({ rebuild: false });
  await follow(projector);
  return projector;
}

test('P2, P9: dying between any two writes and beginning again ends as a clean fold does', async () => {
  const { journal, history } = await scene();
  await appendHistory(journal, history);
  const expected = withoutIds(await cleanFold(journal));
  const lastRevision = history.steps.filter(({ entry }) => 'host' in entry).length - 1;
  let cuts = 0;
  for (let nth = 0; ; nth += 1) {
    const { journal: plain } = await scene();
    const views = await newViews();
    let writes = -1;
    let died = false as boolean;
    const dying = withApply(views.writer, async (generation, batch) => {
      if (writes >= 0) writes += 1;
      if (writes > nth) {
        died = true;
        throw new StoreUnavailable('views', 'it died');
      }
      return views.writer.apply(generation, batch);
    });
    const first = await following(plain, views, { writer: dying });
    await settle(views);
    writes = 0;
    await appendHistory(plain, history);
    await hearHead(first, plain).catch(() => undefined);
    const generation = await served(views);
    await until(
      'it has died, or the host is up to date',
      async () => {
        const document = await views.reader.host(generation, HEAVY);
        return died || (document?.behind === null && document.state.revision === lastRevision);
      },
      { limitMs: 60_000 },
    );
    await stop(first);
    const second = await following(plain, views);
    await hearHead(second, plain);
    await upToDate(views, history);
    await settle(views);
    const found = withoutIds(await canonicalViews(views.reader, generation));
    expect({ nth, ...found }).toEqual({ nth, ...expected });
    await tidyUp();
    if (!died) break;
    cuts += 1;
  }
  expect(cuts).toBeGreaterThan(6);
}, 300_000);

test('P5, P9: two projectors bring one host on over views that tear and go away, and it ends as a clean fold does', async () => {
  const { journal, history } = await scene();
  const views = await newViews();
  const trouble = { torn: 0, away: 0 };
  const random = seededRandom(7);
  const calm = await following(journal, views);
  await stop(calm);
  const writer = faultyViews(views.writer, {
    random,
    get torn() {
      return trouble.torn;
    },
    get away() {
      return trouble.away;
    },
  });
  const both = [
    await following(journal, views, { writer, owner: 'one' }),
    await following(journal, views, { writer, owner: 'two' }),
  ];
  await appendHistory(journal, history);
  Object.assign(trouble, { torn: 0.3, away: 0.02 });
  await Promise.all(both.map((projector) => hearHead(projector, journal).catch(() => undefined)));
  Object.assign(trouble, { torn: 0, away: 0 });
  await Promise.all(both.map((projector) => hearHead(projector, journal)));
  await upToDate(views, history);
  await settle(views);
  expect(await canonicalViews(views.reader, await served(views))).toEqual(await cleanFold(journal));
}, 120_000);
