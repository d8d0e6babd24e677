/** P5: a projector owns the partitions that are assigned to it, and no others; it reads again what others have done meanwhile. */
import { createProjector, CatalogueTimeline, silentLog } from '#application';
import { hostStream, partitionOf, questStream, START, type StoredEntry } from '#contracts';
import type { HostName, QuestId } from '#domain';
import type { FeedMessage, PartitionListener } from '#ports';
import { jest } from '@jest/globals';
import { countingJournal, createMemoryJournal, Play, until } from '#testing';
import { acceptQuest, appendHistory, newViews, never, PARTITIONS, projectorOver, served, tidyUp } from './rig.js';

afterEach(tidyUp);

const all = Array.from({ length: PARTITIONS }, (_, partition) => partition);

function messageOf(entry: StoredEntry, journal: string, previous = START): FeedMessage {
  const partition = partitionOf(entry.stream, PARTITIONS);
  return { kind: 'entry', partition, journal, previous, number: 1, entry, catalogueRevision: 0 };
}

/** A projector that runs, and the listener through which the feed gives it partitions. */
async function running(projector: ReturnType<typeof projectorOver>, assigned: readonly number[]) {
  let listener: PartitionListener = {};
  const ending = new AbortController();
  let run: Promise<void> = Promise.resolve();
  await new Promise<void>((following) => {
    run = projector.run({
      join: async (_group, given) => {
        listener = given;
        listener.onAssigned?.(assigned);
        return { close: async () => undefined };
      },
      signal: ending.signal,
      following,
    });
  });
  return {
    assign: (partitions: readonly number[]) => listener.onAssigned?.(partitions),
    revoke: (partitions: readonly number[]) => listener.onRevoked?.(partitions),
    stop: async () => {
      ending.abort();
      await run;
    },
  };
}

test('a partition that comes back goes on where another projector has left it, not where it was', async () => {
  const plain = createMemoryJournal();
  const views = await newViews();
  const [one, two] = ['one', 'two'].map((owner) => projectorOver(plain, views, { owner }));
  if (one === undefined || two === undefined) throw new Error('no projectors');
  for (const projector of [one, two]) await projector.prepare({ rebuild: false });
  const first = await running(one, all);
  const play = new Play('x-required => x-done');
  for (let index = 0; index < 40; index += 1) play.event('x-required', { host: `h${index}` as HostName });
  await appendHistory(plain, play.history);
  const partition = partitionOf(hostStream('h0' as HostName), PARTITIONS);
  first.revoke([partition]);
  const second = await running(two, [partition]);
  const own = (await plain.readAll(START, 1000)).filter(({ stream }) => partitionOf(stream, PARTITIONS) === partition);
  for (const entry of own) {
    await two.handle({ partition, messages: [messageOf(entry, plain.identity)] }, never);
  }
  await second.stop();
  first.assign([partition]);
  // a tick that says: nothing of this partition since the last entry
  const last = own.at(-1)!;
  const head = await plain.head();
  const counted = jest.spyOn(plain, 'readAll');
  await one.handle(
    {
      partition,
      messages: [
        {
          ...{ kind: 'tick', partition, journal: plain.identity, number: 42 },
          ...{ previous: last.position, position: head.position, entryId: head.id },
        },
      ],
    },
    never,
  );
  // progress as it was would have had a hole before the tick
  expect(counted).not.toHaveBeenCalled();
  await first.stop();
});

test('readiness asks for the partitions that are assigned, and for no others', async () => {
  let nowMs = Date.parse('2026-01-01T00:00:00.000Z');
  const journal = createMemoryJournal();
  const projector = createProjector({
    ...{ journal, views: await newViews(), timeline: new CatalogueTimeline(journal), log: silentLog },
    ...{ clock: { nowMs: () => nowMs }, monotonicMs: () => nowMs, owner: 'one', partitions: PARTITIONS, maxLagS: 30 },
  });
  await projector.prepare({ rebuild: false });
  const { revoke, assign, stop } = await running(projector, all);
  nowMs += 60_000;
  expect(projector.notReady()).toContain('nothing was heard from the relay');
  revoke(all);
  expect([projector.notReady(), await projector.stalled()]).toEqual([null, null]);
  assign([2]);
  expect(projector.notReady()).toBeNull();
  nowMs += 60_000;
  expect(projector.notReady()).toContain('nothing was heard from the relay');
  await stop();
});

test('quests are counted by the projector that owns the partition of their stream', async () => {
  const journal = countingJournal(createMemoryJournal());
  const views = await newViews();
  const host = 'h1' as HostName;
  const quests = [1, 2, 3, 4, 5, 6] as QuestId[];
  for (const quest of quests) await acceptQuest(journal, quest, [host]);
  const projector = projectorOver(journal, views);
  await projector.prepare({ rebuild: false });
  const own = partitionOf(questStream(1 as QuestId), PARTITIONS);
  const { assign, stop } = await running(projector, [own]);
  const counted = async () => {
    const loaded = await views.writer.load(await served(views), { quests });
    return loaded.quests.filter(({ recount }) => recount !== null).map(({ quest }) => quest);
  };
  const isOwn = (quest: QuestId) => partitionOf(questStream(quest), PARTITIONS) === own;
  await until('its own are counted', async () => (await counted()).length >= quests.filter(isOwn).length);
  expect((await counted()).every(isOwn)).toBe(true);
  assign(all);
  await until('all are counted', async () => (await counted()).length === quests.length);
  await stop();
});

test('a long hole is read once for all partitions that wait for it', async () => {
  const plain = createMemoryJournal();
  const views = await newViews();
  const journal = countingJournal(plain);
  const projector = projectorOver(journal, views);
  await projector.prepare({ rebuild: false });
  const { stop } = await running(projector, all);
  const play = new Play('x-required => x-done');
  for (let index = 0; index < 2500; index += 1) play.event('x-required', { host: `h${index % 50}` as HostName });
  await appendHistory(plain, play.history);
  const head = await plain.head();
  journal.resetCalls();
  const ticks = all.map((partition) =>
    projector.handle(
      {
        partition,
        messages: [
          {
            ...{ kind: 'tick', partition, journal: plain.identity, number: 2505 },
            ...{ previous: head.position, position: head.position, entryId: head.id },
          },
        ],
      },
      never,
    ),
  );
  await Promise.all(ticks);
  const pages = Math.ceil((play.history.steps.length + 1) / Math.min(1000, plain.maxReadEntries));
  // the first page was begun for the partition that came first, and the others start over behind it
  expect(journal.calls.readAll).toBeLessThanOrEqual(2 * pages + 1);
  expect((await views.reader.totals(await served(views))).events).toBe(2500);
  await stop();
});
