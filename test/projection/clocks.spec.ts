/** Clocks that are set while projection goes on: the partitions' heartbeats move all the same. */
import { CatalogueTimeline, createProjector, silentLog } from '#application';
import type { FeedMessage } from '#ports';
import { createMemoryJournal } from '#testing';
import { follow, never, newViews, PARTITIONS, served, stop, tidyUp } from './rig.js';

afterEach(tidyUp);

test('F4: a partition that is heard shows it to readers, also while the clock is behind what it said before', async () => {
  let nowMs = Date.parse('2026-01-01T00:00:00.000Z');
  let monotonicMs = 0;
  const journal = createMemoryJournal();
  const views = await newViews();
  const projector = createProjector({
    ...{ journal, views, log: silentLog, timeline: new CatalogueTimeline(journal), owner: 'the only one' },
    ...{ clock: { nowMs: () => nowMs }, monotonicMs: () => monotonicMs, partitions: PARTITIONS },
  });
  await projector.prepare({ rebuild: false });
  await follow(projector);
  const head = await journal.head();
  const hear = async (): Promise<number> => {
    const tick: FeedMessage = {
      ...{ kind: 'tick', partition: 0, journal: journal.identity, previous: head.position, number: 1 },
      ...{ position: head.position, entryId: head.id },
    };
    await projector.handle({ partition: 0, messages: [tick] }, never);
    const progress = await views.writer.progress(await served(views));
    return progress.find(({ partition }) => partition === 0)!.heardAtMs;
  };
  const first = await hear();
  nowMs -= 3_600_000;
  const beats = [first];
  for (let ticks = 0; ticks < 3; ticks += 1) {
    monotonicMs += 1000;
    beats.push(await hear());
  }
  expect(beats).toEqual([first, first + 1, first + 2, first + 3]);
  // no more often than a reader needs
  monotonicMs += 100;
  expect(await hear()).toBe(first + 3);
  nowMs += 7_200_000;
  monotonicMs += 1000;
  expect(await hear()).toBe(nowMs);
  await stop(projector);
});
