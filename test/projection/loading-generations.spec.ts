/** R7, R15: projectors and generations that are loading: these are neither followed, nor taken over, nor kept for ever. */
import { GenerationRetirement, silentLog } from '#application';
import { DOCUMENTS_VERSION, PARTITION_HASH_VERSION } from '#contracts';
import { FOLD_VERSION, type Instant } from '#domain';
import { createMemoryJournal, Play } from '#testing';
import { appendHistory, follow, newViews, PARTITIONS, projectorOver, served, tidyUp } from './rig.js';

afterEach(tidyUp);

function generationOf(foldVersion: number) {
  return {
    ...{ documentsVersion: DOCUMENTS_VERSION, foldVersion, hashVersion: PARTITION_HASH_VERSION },
    ...{ partitions: PARTITIONS, createdAt: '2026-01-01T00:00:00.000Z' as Instant },
  };
}

test('R7: a generation that is loading is neither followed nor taken for a rebuild that was begun', async () => {
  const journal = createMemoryJournal();
  const play = new Play('x-required => x-done');
  for (let n = 0; n < 5; n += 1) play.event('x-required', { host: `host-${n}` as never });
  await appendHistory(journal, play.history);
  const views = await newViews();
  const { number: loading } = await views.loader.create(generationOf(FOLD_VERSION));
  const projector = projectorOver(journal, views);
  await projector.prepare({ rebuild: false });
  await follow(projector);
  expect(await served(views)).not.toBe(loading);
  expect((await views.control.generations()).map(({ number, state }) => [number, state])).toEqual([
    [loading, 'loading'],
    [await served(views), 'ready'],
  ]);
});

test('R15: what an earlier version was loading goes once a later one is served, after as long as one that was followed', async () => {
  const views = await newViews();
  const { number: loading } = await views.loader.create(generationOf(FOLD_VERSION - 1));
  const { number: own } = await views.loader.create(generationOf(FOLD_VERSION));
  const projector = projectorOver(createMemoryJournal(), views);
  await projector.prepare({ rebuild: false });
  await follow(projector);
  let monotonicMs = 0;
  const retirement = new GenerationRetirement(views, silentLog, () => monotonicMs);
  const numbers = async () => (await views.control.generations()).map(({ number }) => number);
  for (const passedMs of [0, 60_000, 3_500_000]) {
    monotonicMs += passedMs;
    await retirement.look();
    expect(await numbers()).toEqual([loading, own, await served(views)]);
  }
  monotonicMs += 60_000;
  await retirement.look();
  expect(await numbers()).toEqual([own, await served(views)]);
});
