/** J6, P7: whose views these are, generations and the pointer, the list of events that outlives them. */
import { DOCUMENTS_VERSION, START } from '#contracts';
import { GenerationGone } from '#ports';
import { eventDoc, host, hostDoc, laborDoc, laborId } from './documents.js';
import { CREATED_AT, NEW_GENERATION, newGeneration, PARTITIONS, type Bench } from './harness.js';

export function controlSuite(bench: Bench): void {
  test('J6: new views have no identity; it is claimed once, and another journal is refused', async () => {
    const { control } = bench().views;
    expect(await control.identity()).toBeUndefined();
    await control.claim({ journal: 'journal-a', eventsVersion: 3 });
    await control.claim({ journal: 'journal-a', eventsVersion: 3 });
    await expect(control.claim({ journal: 'journal-b', eventsVersion: 3 })).rejects.toThrow(RangeError);
    expect(await control.identity()).toEqual({ journal: 'journal-a', eventsVersion: 3 });
  });

  test('P7: new views have no generation, and nothing to read', async () => {
    const { control, reader } = bench().views;
    expect(await control.generations()).toEqual([]);
    expect(await control.current(DOCUMENTS_VERSION)).toBeNull();
    expect(await reader.freshness(DOCUMENTS_VERSION)).toBeUndefined();
  });

  test('P7: a generation begins folding and empty, every partition at START', async () => {
    const { control, writer, reader } = bench().views;
    const generation = await control.createGeneration(NEW_GENERATION);
    expect(generation).toEqual({ ...NEW_GENERATION, number: generation.number, state: 'folding' });
    expect(await control.generations()).toEqual([generation]);
    expect(await control.current(DOCUMENTS_VERSION)).toBeNull();
    expect(await writer.progress(generation.number)).toEqual(
      Array.from({ length: PARTITIONS }, (_, partition) => ({
        partition,
        position: START,
        entryId: null,
        number: null,
        heardAtMs: expect.any(Number) as number,
      })),
    );
    expect(await reader.catalogue(generation.number, 0, 10)).toEqual([]);
    expect(await reader.names(generation.number, 0, 10)).toEqual([]);
  });

  test('P7: activating moves the pointer and makes it ready; it can be moved back', async () => {
    const { control, reader } = bench().views;
    const first = await newGeneration(bench().views);
    const second = await newGeneration(bench().views);
    expect(second).toBeGreaterThan(first);
    expect(await control.activate(first)).toBe('activated');
    expect(await control.current(DOCUMENTS_VERSION)).toBe(first);
    expect((await reader.freshness(DOCUMENTS_VERSION))?.generation).toMatchObject({
      number: first,
      state: 'ready',
      createdAt: CREATED_AT,
    });
    await control.activate(second);
    await control.activate(first);
    expect(await control.current(DOCUMENTS_VERSION)).toBe(first);
    expect((await control.generations()).map(({ number, state }) => [number, state])).toEqual([
      [first, 'ready'],
      [second, 'ready'],
    ]);
  });

  test('R14: what a generation continues is kept while it is served, where that was served until then', async () => {
    const { control, reader } = bench().views;
    const [first, second] = [await newGeneration(bench().views), await newGeneration(bench().views)];
    const continued = { generation: first, from: hostDoc().position };
    const known = async () => (await reader.freshness(DOCUMENTS_VERSION))?.generation.continued;
    await control.activate(second, continued);
    expect(await known()).toBeUndefined();
    await control.activate(first);
    await control.activate(second, continued);
    expect(await known()).toEqual(continued);
    expect((await control.generations()).map((each) => each.continued)).toEqual([undefined, continued]);
    await control.repartition(second, await bench().views.writer.progress(second), 2);
    expect(await known()).toEqual(continued);
    // rolled back, and served again: nobody has shown that they are equal still
    await control.activate(first);
    expect(await known()).toBeUndefined();
    await control.activate(second);
    expect(await known()).toBeUndefined();
    expect((await control.generations()).map((each) => each.continued)).toEqual([undefined, undefined]);
  });

  test('P7: each version of the documents has a pointer of its own', async () => {
    const { control, reader } = bench().views;
    const mine = await newGeneration(bench().views);
    const next = (await control.createGeneration({ ...NEW_GENERATION, documentsVersion: DOCUMENTS_VERSION + 1 }))
      .number;
    await control.activate(next);
    expect(await control.current(DOCUMENTS_VERSION)).toBeNull();
    expect(await reader.freshness(DOCUMENTS_VERSION)).toBeUndefined();
    await control.activate(mine);
    expect(await control.current(DOCUMENTS_VERSION)).toBe(mine);
    expect(await control.current(DOCUMENTS_VERSION + 1)).toBe(next);
    expect((await reader.freshness(DOCUMENTS_VERSION))?.generation.number).toBe(mine);
    // readers of the greater version have theirs, so the lesser may go, and its pointer with it
    await control.dropGeneration(mine);
    expect(await control.current(DOCUMENTS_VERSION)).toBeNull();
    expect(await control.current(DOCUMENTS_VERSION + 1)).toBe(next);
    await expect(control.dropGeneration(next)).rejects.toThrow(RangeError);
  });

  test('P7: a fold of a lesser version is never served in the place of a greater one', async () => {
    const { control } = bench().views;
    const older = await newGeneration(bench().views);
    const newer = (await control.createGeneration({ ...NEW_GENERATION, foldVersion: NEW_GENERATION.foldVersion + 1 }))
      .number;
    expect(await control.activate(older)).toBe('activated');
    expect(await control.activate(newer)).toBe('activated');
    expect(await control.activate(older)).toBe('superseded');
    expect(await control.current(DOCUMENTS_VERSION)).toBe(newer);
  });

  test('P7: generations know nothing of each other; events are outside of them', async () => {
    const { views } = bench();
    const first = await newGeneration(views);
    const second = await newGeneration(views);
    const batch = { events: [eventDoc()], labors: [laborDoc()], hosts: [hostDoc()] };
    await views.writer.apply(first, batch);
    expect(await views.reader.labor(second, laborId('web-1~0'))).toBeUndefined();
    expect(await views.reader.host(second, host('web-1'))).toBeUndefined();
    expect(await views.reader.event(eventDoc().id)).toEqual(eventDoc());
    expect((await views.writer.apply(second, batch)).conflicts).toEqual([]);
    expect(await views.reader.labor(second, laborId('web-1~0'))).toBeDefined();
  });

  test('P7: a generation is dropped with all its documents, but not the one served; numbers go on', async () => {
    const { views } = bench();
    const first = await newGeneration(views);
    const second = await newGeneration(views);
    await views.writer.apply(first, { events: [eventDoc()], labors: [laborDoc()], hosts: [hostDoc()] });
    await views.control.activate(second);
    await expect(views.control.dropGeneration(second)).rejects.toThrow(RangeError);
    await views.control.dropGeneration(first);
    expect((await views.control.generations()).map(({ number }) => number)).toEqual([second]);
    expect(await views.reader.event(eventDoc().id)).toEqual(eventDoc());
    for (const use of [
      () => views.reader.host(first, host('web-1')),
      () => views.writer.apply(first, { hosts: [hostDoc()] }),
      () => views.writer.load(first, { hosts: [host('web-1')] }),
      () => views.control.activate(first),
      () => views.control.dropGeneration(first),
    ]) {
      await expect(use()).rejects.toThrow(GenerationGone);
    }
    expect(await newGeneration(views)).toBeGreaterThan(second);
  });

  test('the greatest number is not given again after its generation was dropped', async () => {
    const { views } = bench();
    const first = await newGeneration(views);
    await views.control.dropGeneration(first);
    expect(await newGeneration(views)).toBeGreaterThan(first);
  });

  test('F1: repartitioning replaces every partition’s progress', async () => {
    const { views } = bench();
    const generation = await newGeneration(views);
    const progress = Array.from({ length: 6 }, (_, partition) => ({
      partition,
      position: hostDoc().position,
      entryId: `entry-${partition}`,
      number: 5,
      heardAtMs: 100,
    }));
    await views.control.repartition(generation, progress, 2);
    expect(await views.writer.progress(generation)).toEqual(progress);
    expect((await views.control.generations())[0]).toMatchObject({ partitions: 6, hashVersion: 2 });
  });

  test('P7: resetting the events empties them, states their new version, and gives up every generation', async () => {
    const { views } = bench();
    await views.control.claim({ journal: 'journal-a', eventsVersion: 1 });
    const generation = await newGeneration(views);
    await views.writer.apply(generation, { events: [eventDoc()], labors: [laborDoc()] });
    await views.control.activate(generation);
    await views.control.resetEvents(2);
    expect(await views.control.identity()).toEqual({ journal: 'journal-a', eventsVersion: 2 });
    expect(await views.reader.event(eventDoc().id)).toBeUndefined();
    expect((await views.reader.events({}, { sort: 'position', limit: 9, after: null, count: 100_000 })).total).toBe(0);
    expect([await views.control.generations(), await views.control.current(DOCUMENTS_VERSION)]).toEqual([[], null]);
    const again = eventDoc({ note: 'as folded now' });
    await views.writer.apply(await newGeneration(views), { events: [again] });
    expect(await views.reader.event(again.id)).toEqual(again);
  });

  test('J6: a reset leaves nothing but the numbering of generations', async () => {
    const { views } = bench();
    await views.control.claim({ journal: 'journal-a', eventsVersion: 1 });
    const generation = await newGeneration(views);
    await views.writer.apply(generation, { events: [eventDoc()], hosts: [hostDoc()] });
    await views.control.activate(generation);
    await views.control.reset();
    expect(await views.control.identity()).toBeUndefined();
    expect(await views.control.generations()).toEqual([]);
    expect(await views.control.current(DOCUMENTS_VERSION)).toBeNull();
    expect(await views.reader.event(eventDoc().id)).toBeUndefined();
    await views.control.claim({ journal: 'journal-b', eventsVersion: 1 });
    const next = await newGeneration(views);
    expect(next).toBeGreaterThan(generation);
    expect(await views.reader.host(next, host('web-1'))).toBeUndefined();
  });
}
