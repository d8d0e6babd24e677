/** P4: parked hosts and quests, and how lists show them. */
import { expectedPart, NO_TALLY, START } from '#contracts';
import { newHost } from '#domain';
import { at, host, hostDoc, laborDoc, parkRecord, partDoc, quest, questRecord, tally } from './documents.js';
import { newGeneration, type Bench } from './harness.js';

export function parkedSuite(bench: Bench): void {
  test('P4: parked hosts come by name, page by page, until they are released', async () => {
    const { views } = bench();
    const generation = await newGeneration(views);
    const names = ['c', 'a', 'b', 'd'].map(host);
    const parked = parkRecord(3);
    await views.writer.apply(generation, {
      hosts: names.map((name) => hostDoc({ host: name, parked: name === host('d') ? null : parked })),
    });
    expect(await views.writer.parkedHosts(generation, null, 2)).toEqual([
      { host: 'a', parked },
      { host: 'b', parked },
    ]);
    expect(await views.writer.parkedHosts(generation, host('b'), 2)).toEqual([{ host: 'c', parked }]);
    const releasing = parkRecord(3, { state: 'releasing' });
    await views.writer.apply(generation, {
      hosts: [hostDoc({ host: host('a'), version: 1, parked: releasing }), hostDoc({ host: host('b'), version: 1 })],
    });
    expect(await views.writer.parkedHosts(generation, null, 9)).toEqual([
      { host: 'a', parked: releasing },
      { host: 'c', parked },
    ]);
    expect((await views.reader.host(generation, host('a')))?.parked).toEqual(releasing);
    expect((await views.reader.host(generation, host('b')))?.parked).toBeNull();
  });

  test('P4: a host may be parked at its first entry', async () => {
    const { views } = bench();
    const generation = await newGeneration(views);
    const document = hostDoc({ state: newHost, entryId: null, position: START, parked: parkRecord(0) });
    await views.writer.apply(generation, { hosts: [document] });
    expect(await views.reader.host(generation, document.host)).toEqual({ ...document, version: 1 });
  });

  test('P4: parked quests come by number, page by page', async () => {
    const { views } = bench();
    const generation = await newGeneration(views);
    const parked = parkRecord(3);
    const records = [10, 2, 5].map((number) => questRecord(number, 1, {}, { parked }));
    await views.writer.apply(generation, { quests: [...records, questRecord(4, 1)] });
    expect(await views.writer.parkedQuests(generation, null, 2)).toEqual([
      { quest: 2, parked },
      { quest: 5, parked },
    ]);
    expect(await views.writer.parkedQuests(generation, quest(5), 2)).toEqual([{ quest: 10, parked }]);
    const releasing = { ...parked, state: 'releasing' as const };
    await views.writer.apply(generation, { quests: [questRecord(5, 1, {}, { parked: releasing })] });
    await views.writer.apply(generation, { quests: [questRecord(5, 1)] });
    expect((await views.writer.parkedQuests(generation, null, 9)).map((one) => one.quest)).toEqual([2, 10]);
  });

  test('P4: at one revision a quest’s parking goes on step by step, and nothing that was read before takes it back', async () => {
    const { views } = bench();
    const generation = await newGeneration(views);
    const steps = { no: null, parked: parkRecord(3), releasing: { ...parkRecord(3), state: 'releasing' as const } };
    const stored = async (): Promise<string> => {
      const {
        quests: [document],
      } = await views.writer.load(generation, { quests: [quest(1)] });
      return document?.record?.parked?.state ?? 'no';
    };
    const seen: string[] = [];
    const asked = ['no', 'releasing', 'parked', 'no', 'releasing', 'parked', 'releasing', 'no', 'releasing'] as const;
    for (const step of asked) {
      await views.writer.apply(generation, { quests: [questRecord(1, 1, {}, { parked: steps[step] })] });
      seen.push(await stored());
    }
    expect(seen).toEqual(['no', 'no', 'parked', 'parked', 'releasing', 'parked', 'releasing', 'no', 'no']);
  });

  test('P4: a sum without open labors says whether a host is parked whose part is expected, until it is being released', async () => {
    const { views } = bench();
    const generation = await newGeneration(views);
    const closed = tally(0, 1);
    const [a, b] = [host('a'), host('b')];
    await views.writer.apply(generation, {
      hosts: [hostDoc({ host: a, parked: parkRecord(3) }), hostDoc({ host: b })],
      parts: [
        partDoc({ quest: quest(1), host: b, tally: closed }),
        expectedPart(quest(1), a, at(1)),
        partDoc({ quest: quest(2), host: a, tally: closed }),
        expectedPart(quest(2), b, at(1)),
        // it has left: what it was expected for was judged
        partDoc({ quest: quest(3), host: a, tally: NO_TALLY }),
        expectedPart(quest(4), a, at(1)),
        partDoc({ quest: quest(4), host: b, tally: tally(1, 0) }),
      ],
    });
    const sums = async () => {
      const found = [];
      for (const number of [1, 2, 3, 4]) found.push((await views.writer.sumParts(generation, quest(number))).behind);
      return found;
    };
    expect(await sums()).toEqual([true, false, false, false]);
    const releasing = parkRecord(3, { state: 'releasing' });
    await views.writer.apply(generation, { hosts: [hostDoc({ host: a, version: 1, parked: releasing })] });
    expect(await sums()).toEqual([false, false, false, false]);
  });

  test('P4: a labor’s row says whether its host is parked', async () => {
    const { views } = bench();
    const generation = await newGeneration(views);
    const labors = ['a', 'b', 'c'].map((name) => laborDoc({ host: host(name) }));
    await views.writer.apply(generation, {
      labors,
      hosts: [hostDoc({ host: host('a') }), hostDoc({ host: host('b'), parked: parkRecord(1) })],
    });
    const page = await views.reader.labors(generation, {}, { sort: 'host', limit: 9, after: null, count: false });
    expect(page.items.map(({ labor, parked }) => [labor.host, parked])).toEqual([
      ['a', false],
      ['b', true],
      ['c', false],
    ]);
    expect((await views.reader.labor(generation, labors[1]!.id))?.parked).toBe(true);
  });
}
