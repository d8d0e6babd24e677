/** P2–P6 under faults: a feed that loses, repeats and reorders, views that tear and go away, two projectors at once. */
import fc from 'fast-check';
import { createInProcessFeed } from '#adapters/feed-inprocess';
import { createRelay, silentLog, type Projector } from '#application';
import type { QuestId } from '#domain';
import type { Journal, Views } from '#ports';
import {
  canonicalViews,
  createMemoryJournal,
  faultyViews,
  histories,
  seededRandom,
  shuffledFeed,
  until,
} from '#testing';
import { acceptQuest, append, cleanFold, newViews, PARTITIONS, projectorOver, served, tidyUp } from './rig.js';

afterEach(tidyUp);

async function caughtUp(journal: Journal, views: Views): Promise<boolean> {
  const head = (await journal.head()).position;
  const generation = await served(views);
  const progress = await views.writer.progress(generation);
  return (
    progress.length === PARTITIONS &&
    progress.every(({ position }) => position >= head) &&
    // entries of a host that is behind are judged apart from progress (P9)
    (await views.reader.hostsBehind(generation)) === 0 &&
    (await views.writer.dirtyQuests(generation, null, 1)).length === 0
  );
}

test('views equal a clean fold, whatever the feed and the store do, with two projectors on one generation', async () => {
  await fc.assert(
    fc.asyncProperty(histories(50), fc.integer(), async (history, seed) => {
      // half of them over one that brings a few entries at once, as where they are large
      const journal = createMemoryJournal(seed % 2 === 0 ? { maxReadCharacters: 500 } : {});
      for (const quest of [1, 2, 3] as QuestId[]) await acceptQuest(journal, quest, []);
      const views = await newViews();
      const random = seededRandom(seed);
      const carrier = createInProcessFeed({
        partitions: PARTITIONS,
        batchMessages: 7,
        firstPauseMs: 1,
        longestPauseMs: 10,
      });
      const feed = shuffledFeed(carrier, { seed });
      const trouble = { torn: 0.5, away: 0.05 };
      const calm = { random, ...trouble };
      const writer = faultyViews(views.writer, {
        random,
        get torn() {
          return calm.torn;
        },
        get away() {
          return calm.away;
        },
      });
      const projectors: Projector[] = [
        projectorOver(journal, views, { writer, owner: 'one' }),
        projectorOver(journal, views, { writer, owner: 'two' }),
      ];
      const ending = new AbortController();
      const runs: Promise<void>[] = [];
      for (const projector of projectors) {
        await retried(() => projector.prepare({ rebuild: false }));
        await new Promise<void>((following) => {
          runs.push(
            projector.run({
              join: (group, listener) => feed.consume(group, projector.handle, listener),
              signal: ending.signal,
              following,
            }),
          );
        });
      }
      const relay = createRelay({ journal, feed, owner: 'relay', log: silentLog });
      await relay.prepare({ forget: false });
      relay.start();
      for (const [index, { entry }] of history.steps.entries()) {
        await append(journal, entry);
        if (index % 10 === 0) await new Promise((wake) => setImmediate(wake));
      }
      feed.calm();
      Object.assign(calm, { torn: 0, away: 0 });
      await until('the views are caught up and every quest is counted', () => caughtUp(journal, views), {
        limitMs: 60_000,
      });
      await relay.close();
      await feed.close();
      ending.abort();
      await Promise.all(runs);
      expect(await canonicalViews(views.reader, await served(views))).toEqual(await cleanFold(journal));
      await tidyUp();
    }),
    { numRuns: 12 },
  );
}, 240_000);

/** Until the store is not away. */
async function retried(work: () => Promise<void>): Promise<void> {
  for (let tries = 0; ; tries += 1) {
    try {
      await work();
      return;
    } catch (error) {
      if (tries > 20) throw error;
    }
  }
}
