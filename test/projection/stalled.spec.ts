/** A feed that repeats old messages: projection gets them, nothing has failed, and only the journal shows the stall. */
import { CatalogueTimeline, createProjector, silentLog } from '#application';
import type { Position, StoredEntry } from '#contracts';
import type { HostName, Instant, TypeName } from '#domain';
import type { FeedMessage } from '#ports';
import { createMemoryJournal } from '#testing';
import { append, follow, never, newViews, PARTITIONS, stop, tidyUp } from './rig.js';

afterEach(tidyUp);

const START_MS = Date.parse('2026-01-01T00:00:00.000Z');

test('readiness: red when an old entry is not in the views and nothing moves, green when it is', async () => {
  let nowMs = START_MS;
  const clock = { nowMs: () => nowMs };
  const journal = createMemoryJournal();
  const latencies: number[] = [];
  const projector = createProjector({
    owner: 'the only one',
    ...{
      journal,
      clock,
      monotonicMs: clock.nowMs,
      log: silentLog,
      views: await newViews(),
      partitions: PARTITIONS,
      maxLagS: 30,
    },
    timeline: new CatalogueTimeline(journal),
    meters: { visible: (latencyMs) => latencies.push(latencyMs), withoutEffect: () => undefined },
  });
  await projector.prepare({ rebuild: false });
  await follow(projector);
  const caughtUpAt = await journal.head();
  /** All partitions hear of `to`, as of a journal that has nothing between. */
  async function hear(from: Position, to: StoredEntry, number: number): Promise<void> {
    for (let partition = 0; partition < PARTITIONS; partition += 1) {
      const tick: FeedMessage = {
        ...{ kind: 'tick', partition, journal: journal.identity, previous: from, number },
        ...{ position: to.position, entryId: to.id },
      };
      await projector.handle({ partition, messages: [tick] }, never);
    }
  }

  const recordedAt = new Date(nowMs).toISOString() as Instant;
  const event = { category: 'x', state: 'y', at: recordedAt, recordedAt, by: null, key: null, note: null };
  await append(journal, {
    ...{ kind: 'EventLogged', host: 'web-1' as HostName, type: 'x-y' as TypeName },
    ...{ ...event, attributes: null, quest: null },
  });
  for (const seconds of [0, 10, 20, 30]) {
    nowMs = START_MS + seconds * 1000;
    await hear(caughtUpAt.position, caughtUpAt, 1);
    expect([projector.notReady(), await projector.stalled()]).toEqual([null, null]);
  }
  nowMs = START_MS + 31_000;
  await hear(caughtUpAt.position, caughtUpAt, 1);
  expect(projector.notReady()).toBeNull();
  expect(await projector.stalled()).toMatch(
    /^an entry of the journal has been missing from the views for 31 s, and partition \d/,
  );
  expect((await projector.operating.status()).partitions).toEqual(
    Array.from({ length: PARTITIONS }, (_, partition) => expect.objectContaining({ partition, lagS: 31 }) as object),
  );

  // the hole is read over, in each partition
  const head = await journal.head();
  await hear(head.position, head, 2);
  expect([projector.notReady(), await projector.stalled()]).toEqual([null, null]);
  expect(latencies).toEqual([31_000]);
  await stop(projector);
});
