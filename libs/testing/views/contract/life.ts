/** Restarts and closing, also while in use. */
import { DOCUMENTS_VERSION, positionOf, START } from '#contracts';
import { StoreUnavailable, type Views } from '#ports';
import {
  at,
  eventDoc,
  host,
  hostDoc,
  laborDoc,
  laborId,
  partDoc,
  quest,
  questRecord,
  recountOf,
  tally,
} from './documents.js';
import { newGeneration, NEW_GENERATION, type Bench } from './harness.js';

const PAGE = { limit: 1, after: null, count: false } as const;

export function lifeSuite(bench: Bench): void {
  test('what was written is there after a restart, and goes on from there', async () => {
    const { views, reopen } = bench();
    await views.control.claim({ journal: 'journal-a', eventsVersion: 1 });
    const generation = await newGeneration(views);
    const progress = { partition: 0, position: at(9), entryId: 'e', number: 4, heardAtMs: 7 };
    await views.writer.apply(generation, {
      events: [eventDoc()],
      labors: [laborDoc()],
      parts: [partDoc()],
      quests: [questRecord(1, 1)],
      hosts: [hostDoc()],
      progress: { partitions: NEW_GENERATION.partitions, moved: [progress] },
    });
    await views.writer.storeRecount(generation, quest(1), recountOf(2), 0);
    await views.control.activate(generation);
    const before = await snapshot(views, generation);
    await views.close();

    const again = await reopen();
    expect(await snapshot(again, generation)).toEqual(before);
    expect((await again.writer.apply(generation, { hosts: [hostDoc({ version: 1, n: 2 })] })).conflicts).toEqual([]);
    await again.writer.apply(generation, { parts: [partDoc({ n: 3, tally: tally(0, 1) })] });
    expect((await again.writer.sumParts(generation, quest(1))).tally).toEqual(tally(0, 1));
    expect(await newGeneration(again)).toBeGreaterThan(generation);
    await again.close();
  });

  test('after the close everything is refused with StoreUnavailable; closing again does nothing', async () => {
    const { views } = bench();
    const generation = await newGeneration(views);
    await views.close();
    await views.close();
    for (const call of everything(views, generation)) await expect(call()).rejects.toThrow(StoreUnavailable);
  });

  test('closing while in use: each call is done or refused, none is done by half', async () => {
    const { views, reopen } = bench();
    const generation = await newGeneration(views);
    const calls = Array.from({ length: 40 }, (_, n) =>
      views.writer.apply(generation, { hosts: [hostDoc({ host: host(`w${n}`) })], events: [eventDoc({ n })] }),
    );
    const dropping = views.control.dropGeneration(await newGeneration(views));
    const closing = views.close();
    const outcomes = await Promise.allSettled([...calls, dropping]);
    for (const outcome of outcomes) {
      if (outcome.status === 'rejected') expect(outcome.reason).toBeInstanceOf(StoreUnavailable);
    }
    await closing;
    const again = await reopen();
    for (const [n, { status }] of outcomes.slice(0, calls.length).entries()) {
      if (status === 'fulfilled') expect(await again.reader.host(generation, host(`w${n}`))).toBeDefined();
    }
    await again.close();
  });
}

async function snapshot({ control, writer, reader }: Views, generation: number): Promise<unknown> {
  return {
    identity: await control.identity(),
    generations: await control.generations(),
    freshness: await reader.freshness(DOCUMENTS_VERSION),
    event: await reader.event(eventDoc().id),
    labor: await reader.labor(generation, laborId('web-1~0')),
    quest: await reader.quest(generation, quest(1)),
    sum: await writer.sumParts(generation, quest(1)),
    host: await reader.host(generation, host('web-1')),
    totals: await reader.totals(generation),
    times: await reader.timesToClose(generation, null),
    list: await reader.labors(generation, {}, { ...PAGE, sort: 'host', count: 100_000 }),
  };
}

function everything(
  { control, loader, writer, reader }: Views,
  generation: number,
): readonly (() => Promise<unknown>)[] {
  const name = host('web-1');
  return [
    () => control.identity(),
    () => control.claim({ journal: 'journal-a', eventsVersion: 1 }),
    () => control.reset(),
    () => control.resetEvents(2),
    () => control.generations(),
    () => control.current(DOCUMENTS_VERSION),
    () => control.createGeneration(NEW_GENERATION),
    () => control.activate(generation),
    () => control.dropGeneration(generation),
    () => control.repartition(generation, [], 1),
    () => loader.create(NEW_GENERATION),
    () => loader.loaded(generation),
    () => loader.load(generation, 'a', () => Promise.resolve()),
    () => loader.finish(generation, []),
    () => writer.load(generation, { hosts: [name] }),
    () => writer.load(generation, {}),
    () => writer.questsOfHost(generation, name, null, 1),
    () => writer.progress(generation),
    () => writer.apply(generation, {}),
    () => writer.dirtyQuests(generation, null, 1),
    () => writer.sumParts(generation, quest(1)),
    () => writer.storeRecount(generation, quest(1), recountOf(1), 0),
    () => writer.parkedHosts(generation, null, 1),
    () => writer.parkedQuests(generation, null, 1),
    () => writer.behindHosts(generation, null, 1),
    () => reader.hostsBehind(generation),
    () => reader.behindAmong(generation, { hosts: [name], quests: [quest(1)] }),
    () => reader.freshness(DOCUMENTS_VERSION),
    () => reader.catalogue(generation, 0, 1),
    () => reader.names(generation, 0, 1),
    () => reader.placeBefore(eventDoc().recordedAt),
    () => reader.instantAt(positionOf(1n)),
    () => reader.event(eventDoc().id),
    () => reader.events({}, { ...PAGE, sort: 'position' }),
    () => reader.lastByCategory(name, 1),
    () => reader.eventsPerHour(eventDoc().recordedAt),
    () => reader.labor(generation, laborId('web-1~0')),
    () => reader.laborsById(generation, [laborId('web-1~0')]),
    () => reader.effects(generation, [eventDoc().id]),
    () => reader.firedFates(generation),
    () => reader.labors(generation, {}, { ...PAGE, sort: 'host' }),
    () => reader.quest(generation, quest(1)),
    () => reader.quests(generation, {}, { ...PAGE, sort: 'id' }),
    () => reader.questHosts(generation, quest(1), {}, { ...PAGE, sort: 'host' }),
    () => reader.questsBehind(generation, positionOf(1n), null),
    () => reader.questsBehind(generation, START, [quest(1)]),
    () => reader.host(generation, name),
    () => reader.hosts(generation, {}, { ...PAGE, sort: 'host' }),
    () => reader.queriedHosts(generation, [name]),
    () => reader.totals(generation),
    () => reader.timesToClose(generation, quest(1)),
  ];
}
