/** P9: hosts that are behind: found by name, counted, and known to the quests that wait for them. */
import { expectedPart, positionOf } from '#contracts';
import type { HostName } from '#domain';
import type { Views } from '#ports';
import {
  at,
  tally,
  behindRecord,
  host,
  hostDoc,
  parkRecord,
  partDoc,
  quest,
  questRecord,
  recountOf,
} from './documents.js';
import { newGeneration, type Bench } from './harness.js';

async function store(views: Views, generation: number, behind: readonly string[], others: readonly string[] = []) {
  await views.writer.apply(generation, {
    hosts: [
      ...behind.map((name) => hostDoc({ host: host(name), behind: behindRecord(3) })),
      ...others.map((name) => hostDoc({ host: host(name) })),
    ],
  });
}

function names(found: readonly { readonly host: HostName }[]): readonly HostName[] {
  return found.map((each) => each.host).sort();
}

export function behindSuite(bench: Bench): void {
  test('P9: hosts that are behind come by name, page by page, until they are up to date; they are not parked', async () => {
    const { views } = bench();
    const generation = await newGeneration(views);
    await store(views, generation, ['c', 'a', 'b'], ['d']);
    await views.writer.apply(generation, { hosts: [hostDoc({ host: host('e'), parked: parkRecord(1) })] });
    const behind = behindRecord(3);
    expect(await views.writer.behindHosts(generation, null, 2)).toEqual([
      { host: 'a', behind },
      { host: 'b', behind },
    ]);
    expect(await views.writer.behindHosts(generation, host('b'), 2)).toEqual([{ host: 'c', behind }]);
    expect(await views.reader.hostsBehind(generation)).toBe(3);
    expect((await views.writer.parkedHosts(generation, null, 9)).map((each) => each.host)).toEqual(['e']);
    const rejoining = behindRecord(4, { state: 'rejoining' });
    const { conflicts } = await views.writer.apply(generation, {
      hosts: [
        hostDoc({ host: host('a'), version: 1, behind: rejoining }),
        hostDoc({ host: host('b'), version: 1 }),
        hostDoc({ host: host('c'), version: 1, parked: parkRecord(1) }),
        hostDoc({ host: host('d'), version: 1, behind }),
      ],
    });
    expect(conflicts).toEqual([]);
    expect(await views.writer.behindHosts(generation, null, 9)).toEqual([
      { host: 'a', behind: rejoining },
      { host: 'd', behind },
    ]);
    expect((await views.reader.host(generation, host('a')))?.behind).toEqual(rejoining);
    expect((await views.writer.load(generation, { hosts: [host('b')] })).hosts[0]?.behind).toBeNull();
    expect(await views.reader.host(generation, host('c'))).toMatchObject({ behind: null, parked: parkRecord(1) });
    expect(await views.reader.hostsBehind(generation)).toBe(2);
  });

  test('P9, R14: a host that a replay has left to steps keeps up to where it is silent, until it is stored without that', async () => {
    const { views } = bench();
    const generation = await newGeneration(views);
    const behind = behindRecord(3, { silentTo: positionOf(9_000_000_000_000_000_001n) });
    await views.writer.apply(generation, { hosts: [hostDoc({ host: host('a'), behind })] });
    expect(await views.writer.behindHosts(generation, null, 9)).toEqual([{ host: 'a', behind }]);
    expect((await views.reader.host(generation, host('a')))?.behind).toEqual(behind);
    const later = behindRecord(4);
    await views.writer.apply(generation, { hosts: [hostDoc({ host: host('a'), version: 1, behind: later })] });
    expect((await views.writer.load(generation, { hosts: [host('a')] })).hosts[0]?.behind).toStrictEqual(later);
  });

  test('P9: named hosts are found among those that are behind, however many are asked for', async () => {
    const { views } = bench();
    const generation = await newGeneration(views);
    await store(views, generation, ['a', 'b'], ['c']);
    const asked = ['c', 'b', 'nobody', ...Array.from({ length: 500 }, (_, n) => `h${n}`)].map(host);
    expect(await views.reader.behindAmong(generation, { hosts: asked, quests: [] })).toEqual([
      { host: 'b', behind: behindRecord(3) },
    ]);
    expect(await views.reader.behindAmong(generation, { hosts: [], quests: [] })).toEqual([]);
  });

  test('P9: a quest waits for a host with a part in it, and for any where it was counted with fewer of the hosts that it names', async () => {
    const { views } = bench();
    const generation = await newGeneration(views);
    await store(views, generation, ['a', 'b'], ['c']);
    await views.writer.apply(generation, {
      parts: [
        partDoc({ quest: quest(1), host: host('a') }),
        partDoc({ quest: quest(1), host: host('c') }),
        partDoc({ quest: quest(2), host: host('c') }),
      ],
      quests: [1, 2, 3, 4, 5].map((number) => questRecord(number, 1, number === 4 ? { embarking: ['batch'] } : {})),
    });
    for (const number of [1, 2, 3, 4]) {
      await views.writer.storeRecount(
        generation,
        quest(number),
        // a third has labors in it without being named
        recountOf(2, { tally: { ...tally(1, 0), named: number === 3 ? 2 : 3 } }),
        0,
      );
    }
    const of = async (...quests: readonly number[]) =>
      names(await views.reader.behindAmong(generation, { hosts: [], quests: quests.map(quest) }));
    expect(await of(1)).toEqual(['a']);
    expect(await of(2)).toEqual([]);
    expect(await of(3)).toEqual(['a', 'b']);
    // one that is embarking is compared too; one never counted may have any host; there is no sixth
    expect([await of(4), await of(5), await of(6)]).toEqual([[], ['a', 'b'], []]);
    expect(await of(2, 1)).toEqual(['a']);
  });

  test('P9: a quest that ever took hosts out waits for any host: one that left may count as named; one that adopts, for those that it expects', async () => {
    const { views } = bench();
    const generation = await newGeneration(views);
    await store(views, generation, ['a', 'b'], ['c']);
    await views.writer.apply(generation, {
      parts: [
        ...[1, 2, 3].map((number) => partDoc({ quest: quest(number), host: host('c'), tally: tally(0, 1) })),
        expectedPart(quest(2), host('b'), at(1)),
      ],
      quests: [1, 2, 3].map((number) => questRecord(number, 1, { hosts: 1, removes: number === 3 })),
    });
    for (const number of [1, 2, 3])
      expect(await views.writer.storeRecount(generation, quest(number), recountOf(2, { tally: tally(0, 1) }), 0)).toBe(
        true,
      );
    const of = async (number: number) =>
      names(await views.reader.behindAmong(generation, { hosts: [], quests: [quest(number)] }));
    expect([await of(1), await of(2), await of(3)]).toEqual([[], ['b'], ['a', 'b']]);
  });

  test('P9: a host whose part is expected holds the quest while it is behind, is none of its hosts, and its own part replaces that for ever', async () => {
    const { views } = bench();
    const generation = await newGeneration(views);
    await store(views, generation, ['a', 'b'], ['c']);
    const one = quest(1);
    const [expected, own] = ['a', 'c'].map((name) => expectedPart(one, host(name), at(1)));
    await views.writer.apply(generation, {
      parts: [partDoc({ quest: one, host: host('c'), tally: tally(0, 1) }), expected!, own!],
      quests: [questRecord(1, 1)],
    });
    const sum = await views.writer.sumParts(generation, one);
    expect(sum).toMatchObject({
      tally: { named: 1, labors: 1 },
      hosts: { done: 1, open: 0, without: 0 },
      behind: true,
    });
    const page = { limit: 9, after: null, count: false } as const;
    const hosts = await views.reader.questHosts(generation, one, {}, { ...page, sort: 'host' });
    expect(hosts.items.map(({ part }) => part.host)).toEqual(['c']);
    expect((await views.reader.quests(generation, { host: [host('a')] }, { ...page, sort: 'id' })).items).toEqual([]);
    const joined = partDoc({ quest: one, host: host('a'), tally: tally(1, 0), n: 1 });
    await views.writer.apply(generation, { parts: [joined] });
    await views.writer.apply(generation, { parts: [expected!] });
    expect((await views.writer.load(generation, { parts: [expected!] })).parts).toEqual([joined]);
    expect(await views.writer.sumParts(generation, one)).toMatchObject({ hosts: { done: 1, open: 1 } });
  });

  test('P9: a sum without open labors says whether a host with a part is behind, until that has rejoined', async () => {
    const { views } = bench();
    const generation = await newGeneration(views);
    await store(views, generation, ['a', 'b'], ['c']);
    const closed = tally(0, 1);
    await views.writer.apply(generation, {
      parts: [
        partDoc({ quest: quest(1), host: host('a'), tally: closed }),
        partDoc({ quest: quest(2), host: host('c'), tally: closed }),
        partDoc({ quest: quest(3), host: host('a'), tally: closed }),
        partDoc({ quest: quest(3), host: host('c'), tally: tally(1, 0) }),
      ],
    });
    const sums = async () => {
      const found = [];
      for (const number of [1, 2, 3]) found.push((await views.writer.sumParts(generation, quest(number))).behind);
      return found;
    };
    expect(await sums()).toEqual([true, false, false]);
    const state = async (state: 'rejoining' | 'rejoined', version: number) => {
      await views.writer.apply(generation, {
        hosts: [hostDoc({ host: host('a'), version, behind: behindRecord(3, { state }) })],
      });
      return sums();
    };
    expect(await state('rejoining', 1)).toEqual([true, false, false]);
    expect(await state('rejoined', 2)).toEqual([false, false, false]);
  });

  test('P9: no more than a thousand are counted, or looked through for a read; beyond that every quest waits', async () => {
    const { views } = bench();
    const generation = await newGeneration(views);
    const many = Array.from({ length: 1001 }, (_, n) => `h${n}`);
    await store(views, generation, many.slice(0, 1000));
    await views.writer.apply(generation, {
      parts: [partDoc({ quest: quest(1), host: host('h1000'), tally: tally(0, 1) })],
    });
    const questsOnly = { hosts: [], quests: [quest(1)] };
    expect(await views.reader.hostsBehind(generation)).toBe(1000);
    expect(await views.reader.behindAmong(generation, questsOnly)).toEqual([]);
    await store(views, generation, many.slice(1000));
    expect(await views.reader.hostsBehind(generation)).toBe(1000);
    expect((await views.reader.behindAmong(generation, questsOnly)).length).toBeGreaterThan(0);
    expect((await views.writer.sumParts(generation, quest(1))).behind).toBe(true);
  });
}
